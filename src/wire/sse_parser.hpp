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

namespace sluice::wire {

struct SseEvent {
  std::string_view name;  // of "event:"; empty where there was none
  std::string_view data;  // the lines of "data:", joined by \n; kPadding bytes behind may be read
};

// The bodies below are of whoever owns this header to write; the form of feed() is the contract.
class SseParser {
 public:
  static constexpr std::size_t kEventLimit = 16 * 1024 * 1024;

  template <class OnEvent>
  void feed(std::string_view bytes, OnEvent&& on_event);
  // An event grew beyond kEventLimit: nothing more comes out.
  bool is_broken() const noexcept { return is_broken_; }
  // For the next stream.
  void clear() noexcept;

 private:
  bool is_broken_ = false;
};

}  // namespace sluice::wire
