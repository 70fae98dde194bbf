#include "describe/types.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace sluice::describe::detail {
namespace {

std::vector<std::string> names_of(const Choice& choice) {
  return {choice.names.begin(), choice.names.end()};
}

std::optional<std::size_t> choose_named(Decoder& decoder, const Value& name, const Choice& choice) {
  const Result<std::size_t> index = parse_name(name, choice.names);
  if (index) return *index;
  decoder.fail(name, index.error().message);
  return std::nullopt;
}

bool knows_all(const StructInfo& info, const Value& object) {
  const auto knows = [&](const Member& member) {
    return std::any_of(info.fields.begin(), info.fields.end(),
                       [&](const FieldInfo& field) { return field.name == member.name; });
  };
  return std::all_of(object.members().begin(), object.members().end(), knows);
}

bool misses_none(const StructInfo& info, const Value& object) {
  return std::all_of(info.fields.begin(), info.fields.end(), [&](const FieldInfo& field) {
    return !field.required || object.find(field.name) != nullptr;
  });
}

std::optional<std::size_t> choose_by_keys(const Value& object, const Choice& choice) {
  if (object.members().empty()) return std::nullopt;
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < choice.infos.size(); ++i) {
    if (knows_all(choice.infos[i](), object)) candidates.push_back(i);
  }
  if (candidates.size() > 1) {
    std::erase_if(candidates,
                  [&](std::size_t i) { return !misses_none(choice.infos[i](), object); });
  }
  return candidates.size() == 1 ? std::optional{candidates.front()} : std::nullopt;
}

bool check_count(Decoder& decoder, const Value& value, std::size_t count,
                 const Constraints& constraints) {
  if (constraints.not_empty && count == 0) {
    decoder.fail(value, "must not be empty");
    return false;
  }
  if (constraints.most_items && count > *constraints.most_items) {
    decoder.fail(value, "has " + std::to_string(count) + " items; at most " +
                            std::to_string(*constraints.most_items) + " are possible");
    return false;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> choose(Decoder& decoder, const Value& value, const Choice& choice) {
  if (value.is(Value::Kind::kString)) return choose_named(decoder, value, choice);
  if (value.is_number() && !choice.number_is.empty()) {
    const auto found = std::find(choice.names.begin(), choice.names.end(), choice.number_is);
    return static_cast<std::size_t>(found - choice.names.begin());
  }
  const std::string wanted = in_quotes(choice.tag) + ", one of " + join(names_of(choice));
  if (!value.is(Value::Kind::kObject)) {
    decoder.fail(value,
                 "is " + std::string{value.kind_name()} + ", but must be an object with " + wanted);
    return std::nullopt;
  }
  if (const Value* name = value.find(choice.tag)) {
    const Decoder::Scope scope{decoder, choice.tag};
    return choose_named(decoder, *name, choice);
  }
  const std::optional<std::size_t> index = choose_by_keys(value, choice);
  if (!index) decoder.fail(value, "needs " + wanted);
  return index;
}

Value content_of(const Value& value) {
  if (!value.is(Value::Kind::kString)) return value;
  Value empty = Value::object();
  empty.set_position(value.position());
  return empty;
}

Value echo_union(const Choice& choice, std::size_t index, const Value& content) {
  Value object = Value::object();
  object.set(choice.tag, choice.names[index]);
  for (const Member& member : content.members()) object.set(member.name, member.value);
  return object;
}

Shape shape_of_union(const Choice& choice) {
  Shape shape{.kind = Shape::Kind::kUnion};
  shape.tag = choice.tag;
  shape.number_is = choice.number_is;
  for (std::size_t i = 0; i < choice.names.size(); ++i) {
    shape.alternatives.push_back({std::string{choice.names[i]}, choice.infos[i]});
  }
  return shape;
}

bool check_array(Decoder& decoder, const Value& value, const Constraints& constraints) {
  if (!value.is(Value::Kind::kArray)) {
    decoder.fail(value, "is " + std::string{value.kind_name()} + ", but must be an array: [...]");
    return false;
  }
  return check_count(decoder, value, value.items().size(), constraints);
}

bool check_map(Decoder& decoder, const Value& value, const Constraints& constraints) {
  if (!value.is(Value::Kind::kObject)) {
    decoder.fail(value, "is " + std::string{value.kind_name()} +
                            ", but must be an object of names: {\"name\": ...}");
    return false;
  }
  return check_count(decoder, value, value.members().size(), constraints);
}

Shape shape_of_item(Shape::Kind kind, Shape item, const Constraints& constraints) {
  Shape shape{.kind = kind};
  shape.item.push_back(std::move(item));
  shape.not_empty = constraints.not_empty;
  shape.most_items = constraints.most_items;
  return shape;
}

}  // namespace sluice::describe::detail
