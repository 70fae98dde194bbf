#include "mock/secret_hash.hpp"

#include <tuple>

#include "base/digest.hpp"

namespace sluice::mock {
namespace {

constexpr std::string_view kMark = "mock-";
constexpr std::size_t kSecretCharacters = 16;
constexpr std::size_t kHintHead = 16;
constexpr std::size_t kHintTail = 4;
constexpr std::size_t kHiddenLeast = kSecretCharacters - kHintTail;

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
  static_assert(kAlphabet.size() == 64 && kSecretCharacters <= std::tuple_size_v<SecretHash>);
  std::string origin(prefix);
  for (const std::uint64_t word : {seed, number}) origin += '/' + std::to_string(word);
  const SecretHash bytes = sha256(origin);
  std::string secret(prefix);
  secret += kMark;
  for (std::size_t i = 0; i < kSecretCharacters; ++i) {
    secret += kAlphabet[bytes[i] % kAlphabet.size()];
  }
  return secret;
}

std::string secret_hint(std::string_view secret) {
  if (secret.size() < kHintHead + kHintTail + kHiddenLeast) return "...";
  std::string hint(secret.substr(0, kHintHead));
  return hint.append("...").append(secret.substr(secret.size() - kHintTail));
}

}  // namespace sluice::mock
