// JSON Schemas (draft 2020-12) of the documents that programs write, put together by hand. Objects
// are closed: they have exactly the members that are named, each of them always there.
//
//   Value row = object({{"metric", text("Path.")}, {"value", or_null(number("Seconds."))}});
//   std::string published =
//       document("What sluice found", "sluice-thing", {{"rows", list(row, "In order.")}});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "describe/value.hpp"

namespace sluice::describe::schema {

// A member and the schema of its value. The description of a value is a whole sentence that gives
// its unit; an empty one is left out.
struct Part {
  std::string_view name;
  Value value;
};

Value text(std::string_view description);
Value number(std::string_view description);
Value count(std::string_view description);  // a whole number
Value flag(std::string_view description);
// A text that is one of these.
Value word(const std::vector<std::string_view>& words, std::string_view description);
Value list(Value items, std::string_view description);
Value texts(std::string_view description);
Value object(std::vector<Part> parts, std::string_view description = {});
// An object whose names are of the data: models, tiers.
Value map(Value items, std::string_view description);
// An object of which the schema says nothing, as a scenario has it.
Value any_object(std::string_view description);

Value or_null(Value schema);
// The same with another description.
Value described(Value schema, std::string_view description);

// The schema of a whole document, as text. It begins with "format", which is the text `format`, and
// "format_version", which is 1; `parts` are the other members.
std::string document(std::string_view title, std::string_view format, std::vector<Part> parts);
// The same of any object.
std::string document(std::string_view title, const Value& root);

}  // namespace sluice::describe::schema
