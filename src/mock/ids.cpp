#include "mock/ids.hpp"

#include "base/hash.hpp"

namespace sluice::mock {
namespace {

// Without 0, O, I and l, which people misread.
constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr int kWordCharacters = 11;  // 58^11 > 2^64
constexpr std::uint32_t kPair = 58 * 58;
constexpr std::uint64_t kHalf = 38'068'692'544;  // 58^6

// The two characters before `end`; returns where they begin.
char* put_pair(char* end, std::uint32_t pair) noexcept {
  end[-1] = kBase58[pair % 58];
  end[-2] = kBase58[pair / 58];
  return end - 2;
}

// Both halves at once and two characters at a time, since each division waits for the one before.
void put_word(char* end, std::uint64_t word) noexcept {
  const std::uint64_t low = word % kHalf;
  const auto low_rest = static_cast<std::uint32_t>(low / kPair);
  end = put_pair(end, static_cast<std::uint32_t>(low % kPair));
  end = put_pair(end, low_rest % kPair);
  end = put_pair(end, low_rest / kPair);
  const auto high = static_cast<std::uint32_t>(word / kHalf);
  const std::uint32_t high_rest = high / kPair;
  end = put_pair(end, high % kPair);
  end = put_pair(end, high_rest % kPair);
  end[-1] = kBase58[high_rest / kPair];
}

}  // namespace

void append_id(std::string& out, std::string_view prefix, std::uint64_t first,
               std::uint64_t second) {
  // A bijection of both words together: different words never give the same id.
  first = mix64(first + 0x9e3779b97f4a7c15U);
  second = mix64(second ^ first);
  first = mix64(first ^ second);
  char characters[2 * kWordCharacters];
  put_word(characters + kWordCharacters, first);
  put_word(characters + 2 * kWordCharacters, second);
  out += prefix;
  out.append(characters, sizeof characters);
}

std::string make_id(std::string_view prefix, std::uint64_t first, std::uint64_t second) {
  std::string id;
  id.reserve(prefix.size() + 2 * kWordCharacters);
  append_id(id, prefix, first, second);
  return id;
}

}  // namespace sluice::mock
