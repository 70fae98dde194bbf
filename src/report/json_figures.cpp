#include "report/json_figures.hpp"

#include <vector>

#include "base/decimal.hpp"
#include "report/number_text.hpp"
#include "results/json_value.hpp"
#include "results/saved_run.hpp"

namespace sluice {

using describe::Value;

const Value* member_at(const Value& value, std::string_view path) {
  if (!value.is(Value::Kind::kObject)) return nullptr;
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('.', end - 1)) {
    const Value* const member = value.find(path.substr(0, end));
    if (member == nullptr) continue;
    return end == path.size() ? member : member_at(*member, path.substr(end + 1));
  }
  return nullptr;
}

std::string text_at(const Value& value, std::string_view path) {
  const Value* const member = member_at(value, path);
  return member != nullptr && member->is(Value::Kind::kString) ? member->as_string()
                                                               : std::string();
}

std::string text_of(const Value& value) {
  if (value.is(Value::Kind::kString)) return value.as_string();
  return value.is_number() ? value.number_text() : std::string();
}

const std::vector<Value>& list_at(const Value& value, std::string_view path) {
  static const std::vector<Value> kNone;
  const Value* const member = member_at(value, path);
  return member != nullptr && member->is(Value::Kind::kArray) ? member->items() : kNone;
}

bool flag_at(const Value& value, std::string_view path) {
  const Value* const member = member_at(value, path);
  return member != nullptr && member->is(Value::Kind::kBool) && member->as_bool();
}

Unit unit_at(const Value& value) {
  return unit_named(text_at(value, "unit")).value_or(Unit::kCount);
}

std::string figure_text(const Value* number, Unit unit) {
  if (number == nullptr || !number->is_number()) return "-";
  const std::string text = number->number_text();
  if (unit == Unit::kDuration) {
    if (const auto scaled = parse_decimal(text, 9)) {
      return number_text(Duration{static_cast<std::int64_t>(*scaled)}, unit);
    }
  } else if (unit == Unit::kMoney) {
    if (const auto money = Money::from_decimal(text)) return number_text(*money, unit);
  } else if (number->is(Value::Kind::kInteger)) {
    return number_text(number->as_integer(), unit);
  }
  return number_text_of(double_of(*number), unit);
}

std::string figure_at(const Value& value, std::string_view path, Unit unit) {
  return figure_text(member_at(value, path), unit);
}

std::string range_text(const Value* interval, Unit unit) {
  if (interval == nullptr) return {};
  const Value* const low = member_at(*interval, "low");
  const Value* const high = member_at(*interval, "high");
  if (low == nullptr || high == nullptr || !low->is_number() || !high->is_number()) return {};
  return figure_text(low, unit) + " to " + figure_text(high, unit);
}

}  // namespace sluice
