#include "base/digest.hpp"

#include <array>
#include <memory>
#include <span>

#include <openssl/evp.h>

#include "base/check.hpp"

namespace sluice {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string hex_text(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  // Fetched once: EVP_sha256() would look the algorithm up again for every digest.
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  // Kept, or every digest would allocate a context and free it.
  static thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 32> digest{};
  unsigned int size = 0;
  const bool is_done = EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1 &&
                       EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                       EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  SLUICE_CHECK(is_done && size == digest.size());
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return hex_text(sha256(bytes)); }

std::string Fingerprint::hex() const {
  std::array<unsigned char, 8> bytes{};
  std::uint64_t rest = value();
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, rest >>= 8U) {
    *byte = static_cast<unsigned char>(rest & 0xFFU);
  }
  return hex_text(bytes);
}

}  // namespace sluice
