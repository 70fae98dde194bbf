// The head of a response as text: status line, the handler's fields, and those of the transport.
// Pure; written by hand, because putting together an object first costs more than the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/calendar.hpp"

namespace sluice::net {

enum class Framing : std::uint8_t {
  kLength,   // content-length
  kChunked,  // transfer-encoding: chunked
  kClose,    // until the connection is closed: HTTP/1.0 knows no chunks
  kNone,     // the status allows no body
};

struct ResponseHead {
  int status = 200;
  std::string_view fields;     // whole lines
  std::string_view date_line;  // as of date_line()
  Framing framing = Framing::kLength;
  std::size_t content_length = 0;
  bool keeps_alive = true;
};

void append_head(std::string& out, const ResponseHead& head);

// "date: Sat, 21 Nov 2026 02:15:25 GMT\r\n".
std::string date_line(UnixTime now);

// "content-length" makes no sense with 204 and 304, nor a body.
constexpr bool has_body(int status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

// The size of a chunk and its line's end.
void append_chunk_size(std::string& out, std::size_t size);

}  // namespace sluice::net
