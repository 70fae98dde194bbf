// The head of a request: the request line and the fields, parsed where they lie. Pure: bytes in,
// views of those bytes out. What HTTP leaves open and attackers use to make two servers disagree
// (folded lines, two lengths, a length beside chunks) is malformed here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "net/http_handler.hpp"

namespace sluice::net {

struct RequestHead {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::vector<HeaderField> fields;
  std::uint64_t content_length = 0;  // 0 for a chunked body, and without one
  bool is_chunked = false;
  bool is_version_1_0 = false;
  bool keeps_alive = false;
  bool expects_continue = false;
};

// `text` is a whole head, its empty line included. False: malformed, and `head` holds anything. The
// views are into `text`; `head` may be used again and again.
bool parse_head(std::string_view text, RequestHead& head);

// The size of the head at the beginning of `text`, its empty line included; 0: it is not all there.
// `searched` says how much of it is known not to hold the end and is moved on.
std::size_t find_head_end(std::string_view text, std::size_t& searched) noexcept;

// Whether what is there of a head can still become one: TLS on a plain port, or lines that end
// without a carriage return, would otherwise wait for their time-out. The first `checked` bytes are
// known to be fine.
bool may_become_head(std::string_view text, std::size_t checked) noexcept;

}  // namespace sluice::net
