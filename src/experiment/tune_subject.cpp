#include "experiment/tune_subject.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice {
namespace {

// A scenario without /clients refuses a member of it.
bool has_clients(const ScenarioText& text) {
  return text.load({R"(/clients/tuned="none")"}).has_value();
}

// A workload may name a preset in place of a client.
bool is_preset(const ClientPlan& client) { return retry_preset(client.name).has_value(); }

std::string unused_name(const RunPlan& plan) {
  std::string name = "tuned";
  const auto is_used = [&] {
    return std::any_of(plan.clients.begin(), plan.clients.end(),
                       [&](const ClientPlan& client) { return client.name == name; });
  };
  while (is_used()) name += "-2";
  return name;
}

std::vector<std::string> missing_deadlines(const RunPlan& plan) {
  std::vector<std::string> overrides;
  for (std::size_t i = 0; i < plan.workloads.size(); ++i) {
    const WorkloadSpec& workload = plan.workloads[i];
    if (workload.deadline || workload.batch.share_ppm > 0) continue;
    overrides.push_back(
        fmt::format(R"(/workloads/{}/deadline="{}")", i, exact_text(kAssumedDeadline)));
  }
  return overrides;
}

Checked<std::size_t> client_named(const RunPlan& plan, const std::string& name) {
  if (name.empty()) return plan.workloads.front().client;
  std::vector<std::string> used;
  for (const WorkloadSpec& workload : plan.workloads) {
    const std::string& client = plan.clients[workload.client].name;
    if (client == name) return workload.client;
    if (std::find(used.begin(), used.end(), client) == used.end()) used.push_back(client);
  }
  return tl::unexpected(Errors{{ErrorCode::kUsage, "--client",
                                in_quotes(name) + " is not one of those that workloads use: " +
                                    join(used) + suggestion(name, used)}});
}

}  // namespace

Checked<TuneSubject> TuneSubject::open(const ScenarioText& text, const std::string& client) {
  SLUICE_TRY(scenario::LoadedScenario as_written, text.load());
  const std::vector<std::string> deadlines = missing_deadlines(as_written.plan);
  SLUICE_TRY(scenario::LoadedScenario today, text.load(deadlines));
  TuneSubject subject(text, std::move(today));
  SLUICE_TRY(subject.client_, client_named(subject.today_.plan, client));
  subject.has_clients_ = has_clients(text);
  subject.deadlines_ = deadlines;
  return subject;
}

std::optional<Duration> TuneSubject::assumed_deadline() const noexcept {
  return deadlines_.empty() ? std::nullopt : std::optional(kAssumedDeadline);
}

// What serves instead is not the search's to take away.
ClientDesign TuneSubject::whole(const ClientDesign& design) const {
  ClientDesign whole = design;
  if (whole.fallback.empty() && client().fallback) {
    whole.fallback = today_.plan.models[index(client().fallback->model)].name;
  }
  return whole;
}

std::string TuneSubject::json(const ClientDesign& design) const {
  return client_json(whole(design), client());
}

std::string TuneSubject::today_text() const {
  ClientDesign design = today_design(client());
  if (client().concurrency) design.concurrency = client().concurrency;
  design.pacing = name(client().pacer.pacing);
  design.budget = name(client().retry.budget);
  design.breaker = client().breaker.is_on;
  return text_of(whole(design));
}

std::vector<std::string> TuneSubject::overrides(const ClientDesign& design) const {
  const std::string json = this->json(design);
  const bool is_named = has_clients_ && !is_preset(client());
  const std::string name = is_named ? client().name : unused_name(today_.plan);
  std::vector<std::string> all;
  if (has_clients_) {
    all.push_back(fmt::format("/clients/{}={}", name, json));
  } else {
    all.push_back(fmt::format(R"(/clients={{"{}":{}}})", name, json));
  }
  for (std::size_t i = 0; !is_named && i < today_.plan.workloads.size(); ++i) {
    if (today_.plan.workloads[i].client != client_) continue;
    all.push_back(fmt::format("/workloads/{}/client={}", i, name));
  }
  all.insert(all.end(), deadlines_.begin(), deadlines_.end());
  return all;
}

Checked<scenario::LoadedScenario> TuneSubject::load(const ClientDesign& design) const {
  return text_->load(overrides(design));
}

const ClientPlan& TuneSubject::client_of(const scenario::LoadedScenario& loaded) const noexcept {
  const auto& workloads = today_.plan.workloads;
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    if (workloads[i].client == client_) return loaded.plan.clients[loaded.plan.workloads[i].client];
  }
  return loaded.plan.clients.front();
}

void TuneSubject::describe(const scenario::LoadedScenario& loaded, TuneResult& result) const {
  const ClientPlan& plan = client_of(loaded);
  result.rates = {.processes = plan.processes,
                  .requests_per_minute = plan.pacer.requests_per_minute,
                  .input_tokens_per_minute = plan.pacer.input_tokens_per_minute,
                  .output_tokens_per_minute = plan.pacer.output_tokens_per_minute,
                  .burst = plan.pacer.burst};
  const RetryAfterRule& rule = plan.retry.retry_after;
  result.retry = {.backoff = std::string(name(plan.retry.backoff)),
                  .max_retries = plan.retry.max_retries,
                  .base = plan.retry.base,
                  .cap = plan.retry.cap,
                  .multiplier = static_cast<double>(plan.retry.multiplier_permille) / 1000,
                  .jitter = static_cast<double>(plan.retry.jitter_permille) / 1000,
                  .obeys_retry_after = rule.obey,
                  .retry_after_is_minimum = rule.as_minimum,
                  .retry_after_spread = rule.spread};
  if (rule.longest != kUnlimited) result.retry.retry_after_longest = rule.longest;
  result.attempt_timeout = plan.attempt_timeout;
  result.concurrency = plan.concurrency;
  result.fallback.reset();
  if (!plan.fallback) return;
  TunedFallback& fallback = result.fallback.emplace();
  fallback.model = loaded.model_rows[index(plan.fallback->model)].id;
  if (plan.fallback->on_rate_limit) fallback.statuses.push_back(429);
  if (plan.fallback->on_overloaded) fallback.statuses.push_back(529);
  fallback.after = plan.fallback->after;
}

}  // namespace sluice
