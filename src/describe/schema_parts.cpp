#include "describe/schema_parts.hpp"

#include <iterator>
#include <utility>

#include "describe/json.hpp"

namespace sluice::describe::schema {
namespace {

Value typed(std::string_view type, std::string_view description) {
  Value value = Value::object().set("type", type);
  if (!description.empty()) value.set("description", description);
  return value;
}

}  // namespace

Value text(std::string_view description) { return typed("string", description); }
Value number(std::string_view description) { return typed("number", description); }
Value count(std::string_view description) { return typed("integer", description); }
Value flag(std::string_view description) { return typed("boolean", description); }

Value word(const std::vector<std::string_view>& words, std::string_view description) {
  Value all = Value::array();
  for (const std::string_view one : words) all.push(one);
  return text(description).set("enum", std::move(all));
}

Value list(Value items, std::string_view description) {
  return typed("array", description).set("items", std::move(items));
}

Value texts(std::string_view description) { return list(typed("string", {}), description); }

Value object(std::vector<Part> parts, std::string_view description) {
  Value properties = Value::object();
  Value required = Value::array();
  for (Part& part : parts) {
    properties.set(part.name, std::move(part.value));
    required.push(part.name);
  }
  return typed("object", description)
      .set("properties", std::move(properties))
      .set("required", std::move(required))
      .set("additionalProperties", false);
}

Value map(Value items, std::string_view description) {
  return typed("object", description).set("additionalProperties", std::move(items));
}

Value any_object(std::string_view description) { return typed("object", description); }

Value or_null(Value schema) {
  schema.set("type", Value::array({*schema.find("type"), Value("null")}));
  if (Value* const words = schema.find("enum")) words->push(Value());
  return schema;
}

Value described(Value schema, std::string_view description) {
  return schema.set("description", description);
}

std::string document(std::string_view title, const Value& root) {
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema").set("title", title);
  for (const Member& member : root.members()) schema.set(member.name, member.value);
  return to_json(schema);
}

std::string document(std::string_view title, std::string_view format, std::vector<Part> parts) {
  std::vector<Part> all = {{"format", Value::object().set("const", format)},
                           {"format_version", Value::object().set("const", 1)}};
  all.insert(all.end(), std::make_move_iterator(parts.begin()),
             std::make_move_iterator(parts.end()));
  return document(title, object(std::move(all)));
}

}  // namespace sluice::describe::schema
