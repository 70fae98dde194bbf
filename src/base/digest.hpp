// Digests. sha256_hex names contents (scenarios, catalogs); Fingerprint is a fast running digest of
// a sequence of integers (event order), the same on every machine, for comparing runs and not for
// security.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

std::array<std::uint8_t, 32> sha256(std::string_view bytes);
// 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

class Fingerprint {
 public:
  // Every value changes the state by a bijection of it, so that order and count matter.
  constexpr Fingerprint& add(std::uint64_t value) noexcept {
    state_ = (state_ ^ (value * kOdd1)) * kOdd2;
    state_ ^= state_ >> 29U;
    return *this;
  }
  constexpr Fingerprint& add(std::int64_t value) noexcept {
    return add(static_cast<std::uint64_t>(value));
  }
  // The length goes in too: {"ab", "c"} and {"a", "bc"} differ.
  constexpr Fingerprint& add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char c : text) add(static_cast<std::uint64_t>(static_cast<unsigned char>(c)));
    return *this;
  }

  constexpr std::uint64_t value() const noexcept {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * kOdd3;
    mixed = (mixed ^ (mixed >> 27U)) * kOdd1;
    return mixed ^ (mixed >> 31U);
  }
  // 16 lower-case hex digits.
  std::string hex() const;

  constexpr bool operator==(const Fingerprint&) const = default;

 private:
  static constexpr std::uint64_t kOdd1 =
      0x9E3779B185EBCA87U;  // the odd multipliers of xxHash and splitmix64
  static constexpr std::uint64_t kOdd2 = 0xC2B2AE3D27D4EB4FU;
  static constexpr std::uint64_t kOdd3 = 0xBF58476D1CE4E5B9U;

  std::uint64_t state_ = 0x27D4EB2F165667C5U;
};

}  // namespace sluice
