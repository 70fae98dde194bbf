#include "describe/scalars.hpp"

#include <algorithm>
#include <vector>

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"

namespace sluice::describe {
namespace {

constexpr int128 kInt64Max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kUnlimitedName = "unlimited";

// The value as it stands in the file, shortened.
std::string shown(const Value& value) {
  if (value.is(Value::Kind::kString)) return in_quotes(value.as_string());
  if (value.is(Value::Kind::kArray) || value.is(Value::Kind::kObject)) {
    return std::string{value.kind_name()};
  }
  return to_json(value, 0);
}

tl::unexpected<Error> wrong(const Value& value, std::string_view wanted) {
  return invalid("", shown(value) + " is not " + std::string{wanted});
}

using Write = std::string (*)(int128 raw, const Constraints& constraints);

// Checks the bounds; `write` gives a bound as a person would have written it.
Result<int128> bounded(const Value& value, int128 raw, const Constraints& constraints,
                       Write write) {
  const auto& [min, max] = std::pair{constraints.min, constraints.max};
  const bool low = min && raw < *min;
  const bool high = max && raw > *max;
  if (!low && !high) return raw;
  if (low && *min == 1) return invalid("", shown(value) + " must be positive");
  if (min && max) {
    return invalid("", shown(value) + " must be from " + write(*min, constraints) + " to " +
                           write(*max, constraints));
  }
  return invalid("", shown(value) + (low ? " must be at least " + write(*min, constraints)
                                         : " must be at most " + write(*max, constraints)));
}

std::string bounds_text(const Constraints& constraints, Write write) {
  const auto& min = constraints.min;
  const auto& max = constraints.max;
  if (min && max) return ", " + write(*min, constraints) + " to " + write(*max, constraints);
  if (min && *min == 1) return ", positive";
  if (min) return ", at least " + write(*min, constraints);
  if (max) return ", at most " + write(*max, constraints);
  return "";
}

Value string_schema(std::string_view pattern) {
  Value schema = Value::object();
  schema.set("type", "string");
  if (!pattern.empty()) schema.set("pattern", pattern);
  return schema;
}

Value number_schema(std::string_view type, const Constraints& constraints, int digits) {
  Value schema = Value::object();
  schema.set("type", type);
  const auto bound = [&](int128 raw) { return Value::decimal(decimal_text(raw, digits)); };
  if (constraints.min) schema.set("minimum", bound(*constraints.min));
  if (constraints.max) schema.set("maximum", bound(*constraints.max));
  return schema;
}

Value either(Value first, Value second) {
  Value schema = Value::object();
  schema.set("anyOf", Value::array({std::move(first), std::move(second)}));
  return schema;
}

Value with_unlimited(Value schema, const Constraints& constraints) {
  if (!constraints.unlimited) return schema;
  Value word = Value::object();
  word.set("const", kUnlimitedName);
  return either(std::move(schema), std::move(word));
}

Shape scalar_shape(std::string text, Value schema) {
  return {.kind = Shape::Kind::kScalar, .text = std::move(text), .schema = std::move(schema)};
}

std::string unlimited_text(const Constraints& constraints) {
  return constraints.unlimited ? " or \"unlimited\"" : "";
}

bool is_unlimited(const Value& value, const Constraints& constraints) {
  return constraints.unlimited && value.is(Value::Kind::kString) &&
         value.as_string() == kUnlimitedName;
}

// ---- integers

std::string write_integer(int128 raw, const Constraints& constraints) {
  return decimal_text(raw, constraints.fraction_digits);
}

std::string_view wanted_integer(const Constraints& constraints) {
  if (constraints.fraction_digits > 0) return "a fraction: write 1.5 or \"50%\"";
  if (constraints.tokens) return "a number of tokens: write 8000, \"8k\" or \"2M\"";
  return "a whole number";
}

// "8k", "1.5M", or plain digits; nothing when it is something else.
std::optional<int128> token_count(std::string_view text) {
  int digits = 0;
  if (text.ends_with('k')) digits = 3;
  if (text.ends_with('M')) digits = 6;
  if (text.ends_with('B')) digits = 9;
  if (digits > 0) text.remove_suffix(1);
  const auto scaled = parse_decimal(text, digits);
  return scaled ? std::optional{*scaled} : std::nullopt;
}

std::optional<int128> integer_of(const Value& value, const Constraints& constraints) {
  const bool text = value.is(Value::Kind::kString);
  if (!text && !value.is_number()) return std::nullopt;
  const std::string written = text ? value.as_string() : value.number_text();
  if (text && constraints.tokens) return token_count(written);
  const bool percent = text && constraints.fraction_digits > 0 && written.ends_with('%');
  if (text && !percent) return std::nullopt;
  const std::string_view number =
      std::string_view{written}.substr(0, written.size() - (percent ? 1 : 0));
  const auto scaled = parse_decimal(number, constraints.fraction_digits - (percent ? 2 : 0));
  if (!scaled && scaled.error() == DecimalError::kTooLarge) return kInt64Max + 1;
  return scaled ? std::optional{*scaled} : std::nullopt;
}

// ---- the other numbers, by their raw integers

std::string write_duration(int128 raw, const Constraints&) {
  return exact_text(Duration{static_cast<std::int64_t>(raw)});
}
std::string write_fraction(int128 raw, const Constraints&) {
  return decimal_text(raw, Fraction::kDigits);
}
std::string write_money(int128 raw, const Constraints&) {
  return "$" + Money::from_picodollars(raw).exact();
}
std::string write_plain(int128 raw, const Constraints&) { return decimal_text(raw, 0); }

// The text of a string or a number; nothing for other kinds.
std::optional<std::string> written_text(const Value& value) {
  if (value.is(Value::Kind::kString)) return value.as_string();
  if (value.is_number()) return value.number_text();
  return std::nullopt;
}

}  // namespace

Result<bool> Scalar<bool>::parse(const Value& value, const Constraints&) {
  if (!value.is(Value::Kind::kBool)) return wrong(value, "true or false");
  return value.as_bool();
}
Value Scalar<bool>::echo(const bool& scalar, const Constraints&) { return Value{scalar}; }
Shape Scalar<bool>::shape(const Constraints&) {
  return scalar_shape("boolean", Value::object().set("type", "boolean"));
}

Result<std::int64_t> Scalar<std::int64_t>::parse(const Value& value,
                                                 const Constraints& constraints) {
  if (is_unlimited(value, constraints)) return kUnlimited;
  const std::optional<int128> raw = integer_of(value, constraints);
  if (!raw) return wrong(value, wanted_integer(constraints));
  const Result<int128> checked = bounded(value, *raw, constraints, write_integer);
  if (!checked) return tl::unexpected(checked.error());
  if (*raw > kInt64Max || *raw < -kInt64Max) {
    return invalid("", shown(value) + " is out of range: at most " +
                           decimal_text(kInt64Max, constraints.fraction_digits));
  }
  return static_cast<std::int64_t>(*raw);
}
Value Scalar<std::int64_t>::echo(const std::int64_t& scalar, const Constraints& constraints) {
  if (constraints.unlimited && scalar == kUnlimited) return Value{kUnlimitedName};
  return Value::decimal(decimal_text(scalar, constraints.fraction_digits));
}
Shape Scalar<std::int64_t>::shape(const Constraints& constraints) {
  const int digits = constraints.fraction_digits;
  Value schema = number_schema(digits > 0 ? "number" : "integer", constraints, digits);
  std::string text = "integer";
  if (digits > 0) {
    schema = either(std::move(schema), string_schema("^-?[0-9.]+%$"));
    text = "fraction, as 1.5 or \"50%\"";
  } else if (constraints.tokens) {
    schema = either(std::move(schema), string_schema("^[0-9.]+[kMB]?$"));
    text = "tokens, as 8000 or \"8k\"";
  }
  text += bounds_text(constraints, write_integer) + unlimited_text(constraints);
  return scalar_shape(std::move(text), with_unlimited(std::move(schema), constraints));
}

Result<std::uint64_t> Scalar<std::uint64_t>::parse(const Value& value,
                                                   const Constraints& constraints) {
  const auto raw = value.is_number() ? parse_decimal(value.number_text(), 0)
                                     : tl::unexpected(DecimalError::kMalformed);
  constexpr int128 kMax = std::numeric_limits<std::uint64_t>::max();
  if (!raw || *raw < 0 || *raw > kMax) {
    return wrong(value, "a whole number from 0 to " + decimal_text(kMax, 0));
  }
  const Result<int128> checked = bounded(value, *raw, constraints, write_plain);
  if (!checked) return tl::unexpected(checked.error());
  return static_cast<std::uint64_t>(*raw);
}
Value Scalar<std::uint64_t>::echo(const std::uint64_t& scalar, const Constraints&) {
  return Value::decimal(std::to_string(scalar));
}
Shape Scalar<std::uint64_t>::shape(const Constraints& constraints) {
  Constraints unsigned_constraints = constraints;
  if (!constraints.min) unsigned_constraints.min = 0;
  return scalar_shape("integer" + bounds_text(unsigned_constraints, write_plain),
                      number_schema("integer", unsigned_constraints, 0));
}

Result<std::string> Scalar<std::string>::parse(const Value& value, const Constraints& constraints) {
  if (!value.is(Value::Kind::kString)) return wrong(value, "a string");
  if (constraints.not_empty && value.as_string().empty()) return invalid("", "must not be empty");
  return value.as_string();
}
Value Scalar<std::string>::echo(const std::string& scalar, const Constraints&) {
  return Value{scalar};
}
Shape Scalar<std::string>::shape(const Constraints& constraints) {
  Value schema = string_schema("");
  if (constraints.not_empty) schema.set("minLength", 1);
  return scalar_shape("string", std::move(schema));
}

Result<Duration> Scalar<Duration>::parse(const Value& value, const Constraints& constraints) {
  if (is_unlimited(value, constraints)) return Duration{kUnlimited};
  const std::optional<std::string> text = written_text(value);
  if (!text) return wrong(value, "a duration: write \"30s\", \"1m30s\" or \"250ms\"");
  if (value.is_number()) {
    return invalid("", *text + " has no unit: write \"" + *text + "s\" or \"" + *text + "ms\"");
  }
  const Result<Duration> duration = parse_duration(*text);
  if (!duration) return duration;
  const Result<int128> checked = bounded(value, ns(*duration), constraints, write_duration);
  if (!checked) return tl::unexpected(checked.error());
  return duration;
}
Value Scalar<Duration>::echo(const Duration& scalar, const Constraints& constraints) {
  if (constraints.unlimited && ns(scalar) == kUnlimited) return Value{kUnlimitedName};
  return Value{exact_text(scalar)};
}
Shape Scalar<Duration>::shape(const Constraints& constraints) {
  Value schema = string_schema("^([0-9.]+(d|h|m|s|ms|us|ns))+$");
  return scalar_shape(
      "duration" + bounds_text(constraints, write_duration) + unlimited_text(constraints),
      with_unlimited(std::move(schema), constraints));
}

Result<Fraction> Scalar<Fraction>::parse(const Value& value, const Constraints& constraints) {
  const std::optional<std::string> text = written_text(value);
  if (!text) return wrong(value, "a fraction: write 0.05 or \"5%\"");
  const Result<Fraction> fraction = Fraction::parse(*text);
  if (!fraction) return fraction;
  const Result<int128> checked = bounded(value, fraction->ppb, constraints, write_fraction);
  if (!checked) return tl::unexpected(checked.error());
  return fraction;
}
Value Scalar<Fraction>::echo(const Fraction& scalar, const Constraints&) {
  return Value::decimal(scalar.text());
}
Shape Scalar<Fraction>::shape(const Constraints& constraints) {
  Value schema = either(number_schema("number", constraints, Fraction::kDigits),
                        string_schema("^-?[0-9.]+%?$"));
  return scalar_shape("fraction, as 0.05 or \"5%\"" + bounds_text(constraints, write_fraction),
                      std::move(schema));
}

Result<Rate> Scalar<Rate>::parse(const Value& value, const Constraints& constraints) {
  if (value.is_number()) {
    const std::string text = value.number_text();
    return invalid("",
                   text + " is a rate per what? Write \"" + text + "/s\" or \"" + text + "/min\"");
  }
  if (!value.is(Value::Kind::kString)) return wrong(value, "a rate: write \"20/s\" or \"600/min\"");
  const Result<Rate> rate = Rate::parse(value.as_string());
  if (!rate) return rate;
  const Result<int128> checked = bounded(value, rate->count, constraints, write_plain);
  if (!checked) return tl::unexpected(checked.error());
  return rate;
}
Value Scalar<Rate>::echo(const Rate& scalar, const Constraints&) { return Value{scalar.text()}; }
Shape Scalar<Rate>::shape(const Constraints& constraints) {
  return scalar_shape("rate, as \"20/s\"" + bounds_text(constraints, write_plain),
                      string_schema("^[0-9.]+/[0-9a-z.]+$"));
}

Result<Money> Scalar<Money>::parse(const Value& value, const Constraints& constraints) {
  const std::optional<std::string> text = written_text(value);
  if (!text) return wrong(value, "an amount of money: write 12.50 or \"$12.50\"");
  const Result<Money> money = Money::from_decimal(*text);
  if (!money) return money;
  const Result<int128> checked = bounded(value, money->picodollars(), constraints, write_money);
  if (!checked) return tl::unexpected(checked.error());
  return money;
}
Value Scalar<Money>::echo(const Money& scalar, const Constraints&) {
  return Value::decimal(scalar.exact());
}
Shape Scalar<Money>::shape(const Constraints& constraints) {
  return scalar_shape("money, as 12.50 or \"$12.50\"" + bounds_text(constraints, write_money),
                      either(number_schema("number", constraints, Money::kDigits),
                             string_schema("^-?[$]?[0-9.]+$")));
}

Result<UnixTime> Scalar<UnixTime>::parse(const Value& value, const Constraints&) {
  if (!value.is(Value::Kind::kString))
    return wrong(value, "a time: write \"2026-07-01T00:00:00Z\"");
  return UnixTime::parse(value.as_string());
}
Value Scalar<UnixTime>::echo(const UnixTime& scalar, const Constraints&) {
  return Value{scalar.text()};
}
Shape Scalar<UnixTime>::shape(const Constraints&) {
  return scalar_shape("time, as \"2026-07-01T00:00:00Z\"",
                      string_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}"));
}

Result<CivilDate> Scalar<CivilDate>::parse(const Value& value, const Constraints&) {
  if (!value.is(Value::Kind::kString)) return wrong(value, "a date: write \"2026-07-01\"");
  return CivilDate::parse(value.as_string());
}
Value Scalar<CivilDate>::echo(const CivilDate& scalar, const Constraints&) {
  return Value{scalar.text()};
}
Shape Scalar<CivilDate>::shape(const Constraints&) {
  return scalar_shape("date, as \"2026-07-01\"", string_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
}

Result<Value> Scalar<Value>::parse(const Value& value, const Constraints&) { return value; }
Value Scalar<Value>::echo(const Value& scalar, const Constraints&) { return scalar; }
Shape Scalar<Value>::shape(const Constraints&) { return scalar_shape("any", Value::object()); }

namespace detail {

Result<std::size_t> parse_name(const Value& value, std::span<const std::string_view> names) {
  const std::vector<std::string> all{names.begin(), names.end()};
  if (!value.is(Value::Kind::kString)) return wrong(value, "one of " + join(all));
  const auto found = std::find(names.begin(), names.end(), value.as_string());
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  return wrong(value, "one of " + join(all) + suggestion(value.as_string(), all));
}

Shape shape_of_names(std::span<const std::string_view> names) {
  Value schema = Value::object();
  Value list = Value::array();
  std::string text;
  for (const std::string_view name : names) {
    list.push(name);
    text += (text.empty() ? "\"" : ", \"") + std::string{name} + "\"";
  }
  schema.set("enum", std::move(list));
  return scalar_shape(std::move(text), std::move(schema));
}

}  // namespace detail

}  // namespace sluice::describe
