// A JSON value that fits a JSON schema: what a tool is called with, or what structured output says.
// Where the schema takes any text, kWordsHere stands in place of it, for whoever has the words.
//
// Obeyed: type, properties, required, items, prefixItems, minItems, maxItems, enum, const, anyOf,
// oneOf (the first that is not null), allOf (the first), local $ref, format, minLength, maxLength,
// minimum, maximum, their exclusive forms, multipleOf. All else, `pattern` as well, is not read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::wire {

// No JSON text has this byte in it.
inline constexpr char kWordsHere = '\x01';

// ASCII, so that it can be cut anywhere. `schema` must have 64 readable bytes behind it.
// A text whose maxLength is below `longest_text` gets letters instead of words. Empty: no schema.
std::string schema_example(std::string_view schema, std::uint64_t seed, std::size_t longest_text);

}  // namespace sluice::wire
