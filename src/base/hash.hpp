// Stable 64-bit hashes: the same value in every build, on every machine, for ever, because they key
// random draws and appear in results. Not for hash tables under attack, and not for digests of
// files (base/digest.hpp).
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

// A bijection of 64-bit words in which every input bit moves every output bit (splitmix64's
// finaliser).
constexpr std::uint64_t mix64(std::uint64_t word) noexcept {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31);
}

// FNV-1a, finalised by mix64 so that any 32 of its bits are as good as any other.
constexpr std::uint64_t stable_hash(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3U;
  }
  return mix64(hash);
}

// Order matters: combine(a, b) != combine(b, a) in general.
constexpr std::uint64_t hash_combine(std::uint64_t first, std::uint64_t second) noexcept {
  return mix64(mix64(first + 0x9e3779b97f4a7c15U) + second);
}

// 32 bits that key the draws of whatever is called `name`, for instance a workload.
constexpr std::uint32_t name_hash(std::string_view name) noexcept {
  return static_cast<std::uint32_t>(stable_hash(name) >> 32);
}

}  // namespace sluice
