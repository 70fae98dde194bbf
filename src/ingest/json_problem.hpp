// What simdjson found wrong with somebody's JSON, in words for who wrote the log: simdjson's own
// speak to who wrote the program ("Use get_bool()"). For the parsers of JSON logs alone.
#pragma once

#include <string_view>

#include <simdjson.h>

namespace sluice::ingest {

inline std::string_view json_problem(simdjson::error_code problem) noexcept {
  switch (problem) {
    case simdjson::INCORRECT_TYPE:
    case simdjson::SCALAR_DOCUMENT_AS_VALUE:
      return "it is no object";
    case simdjson::EMPTY:
      return "it is empty";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "it ends within an object or a list";
    case simdjson::UNCLOSED_STRING:
      return "it ends within a text";
    case simdjson::UTF8_ERROR:
      return "it is not UTF-8";
    case simdjson::DEPTH_ERROR:
      return "it is nested too deep";
    case simdjson::NUMBER_ERROR:
      return "a number is malformed";
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
      return "a text is malformed";
    default:
      return "a comma, a colon, a brace or a word is wrong";
  }
}

}  // namespace sluice::ingest
