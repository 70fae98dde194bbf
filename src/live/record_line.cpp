#include "live/record_line.hpp"

#include <charconv>

#include "base/integer.hpp"
#include "wire/json_append.hpp"
#include "wire/rate_limit_headers.hpp"

namespace sluice::live {
namespace {

constexpr std::size_t kNumberMost = 48;
constexpr std::int64_t kSecond = 1'000'000'000;

// Exactly `count` digits, zeros in front.
char* put_digits(char* out, std::uint64_t number, int count) noexcept {
  for (char* at = out + count; at != out; number /= 10)
    *--at = static_cast<char>('0' + number % 10);
  return out + count;
}

// The length of the character that begins there, as UTF-8 has it; 0: it is none.
std::size_t character_size(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 0 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  const auto second = size > 1 ? static_cast<unsigned char>(text[1]) : 0U;
  const bool is_overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool is_no_character = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return is_overlong || is_no_character ? 0 : size;
}

// The longest beginning that fits and is valid; what is not valid in it is replaced.
std::string made_valid(std::string_view text, std::size_t most) {
  std::string valid;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (valid.size() + std::max<std::size_t>(size, 1) > most) break;
    if (size == 0) {
      valid += '?';
    } else {
      valid += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return valid;
}

bool is_plain(std::string_view text) noexcept {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

void RecordLine::flush() {
  out_.append(room_, static_cast<std::size_t>(end_ - room_));
  end_ = room_;
}

RecordLine& RecordLine::number(std::int64_t number) {
  make_room(kNumberMost);
  end_ = std::to_chars(end_, room_ + kRoom, number).ptr;
  return *this;
}

RecordLine& RecordLine::number(std::uint64_t number) {
  make_room(kNumberMost);
  end_ = std::to_chars(end_, room_ + kRoom, number).ptr;
  return *this;
}

RecordLine& RecordLine::seconds(Duration duration) {
  make_room(kNumberMost);
  std::uint64_t size = static_cast<std::uint64_t>(ns(duration));
  if (ns(duration) < 0) {
    *end_++ = '-';
    size = 0 - size;
  }
  end_ = std::to_chars(end_, room_ + kRoom, size / kSecond).ptr;
  *end_++ = '.';
  end_ = put_digits(end_, size % kSecond, 9);
  return *this;
}

RecordLine& RecordLine::seconds(TimePoint time) {
  return time == kNever ? null() : seconds(time - kRunStart);
}

RecordLine& RecordLine::instant(UnixTime time) {
  constexpr std::int64_t kOneDay = 86'400 * kSecond;
  make_room(kNumberMost);
  const auto day = static_cast<std::int64_t>(floor_div(time.nanoseconds, kOneDay));
  const CivilDate date = civil_from_days(day);
  const auto of_day = static_cast<std::uint64_t>(time.nanoseconds - day * kOneDay);
  const std::uint64_t second = of_day / kSecond;
  const auto two = [this](std::uint64_t number, char after) {
    end_ = put_digits(end_, number, 2);
    *end_++ = after;
  };
  *end_++ = '"';
  end_ = put_digits(end_, static_cast<std::uint64_t>(date.year), 4);
  *end_++ = '-';
  two(static_cast<std::uint64_t>(date.month), '-');
  two(static_cast<std::uint64_t>(date.day), 'T');
  two(second / 3600, ':');
  two(second / 60 % 60, ':');
  two(second % 60, '.');
  end_ = put_digits(end_, of_day % kSecond, 9);
  *end_++ = 'Z';
  *end_++ = '"';
  return *this;
}

RecordLine& RecordLine::whole_seconds(UnixTime time) {
  raw("\"");
  flush();
  wire::append_whole_seconds(out_, time);
  return raw("\"");
}

RecordLine& RecordLine::dollars(Money money) {
  const int128 picodollars = money.picodollars();
  constexpr int128 kFast = int128{1} << 62;
  if (picodollars >= kFast || picodollars <= -kFast) {
    flush();
    out_ += money.exact();
    return *this;
  }
  make_room(kNumberMost);
  auto size = static_cast<std::uint64_t>(picodollars < 0 ? -picodollars : picodollars);
  if (picodollars < 0) *end_++ = '-';
  constexpr auto kDollar = static_cast<std::uint64_t>(Money::kPicodollarsPerDollar);
  end_ = std::to_chars(end_, room_ + kRoom, size / kDollar).ptr;
  size %= kDollar;
  if (size == 0) return *this;
  *end_++ = '.';
  end_ = put_digits(end_, size, Money::kDigits);
  while (end_[-1] == '0') --end_;
  return *this;
}

RecordLine& RecordLine::own_text(std::string_view text) {
  raw("\"");
  flush();
  wire::append_json_text(out_, text);
  return raw("\"");
}

RecordLine& RecordLine::others_text(std::string_view text) {
  if (text.empty()) return null();
  if (text.size() <= kTextMost && is_plain(text)) return own_text(text);
  return own_text(made_valid(text, kTextMost));
}

}  // namespace sluice::live
