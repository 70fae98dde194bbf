#include "wire/token_estimate.hpp"

#include <cstdint>
#include <string>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

// The rule as the header tells it, in thousandths of a token.
std::int64_t obvious_estimate(std::string_view text) {
  const auto letter = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::int64_t total = 0;
  unsigned char before = ' ';
  for (const char character : text) {
    const auto c = static_cast<unsigned char>(character);
    if (letter(c)) total += 115 + (letter(before) ? 0 : 750);
    if (c >= '0' && c <= '9') total += 450;
    if (c > ' ' && c < 0x7f && !letter(c) && !(c >= '0' && c <= '9')) total += 800;
    if (c == '\n') total += 400;
    if ((c == ' ' || c == '\t') && before <= ' ') total += 60;
    if (c >= 0xc0 && c < 0xe0) total += 450;
    if (c >= 0xe0 && c < 0xf0) total += 1000;
    if (c >= 0xf0) total += 2200;
    before = c;
  }
  return total;
}

std::int64_t obvious_words(std::string_view text) {
  std::int64_t words = 0;
  bool inside = false;
  for (const char character : text) {
    const bool blank = static_cast<unsigned char>(character) <= ' ';
    words += !blank && !inside ? 1 : 0;
    inside = !blank;
  }
  return words;
}

void check_agreement(std::string_view text) {
  const TextSize expected{.milli_tokens = obvious_estimate(text), .words = obvious_words(text)};
  CHECK(text_size(text) == expected);
  CHECK(text_size_bytewise(text) == expected);
}

struct Draw {
  std::uint64_t state = 0x9e3779b97f4a7c15U;
  std::uint64_t operator()() {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    return state;
  }
};

TEST_CASE("every single byte weighs the same in each form, wherever it stands") {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text(40, 'a');
      text[at] = static_cast<char>(byte);
      check_agreement(text);
    }
  }
}

TEST_CASE("every pair of bytes weighs the same across the borders of blocks") {
  for (int first = 0; first < 256; ++first) {
    std::string all;
    for (int second = 0; second < 256; ++second) {
      all += static_cast<char>(first);
      all += static_cast<char>(second);
      if (second % 7 == 0) all += ' ';
    }
    check_agreement(all);
  }
}

TEST_CASE("the fast form agrees with the obvious one on random texts") {
  Draw draw;
  static constexpr std::string_view kCommon = "aaaeeetttoonn  \n\t.,{}()_0123456789\"";
  for (int trial = 0; trial < 2000; ++trial) {
    std::string text(draw() % 200, ' ');
    const bool any_byte = draw() % 2 == 0;
    for (char& c : text) {
      c = any_byte ? static_cast<char>(draw()) : kCommon[draw() % kCommon.size()];
    }
    INFO(trial);
    check_agreement(text);
  }
}

TEST_CASE("a long text of the heaviest characters does not overflow") {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "\xf0\x9f\x98\x80";
  CHECK(text_size(text).milli_tokens == 300'000 * 2200);
}

double characters_a_token(std::string_view text, std::int64_t characters) {
  return 1000.0 * static_cast<double>(characters) /
         static_cast<double>(text_size(text).milli_tokens);
}

TEST_CASE("estimates are plausible for prose, code, digits and Chinese") {
  constexpr std::string_view kProse =
      "It was a bright cold day in April, and the clocks were striking thirteen. The hallway "
      "smelt of boiled cabbage and old rag mats. At one end of it a coloured poster, too large "
      "for indoor display, had been tacked to the wall. It depicted simply an enormous face, "
      "more than a metre wide.";
  constexpr std::string_view kCode =
      "for (int i = 0; i < count; ++i) {\n    total += values[i] * weights[i];\n    if (total > "
      "limit) {\n        return Status::kOverflow;\n    }\n}\n";
  CHECK(characters_a_token(kProse, kProse.size()) > 3.7);
  CHECK(characters_a_token(kProse, kProse.size()) < 4.4);
  CHECK(characters_a_token(kCode, kCode.size()) > 2.2);
  CHECK(characters_a_token(kCode, kCode.size()) < 3.5);
  CHECK(characters_a_token("31415926535897932384", 20) == Approx(2.2).margin(0.3));
  CHECK(characters_a_token("天地玄黄宇宙洪荒", 8) == Approx(1.0).margin(0.2));
}

TEST_CASE("tokens are scaled by the tokenizer and rounded up") {
  CHECK(tokens_of(TextSize{}, 1000) == 0);
  CHECK(tokens_of(TextSize{.milli_tokens = 1}, 1000) == 1);
  CHECK(tokens_of(TextSize{.milli_tokens = 1000}, 1000) == 1);
  CHECK(tokens_of(TextSize{.milli_tokens = 1000}, 1300) == 2);
  CHECK(tokens_of(TextSize{.milli_tokens = 10'000}, 1300) == 13);
}

TEST_CASE("a document costs by its pages") {
  CHECK(pdf_tokens(0) == kPageTokens);
  CHECK(pdf_tokens(4 * kPageBytes) == 3 * kPageTokens);
}

}  // namespace
}  // namespace sluice::wire
