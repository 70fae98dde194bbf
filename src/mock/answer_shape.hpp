// Words in a shape: a JSON text with places where words go (wire/schema_example.hpp). Its tokens
// are spread evenly over those places, and what stands between two places belongs to the token
// behind it, so that pieces written one after another are the text, wherever they were cut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::mock {

struct ShapedText {
  std::string_view shape;  // ASCII
  std::uint64_t key = 0;   // of the words
  std::int64_t tokens = 0;
};

// Tokens [from, to) as they are, and as the inside of a JSON string. A place that no token is left
// for gets a word all the same, since schemas seldom take an empty text.
void append_shaped(std::string& out, const ShapedText& text, std::int64_t from, std::int64_t to);
void append_json_shaped(std::string& out, const ShapedText& text, std::int64_t from,
                        std::int64_t to);

}  // namespace sluice::mock
