#include "wire/json_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>  // tidy: allow(third-party) a header of the compiler
#endif

namespace sluice::wire {
namespace {

struct Cursor {
  const char* from;
  const char* end;
  char* to;
};

int hex_digit(char character) noexcept {
  if (character >= '0' && character <= '9') return character - '0';
  const char lower = static_cast<char>(character | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Four hex digits at `from`; negative: not four.
std::int32_t code_unit(const char* from, const char* end) noexcept {
  if (end - from < 4) return -1;
  std::int32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(from[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

char* put_utf8(std::uint32_t point, char* to) noexcept {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) {
    *to++ = byte(point);
  } else if (point < 0x800) {
    *to++ = byte(0xc0 | point >> 6);
    *to++ = byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    *to++ = byte(0xe0 | point >> 12);
    *to++ = byte(0x80 | (point >> 6 & 0x3f));
    *to++ = byte(0x80 | (point & 0x3f));
  } else {
    *to++ = byte(0xf0 | point >> 18);
    *to++ = byte(0x80 | (point >> 12 & 0x3f));
    *to++ = byte(0x80 | (point >> 6 & 0x3f));
    *to++ = byte(0x80 | (point & 0x3f));
  }
  return to;
}

// Behind "\u". A high surrogate needs its low one in a second escape.
bool put_code_point(Cursor& cursor) noexcept {
  const std::int32_t unit = code_unit(cursor.from, cursor.end);
  if (unit < 0) return false;
  cursor.from += 4;
  std::uint32_t point = static_cast<std::uint32_t>(unit);
  if (unit >= 0xdc00 && unit < 0xe000) return false;
  if (unit >= 0xd800 && unit < 0xdc00) {
    if (cursor.end - cursor.from < 6 || cursor.from[0] != '\\' || cursor.from[1] != 'u') {
      return false;
    }
    const std::int32_t low = code_unit(cursor.from + 2, cursor.end);
    if (low < 0xdc00 || low >= 0xe000) return false;
    cursor.from += 6;
    point = 0x10000U + (point - 0xd800U) * 0x400U + (static_cast<std::uint32_t>(low) - 0xdc00U);
  }
  cursor.to = put_utf8(point, cursor.to);
  return true;
}

// What stands for itself or for a control character behind a backslash; 0: something else.
constexpr std::array<char, 256> kShortEscapes = [] {
  std::array<char, 256> escapes{};
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['/'] = '/';
  escapes['b'] = '\b';
  escapes['f'] = '\f';
  escapes['n'] = '\n';
  escapes['r'] = '\r';
  escapes['t'] = '\t';
  return escapes;
}();

// At a backslash.
bool put_escape(Cursor& cursor) noexcept {
  if (cursor.end - cursor.from < 2) return false;
  const char kind = cursor.from[1];
  const char character = kShortEscapes[static_cast<unsigned char>(kind)];
  cursor.from += 2;
  if (character == 0) return kind == 'u' && put_code_point(cursor);
  *cursor.to++ = character;
  return true;
}

// Copies up to the next backslash, or to the end. What is read behind the end is overwritten or
// not counted.
void copy_plain(Cursor& cursor) noexcept {
#ifdef __SSE2__
  const __m128i backslash = _mm_set1_epi8('\\');
  while (cursor.from < cursor.end) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(cursor.from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(cursor.to), bytes);
    const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash));
    std::ptrdiff_t plain = found == 0 ? 16 : __builtin_ctz(static_cast<unsigned>(found));
    if (plain > cursor.end - cursor.from) plain = cursor.end - cursor.from;
    cursor.from += plain;
    cursor.to += plain;
    if (found != 0) return;
  }
#else
  const auto left = static_cast<std::size_t>(cursor.end - cursor.from);
  const void* found = std::memchr(cursor.from, '\\', left);
  const char* stop = found == nullptr ? cursor.end : static_cast<const char*>(found);
  const auto plain = static_cast<std::size_t>(stop - cursor.from);
  std::memcpy(cursor.to, cursor.from, plain);
  cursor.from += plain;
  cursor.to += plain;
#endif
}

}  // namespace

std::optional<std::size_t> unescape(std::string_view raw, char* out) noexcept {
  Cursor cursor{.from = raw.data(), .end = raw.data() + raw.size(), .to = out};
  while (cursor.from < cursor.end) {
    copy_plain(cursor);
    if (cursor.from < cursor.end && !put_escape(cursor)) return std::nullopt;
  }
  return static_cast<std::size_t>(cursor.to - out);
}

}  // namespace sluice::wire
