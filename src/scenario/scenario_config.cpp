#include "scenario/scenario_config.hpp"

#include "base/text.hpp"

namespace sluice::describe {

using scenario::OverlayList;
using scenario::WarmupConfig;

Result<WarmupConfig> Scalar<WarmupConfig>::parse(const Value& value, const Constraints&) {
  if (value.is(Value::Kind::kString)) {
    if (value.as_string() == "none") return WarmupConfig{};
    if (value.as_string() == "auto") return WarmupConfig{.kind = WarmupConfig::Kind::kAuto};
    const Result<Duration> length = parse_duration(value.as_string());
    if (length && *length >= Duration{}) {
      return WarmupConfig{.kind = WarmupConfig::Kind::kFixed, .length = *length};
    }
  }
  return invalid("", to_json(value, 0) + " is not \"none\", \"auto\" or a duration: write \"5m\"");
}

Value Scalar<WarmupConfig>::echo(const WarmupConfig& warmup, const Constraints&) {
  switch (warmup.kind) {
    case WarmupConfig::Kind::kNone:
      return Value{"none"};
    case WarmupConfig::Kind::kAuto:
      return Value{"auto"};
    case WarmupConfig::Kind::kFixed:
      return Value{exact_text(warmup.length)};
  }
  return Value{};
}

Shape Scalar<WarmupConfig>::shape(const Constraints&) {
  return {.kind = Shape::Kind::kScalar,
          .text = "\"none\", \"auto\" or a duration",
          .schema = Value::object().set("type", "string")};
}

Result<OverlayList> Scalar<OverlayList>::parse(const Value&, const Constraints&) {
  return OverlayList{};
}

Value Scalar<OverlayList>::echo(const OverlayList&, const Constraints&) { return Value{}; }

Shape Scalar<OverlayList>::shape(const Constraints&) {
  const auto path = [] { return Value::object().set("type", "string").set("minLength", 1); };
  return {.kind = Shape::Kind::kScalar,
          .text = "a path or a list of paths",
          .schema = Value::object().set(
              "anyOf",
              Value::array({path(), Value::object().set("type", "array").set("items", path())}))};
}

}  // namespace sluice::describe

namespace sluice::scenario {

void describe(describe::Fields& v, ModelConfig& m) {
  v.type("service", "Service times that differ from the catalog's; what is absent stays.");
  v.field("ttft", m.ttft, "time to first token of a short prompt");
  v.field("output_per_second", m.output_per_second, "output tokens a second of one response");
  v.field("prefill_per_second", m.prefill_per_second, "uncached input tokens a second")
      .tokens()
      .range<std::int64_t>(1, kLargestLimit);
  v.field("cached_per_second", m.cached_per_second, "cached input tokens a second")
      .tokens()
      .range<std::int64_t>(1, kLargestLimit);
}

void describe(describe::Fields& v, Objectives& o) {
  v.type("objectives",
         "When a success is good (goodput), what `plan` and `tune` hold a run to, and what `tune` "
         "looks for.");
  v.field("latency_within", o.latency_within, "from the planned arrival to the end")
      .range(nanoseconds(1), kDurationMax);
  v.field("ttft_within", o.ttft_within, "from the planned arrival to the first token")
      .range(nanoseconds(1), kDurationMax);
  v.field("min_goodput", o.min_goodput_ppm, "least share of the offered requests that are good")
      .ppm()
      .range<std::int64_t>(0, 1'000'000);
  v.field("max_rate_limited", o.max_rate_limited_ppm, "most 429s, of all attempts")
      .ppm()
      .range<std::int64_t>(0, 1'000'000);
  v.field("max_latency_p95", o.max_latency_p95,
          "over all offered requests, failures counted at their deadline")
      .range(nanoseconds(1), kDurationMax);
  v.field("max_latency_p99", o.max_latency_p99, "likewise").range(nanoseconds(1), kDurationMax);
  v.field("max_attempts_per_success", o.max_attempts_per_success_permille, "retry amplification")
      .permille()
      .range<std::int64_t>(1000, 1'000'000);
  v.field("max_cost_per_month", o.max_cost_per_month, "dollars, of 30 days like this one")
      .at_least(Money{});
  v.field("optimise", o.optimise, "what tune looks for, the most important first");
}

void describe(describe::Fields& v, ReplayConfig& r) {
  v.type("replay", "When a load test of this scenario ends before its time.");
  v.field("stop_at_error_share", r.stop_at_error_share_permille,
          "more of the last 100 attempts failed, 429s not counted")
      .permille()
      .required()
      .range<std::int64_t>(0, 1000);
}

void describe(describe::Fields& v, ScenarioConfig& s) {
  v.type("scenario", "A scenario file, format version 1.");
  v.field("sluice", s.sluice, "format version, 1").required();
  v.field("about", s.about, "two lines: what question the scenario answers");
  v.field("start", s.start, "calendar start, UTC; absent: the catalog's date");
  v.field("duration", s.duration, "arrivals stop after it; what is in flight ends by itself")
      .range(seconds(1), kDurationMax);
  v.field("warmup", s.warmup, "left out of the statistics: nothing, what MSER-5 finds, or so much");
  v.field("seed", s.seed, "of all random draws");
  v.field("overlays", s.overlays,
          "catalog overlays, laid under this file: the organization's own limits, measured service "
          "times (docs/catalog.md)");
  v.field("organization", s.organization, "tier, limits, workspaces, keys, money");
  v.field("models", s.models, "service times that differ, by model").at_most_items(kMostNames);
  v.field("clients", s.clients, "clients, by name").at_most_items(kMostOthers);
  v.field("workloads", s.workloads, "what is asked for")
      .required()
      .not_empty()
      .at_most_items(kMostNames);
  v.field("faults", s.faults, "what goes wrong on the server's side").at_most_items(kMostOthers);
  v.field("events", s.events, "what happens at an instant of the run").at_most_items(kMostOthers);
  v.field("objectives", s.objectives, "what is asked of the traffic");
  v.field("replay", s.replay, "when a load test ends before its time");
  v.field("expect", s.expect, "what must hold at the end, as \"attempts.rate_limited_share < 1%\"");
}

void validate(const ScenarioConfig& s, describe::Problems& problems) {
  if (s.sluice == 1) return;
  problems.add("/sluice", "format version " + std::to_string(s.sluice) +
                              " is unknown: this program reads version 1");
}

}  // namespace sluice::scenario
