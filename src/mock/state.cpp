#include "mock/state.hpp"

#include <algorithm>

#include "mock/batches.hpp"
#include "mock/call_log.hpp"
#include "mock/federation.hpp"
#include "mock/message_exchanges.hpp"
#include "mock/scheduled_events.hpp"
#include "mock/served_traffic.hpp"

namespace sluice::mock {
namespace {

constexpr std::int64_t kLongContextAbove = 200'000;  // tokens of a prompt; context_window "200k-1M"

}  // namespace

MockState::MockState(const MockPlan& of, TimerQueue& queue)
    : plan(of),
      traits(make_model_traits(plan)),
      timers(queue),
      random(plan.run.seed, 0),
      api(plan.run, random),
      credentials(plan),
      journal(plan.options.journal_entries),
      grader({.speed_permille = plan.options.speed_permille,
              .is_clock_manual = plan.options.is_clock_manual}),
      count_limiter(plan.count_tokens_per_minute),
      exchanges(std::make_unique<MessageExchanges>(*this)),
      events(std::make_unique<ScheduledEvents>(*this)),
      batches(std::make_unique<Batches>(*this)),
      federation(std::make_unique<Federation>(plan)) {
  for (std::size_t i = 0; i < plan.models.size(); ++i) {
    models_by_name_.emplace(plan.models[i].id, ModelId(i));
    for (const std::string& alias : plan.models[i].aliases) {
      models_by_name_.emplace(alias, ModelId(i));
    }
  }
  const std::string organization = "anthropic-organization-id: " + plan.organization_id + "\r\n";
  for (const std::string& workspace : plan.workspace_ids) {
    identity_fields_.push_back(organization + "anthropic-workspace-id: " + workspace + "\r\n");
  }
  identity_fields_.push_back(organization);
}

MockState::~MockState() = default;

std::optional<ModelId> MockState::model(std::string_view name) const {
  const auto found = models_by_name_.find(name);
  if (found == models_by_name_.end()) return std::nullopt;
  return found->second;
}

std::string_view MockState::identity_fields(std::optional<WorkspaceId> workspace) const noexcept {
  return workspace ? identity_fields_[index(*workspace)] : identity_fields_.back();
}

ClientClock MockState::client_clock(TimePoint time, bool is_named) const noexcept {
  if (is_named) return {.now = calendar(time)};
  const ClientClock from_start{.now = UnixTime{plan.run.start_unix_ns},
                               .speed_permille = plan.options.speed_permille};
  return {.now = from_start.after(time - kRunStart), .speed_permille = from_start.speed_permille};
}

std::int64_t MockState::wall_seconds(Duration model_time) const noexcept {
  const int128 scaled = int128{ns(model_time)} * 1000;
  const int128 unit = int128{ns(seconds(1))} * plan.options.speed_permille;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>((scaled + unit - 1) / unit));
}

void MockState::decided(const ServedRequest& served) {
  counters.decided(served);
  if (traffic != nullptr) traffic->decided(served);
  if (!served.admitted) journal.put(served);
  if (plan.options.grade) grader.decided(served);
  if (!served.admitted && log) log(log_line(*this, served));
}

void MockState::ended(const ServedRequest& served) {
  counters.ended(served);
  if (traffic != nullptr) traffic->ended(served);
  journal.put(served);
  if (plan.options.grade) grader.ended(served);
  if (served.billed) {
    const RequestSpec& spec = served.spec;
    const UsageKey key{.key = spec.key,
                       .workspace = spec.workspace,
                       .model = spec.model,
                       .fast = spec.fast,
                       .us_only = spec.us_only,
                       .long_context = spec.prompt_tokens > kLongContextAbove};
    usage.book(calendar(served.outcome.ended), key, served.outcome.usage, served.cost);
  }
  if (log) log(log_line(*this, served));
}

}  // namespace sluice::mock
