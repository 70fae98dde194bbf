#include "app/policies_command.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "base/text.hpp"
#include "describe/describe.hpp"
#include "policy/retry_budget.hpp"
#include "policy/retry_policy.hpp"
#include "scenario/client_config.hpp"

namespace sluice::app {
namespace {

using describe::Value;

constexpr std::int64_t kWaitsShown = 6;

Value of_client(std::string_view part, Value value) {
  Value client = Value::object();
  client.set(part, std::move(value));
  Value clients = Value::object();
  clients.set("app", std::move(client));
  Value scenario = Value::object();
  scenario.set("clients", std::move(clients));
  return scenario;
}

PolicyWaits waits_of(const RetrySpec& spec, std::string after, ErrorKind error) {
  PolicyWaits waits{.after = std::move(after), .means = {}, .goes_on = false};
  for (std::int64_t n = 0; n < std::min(spec.max_retries, kWaitsShown); ++n) {
    waits.means.push_back(expected_delay(spec, n, error));
  }
  waits.goes_on = spec.max_retries > kWaitsShown;
  return waits;
}

std::vector<PolicyWaits> all_waits(const RetrySpec& spec) {
  if (spec.max_retries == 0) return {};
  if (spec.base_on_429 == Duration{}) {
    return {waits_of(spec, "any error", ErrorKind::kOverloaded)};
  }
  return {waits_of(spec, "a 429", ErrorKind::kRateLimit),
          waits_of(spec, "another error", ErrorKind::kOverloaded)};
}

PolicyGroup retry_group() {
  PolicyGroup group{.name = "retry",
                    .meaning = "when a failed attempt is sent again, and after how long",
                    .entries = {}};
  for (const PresetInfo& info : retry_presets()) {
    scenario::RetryConfig config;
    config.spec = *retry_preset(info.name);
    group.entries.push_back({.name = std::string(info.name),
                             .formula = std::string(info.formula),
                             .source = std::string(info.source),
                             .is_guess = info.is_guess,
                             .waits = all_waits(config.spec),
                             .override_text = fmt::format("/clients/app/retry={}", info.name),
                             .in_scenario = of_client("retry", describe::echo(config))});
  }
  return group;
}

PolicyGroup budget_group() {
  PolicyGroup group{
      .name = "budget",
      .meaning = "how many retries all requests of one client process may make together",
      .entries = {}};
  for (const BudgetInfo& info : budgets()) {
    const std::string_view word = name(info.kind);
    group.entries.push_back({.name = std::string(word),
                             .formula = std::string(info.formula),
                             .source = std::string(info.source),
                             .is_guess = false,
                             .waits = {},
                             .override_text = fmt::format("/clients/app/budget={}", word),
                             .in_scenario = of_client("budget", word)});
  }
  return group;
}

PolicyGroup pacing_group() {
  PolicyGroup group{.name = "pacer",
                    .meaning = "how fast attempts are sent, whatever the retry policy wants",
                    .entries = {}};
  for (const PacingInfo& info : pacings()) {
    const std::string_view word = name(info.pacing);
    scenario::PacerConfig config;
    config.spec = pacer_preset(info.pacing);
    group.entries.push_back({.name = std::string(word),
                             .formula = std::string(info.formula),
                             .source = std::string(info.source),
                             .is_guess = info.is_guess,
                             .waits = {},
                             .override_text = fmt::format("/clients/app/pacer={}", word),
                             .in_scenario = of_client("pacer", describe::echo(config))});
  }
  return group;
}

PolicyGroup breaker_group() {
  const scenario::BreakerConfig config;
  const BreakerSpec& spec = config.spec;
  PolicyGroup group{.name = "breaker",
                    .meaning = "sends nothing for a while after too many failures",
                    .entries = {}};
  group.entries.push_back(
      {.name = "breaker",
       .formula = fmt::format("opens when {} % of the last {} calls failed, for {}; then {} trial "
                              "calls decide in the same way",
                              spec.failure_permille / 10, spec.calls, exact_text(spec.open_for),
                              spec.trial_calls),
       .source = "resilience4j 2, CircuitBreakerConfig; constants from memory of its documentation",
       .is_guess = true,
       .waits = {},
       .override_text = "/clients/app/breaker=true",
       .in_scenario = of_client("breaker", describe::echo(config))});
  return group;
}

PolicyGroup fallback_group() {
  scenario::FallbackConfig config;
  config.model = "haiku-5.5";
  PolicyGroup group{.name = "fallback",
                    .meaning = "another model takes what its own model has refused",
                    .entries = {}};
  group.entries.push_back(
      {.name = "fallback",
       .formula = "after so many 429s or 529s of a request it goes to the other model at once and "
                  "stays there, with that model's tokens, prices, limits and cache",
       .source = "a rule of ours, 2026-11",
       .is_guess = false,
       .waits = {},
       .override_text = "/clients/app/fallback=haiku-5.5",
       .in_scenario = of_client("fallback", describe::echo(config))});
  return group;
}

PolicyGroup batch_group() {
  Value workload = Value::object();
  workload.set("batch", Value::decimal("0.5"));
  Value workloads = Value::array();
  workloads.items().push_back(std::move(workload));
  Value scenario = Value::object();
  scenario.set("workloads", std::move(workloads));
  PolicyGroup group{
      .name = "batch", .meaning = "moves a share of a workload to Message Batches", .entries = {}};
  group.entries.push_back(
      {.name = "batch",
       .formula = "half the price and nothing of the Messages limits; limits of their own; done "
                  "after a drawn time, expired after 24 h",
       .source = "Claude API documentation, Batch processing, 2026-11-20",
       .is_guess = false,
       .waits = {},
       .override_text = "/workloads/0/batch=0.5",
       .in_scenario = std::move(scenario)});
  return group;
}

// Only what has the name; a group without it goes.
std::vector<PolicyGroup> named(const std::vector<PolicyGroup>& all, const std::string& name) {
  std::vector<PolicyGroup> some;
  for (PolicyGroup group : all) {
    std::erase_if(group.entries, [&](const PolicyEntry& entry) { return entry.name != name; });
    if (!group.entries.empty()) some.push_back(std::move(group));
  }
  return some;
}

Error unknown(const std::vector<PolicyGroup>& all, const std::string& name) {
  std::vector<std::string> names;
  for (const PolicyGroup& group : all) {
    for (const PolicyEntry& entry : group.entries) {
      if (std::find(names.begin(), names.end(), entry.name) == names.end()) {
        names.push_back(entry.name);
      }
    }
  }
  return {.code = ErrorCode::kUsage,
          .where = "sluice policies",
          .message = in_quotes(name) + " is not one of " + join(names) + suggestion(name, names)};
}

std::string text_of(const std::vector<PolicyGroup>& groups, const PoliciesArguments& arguments) {
  if (arguments.format == "json") return describe::to_json(policies_value(groups));
  if (arguments.format == "markdown") return policies_markdown(groups);
  if (arguments.name.empty()) return policies_text(groups);
  std::string text;
  for (const PolicyGroup& group : groups) {
    for (const PolicyEntry& entry : group.entries) {
      text += (text.empty() ? "" : "\n") + policy_text(group, entry);
    }
  }
  return text;
}

}  // namespace

std::vector<PolicyGroup> policy_library() {
  return {retry_group(),   budget_group(),   pacing_group(),
          breaker_group(), fallback_group(), batch_group()};
}

Exit policies(const PoliciesArguments& arguments) {
  std::vector<PolicyGroup> groups = policy_library();
  if (!arguments.name.empty()) {
    std::vector<PolicyGroup> some = named(groups, arguments.name);
    if (some.empty()) return report(unknown(groups, arguments.name));
    groups = std::move(some);
  }
  return print(stdout, text_of(groups, arguments)) ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
