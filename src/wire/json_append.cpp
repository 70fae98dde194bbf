#include "wire/json_append.hpp"

#include <charconv>
#include <cstring>

namespace sluice::wire {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

constexpr bool needs_escape(unsigned char character) noexcept {
  return character < 0x20 || character == '"' || character == '\\';
}

// Whether one of eight characters must be escaped (Mycroft's test for a zero byte, three times).
// It may name the wrong byte, never the wrong word.
constexpr bool any_needs_escape(std::uint64_t eight) noexcept {
  const std::uint64_t quote = eight ^ (kOnes * '"');
  const std::uint64_t backslash = eight ^ (kOnes * '\\');
  return ((((eight - kOnes * 0x20) & ~eight) | ((quote - kOnes) & ~quote) |
           ((backslash - kOnes) & ~backslash)) &
          kHighs) != 0;
}

// Where the first character stands that must be escaped, from `from`; the end if there is none.
std::size_t first_escape(std::string_view text, std::size_t from) noexcept {
  while (from + 8 <= text.size()) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + from, 8);
    if (any_needs_escape(eight)) {
      break;
    }
    from += 8;
  }
  while (from < text.size() && !needs_escape(static_cast<unsigned char>(text[from]))) {
    ++from;
  }
  return from;
}

void append_escaped(std::string& out, char character) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  out += "\\u00";
  out += kDigits[code >> 4];
  out += kDigits[code & 0xf];
}

}  // namespace

void append_number(std::string& out, std::int64_t number) {
  if (number >= 0 && number <= 9) {  // most fields of a usage are 0
    out += static_cast<char>('0' + number);
    return;
  }
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_json_text(std::string& out, std::string_view text) {
  std::size_t done = 0;
  while (true) {
    const std::size_t escape = first_escape(text, done);
    out.append(text.data() + done, escape - done);
    if (escape == text.size()) {
      return;
    }
    append_escaped(out, text[escape]);
    done = escape + 1;
  }
}

}  // namespace sluice::wire
