#include "results/json_value.hpp"

#include <charconv>

#include "base/decimal.hpp"
#include "results/metric.hpp"

namespace sluice {

using describe::Value;

Value seconds_of(Duration duration) {
  return Value::decimal(decimal_text(int128{ns(duration)}, 9));
}

Value seconds_of(TimePoint time) { return time == kNever ? Value() : seconds_of(time - kRunStart); }

Value seconds_of(const std::optional<Duration>& duration) {
  return duration ? seconds_of(*duration) : Value();
}

Value dollars_of(Money money) { return Value::decimal(money.exact()); }

Value dollars_of(const std::optional<Money>& money) { return money ? dollars_of(*money) : Value(); }

Value number_of(double number) { return Value::decimal(decimal_text(MetricNumber(number))); }

Value number_of(const std::optional<double>& number) {
  return number ? number_of(*number) : Value();
}

Value texts_of(std::span<const std::string> texts) {
  Value array = Value::array();
  for (const std::string& text : texts) array.push(text);
  return array;
}

double double_of(const Value& number) {
  const std::string text = number.number_text();
  double nearest = 0;
  std::from_chars(text.data(), text.data() + text.size(), nearest);
  return nearest;
}

Value rounded_mean(int128 sum, std::int64_t count) {
  if (count == 0) return Value();
  return static_cast<std::int64_t>(divide_rounded(sum, count));
}

}  // namespace sluice
