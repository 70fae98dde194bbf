#include "experiment/expectation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/decimal.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

struct Operator {
  std::string_view text;
  Comparison comparison;
};
// Longer ones first, so that "<=" is not read as "<".
constexpr std::array kOperators = {
    Operator{"<=", Comparison::kAtMost}, Operator{">=", Comparison::kAtLeast},
    Operator{"==", Comparison::kEqual},  Operator{"!=", Comparison::kNotEqual},
    Operator{"<", Comparison::kLess},    Operator{">", Comparison::kGreater},
};

std::string_view text_of(Comparison comparison) {
  const auto* const found =
      std::find_if(kOperators.begin(), kOperators.end(),
                   [&](const Operator& o) { return o.comparison == comparison; });
  return found->text;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_at_and(std::string_view text) {
  constexpr std::string_view kAnd = " and ";
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(kAnd); at != std::string_view::npos; at = text.find(kAnd)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + kAnd.size());
  }
  parts.push_back(text);
  return parts;
}

Result<ExpectationTerm> parse_term(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const Operator& candidate : kOperators) {
      if (!text.substr(at).starts_with(candidate.text)) continue;
      const std::string_view path = trimmed(text.substr(0, at));
      const std::string_view literal = trimmed(text.substr(at + candidate.text.size()));
      if (path.empty())
        return invalid("",
                       in_quotes(text) + " has no metric before " + std::string(candidate.text));
      if (literal.empty() || literal.find_first_of("<>=!") != std::string_view::npos) {
        return invalid("",
                       in_quotes(text) + " needs one value after " + std::string(candidate.text));
      }
      return ExpectationTerm{std::string(path), candidate.comparison, std::string(literal)};
    }
  }
  return invalid("", in_quotes(text) +
                         " is not a comparison; write for instance "
                         "\"requests.failed == 0\" or \"latency.success.p99 < 2s\"");
}

// Everything is compared as an integer: counts, ratios and rates times 10^9, nanoseconds,
// picodollars.
constexpr int kDigits = 9;
constexpr int128 kScale = 1'000'000'000;

std::optional<int128> read_plain(std::string_view text) {
  const auto number = parse_decimal(text, kDigits);
  return number ? std::optional(*number) : std::nullopt;
}

std::optional<int128> read_count(std::string_view text) {
  int128 factor = 1;
  if (text.ends_with('k')) factor = 1'000;
  if (text.ends_with('M')) factor = 1'000'000;
  if (factor != 1) text.remove_suffix(1);
  const auto number = read_plain(text);
  return number ? std::optional(*number * factor) : std::nullopt;
}

std::optional<int128> read_ratio(std::string_view text) {
  if (!text.ends_with('%')) return read_plain(text);
  const auto percent = read_plain(trimmed(text.substr(0, text.size() - 1)));
  return percent ? std::optional(divide_rounded(*percent, 100)) : std::nullopt;
}

std::optional<int128> read_rate(std::string_view text, Duration per) {
  if (text.find('/') == std::string_view::npos) return read_plain(text);
  const auto rate = Rate::parse(text);
  if (!rate) return std::nullopt;
  return divide_rounded(int128{rate->count} * ns(per) * kScale, ns(rate->per));
}

std::optional<int128> read_duration(std::string_view text) {
  if (text == "0") return 0;
  const auto duration = parse_duration(text);
  return duration ? std::optional<int128>(ns(*duration)) : std::nullopt;
}

std::optional<int128> read_money(std::string_view text) {
  const auto money = Money::from_decimal(text);
  return money ? std::optional(money->picodollars()) : std::nullopt;
}

std::optional<int128> read_literal(std::string_view text, Unit unit) {
  switch (unit) {
    case Unit::kRequests:
    case Unit::kAttempts:
    case Unit::kTokens:
    case Unit::kCount:
      return read_count(text);
    case Unit::kFactor:
      return read_plain(text);
    case Unit::kRatio:
      return read_ratio(text);
    case Unit::kPerMinute:
      return read_rate(text, minutes(1));
    case Unit::kPerSecond:
      return read_rate(text, seconds(1));
    case Unit::kDuration:
      return read_duration(text);
    case Unit::kMoney:
      return read_money(text);
  }
  return std::nullopt;
}

std::string_view example(Unit unit) {
  switch (unit) {
    case Unit::kRequests:
    case Unit::kAttempts:
    case Unit::kTokens:
    case Unit::kCount:
      return "a number like 100, 2.5k or 1M";
    case Unit::kFactor:
      return "a factor like 1.2";
    case Unit::kRatio:
      return "a share like 1% or 0.01";
    case Unit::kPerMinute:
    case Unit::kPerSecond:
      return "a rate like 300/min or 5/s";
    case Unit::kDuration:
      return "a duration like 250ms, 2s or 1m30s";
    case Unit::kMoney:
      return "an amount like $5 or 0.25";
  }
  return "a number";
}

struct Scaled {
  int128 operator()(std::int64_t count) const { return count * kScale; }
  int128 operator()(double number) const {
    return static_cast<int128>(std::floor(number * static_cast<double>(kScale) + 0.5));
  }
  int128 operator()(Money money) const { return money.picodollars(); }
  int128 operator()(Duration duration) const { return ns(duration); }
};

bool compare(int128 actual, Comparison comparison, int128 wanted) {
  switch (comparison) {
    case Comparison::kLess:
      return actual < wanted;
    case Comparison::kAtMost:
      return actual <= wanted;
    case Comparison::kGreater:
      return actual > wanted;
    case Comparison::kAtLeast:
      return actual >= wanted;
    case Comparison::kEqual:
      return actual == wanted;
    case Comparison::kNotEqual:
      return actual != wanted;
  }
  return false;
}

// As it was compared: exact, with its unit.
std::string value_text(const MetricValue& value) {
  switch (value.unit) {
    case Unit::kRequests:
    case Unit::kAttempts:
    case Unit::kTokens:
    case Unit::kCount:
      return with_thousands(std::string_view(decimal_text(value.number)));
    case Unit::kFactor:
      return decimal_text(value.number);
    case Unit::kRatio:
      return fmt::format("{:.6g} %", as_double(value.number) * 100);
    case Unit::kPerMinute:
      return decimal_text(value.number) + "/min";
    case Unit::kPerSecond:
      return decimal_text(value.number) + "/s";
    case Unit::kDuration:
      return short_text(std::get<Duration>(value.number));
    case Unit::kMoney:
      return "$" + decimal_text(value.number);
  }
  return {};
}

const Metric* find_metric(const std::vector<Metric>& table, const std::string& path) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Metric& metric) {
    const std::string own = metric.path();
    return own == path || own == path + ".total";
  });
  return found == table.end() ? nullptr : &*found;
}

// The paths of the table, and the groups that stand for their totals.
std::vector<std::string> accepted_paths(const std::vector<Metric>& table) {
  constexpr std::string_view kTotal = ".total";
  std::vector<std::string> paths;
  for (const Metric& metric : table) {
    paths.push_back(metric.path());
    if (paths.back().ends_with(kTotal)) {
      paths.push_back(paths.back().substr(0, paths.back().size() - kTotal.size()));
    }
  }
  return paths;
}

}  // namespace

Result<Expectation> parse_expectation(std::string_view text) {
  Expectation expectation{.text = std::string(trimmed(text)), .terms = {}};
  for (const std::string_view part : split_at_and(text)) {
    SLUICE_TRY(ExpectationTerm term, parse_term(trimmed(part)));
    expectation.terms.push_back(std::move(term));
  }
  return expectation;
}

std::optional<Error> check_terms(const Expectation& expectation, const Names& names) {
  const std::vector<Metric> table = metric_table(names);
  for (const ExpectationTerm& term : expectation.terms) {
    const Metric* const metric = find_metric(table, term.path);
    if (metric == nullptr) {
      const std::vector<std::string> paths = accepted_paths(table);
      return invalid("", in_quotes(term.path) + " is not a metric" + suggestion(term.path, paths))
          .value();
    }
    if (!read_literal(term.literal, metric->unit)) {
      return invalid("", in_quotes(term.literal) + " cannot be compared with " + term.path +
                             "; write " + std::string(example(metric->unit)))
          .value();
    }
  }
  return std::nullopt;
}

ExpectationCheck evaluate(const Expectation& expectation, const RunResult& result) {
  const MetricReader read(result);
  ExpectationCheck check{.text = expectation.text, .holds = true, .message = {}, .terms = {}};
  std::vector<std::string> texts;
  for (const ExpectationTerm& term : expectation.terms) {
    const Metric* const metric = find_metric(read.table(), term.path);
    SLUICE_CHECK(metric != nullptr);
    const auto wanted = read_literal(term.literal, metric->unit);
    SLUICE_CHECK(wanted.has_value());
    const auto value = read(term.path);
    const bool holds =
        value && compare(std::visit(Scaled{}, value->number), term.comparison, *wanted);
    check.holds = check.holds && holds;
    check.terms.push_back({.path = term.path,
                           .comparison = std::string(text_of(term.comparison)),
                           .bound = term.literal,
                           .value = value,
                           .holds = holds});
    texts.push_back(fmt::format("{} {} {}: it is {}", term.path, text_of(term.comparison),
                                term.literal,
                                value ? value_text(*value) : "none, the run has no such number"));
  }
  check.message = join(texts, "; ");
  return check;
}

}  // namespace sluice
