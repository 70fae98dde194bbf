#include "results/compare_result.hpp"

namespace sluice {
namespace {

constexpr std::array<MeasureInfo, kMeasureCount> kMeasures = {{
    {Measure::kCostPerMonth, "cost_per_month", Unit::kMoney, "The counted time for 30 days."},
    {Measure::kCostPerRequest, "cost_per_request", Unit::kMoney, "Total, per offered request."},
    {Measure::kCostPerSuccess, "cost_per_success", Unit::kMoney, "Total, per answered request."},
    {Measure::kInput, "input", Unit::kMoney, "Uncached input, per answered request."},
    {Measure::kWrite5m, "cache_write_5m", Unit::kMoney,
     "Cache writes for 5 minutes, per answered request."},
    {Measure::kWrite1h, "cache_write_1h", Unit::kMoney,
     "Cache writes for an hour, per answered request."},
    {Measure::kCacheRead, "cache_read", Unit::kMoney, "Cache reads, per answered request."},
    {Measure::kOutput, "output", Unit::kMoney, "Output, thinking included, per answered request."},
    {Measure::kTools, "tools", Unit::kMoney, "Server tools, per answered request."},
    {Measure::kRateLimited, "rate_limited_share", Unit::kRatio, "429 answers, of all attempts."},
    {Measure::kSuccess, "success_share", Unit::kRatio, "Answered, of the offered requests."},
    {Measure::kGoodput, "goodput_share", Unit::kRatio,
     "Answered within the objectives, of the offered requests."},
    {Measure::kLatencyP50, "latency_p50", Unit::kDuration,
     "Median over all offered requests, failures as late as their deadline; batches left out."},
    {Measure::kLatencyP95, "latency_p95", Unit::kDuration,
     "p95 over all offered requests, failures as late as their deadline; batches left out."},
}};

}  // namespace

const std::array<MeasureInfo, kMeasureCount>& compared_measures() noexcept { return kMeasures; }

bool ComparedFigure::operator==(const ComparedFigure& other) const noexcept {
  if (value != other.value || interval.has_value() != other.interval.has_value()) return false;
  if (!interval) return true;
  return interval->low == other.interval->low && interval->high == other.interval->high;
}

std::string_view name(ComparedKind kind) noexcept {
  switch (kind) {
    case ComparedKind::kToday:
      return "today";
    case ComparedKind::kModel:
      return "model";
    case ComparedKind::kTier:
      return "tier";
    case ComparedKind::kWhatIf:
      return "what_if";
    case ComparedKind::kMix:
      return "mix";
    case ComparedKind::kCheapestMix:
      return "cheapest_mix";
  }
  return {};
}

std::string_view name(MixVerdict verdict) noexcept {
  switch (verdict) {
    case MixVerdict::kConfirmed:
      return "confirmed";
    case MixVerdict::kLimitsSpoilIt:
      return "limits_spoil_it";
    case MixVerdict::kInfeasible:
      return "infeasible";
  }
  return {};
}

std::string_view name(Assumption assumption) noexcept {
  switch (assumption) {
    case Assumption::kNone:
      return "none";
    case Assumption::kOutputLength:
      return "output_length";
    case Assumption::kTokenizer:
      return "tokenizer";
    case Assumption::kServiceTimes:
      return "service_times";
  }
  return {};
}

}  // namespace sluice
