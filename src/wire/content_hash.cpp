#include "wire/content_hash.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "base/integer.hpp"

namespace sluice::wire {
namespace {

// Both halves of a 128-bit product, folded: the mixing step of wyhash (public domain).
std::uint64_t fold(std::uint64_t first, std::uint64_t second) noexcept {
  const uint128 product = static_cast<uint128>(first) * second;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word_at(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

std::uint64_t half_word_at(const char* bytes) noexcept {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  return word;
}

// Up to 16 bytes as two words that may overlap (the length is hashed too), without reading beyond
// them.
std::array<std::uint64_t, 2> last_words(const char* bytes, std::size_t size) noexcept {
  if (size >= 8) return {word_at(bytes), word_at(bytes + size - 8)};
  if (size >= 4) return {half_word_at(bytes), half_word_at(bytes + size - 4)};
  if (size == 0) return {0, 0};
  const auto byte = [&](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(bytes[i])};
  };
  return {byte(0) << 16U | byte(size / 2) << 8U | byte(size - 1), 0};
}

constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kOdd2 = 0xe7037ed1a0b428dbU;
constexpr std::uint64_t kOdd3 = 0x8ebc6af09c88c6e3U;
constexpr std::uint64_t kOdd4 = 0x589965cc75374cc3U;

}  // namespace

std::uint64_t content_hash(std::string_view bytes) noexcept {
  const char* next = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t state = kOdd1;
  if (left > 64) {
    // Four products at a time, because one has to wait for the one before it.
    std::array<std::uint64_t, 4> lanes{kOdd1, kOdd2, kOdd3, kOdd4};
    do {
      lanes[0] = fold(word_at(next) ^ kOdd1, word_at(next + 8) ^ lanes[0]);
      lanes[1] = fold(word_at(next + 16) ^ kOdd2, word_at(next + 24) ^ lanes[1]);
      lanes[2] = fold(word_at(next + 32) ^ kOdd3, word_at(next + 40) ^ lanes[2]);
      lanes[3] = fold(word_at(next + 48) ^ kOdd4, word_at(next + 56) ^ lanes[3]);
      next += 64;
      left -= 64;
    } while (left > 64);
    state = fold(lanes[0] ^ kOdd2, lanes[1] ^ kOdd3) ^ fold(lanes[2] ^ kOdd4, lanes[3] ^ kOdd1);
  }
  while (left > 16) {
    state = fold(word_at(next) ^ kOdd1, word_at(next + 8) ^ state);
    next += 16;
    left -= 16;
  }
  const std::array<std::uint64_t, 2> last = last_words(next, left);
  state = fold(last[0] ^ kOdd2, last[1] ^ state);
  return fold(state ^ kOdd3, static_cast<std::uint64_t>(bytes.size()) ^ kOdd4);
}

}  // namespace sluice::wire
