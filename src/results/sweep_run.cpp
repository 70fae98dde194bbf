#include "results/sweep_run.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "describe/json.hpp"
#include "describe/value.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr std::string_view kFormat = "sluice-sweep-runs";

std::optional<SweepValues> sample_of(const Value& values) {
  SweepValues sample;
  for (const Value& value : values.items()) {
    if (value.is(Value::Kind::kNull)) {
      sample.emplace_back();
      continue;
    }
    if (!value.is_number()) return std::nullopt;
    const std::string text = value.number_text();
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    sample.emplace_back(number);
  }
  return sample;
}

}  // namespace

std::string sweep_header_line(const SweepIdentity& identity) {
  Value value = Value::object();
  value.set("format", kFormat)
      .set("format_version", 1)
      .set("version", identity.version)
      .set("scenario", identity.scenario)
      .set("catalog", identity.catalog)
      .set("traces", identity.traces)
      .set("metrics", texts_of(identity.metrics));
  return describe::to_json(value, 0) + "\n";
}

// Shortest decimal that reads back as the same double.
std::string sweep_run_line(const std::string& cell, std::int64_t replication,
                           const SweepValues& sample) {
  Value values = Value::array();
  for (const std::optional<double>& value : sample) {
    values.push(value ? Value::decimal(fmt::format("{}", *value)) : Value());
  }
  Value line = Value::object();
  line.set("cell", cell).set("replication", replication).set("values", std::move(values));
  return describe::to_json(line, 0) + "\n";
}

std::optional<SweepRun> parse_sweep_run(std::string_view line, std::size_t metrics) {
  const auto parsed = describe::parse_json(line, "");
  if (!parsed || !parsed->is(Value::Kind::kObject)) return std::nullopt;
  const Value* cell = parsed->find("cell");
  const Value* replication = parsed->find("replication");
  const Value* values = parsed->find("values");
  if (cell == nullptr || !cell->is(Value::Kind::kString)) return std::nullopt;
  if (replication == nullptr || !replication->is(Value::Kind::kInteger)) return std::nullopt;
  if (values == nullptr || !values->is(Value::Kind::kArray)) return std::nullopt;
  auto sample = sample_of(*values);
  if (!sample || sample->size() != metrics) return std::nullopt;
  return SweepRun{cell->as_string(), replication->as_integer(), std::move(*sample)};
}

std::string sweep_header_difference(std::string_view line, const SweepIdentity& identity) {
  constexpr const char* kAdvice = "; name another file, or remove this one";
  const auto theirs = describe::parse_json(line, "");
  const auto ours = describe::parse_json(sweep_header_line(identity), "");
  const auto format = theirs && theirs->is(Value::Kind::kObject) ? theirs->find("format") : nullptr;
  if (format == nullptr || *format != Value(kFormat)) {
    return fmt::format("is not a file of sweep runs and will not be overwritten{}", kAdvice);
  }
  for (const describe::Member& member : ours->members()) {
    const Value* other = theirs->find(member.name);
    if (other != nullptr && *other == member.value) continue;
    const auto shown = [](const Value* value) {
      return value == nullptr ? std::string("none") : describe::to_json(*value, 0);
    };
    return fmt::format("holds runs of another sweep: its {} is {}, here it is {}{}", member.name,
                       shown(other), shown(&member.value), kAdvice);
  }
  return fmt::format("has a damaged first line{}", kAdvice);
}

}  // namespace sluice
