#include "scenario/organization_config.hpp"

namespace sluice::scenario {

using describe::Fields;
using describe::Problems;

namespace {

constexpr Duration kShortestBurst = milliseconds(1);
constexpr Duration kLongestBurst = hours(24);
constexpr Money kMostDollars = Money::from_dollars(1'000'000'000);

}  // namespace

NamedLimits given_limits(const LimitSet& set) {
  NamedLimits all;
  const auto add = [&all](LimitType type, const std::optional<std::int64_t>& limit) {
    if (limit) all.push_back({type, *limit});
  };
  add(LimitType::kRequestsPerMinute, set.requests_per_minute);
  add(LimitType::kInputTokensPerMinuteCacheAware, set.input_tokens_per_minute_cache_aware);
  add(LimitType::kInputTokensPerMinute, set.input_tokens_per_minute);
  add(LimitType::kOutputTokensPerMinute, set.output_tokens_per_minute);
  add(LimitType::kTokensPerMinute, set.tokens_per_minute);
  add(LimitType::kTokensPerDay, set.tokens_per_day);
  add(LimitType::kFastInputTokensPerMinuteCacheAware, set.fast_itpmca);
  add(LimitType::kFastOutputTokensPerMinute, set.fast_otpm);
  return all;
}

BurstsByType given_bursts(const BurstSet& set) noexcept {
  BurstsByType all;
  const auto at = [&all](LimitType type) -> std::optional<Duration>& {
    return all[static_cast<std::size_t>(type)];
  };
  at(LimitType::kRequestsPerMinute) = set.requests_per_minute;
  at(LimitType::kInputTokensPerMinuteCacheAware) = set.input_tokens_per_minute_cache_aware;
  at(LimitType::kInputTokensPerMinute) = set.input_tokens_per_minute;
  at(LimitType::kOutputTokensPerMinute) = set.output_tokens_per_minute;
  at(LimitType::kTokensPerMinute) = set.tokens_per_minute;
  at(LimitType::kTokensPerDay) = set.tokens_per_day;
  at(LimitType::kFastInputTokensPerMinuteCacheAware) = set.fast_itpmca;
  at(LimitType::kFastOutputTokensPerMinute) = set.fast_otpm;
  return all;
}

void describe(Fields& v, LimitSet& l) {
  v.type("limits", "Limits by the API's own names; what is absent stays as the tier has it.");
  const auto limit = [&v](std::string_view key, std::optional<std::int64_t>& member,
                          std::string_view doc) {
    v.field(key, member, doc).tokens().range<std::int64_t>(1, kLargestLimit).or_unlimited();
  };
  limit("requests_per_minute", l.requests_per_minute, "RPM");
  limit("input_tokens_per_minute_cache_aware", l.input_tokens_per_minute_cache_aware,
        "ITPM: input and cache writes, without cache reads");
  limit("input_tokens_per_minute", l.input_tokens_per_minute, "ITPM, cache reads included");
  limit("output_tokens_per_minute", l.output_tokens_per_minute, "OTPM");
  limit("tokens_per_minute", l.tokens_per_minute, "input and output together");
  limit("tokens_per_day", l.tokens_per_day, "input and output together, a day");
  limit("fast_itpmca", l.fast_itpmca, "ITPM of fast mode");
  limit("fast_otpm", l.fast_otpm, "OTPM of fast mode");
}

void describe(Fields& v, BurstSet& b) {
  v.type("bursts", "What buckets hold, by type of limit; what is absent is as `burst` says.");
  const auto burst = [&v](std::string_view key, std::optional<Duration>& member,
                          std::string_view doc) {
    v.field(key, member, doc).range(kShortestBurst, kLongestBurst);
  };
  burst("requests_per_minute", b.requests_per_minute, "of RPM");
  burst("input_tokens_per_minute_cache_aware", b.input_tokens_per_minute_cache_aware,
        "of ITPM without cache reads");
  burst("input_tokens_per_minute", b.input_tokens_per_minute, "of ITPM, cache reads included");
  burst("output_tokens_per_minute", b.output_tokens_per_minute, "of OTPM");
  burst("tokens_per_minute", b.tokens_per_minute, "of input and output together");
  burst("tokens_per_day", b.tokens_per_day, "of a limit per day: 60s are a day");
  burst("fast_itpmca", b.fast_itpmca, "of ITPM of fast mode");
  burst("fast_otpm", b.fast_otpm, "of OTPM of fast mode");
}

void describe(Fields& v, BatchLimitsConfig& b) {
  v.type("batch_limits", "Limits of Message Batches; what is absent is as the tier has it.");
  v.field("requests_per_minute", b.requests_per_minute, "calls of all batch endpoints")
      .range<std::int64_t>(1, kLargestLimit);
  v.field("enqueued_batch_requests", b.enqueued_batch_requests, "requests waiting in the queue")
      .tokens()
      .unit("requests")
      .range<std::int64_t>(1, kLargestLimit);
  v.field("requests_per_batch", b.requests_per_batch, "largest batch")
      .tokens()
      .unit("requests")
      .range<std::int64_t>(1, kLargestLimit);
}

void describe(Fields& v, RampConfig& r) {
  v.type("ramp", "The acceleration limit; its real algorithm is not published.");
  v.field("initial", r.initial, "uncached input of the first minute")
      .tokens()
      .required()
      .range<std::int64_t>(0, kLargestLimit);
  v.field("step", r.step, "more each minute").tokens().range<std::int64_t>(0, kLargestLimit);
}

void describe(Fields& v, AlertConfig& a) {
  v.type("spend_alert", "What happens when this month's spending reaches a threshold.");
  v.field("at", a.at, "the threshold").required().range(Money{}, kMostDollars);
  v.field("action", a.action, "say so, or refuse from then on");
  v.field("key", a.key, "spending of this key alone");
  v.field("workspace", a.workspace, "spending of this workspace alone");
}

void validate(const AlertConfig& a, Problems& problems) {
  if (a.key && a.workspace)
    problems.add("/workspace", "is for alerts without a key: name one of them");
}

void describe(Fields& v, SpendConfig& s) {
  v.type("spend", "Spend limits of a calendar month, UTC.");
  v.field("enforce_tier_cap", s.enforce_tier_cap, "429 when the tier's monthly cap is reached");
  v.field("cap", s.cap, "instead of the tier's monthly cap").range(Money{}, kMostDollars);
  v.field("organization_limit", s.organization_limit, "self-set limit: 400 when it is reached")
      .range(Money{}, kMostDollars);
  v.field("credit", s.credit, "prepaid balance: 400 when it is gone").range(Money{}, kMostDollars);
  v.field("spent_before", s.spent_before, "this month, before the run")
      .range(Money{}, kMostDollars);
  v.field("alerts", s.alerts, "thresholds");
}

void describe(Fields& v, WorkspaceConfig& w) {
  v.type("workspace", "A workspace; its limits apply beside the organization's.");
  v.field("name", w.name, "its name").required().not_empty();
  v.field("limits", w.limits, "own limits, by group or model").at_most_items(kMostNames);
  v.field("spend_limit", w.spend_limit, "a month: 400 when it is reached")
      .range(Money{}, kMostDollars);
}

void describe(Fields& v, KeyConfig& k) {
  v.type("key", "An API key.");
  v.field("name", k.name, "its name").required().not_empty();
  v.field("workspace", k.workspace, "its workspace");
  v.field("spend_limit", k.spend_limit, "a month: 400 when it is reached")
      .range(Money{}, kMostDollars);
}

void describe(Fields& v, OrganizationConfig& o) {
  v.type("organization", "Whose limits they are.");
  v.field("tier", o.tier,
          "usage tier of the catalog, or \"custom\": no limits but those given here")
      .not_empty();
  v.field("limits", o.limits, "what differs from the tier, by group or model")
      .at_most_items(kMostNames);
  v.field(
       "burst", o.burst,
       "capacity of every bucket, as so much of a minute's limit (60s of a limit per day: a day)")
      .range(kShortestBurst, kLongestBurst);
  v.field("bursts", o.bursts, "what differs from `burst`, by type of limit");
  v.field("output_charge", o.output_charge,
          "how output is charged: as it is produced, reserved from max_tokens, or at the end");
  v.field("when_output_runs_dry", o.when_output_runs_dry,
          "what happens to responses in flight: they go on into debt, or are cut");
  v.field("refused_attempts_count", o.refused_attempts_count,
          "a refused attempt takes one request all the same");
  v.field("estimate_error", o.estimate_error_permille,
          "of the input at admission: 0.1 is 10 % too high")
      .permille()
      .range<std::int64_t>(-1000, 10'000);
  v.field("ramp", o.ramp, "acceleration limit; absent: off");
  v.field("max_concurrent", o.max_concurrent, "responses in flight; absent: any number")
      .range<std::int64_t>(1, 1'000'000'000);
  v.field("batch_limits", o.batch_limits, "what differs from the tier");
  v.field("spend", o.spend, "money");
  v.field("workspaces", o.workspaces, "beside \"default\"").at_most_items(kMostNames);
  v.field("keys", o.keys, "absent: one for each workspace that is used").at_most_items(kMostOthers);
  v.field("federation", o.federation, "tokens for service accounts instead of keys");
}

}  // namespace sluice::scenario
