// One description per config struct. A free function names each field once; from it come strict
// decoding with validation, the JSON Schema, the Markdown field reference, and the echo of the
// effective struct.
//
//   struct Retry { std::int64_t max = 2; Duration base = milliseconds(500); std::optional<Money>
//   budget; };
//
//   void describe(Fields& v, Retry& r) {                 // a template <class Visitor> works as
//   well
//     v.type("retry", "When a failed attempt is sent again.");
//     v.field("max", r.max, "retries after the first attempt").range(0, 100);
//     v.field("base", r.base, "first wait").at_least(milliseconds(1));
//     v.field("budget", r.budget, "stop retrying when this is spent");
//   }
//   void validate(const Retry& r, Problems& problems);   // optional: what fields must hold
//   together
//
//   Checked<Retry> retry = decode_text<Retry>(R"({"max": 3, "base": "1s"})", "retry.json");
//   std::string schema = to_json(schema_of<Retry>({.title = "Retry"}));
//   std::string reference = reference_of<Retry>();
//   Value effective = echo(*retry);
//
// describe() and validate() are found by argument-dependent lookup: put them beside the struct. For
// a struct that lives in namespace sluice itself, put them in namespace sluice::describe (the name
// is taken in sluice). A union is a std::variant of described structs with UnionNames (below); an
// enum has EnumNames (scalars.hpp).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "describe/fields.hpp"
#include "describe/json.hpp"
#include "describe/scalars.hpp"
#include "describe/types.hpp"
#include "describe/value.hpp"

namespace sluice::describe {

// Decodes over a default-constructed T. Gives all errors, in the order of the text.
template <class T>
Checked<T> decode(const Value& root, std::string_view file) {
  Decoder decoder{file};
  T thing{};
  type_of<T>().decode(decoder, root, {}, &thing);
  if (decoder.error_count() > 0) return tl::unexpected(std::move(decoder).take());
  return thing;
}

template <class T>
Checked<T> decode_text(std::string_view text, std::string_view file) {
  Checked<Value> root = parse_json(text, file);
  if (!root) return tl::unexpected(std::move(root).error());
  return decode<T>(*root, file);
}

// Every field with its effective value; optional fields that are absent are left out.
// decode(echo(x)) == x.
template <class T>
Value echo(const T& thing) {
  return type_of<T>().echo(&thing, {});
}

struct SchemaOptions {
  std::string id;  // "$id"; may be empty
  std::string title;
};

// JSON Schema, draft 2020-12.
template <class T>
Value schema_of(const SchemaOptions& options) {
  return schema_from(type_of<T>().shape({}), options.id, options.title);
}

// One Markdown section per named struct: a table of key, type, default and meaning.
template <class T>
std::string reference_of() {
  return reference_from(type_of<T>().shape({}));
}

}  // namespace sluice::describe
