#include "describe/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/decimal.hpp"

namespace sluice::describe {

Value Value::array() { return array({}); }

Value Value::array(std::vector<Value> items) {
  Value value;
  value.data_ = std::move(items);
  return value;
}

Value Value::object() {
  Value value;
  value.data_ = Members{};
  return value;
}

Value Value::decimal(std::string_view text) {
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc{} && end == text.data() + text.size() && text != "-0") return Value{whole};
  const auto parsed = parse_decimal(text, 0);
  SLUICE_CHECK(parsed || parsed.error() != DecimalError::kMalformed);
  Value value;
  value.data_ = Decimal{std::string{text}};
  return value;
}

Value Value::rounded(double number, int digits) {
  return std::isfinite(number) ? decimal(fmt::format("{:.{}f}", number, digits)) : Value{};
}

Value Value::of_unsigned(std::uint64_t number) { return decimal(std::to_string(number)); }

bool Value::as_bool() const {
  SLUICE_CHECK(is(Kind::kBool));
  return *std::get_if<bool>(&data_);
}

std::int64_t Value::as_integer() const {
  SLUICE_CHECK(is(Kind::kInteger));
  return *std::get_if<std::int64_t>(&data_);
}

const std::string& Value::as_string() const {
  SLUICE_CHECK(is(Kind::kString));
  return *std::get_if<std::string>(&data_);
}

std::string Value::number_text() const {
  SLUICE_CHECK(is_number());
  if (is(Kind::kInteger)) return std::to_string(as_integer());
  return std::get_if<Decimal>(&data_)->text;
}

const std::vector<Value>& Value::items() const {
  SLUICE_CHECK(is(Kind::kArray));
  return *std::get_if<Items>(&data_);
}

std::vector<Value>& Value::items() {
  SLUICE_CHECK(is(Kind::kArray));
  return *std::get_if<Items>(&data_);
}

const std::vector<Member>& Value::members() const {
  SLUICE_CHECK(is(Kind::kObject));
  return *std::get_if<Members>(&data_);
}

std::vector<Member>& Value::members() {
  SLUICE_CHECK(is(Kind::kObject));
  return *std::get_if<Members>(&data_);
}

const Value* Value::find(std::string_view name) const noexcept {
  const auto* members = std::get_if<Members>(&data_);
  if (members == nullptr) return nullptr;
  const auto named = [&](const Member& member) { return member.name == name; };
  const auto found = std::find_if(members->begin(), members->end(), named);
  return found == members->end() ? nullptr : &found->value;
}

Value* Value::find(std::string_view name) noexcept {
  return const_cast<Value*>(static_cast<const Value*>(this)->find(name));
}

Value& Value::set(std::string_view name, Value value) {
  if (Value* present = find(name)) {
    *present = std::move(value);
  } else {
    members().push_back({std::string{name}, std::move(value)});
  }
  return *this;
}

Value& Value::push(Value value) {
  items().push_back(std::move(value));
  return *this;
}

std::string_view Value::kind_name() const noexcept {
  constexpr std::array<std::string_view, 7> kNames{"null",     "a boolean", "a number", "a number",
                                                   "a string", "an array",  "an object"};
  return kNames[data_.index()];
}

bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

}  // namespace sluice::describe
