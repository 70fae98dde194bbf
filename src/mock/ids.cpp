#include "mock/ids.hpp"

#include "base/hash.hpp"

namespace sluice::mock {
namespace {

// Without 0, O, I and l, which people misread.
constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr int kWordCharacters = 11;  // 58^11 > 2^64

void put_word(char* end, std::uint64_t word) noexcept {
  for (int count = 0; count < kWordCharacters; ++count, word /= 58) {
    *--end = kBase58[word % 58];
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
