#include "describe/fields.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/text.hpp"

namespace sluice::describe {

Field& Field::required() {
  required_ = true;
  return *this;
}

Field& Field::unit(std::string_view unit) {
  unit_ = unit;
  return *this;
}

Field& Field::not_empty() {
  constraints_.not_empty = true;
  return *this;
}

Field& Field::at_most_items(std::size_t count) {
  constraints_.most_items = count;
  return *this;
}

Field& Field::tokens() {
  constraints_.tokens = true;
  return unit("tokens");
}

Field& Field::permille() {
  constraints_.fraction_digits = 3;
  return *this;
}

Field& Field::ppm() {
  constraints_.fraction_digits = 6;
  return *this;
}

Field& Field::or_unlimited() {
  constraints_.unlimited = true;
  return *this;
}

Field& Field::on_given(std::function<void()> action) {
  on_given_ = std::move(action);
  return *this;
}

Field& Field::raw_min(int128 bound) {
  constraints_.min = bound;
  return *this;
}

Field& Field::raw_max(int128 bound) {
  constraints_.max = bound;
  return *this;
}

Fields& Fields::type(std::string_view name, std::string_view doc) {
  name_ = name;
  doc_ = doc;
  return *this;
}

Fields& Fields::shorthand(std::string_view field) {
  shorthand_ = field;
  return *this;
}

void Fields::check_names(Decoder& decoder, const Value& value, std::string_view tag) const {
  std::vector<std::string> names;
  for (const Field& field : fields_) names.emplace_back(field.name_);
  if (!tag.empty()) names.emplace_back(tag);
  for (const Member& member : value.members()) {
    if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
    const Decoder::Scope scope{decoder, member.name};
    std::string near = suggestion(member.name, names);
    if (near.empty()) near = ": the fields here are " + join(names);
    decoder.fail(member.value, in_quotes(member.name) + " is not a field" + near);
  }
}

void Fields::decode_field(const Field& field, Decoder& decoder, const Value& value) {
  const std::size_t errors = decoder.error_count();
  field.type_->decode(decoder, value, field.constraints_, field.target_);
  if (field.on_given_ && decoder.error_count() == errors) field.on_given_();
}

void Fields::miss(const Field& field, Decoder& decoder, const Value& value) {
  if (!field.required_) return;
  decoder.fail(value, in_quotes(field.name_) + " is missing: " + std::string{field.doc_});
}

void Fields::decode_shorthand(Decoder& decoder, const Value& value) const {
  for (const Field& field : fields_) {
    if (field.name_ == shorthand_) {
      decode_field(field, decoder, value);
    } else {
      miss(field, decoder, value);
    }
  }
}

void Fields::decode_members(Decoder& decoder, const Value& value) const {
  for (const Field& field : fields_) {
    if (const Value* member = value.find(field.name_)) {
      const Decoder::Scope scope{decoder, field.name_};
      decode_field(field, decoder, *member);
    } else {
      miss(field, decoder, value);
    }
  }
}

bool Fields::decode(Decoder& decoder, const Value& value, std::string_view tag) const {
  const std::size_t errors = decoder.error_count();
  if (value.is(Value::Kind::kObject)) {
    check_names(decoder, value, tag);
    decode_members(decoder, value);
  } else if (!shorthand_.empty()) {
    decode_shorthand(decoder, value);
  } else {
    std::vector<std::string> names;
    for (const Field& field : fields_) names.emplace_back(field.name_);
    decoder.fail(value, "is " + std::string{value.kind_name()} + ", but must be an object with " +
                            join(names));
  }
  return decoder.error_count() == errors;
}

Value Fields::echo() const {
  Value object = Value::object();
  for (const Field& field : fields_) {
    Value value = field.type_->echo(field.target_, field.constraints_);
    if (!value.is(Value::Kind::kNull)) object.set(field.name_, std::move(value));
  }
  return object;
}

StructInfo Fields::info() const {
  StructInfo info{std::string{name_}, std::string{doc_}, std::string{shorthand_}, {}};
  for (const Field& field : fields_) {
    info.fields.push_back({
        .name = std::string{field.name_},
        .doc = std::string{field.doc_},
        .unit = std::string{field.unit_},
        .required = field.required_,
        .fallback =
            field.required_ ? Value{} : field.type_->echo(field.target_, field.constraints_),
        .shape = field.type_->shape(field.constraints_),
    });
  }
  return info;
}

}  // namespace sluice::describe
