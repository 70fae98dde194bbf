// What programs print against the schemas that are published for it: a small validator of JSON
// Schema, as far as docs/*.schema.json use it, and stricter in one way: an object that has
// properties has exactly these.
#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "describe/json.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

inline describe::Value parsed(const std::string& text) {
  auto value = describe::parse_json(text, "test");
  REQUIRE(value.has_value());
  return std::move(*value);
}

inline bool is_of_type(const describe::Value& value, std::string_view type) {
  using Kind = describe::Value::Kind;
  if (type == "null") return value.is(Kind::kNull);
  if (type == "boolean") return value.is(Kind::kBool);
  if (type == "integer") return value.is(Kind::kInteger);
  if (type == "number") return value.is_number();
  if (type == "string") return value.is(Kind::kString);
  if (type == "array") return value.is(Kind::kArray);
  return type == "object" && value.is(Kind::kObject);
}

// `schema` has one word, a list of words, or nothing to say about it.
inline bool has_type(const describe::Value& schema, const describe::Value& value) {
  const describe::Value* const type = schema.find("type");
  if (type == nullptr) return true;
  if (type->is(describe::Value::Kind::kString)) return is_of_type(value, type->as_string());
  const auto& types = type->items();
  return std::any_of(types.begin(), types.end(), [&](const describe::Value& one) {
    return is_of_type(value, one.as_string());
  });
}

inline bool is_one_of(const describe::Value& schema, const describe::Value& value) {
  if (const describe::Value* const only = schema.find("const")) return value == *only;
  const describe::Value* const words = schema.find("enum");
  if (words == nullptr) return true;
  return std::find(words->items().begin(), words->items().end(), value) != words->items().end();
}

// Everything that is wrong, one "place: what" a line; empty: it fits. An object of whose members
// the schema says nothing (the echo of a scenario) is free.
inline std::string misfits(const describe::Value& schema, const describe::Value& value,
                           const std::string& place = "") {
  using Kind = describe::Value::Kind;
  if (!has_type(schema, value)) return place + ": is " + std::string(value.kind_name()) + "\n";
  if (!is_one_of(schema, value)) return place + ": is " + describe::to_json(value) + "\n";
  std::string wrong;
  if (value.is(Kind::kArray)) {
    const describe::Value* const items = schema.find("items");
    if (items == nullptr) return place + ": the schema does not say of what it is a list\n";
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      wrong += misfits(*items, value.items()[i], place + "/" + std::to_string(i));
    }
  }
  if (!value.is(Kind::kObject)) return wrong;
  const describe::Value* const properties = schema.find("properties");
  const describe::Value* const others = schema.find("additionalProperties");
  if (const describe::Value* const required = schema.find("required")) {
    for (const describe::Value& name : required->items()) {
      if (value.find(name.as_string()) != nullptr) continue;
      wrong += place + "/" + name.as_string() + ": is missing\n";
    }
  }
  const bool is_map = others != nullptr && others->is(Kind::kObject);
  for (const auto& member : value.members()) {
    const describe::Value* found = properties != nullptr ? properties->find(member.name) : nullptr;
    if (found == nullptr && is_map) found = others;
    if (found != nullptr) {
      wrong += misfits(*found, member.value, place + "/" + member.name);
    } else if (properties != nullptr || others != nullptr) {
      wrong += place + "/" + member.name + ": is not in the schema\n";
    }
  }
  return wrong;
}

inline void check_fits(const describe::Value& schema, const describe::Value& value) {
  CHECK(misfits(schema, value) == "");
}

// `name` is a file of docs/.
inline std::string published(const std::string& name) {
  std::ifstream file(std::string(SLUICE_SOURCE_DIR "/docs/") + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The JSON that a program printed, against the published schema of that name.
inline describe::Value check_published_fits(const std::string& name, const std::string& json) {
  describe::Value value = parsed(json);
  check_fits(parsed(published(name)), value);
  return value;
}

inline void check_published(const std::string& name, const std::string& schema) {
  CHECK(published(name) == schema);
}

}  // namespace sluice::testing
