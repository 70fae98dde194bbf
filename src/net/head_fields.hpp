// The field lines of a head, of a request or of an answer, read where they lie, and what they say
// about the body's length and the connection. Pure; written by hand, because both sides do it once
// a request. What HTTP leaves open and two readers may understand differently (folded lines, bare
// line feeds, two lengths, a length beside chunks) is malformed. Private to net's .cpp files.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "net/http_handler.hpp"

namespace sluice::net {

struct HeadFacts {
  std::optional<std::uint64_t> content_length{};
  bool is_chunked = false;
  bool is_version_1_0 = false;
  bool says_close = false;
  bool says_keep_alive = false;
  bool expects_continue = false;
  int hosts = 0;

  bool keeps_alive() const noexcept { return !says_close && (!is_version_1_0 || says_keep_alive); }
};

// Takes the next line off `rest`, without its end. None: there is no whole line that ends as it
// should.
std::optional<std::string_view> take_line(std::string_view& rest) noexcept;

// "HTTP/1.0" or "HTTP/1.1": whether it is one, and which.
bool read_version(std::string_view text, HeadFacts& facts) noexcept;

// Visible ASCII, blanks, and bytes beyond ASCII.
bool is_field_text(std::string_view text) noexcept;

// The lines up to the empty one, which has to be the end of `rest`. facts.is_version_1_0 is known
// by then. False: malformed. `fields` is added to; the views are into `rest`.
bool read_fields(std::string_view rest, std::vector<HeaderField>& fields, HeadFacts& facts);

}  // namespace sluice::net
