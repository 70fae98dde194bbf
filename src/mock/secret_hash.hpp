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

// "sk-ant-api03-" and 95 characters of base64url: as long as the API's own.
std::string make_secret(std::string_view prefix, std::uint64_t seed, std::uint64_t number);

// "sk-ant-api03-abc...wxyz": what may be shown of a secret.
std::string secret_hint(std::string_view secret);

}  // namespace sluice::mock
