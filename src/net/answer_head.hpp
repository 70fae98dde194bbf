// The head of an answer, parsed where it lies: status line and fields. Pure; written by hand,
// because a client does it once a request. What HTTP leaves open and two readers may understand
// differently (folded lines, bare line feeds, two lengths, a length beside chunks) is malformed
// here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "net/http_handler.hpp"

namespace sluice::net {

struct ParsedAnswer {
  int status = 0;
  std::vector<HeaderField> fields;
  std::optional<std::uint64_t> content_length{};
  bool is_chunked = false;
  bool keeps_alive = false;
};

// `text` is a whole head, its empty line included. False: malformed, and `answer` holds anything.
// The views are into `text`; `answer` may be used again and again.
bool parse_answer_head(std::string_view text, ParsedAnswer& answer);

// Whether what is there of a head can still become one: another protocol, or lines that end without
// a carriage return, would otherwise be waited for. The first `checked` bytes are known to be fine.
bool may_become_answer(std::string_view text, std::size_t checked) noexcept;

}  // namespace sluice::net
