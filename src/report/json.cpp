#include "report/json.hpp"

#include <array>
#include <utility>

#include "describe/json.hpp"

namespace sluice {
namespace {

using describe::Value;

Value type_of(std::string_view type, bool may_be_null, std::string_view description) {
  Value schema = Value::object();
  if (may_be_null) {
    schema.set("type", Value::array({Value(type), Value("null")}));
  } else {
    schema.set("type", type);
  }
  if (!description.empty()) schema.set("description", description);
  return schema;
}

Value text(std::string_view description) { return type_of("string", false, description); }
Value count(std::string_view description) { return type_of("integer", false, description); }
Value seconds_or_null(std::string_view description) { return type_of("number", true, description); }

Value list_of(Value item, std::string_view description) {
  return type_of("array", false, description).set("items", std::move(item));
}

Value numbers(std::string_view description) {
  return list_of(type_of("number", true, ""), description);
}

// An object with exactly these members.
class Object {
 public:
  explicit Object(std::string_view description = "")
      : description_(description), properties_(Value::object()), required_(Value::array()) {}

  Object& has(std::string_view name, Value schema) {
    properties_.set(name, std::move(schema));
    required_.push(Value(name));
    return *this;
  }
  Object& may_have(std::string_view name, Value schema) {
    properties_.set(name, std::move(schema));
    return *this;
  }
  Value schema() const {
    return type_of("object", false, description_)
        .set("properties", properties_)
        .set("required", required_)
        .set("additionalProperties", false);
  }

 private:
  std::string description_;
  Value properties_;
  Value required_;
};

Value map_of(Value item, std::string_view description) {
  return type_of("object", false, description).set("additionalProperties", std::move(item));
}

Value metric_schema(const Metric& metric) {
  return type_of("number", true, metric.doc + " In " + std::string(name(metric.unit)) + ".");
}

// Metrics whose paths agree in their first `depth` segments, as one schema of an object.
Value group_schema(std::vector<const Metric*> rows, std::size_t depth) {
  Object object;
  std::optional<Value> any_name;
  while (!rows.empty()) {
    const std::string segment = rows.front()->segments[depth];
    std::vector<const Metric*> inside;
    std::vector<const Metric*> others;
    for (const Metric* row : rows)
      (row->segments[depth] == segment ? inside : others).push_back(row);
    const bool is_leaf = inside.front()->segments.size() == depth + 1;
    Value schema = is_leaf ? metric_schema(*inside.front()) : group_schema(inside, depth + 1);
    if (segment.starts_with('<')) {
      any_name = std::move(schema);
    } else {
      object.has(segment, std::move(schema));
    }
    rows = std::move(others);
  }
  Value schema = object.schema();
  if (any_name) schema.set("additionalProperties", std::move(*any_name));
  return schema;
}

Value identity_schema() {
  Object replication;
  replication.has("number", count("From 0."))
      .has("events", count("That the engine fired."))
      .has("event_digest", text("Of their order."));
  return Object("What was run. The same identity gives the same bytes.")
      .has("scenario", text("Its name."))
      .has("scenario_digest", text("sha256 of the effective scenario, hex."))
      .has("catalog_date", text("As of which limits and prices were taken."))
      .has("catalog_digest", text("sha256, hex."))
      .has("tier", text("Usage tier; may be empty."))
      .has("version", text("Of sluice."))
      .has("seed", text("Decimal; 64 bits."))
      .has("start", text("Calendar start, RFC 3339, UTC."))
      .has("duration", type_of("number", false, "Seconds with arrivals."))
      .has("counts_from", type_of("number", false, "Seconds of warm-up."))
      .has("partial", type_of("boolean", false, "The run was interrupted."))
      .has("stopped_at", seconds_or_null("Seconds from the start, if interrupted."))
      .has("latency_within", seconds_or_null("Objective, seconds."))
      .has("ttft_within", seconds_or_null("Objective, seconds."))
      .has("guesses", list_of(text(""), "Assumptions in use that no source confirms."))
      .has("warnings", list_of(text(""), ""))
      .may_have("notes", list_of(text(""), "On the origin and age of its numbers; in no digest."))
      .may_have("target", text("Of a load run: where its requests went."))
      .may_have("speed", type_of("number", false, "Of a load run: model time over wall time."))
      .may_have("stopped", text("Of a load run: none, or what ended it before its time."))
      .may_have("stop_detail", text("Of a load run: the API's own words, where it had any."))
      .has("replications", list_of(replication.schema(), "In their order."))
      .schema();
}

Value ledger_schema() {
  Object usage("The API's own field names.");
  for (const char* const field :
       {"input_tokens", "cache_creation_5m_input_tokens", "cache_creation_1h_input_tokens",
        "cache_read_input_tokens", "output_tokens"}) {
    usage.has(field, count(""));
  }
  Value cost = map_of(type_of("number", false, "Dollars, exact."), "Null: the model has no price.");
  cost.set("type", Value::array({Value("object"), Value("null")}));
  Object line;
  line.has("workload", text(""))
      .has("workspace", text(""))
      .has("key", text(""))
      .has("model", text(""))
      .has("batch", type_of("boolean", false, ""))
      .has("responses", count("Billed."))
      .has("usage", usage.schema())
      .has("cost", std::move(cost));
  return list_of(line.schema(), "Exact tokens and costs per account that occurred.");
}

Value cost_series_schema() {
  Object categories;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    categories.has(name(static_cast<CostCategory>(i)), numbers(""));
  }
  return Object("Dollars; both add up to traffic.cost.")
      .has("by_category", categories.schema())
      .has("by_model", map_of(numbers(""), "Models that cost anything."))
      .schema();
}

Value load_series_schema() {
  Value schema =
      Object("The load generator itself, wall time; null: not a load run, or not watched.")
          .has("late_max", numbers("Seconds from the instant for which an attempt was due."))
          .has("connections", numbers("Open, at most."))
          .has("cpu", numbers("Share of a core."))
          .schema();
  return schema.set("type", Value::array({Value("object"), Value("null")}));
}

Value distributions_schema() {
  Object points;
  points.has("quantile", list_of(type_of("number", false, ""), "Ascending from 0 to 1."))
      .has("value", list_of(type_of("number", false, ""), "Seconds."));
  Object distributions(
      "Latencies of the counted requests, five points in every halving of 1 - quantile.");
  for (const char* const which : {"offered", "success", "ttft", "queueing"}) {
    distributions.has(which, points.schema());
  }
  return distributions.schema();
}

Value series_schema() {
  Object traffic("Sums over all replications, warm-up included.");
  constexpr std::array<std::pair<const char*, const char*>, 21> kColumns = {
      {{"offered", "Planned in the cell."},
       {"succeeded", "Ended in the cell."},
       {"failed", ""},
       {"in_flight", "Planned and not ended at the cell's end."},
       {"attempts", "Ended in the cell."},
       {"first_tries", "Of the attempts, the first of their request."},
       {"overloaded", ""},
       {"input_tokens", "Whole prompts, billed."},
       {"cache_read_tokens", "Of these."},
       {"cache_write_tokens", "Of these."},
       {"output_tokens", ""},
       {"cost", "Dollars."},
       {"latency_mean", "Seconds, of requests without batches that succeeded in the cell."},
       {"latency_max", ""},
       {"latency_p50", "Within 1/32 of the truth, as all percentiles of cells."},
       {"latency_p95", ""},
       {"latency_p99", ""},
       {"ttft_p50", "From the planned arrival."},
       {"ttft_p95", ""},
       {"queueing_mean", "From planned to first sent, of requests that ended in the cell."},
       {"queueing_max", ""}}};
  for (const auto& [column, description] : kColumns) traffic.has(column, numbers(description));
  traffic.has("rate_limited", map_of(numbers(""), "429 by cause."));
  Object limiter;
  limiter.has("level", numbers("Mean of the readings."))
      .has("level_min", numbers("Negative: in debt."))
      .has("capacity", numbers(""))
      .has("taken", numbers("Tokens charged, net."))
      .has("utilisation", numbers("Of what the limit allows in the cell."))
      .has("refused", numbers("Attempts."));
  return Object("One number per cell of time; cell i begins at i x cell seconds.")
      .has("cell", type_of("number", false, "Seconds."))
      .has("traffic", traffic.schema())
      .has("cost", cost_series_schema())
      .has("binding", list_of(type_of("string", true, ""), "Which limit bound."))
      .has("limiters", map_of(limiter.schema(), "By limiter."))
      .has("load", load_series_schema())
      .schema();
}

Value expectations_schema() {
  Object interval;
  interval.has("low", type_of("number", false, "")).has("high", type_of("number", false, ""));
  Value interval_or_null = interval.schema();
  interval_or_null.set("type", Value::array({Value("object"), Value("null")}));
  Object term("One comparison.");
  term.has("metric", text("Its path."))
      .has("comparison", text("<, <=, >, >=, == or !=."))
      .has("bound", text("As written."))
      .has("value", type_of("number", true, "In the unit; null: the run has no such number."))
      .has("unit", type_of("string", true, ""))
      .has("interval", std::move(interval_or_null))
      .has("holds", type_of("boolean", false, ""));
  Object item;
  item.has("text", text(""))
      .has("from", text("expect, or --fail-if: it is not to hold."))
      .has("met", type_of("boolean", false, "It is as it should be."))
      .has("message", text("With the actual values."))
      .has("terms", list_of(term.schema(), ""));
  return list_of(item.schema(), "What the scenario and --fail-if expect; absent: nothing.");
}

Value timed_texts(std::string_view description) {
  Object item;
  item.has("at", type_of("number", false, "Seconds from the start.")).has("text", text(""));
  return list_of(item.schema(), description);
}

Value scenario_schema() {
  Value schema = Value::object();
  return schema.set("type", Value::array({Value("object"), Value("null")}))
      .set("description", "The effective scenario; null: the result was made without one.");
}

Value root_schema() {
  const Names names{.workloads = {"<workload>"},
                    .workspaces = {"<workspace>"},
                    .keys = {"<key>"},
                    .models = {"<model>"},
                    .limiters = {"<limiter>"}};
  const std::vector<Metric> table = metric_table(names);
  std::vector<const Metric*> rows;
  for (const Metric& metric : table) rows.push_back(&metric);
  const Value metrics = group_schema(rows, 0);

  Object binding("The limit that refused most or, if none refused, was used most.");
  binding.has("limit", type_of("string", true, ""))
      .has("refused", type_of("number", false, "Attempts; the mean of the replications."))
      .has("first_refused", seconds_or_null("Seconds from the start."));
  Object generator("Of a load run: whether it kept its own schedule.");
  generator.has("verdict", text("ok, or limited: claims about rates and latency are void."))
      .has("reason", text("Of limited, in words."));
  Object interval;
  interval.has("low", type_of("number", false, "")).has("high", type_of("number", false, ""));

  Object root("A result of sluice. A metric stands where its path says; null: the run has none.");
  root.has("format", Value::object().set("const", "sluice-result"))
      .has("format_version", Value::object().set("const", 1))
      .has("verdict", text("fits, fits with retries, or does not fit."))
      .has("binding", binding.schema())
      .has("identity", identity_schema())
      .has("scenario", scenario_schema())
      .may_have("generator", generator.schema());
  for (const describe::Member& member : metrics.find("properties")->members()) {
    const bool may_lack =
        member.name == "load" || member.value.find("properties")->members().empty();
    if (may_lack) {
      root.may_have(member.name, member.value);
    } else {
      root.has(member.name, member.value);
    }
  }
  root.may_have("intervals", map_of(interval.schema(), "95 %, over replications, by path."))
      .has("ledger", ledger_schema())
      .has("happened", timed_texts("Scheduled events."))
      .has("alerts", timed_texts("Spend alerts that fired."))
      .has("distributions", distributions_schema())
      .has("series", series_schema())
      .may_have("expectations", expectations_schema());
  return root.schema();
}

}  // namespace

std::string render_json(const RunResult& result) { return describe::to_json(to_value(result)); }

std::string result_schema() {
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "sluice result");
  const Value root = root_schema();
  for (const describe::Member& member : root.members()) {
    schema.set(member.name, member.value);
  }
  return describe::to_json(schema);
}

}  // namespace sluice
