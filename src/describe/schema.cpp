#include <string>
#include <utility>
#include <vector>

#include "describe/types.hpp"

namespace sluice::describe {
namespace {

Value reference_to(const std::string& name) {
  return Value::object().set("$ref", "#/$defs/" + name);
}

class SchemaWriter {
 public:
  Value write(const Shape& shape) {
    switch (shape.kind) {
      case Shape::Kind::kScalar:
        return shape.schema;
      case Shape::Kind::kStruct:
        return write_struct(shape.info(), "", "");
      case Shape::Kind::kUnion:
        return write_union(shape);
      case Shape::Kind::kOptional: {
        Value null = Value::object().set("type", "null");
        return any_of({write(shape.item.front()), std::move(null)});
      }
      case Shape::Kind::kArray: {
        Value schema = Value::object().set("type", "array").set("items", write(shape.item.front()));
        if (shape.not_empty) schema.set("minItems", 1);
        if (shape.most_items) schema.set("maxItems", *shape.most_items);
        return schema;
      }
      case Shape::Kind::kMap:
        break;
    }
    Value schema = Value::object().set("type", "object");
    schema.set("additionalProperties", write(shape.item.front()));
    if (shape.not_empty) schema.set("minProperties", 1);
    if (shape.most_items) schema.set("maxProperties", *shape.most_items);
    return schema;
  }

  Value take_definitions() && { return std::move(definitions_); }

 private:
  static Value any_of(std::vector<Value> schemas) {
    return Value::object().set("anyOf", Value::array(std::move(schemas)));
  }

  // A named struct becomes a definition, once; `tag` and `name` are those of a union's alternative.
  Value write_struct(const StructInfo& info, const std::string& tag, const std::string& name) {
    if (info.name.empty()) return struct_schema(info, tag, name);
    if (definitions_.find(info.name) == nullptr) {
      definitions_.set(info.name, Value{});  // first, for a struct that contains itself
      Value schema = struct_schema(info, tag, name);
      definitions_.set(info.name, std::move(schema));
    }
    return reference_to(info.name);
  }

  Value struct_schema(const StructInfo& info, const std::string& tag, const std::string& name) {
    Value properties = Value::object();
    Value required = Value::array();
    if (!tag.empty()) properties.set(tag, Value::object().set("const", name));
    Value shorthand;
    for (const FieldInfo& field : info.fields) {
      Value schema = write(field.shape);
      if (field.name == info.shorthand) shorthand = schema;
      properties.set(field.name, field_schema(field, std::move(schema)));
      if (field.required) required.push(field.name);
    }
    Value schema = Value::object();
    if (!info.doc.empty()) schema.set("description", info.doc);
    schema.set("type", "object").set("properties", std::move(properties));
    if (!required.items().empty()) schema.set("required", std::move(required));
    schema.set("additionalProperties", false);
    if (shorthand.is(Value::Kind::kNull)) return schema;
    return any_of({std::move(shorthand), std::move(schema)});
  }

  static Value field_schema(const FieldInfo& field, Value schema) {
    Value out = Value::object();
    out.set("description", field.unit.empty() ? field.doc : field.doc + " (" + field.unit + ")");
    // Draft 2020-12 allows keywords beside $ref, so a reference can be described in place.
    for (Member& member : schema.members()) {
      if (member.name != "description") out.set(member.name, std::move(member.value));
    }
    if (!field.fallback.is(Value::Kind::kNull)) out.set("default", field.fallback);
    return out;
  }

  Value write_union(const Shape& shape) {
    std::vector<Value> schemas;
    Value names = Value::array();
    for (const Alternative& alternative : shape.alternatives) {
      names.push(alternative.name);
      schemas.push_back(write_struct(alternative.info(), shape.tag, alternative.name));
    }
    schemas.push_back(Value::object().set("enum", std::move(names)));
    return any_of(std::move(schemas));
  }

  Value definitions_ = Value::object();
};

}  // namespace

Value schema_from(const Shape& shape, const std::string& id, const std::string& title) {
  SchemaWriter writer;
  Value body = writer.write(shape);
  Value definitions = std::move(writer).take_definitions();
  Value schema = Value::object().set("$schema", "https://json-schema.org/draft/2020-12/schema");
  if (!id.empty()) schema.set("$id", id);
  schema.set("title", title);
  for (Member& member : body.members()) schema.set(member.name, std::move(member.value));
  if (!definitions.members().empty()) schema.set("$defs", std::move(definitions));
  return schema;
}

}  // namespace sluice::describe
