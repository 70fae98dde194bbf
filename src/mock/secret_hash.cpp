#include "mock/secret_hash.hpp"

#include "base/digest.hpp"

namespace sluice::mock {
namespace {

constexpr std::size_t kSecretCharacters = 95;
constexpr std::size_t kHintHead = 16;
constexpr std::size_t kHintTail = 4;

}  // namespace

SecretHash hash_of_secret(std::string_view secret) { return sha256(secret); }

bool is_same_secret(const SecretHash& a, const SecretHash& b) noexcept {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

std::string make_secret(std::string_view prefix, std::uint64_t seed, std::uint64_t number) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string secret(prefix);
  const std::size_t size = prefix.size() + kSecretCharacters;
  for (std::uint64_t part = 0; secret.size() < size; ++part) {
    std::string origin(prefix);
    for (const std::uint64_t word : {seed, number, part}) origin += '/' + std::to_string(word);
    for (const std::uint8_t byte : sha256(origin)) {
      if (secret.size() < size) secret += kAlphabet[byte % kAlphabet.size()];
    }
  }
  return secret;
}

std::string secret_hint(std::string_view secret) {
  if (secret.size() < 2 * (kHintHead + kHintTail)) return "...";
  std::string hint(secret.substr(0, kHintHead));
  return hint.append("...").append(secret.substr(secret.size() - kHintTail));
}

}  // namespace sluice::mock
