#include <algorithm>

#include "describe/pointer.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

constexpr std::int64_t kSecondsPerMinute = 60;

DurationSpec ttft_of(const ModelRow& row) {
  return DurationLognormal{.p50 = row.ttft.p50, .p95 = row.ttft.p95};
}

// A response produces at least one step of speed, a token a minute.
SizeSpec per_minute(const SizeSpec& per_second) {
  SizeSpec speed = *scaled(per_second, {.numerator = kSecondsPerMinute});
  if (auto* lognormal = std::get_if<SizeLognormal>(&speed)) {
    lognormal->min = std::max<std::int64_t>(lognormal->min, 1);
  }
  return speed;
}

LatencySpec catalog_latency(const ModelRow& row) {
  return {.ttft_base = ttft_of(row),
          .prefill_tokens_per_second = row.prefill_per_second,
          .cached_tokens_per_second = row.cached_per_second,
          .output_tokens_per_minute = per_minute(
              SizeLognormal{.p50 = row.output_per_second.p50, .p95 = row.output_per_second.p95})};
}

void override_latency(Resolution& r, const ModelConfig& config, const std::string& pointer,
                      ModelPlan& plan) {
  LatencySpec& latency = plan.latency;
  if (config.ttft) latency.ttft_base = config.ttft->spec;
  if (config.prefill_per_second) latency.prefill_tokens_per_second = *config.prefill_per_second;
  if (config.cached_per_second) latency.cached_tokens_per_second = *config.cached_per_second;
  if (config.output_per_second) {
    const std::string where = pointer + "/output_per_second";
    const SizeSpec& speed = config.output_per_second->spec;
    if (std::holds_alternative<SizeZipf>(speed)) {
      r.findings.error(where, "a speed cannot be zipf: give p50 and p95");
      return;
    }
    if (!std::holds_alternative<SizeLognormal>(speed) && range_of(speed).least < 1) {
      r.findings.error(where, "must be at least 1 token a second");
      return;
    }
    latency.output_tokens_per_minute = per_minute(speed);
  }
  if (config.ttft && config.output_per_second) plan.latency_is_guess = false;
}

}  // namespace

void resolve_all_models(Resolution& r) {
  for (const ModelRow& row : r.catalog.models) {
    const bool is_retired = row.retired && *row.retired <= r.date;
    if (row.released <= r.date && !is_retired) r.model(row.id, "");
  }
}

void resolve_models(Resolution& r) {
  for (std::size_t i = 0; i < r.models.size(); ++i) {
    const ModelRow& row = *r.models[i];
    r.plan.models[i].latency = catalog_latency(row);
    r.plan.models[i].latency_is_guess = row.service_confidence == Confidence::kGuess;
  }
  std::vector<std::size_t> seen;
  for (const auto& [name, config] : r.config.models) {
    const std::string pointer = "/models" + describe::pointer_segment(name);
    if (r.is_left(name, pointer)) continue;
    const auto model = r.used_model(name, pointer);
    if (!model) continue;
    if (std::find(seen.begin(), seen.end(), index(*model)) != seen.end()) {
      r.findings.error(pointer, "this model is there twice, under two of its names");
    }
    seen.push_back(index(*model));
    override_latency(r, config, pointer, r.plan.models[index(*model)]);
  }
  for (std::size_t i = 0; i < r.models.size(); ++i) {
    const ModelRow& row = *r.models[i];
    if (r.plan.models[i].latency_is_guess) {
      r.guess("service times of " + row.id + " are a guess (" + row.service_source + ")");
    }
    if (row.evidence.confidence == Confidence::kInferred ||
        row.evidence.confidence == Confidence::kGuess) {
      r.guess(row.id + " in the catalog is " + std::string{name(row.evidence.confidence)} +
              (row.evidence.note.empty() ? "" : ": " + row.evidence.note));
    }
  }
}

}  // namespace sluice::scenario
