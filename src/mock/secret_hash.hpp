// Secrets as they are held: by their SHA-256 alone, so that neither a dump nor a bug can print one.
// Hashes are compared without a branch that depends on where they differ. Secrets are made from the
// run's seed: the same scenario hands out the same keys.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::mock {

using SecretHash = std::array<std::uint8_t, 32>;

SecretHash hash_of_secret(std::string_view secret);

// Looks at all 32 bytes whatever they hold.
bool is_same_secret(const SecretHash& a, const SecretHash& b) noexcept;

// "sk-ant-api03-mock-" and 16 characters of base64url: 96 bits that nobody guesses, and yet
// neither people nor scanners take it for a key of the API: those have 95 characters there.
std::string make_secret(std::string_view prefix, std::uint64_t seed, std::uint64_t number);

// "sk-ant-api03-moc...wxyz": what may be shown of a secret. Of one that is made
// here 12 random characters are not; of one so short that fewer would be left, nothing is.
std::string secret_hint(std::string_view secret);

}  // namespace sluice::mock
