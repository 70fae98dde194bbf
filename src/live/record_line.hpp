// A line of JSON put together piece by piece in room on the stack, for records: numbers, instants
// and money exactly, text from others so that the line stays valid JSON whatever they sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace sluice::live {

class RecordLine {
 public:
  static constexpr std::size_t kTextMost = 300;  // bytes of text from others

  explicit RecordLine(std::string& out) noexcept : out_(out) {}
  ~RecordLine() { flush(); }
  RecordLine(const RecordLine&) = delete;
  RecordLine& operator=(const RecordLine&) = delete;

  // As it is: names of members, punctuation.
  template <std::size_t N>
  RecordLine& raw(const char (&text)[N]) {
    make_room(N);
    std::memcpy(end_, text, N - 1);
    end_ += N - 1;
    return *this;
  }
  RecordLine& null() { return raw("null"); }
  RecordLine& truth(bool flag) { return flag ? raw("true") : raw("false"); }
  RecordLine& number(std::int64_t number);
  RecordLine& number(std::uint64_t number);
  RecordLine& seconds(Duration duration);          // nine digits after the point
  RecordLine& seconds(TimePoint time);             // since the start; null for kNever
  RecordLine& instant(UnixTime time);              // "2026-11-21T05:21:13.123456789Z"
  RecordLine& whole_seconds(UnixTime time);        // without a fraction, rounded up
  RecordLine& dollars(Money money);                // every digit
  RecordLine& own_text(std::string_view text);     // of this program: ours to be valid
  RecordLine& others_text(std::string_view text);  // cut, made valid; empty: null

 private:
  static constexpr std::size_t kRoom = 2048;

  void make_room(std::size_t size) {
    if (static_cast<std::size_t>(room_ + kRoom - end_) < size) flush();
  }
  void flush();

  std::string& out_;
  char room_[kRoom];
  char* end_ = room_;
};

}  // namespace sluice::live
