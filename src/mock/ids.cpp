#include "mock/ids.hpp"

#include "base/hash.hpp"

namespace sluice::mock {
namespace {

// Without 0, O, I and l, which people misread.
constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr int kWordCharacters = 11;  // 58^11 > 2^64
constexpr int kHalfCharacters = 6;
constexpr std::uint64_t kHalf = 38'068'692'544;  // 58^6

// Both halves at once, since each division waits for the one before.
void put_word(char* end, std::uint64_t word) noexcept {
  std::uint64_t low = word % kHalf;
  std::uint64_t high = word / kHalf;
  char* middle = end - kHalfCharacters;
  for (int count = 0; count < kHalfCharacters; ++count, low /= 58) {
    *--end = kBase58[low % 58];
    if (count == kWordCharacters - kHalfCharacters) break;
    *--middle = kBase58[high % 58];
    high /= 58;
  }
}

}  // namespace

std::string make_id(std::string_view prefix, std::uint64_t first, std::uint64_t second) {
  // A bijection of both words together: different words never give the same id.
  first = mix64(first + 0x9e3779b97f4a7c15U);
  second = mix64(second ^ first);
  first = mix64(first ^ second);
  char characters[2 * kWordCharacters];
  put_word(characters + kWordCharacters, first);
  put_word(characters + 2 * kWordCharacters, second);
  std::string id;
  id.reserve(prefix.size() + sizeof characters);
  id += prefix;
  id.append(characters, sizeof characters);
  return id;
}

}  // namespace sluice::mock
