// A report's JSON against the schema that is published for it.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "describe/json.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

inline describe::Value parsed(const std::string& text) {
  auto value = describe::parse_json(text, "test");
  REQUIRE(value.has_value());
  return std::move(*value);
}

// Every object has exactly the members that its schema names, all the way down; one of which the
// schema names none (the echo of a scenario) is free.
inline void check_fits(const describe::Value& schema, const describe::Value& value) {
  using Kind = describe::Value::Kind;
  if (value.is(Kind::kArray)) {
    const describe::Value* const items = schema.find("items");
    REQUIRE(items != nullptr);
    for (const describe::Value& item : value.items()) check_fits(*items, item);
  }
  const describe::Value* const properties = schema.find("properties");
  if (!value.is(Kind::kObject) || properties == nullptr) return;
  REQUIRE(schema.find("required") != nullptr);
  for (const describe::Value& name : schema.find("required")->items()) {
    INFO(name.as_string());
    CHECK(value.find(name.as_string()) != nullptr);
  }
  for (const auto& member : value.members()) {
    INFO(member.name);
    const describe::Value* const property = properties->find(member.name);
    REQUIRE(property != nullptr);
    check_fits(*property, member.value);
  }
}

// `name` is a file of docs/.
inline void check_published(const std::string& name, const std::string& schema) {
  std::ifstream file(std::string(SLUICE_SOURCE_DIR "/docs/") + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == schema);
}

}  // namespace sluice::testing
