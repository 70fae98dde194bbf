#include "wire/token_estimate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#ifdef __SSE2__
#include <emmintrin.h>  // tidy: allow(third-party) a header of the compiler
#endif

namespace sluice::wire {
namespace {

// In units of kWeightUnit thousandths of a token.
constexpr int kLetter = 23;
constexpr int kLetterRun = 150;
constexpr int kDigit = 90;
constexpr int kPunctuation = 160;
constexpr int kLineFeed = 80;
constexpr int kMoreSpace = 12;
constexpr int kTwoBytes = 90;
constexpr int kThreeBytes = 200;
constexpr int kFourBytes = 440;

constexpr bool is_letter(unsigned char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

// What a byte weighs whatever stands before it.
constexpr int weight_of(unsigned char byte) noexcept {
  if (is_letter(byte)) return kLetter;
  if (byte >= '0' && byte <= '9') return kDigit;
  if (byte == '\n') return kLineFeed;
  if (byte <= ' ' || byte == 0x7f) return 0;
  if (byte < 0x80) return kPunctuation;
  if (byte >= 0xf0) return kFourBytes;
  if (byte >= 0xe0) return kThreeBytes;
  return byte >= 0xc0 ? kTwoBytes : 0;
}

constexpr std::array<std::uint16_t, 256> kWeights = [] {
  std::array<std::uint16_t, 256> weights{};
  for (std::size_t byte = 0; byte < weights.size(); ++byte) {
    weights[byte] = static_cast<std::uint16_t>(weight_of(static_cast<unsigned char>(byte)));
  }
  return weights;
}();

struct Count {
  std::int64_t units = 0;
  std::int64_t words = 0;
  unsigned char before = ' ';  // a text begins as if white space stood before it
};

void count_byte(unsigned char byte, Count& count) noexcept {
  const unsigned char before = count.before;
  count.units += kWeights[byte];
  count.units += is_letter(byte) && !is_letter(before) ? kLetterRun : 0;
  count.units += (byte == ' ' || byte == '\t') && before <= ' ' ? kMoreSpace : 0;
  count.words += byte > ' ' && before <= ' ' ? 1 : 0;
  count.before = byte;
}

void count_bytes(std::string_view text, Count& count) noexcept {
  for (const char byte : text) count_byte(static_cast<unsigned char>(byte), count);
}

TextSize size_of(const Count& count) noexcept {
  return {.milli_tokens = count.units * kWeightUnit, .words = count.words};
}

#ifdef __SSE2__

__m128i filled(int byte) noexcept { return _mm_set1_epi8(static_cast<char>(byte)); }

// 0xff where low <= byte <= low + span, as unsigned bytes.
__m128i within(__m128i bytes, int low, int span) noexcept {
  const __m128i from_low = _mm_sub_epi8(bytes, filled(low));
  return _mm_cmpeq_epi8(_mm_min_epu8(from_low, filled(span)), from_low);
}

// The mask of the bytes before: `mask` moved up by one, with the last of `previous` in front.
__m128i shifted(__m128i mask, __m128i previous) noexcept {
  return _mm_or_si128(_mm_slli_si128(mask, 1), _mm_srli_si128(previous, 15));
}

// The weights of the bytes from 0x80; a character of four bytes weighs more than a byte holds, so
// half of it stands twice.
void add_non_ascii(__m128i bytes, __m128i& weights, __m128i& more) noexcept {
  const __m128i four = within(bytes, 0xf0, 0x0f);
  const __m128i three = within(bytes, 0xe0, 0x0f);
  const __m128i two = within(bytes, 0xc0, 0x1f);
  const __m128i half = _mm_and_si128(four, filled(kFourBytes / 2));
  weights = _mm_or_si128(weights, half);
  weights = _mm_or_si128(weights, _mm_and_si128(three, filled(kThreeBytes)));
  weights = _mm_or_si128(weights, _mm_and_si128(two, filled(kTwoBytes)));
  more = _mm_add_epi64(more, _mm_sad_epu8(half, _mm_setzero_si128()));
}

std::int64_t sum_of(__m128i two_words) noexcept {
  alignas(16) std::array<std::int64_t, 2> words{};
  _mm_store_si128(reinterpret_cast<__m128i*>(words.data()), two_words);
  return words[0] + words[1];
}

// All whole blocks of 16 bytes; returns how many bytes those are.
std::size_t count_blocks(std::string_view text, Count& count) noexcept {
  const __m128i zero = _mm_setzero_si128();
  __m128i letters_before = zero;
  __m128i blank_before = filled(0xff);  // a text begins as if white space stood before it
  __m128i units = zero;
  __m128i words = zero;
  const std::size_t end = text.size() - text.size() % 16;
  for (std::size_t at = 0; at < end; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i letters = within(_mm_or_si128(bytes, filled(0x20)), 'a', 25);
    const __m128i digits = within(bytes, '0', 9);
    const __m128i visible = within(bytes, 0x21, 0x7e - 0x21);
    const __m128i blank = within(bytes, 0, 0x20);
    const __m128i runs = _mm_andnot_si128(shifted(letters, letters_before), letters);
    const __m128i after_blank = shifted(blank, blank_before);
    const __m128i spaces =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, filled(' ')), _mm_cmpeq_epi8(bytes, filled('\t')));

    __m128i weights = _mm_and_si128(letters, filled(kLetter));
    weights = _mm_add_epi8(weights, _mm_and_si128(runs, filled(kLetterRun)));
    weights = _mm_or_si128(weights, _mm_and_si128(digits, filled(kDigit)));
    const __m128i marks = _mm_andnot_si128(_mm_or_si128(letters, digits), visible);
    weights = _mm_or_si128(weights, _mm_and_si128(marks, filled(kPunctuation)));
    const __m128i line_feeds = _mm_cmpeq_epi8(bytes, filled('\n'));
    weights = _mm_or_si128(weights, _mm_and_si128(line_feeds, filled(kLineFeed)));
    const __m128i more_spaces = _mm_and_si128(spaces, after_blank);
    weights = _mm_or_si128(weights, _mm_and_si128(more_spaces, filled(kMoreSpace)));
    if (_mm_movemask_epi8(bytes) != 0) add_non_ascii(bytes, weights, units);
    units = _mm_add_epi64(units, _mm_sad_epu8(weights, zero));

    const __m128i starts = _mm_andnot_si128(blank, after_blank);
    words = _mm_add_epi64(words, _mm_sad_epu8(_mm_and_si128(starts, filled(1)), zero));
    letters_before = letters;
    blank_before = blank;
  }
  count.units += sum_of(units);
  count.words += sum_of(words);
  if (end > 0) count.before = static_cast<unsigned char>(text[end - 1]);
  return end;
}

#endif

}  // namespace

TextSize text_size_bytewise(std::string_view text) noexcept {
  Count count;
  count_bytes(text, count);
  return size_of(count);
}

TextSize text_size(std::string_view text) noexcept {
#ifdef __SSE2__
  Count count;
  const std::size_t counted = count_blocks(text, count);
  count_bytes(text.substr(counted), count);
  return size_of(count);
#else
  return text_size_bytewise(text);
#endif
}

std::int64_t pdf_tokens(std::size_t base64_bytes) noexcept {
  const std::int64_t bytes = static_cast<std::int64_t>(base64_bytes) / 4 * 3;
  return kPageTokens * std::max<std::int64_t>(1, (bytes + kPageBytes - 1) / kPageBytes);
}

std::int64_t tokens_of(const TextSize& size, std::int64_t tokenizer_permille) noexcept {
  constexpr std::int64_t kWhole = 1'000'000;
  const std::int64_t text = (size.milli_tokens * tokenizer_permille + kWhole - 1) / kWhole;
  return text + (tokenizer_permille > 1000 ? size.image_tokens : size.image_tokens_before);
}

}  // namespace sluice::wire
