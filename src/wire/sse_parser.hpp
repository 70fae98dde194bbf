// Server-sent events (HTML Living Standard, 9.2.6) out of bytes as they come, torn anywhere: fields
// of one event gathered, lines ended by \n, \r or \r\n, comments and unknown fields read over, a
// byte-order mark skipped. An event that is whole within one piece is not copied.
//
//   SseParser parser;
//   parser.feed(bytes, [&](const SseEvent& event) { ... });
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::wire {

struct SseEvent {
  std::string_view name;  // of "event:"; empty where there was none
  std::string_view data;  // the lines of "data:", joined by \n; kPadding bytes behind may be read
};

class SseParser {
 public:
  static constexpr std::size_t kEventLimit = 16 * 1024 * 1024;
  static constexpr std::size_t kPadding = 64;  // what simdjson reads beyond the end, and no less

  // kPadding bytes behind `bytes` must be readable, whatever is in them. An event's views are valid
  // during the call only.
  template <class OnEvent>
  void feed(std::string_view bytes, OnEvent&& on_event) {
    begin_piece(bytes);
    SseEvent event;
    while (next(event)) on_event(std::as_const(event));
  }
  // An event grew beyond kEventLimit: nothing more comes out.
  bool is_broken() const noexcept { return is_broken_; }
  // For the next stream.
  void clear() noexcept;

 private:
  void begin_piece(std::string_view bytes) noexcept;
  bool next(SseEvent& event);
  bool take_line(std::string_view& line);
  void read_line(std::string_view line);
  void add_data(std::string_view value);
  bool finish_event(SseEvent& event);
  void forget_event() noexcept;
  void hold();

  std::string_view piece_;           // of the bytes at hand, what is still to be read
  const char* line_feed_ = nullptr;  // the next one in the piece, or its end
  std::string_view name_;
  std::string_view data_;
  std::string line_;       // the beginning of a line that the pieces before this one tore
  std::string held_name_;  // of an event that they tore, or of several lines
  std::string held_data_;
  bool is_line_whole_ = false;  // line_ was ended by this piece
  bool has_data_ = false;
  bool is_name_held_ = false;
  bool is_data_held_ = false;
  bool is_given_ = false;
  bool is_first_line_ = true;
  bool skips_line_feed_ = false;  // a \r has ended a line: a \n behind it belongs to it
  bool is_broken_ = false;
};

}  // namespace sluice::wire
