#include "mock/state_json.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "describe/json.hpp"
#include "describe/value.hpp"
#include "engine/api_model.hpp"

namespace sluice::mock {
namespace {

using describe::Value;

Value money_or_null(const std::optional<Money>& money) {
  return money ? Value::decimal(money->exact()) : Value{};
}

Value limiter_json(const StateView& view, LimiterId id) {
  const RunPlan& run = view.plan.run;
  const LimiterSpec& spec = view.api.limiter().spec(id);
  TokenBucket& bucket = view.api.limiter().bucket(id);
  const std::int64_t level = bucket.level(view.now);
  const std::int64_t capacity = bucket.capacity();
  const TimePoint full_at = bucket.full_at(view.now);
  Value json = Value::object();
  json.set("scope", scope_of(spec, run))
      .set("group", run.groups[index(spec.group)])
      .set("type", name(spec.type))
      .set("limit", spec.limit)
      .set("capacity", capacity)
      .set("level", level)
      .set("remaining", std::max<std::int64_t>(0, level))
      .set("full_at", view.calendar(full_at).text());
  const double taken = static_cast<double>(capacity - level);
  return json.set("utilisation", Value::rounded(taken / static_cast<double>(capacity), 4));
}

Value limiters_json(const StateView& view) {
  Value all = Value::array();
  for (std::size_t i = 0; i < view.api.limiter().size(); ++i) {
    if (is_open(view.api.limiter().spec(LimiterId(i)))) continue;
    all.push(limiter_json(view, LimiterId(i)));
  }
  return all;
}

Value spend_json(const StateView& view) {
  SpendGuard& spend = view.api.spend();
  Value json = Value::object();
  json.set("month_to_date", Value::decimal(spend.month_to_date(view.now).exact()))
      .set("tier_cap", money_or_null(spend.spec().tier_cap))
      .set("organization_limit", money_or_null(spend.spec().organization_limit))
      .set("credit_left", money_or_null(spend.credit_left()))
      .set("alerts_fired", spend.fired().size());
  return json;
}

std::string_view status_name(KeyStatus status) noexcept {
  switch (status) {
    case KeyStatus::kActive:
      return "active";
    case KeyStatus::kInactive:
      return "inactive";
    case KeyStatus::kArchived:
      break;
  }
  return "archived";
}

Value keys_json(const StateView& view, const Credentials& credentials) {
  Value all = Value::array();
  for (const KeyRecord& key : credentials.keys()) {
    Value json = Value::object();
    json.set("id", key.id)
        .set("name", key.name)
        .set("status", status_name(key.status))
        .set("workspace", view.plan.run.workspaces[index(key.workspace)])
        .set("service_account", key.is_service_account);
    all.push(std::move(json));
  }
  return all;
}

Value faults_json(const StateView& view) {
  Value all = Value::array();
  for (const FaultSpec& fault : view.plan.run.faults) {
    if (fault.until <= view.now) continue;
    Value json = Value::object();
    json.set("kind", name(fault.kind))
        .set("probability", Value::rounded(static_cast<double>(fault.probability_ppm) / 1e6, 6))
        .set("from", view.calendar(fault.from).text())
        .set("until", fault.until == kNever ? Value{} : Value{view.calendar(fault.until).text()})
        .set("active", fault.from <= view.now)
        .set("model",
             fault.model ? Value{view.plan.run.models[index(*fault.model)].name} : Value{});
    all.push(std::move(json));
  }
  return all;
}

Value usage_json(const ModelCounters& of) {
  Value json = Value::object();
  json.set("input_tokens", of.usage.input_tokens)
      .set("cache_creation_input_tokens", of.usage.cache_creation_input_tokens())
      .set("cache_read_input_tokens", of.usage.cache_read_input_tokens)
      .set("output_tokens", of.usage.output_tokens)
      .set("responses", of.responses)
      .set("unpriced", of.unpriced)
      .set("cost", Value::decimal(of.cost.total().exact()))
      .set("saved_by_cache", Value::decimal(of.saved_by_cache.exact()));
  return json;
}

Value counters_json(const StateView& view) {
  const Counters& counters = view.counters;
  Value requests = Value::array();
  for (const auto& [what, count] : counters.by_route()) {
    Value one = Value::object();
    one.set("route", what.first).set("status", what.second).set("count", count);
    requests.push(std::move(one));
  }
  Value causes = Value::object();
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    causes.set(name(static_cast<LimitCause>(i)), counters.rate_limited[i]);
  }
  causes.set("injected", counters.rate_limited_injected);
  Value models = Value::object();
  for (std::size_t i = 0; i < counters.models.size(); ++i) {
    if (counters.models[i].responses == 0) continue;
    models.set(view.plan.run.models[i].name, usage_json(counters.models[i]));
  }
  Value json = Value::object();
  json.set("requests", std::move(requests))
      .set("rate_limited", std::move(causes))
      .set("injected_faults", counters.injected)
      .set("planned_faults", counters.faults_planned)
      .set("clients_gone", counters.client_gone)
      .set("errors_in_stream", counters.errors_in_stream)
      .set("in_flight_max", counters.in_flight_max)
      .set("models", std::move(models));
  return json;
}

Value options_json(const MockOptions& options) {
  Value json = Value::object();
  json.set("keys", options.any_key ? "any" : "strict")
      .set("limits", options.limits)
      .set("latency", options.latency)
      .set("speed", Value::rounded(static_cast<double>(options.speed_permille) / 1000, 3))
      .set("clock", options.is_clock_manual ? "manual" : "real")
      .set("grade", options.grade)
      .set("journal_entries", options.journal_entries);
  return json;
}

}  // namespace

std::string_view scope_of(const LimiterSpec& limiter, const RunPlan& plan) {
  if (!limiter.workspace) return "organization";
  return plan.workspaces[index(*limiter.workspace)];
}

bool is_open(const LimiterSpec& limiter) noexcept { return limiter.limit >= kNoLimit; }

std::string state_json(const StateView& view, const Credentials& credentials) {
  Value organization = Value::object();
  organization.set("id", view.plan.organization_id)
      .set("title", view.plan.title)
      .set("tier", view.plan.tier)
      .set("scenario_digest", view.plan.digest);
  const auto ramp = view.api.limiter().ramp_limit(view.now);
  Value json = Value::object();
  json.set("time", view.calendar(view.now).text())
      .set("time_ns", ns(view.now))
      .set("organization", std::move(organization))
      .set("in_flight", view.counters.in_flight)
      .set("limiters", limiters_json(view))
      .set("ramp_limit", ramp ? Value{*ramp} : Value{})
      .set("enqueued_batch_requests", view.api.batches().enqueued())
      .set("cache_entries", view.api.cache().size())
      .set("spend", spend_json(view))
      .set("keys", keys_json(view, credentials))
      .set("faults", faults_json(view))
      .set("counters", counters_json(view))
      .set("options", options_json(view.plan.options));
  return describe::to_json(json);
}

}  // namespace sluice::mock
