// All that the endpoints share: the model of the API, who may call, and what has been served. One
// thread; rebuilt by a reset.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/draw.hpp"
#include "engine/api_model.hpp"
#include "engine/timer_queue.hpp"
#include "mock/count_tokens.hpp"
#include "mock/counters.hpp"
#include "mock/credentials.hpp"
#include "mock/foreign_requests.hpp"
#include "mock/grade.hpp"
#include "mock/journal.hpp"
#include "mock/limit_headers.hpp"
#include "mock/mock_plan.hpp"
#include "mock/model_traits.hpp"
#include "mock/served.hpp"
#include "mock/usage_ledger.hpp"
#include "wire/messages_request.hpp"

namespace sluice::mock {

class Batches;           // mock/batches.hpp
class Federation;        // mock/federation.hpp
class MessageExchanges;  // mock/message_exchanges.hpp
class ScheduledEvents;   // mock/scheduled_events.hpp
class ServedTraffic;     // mock/served_traffic.hpp

struct MockState {
  MockState(const MockPlan& plan, TimerQueue& timers);
  ~MockState();
  MockState(const MockState&) = delete;
  MockState& operator=(const MockState&) = delete;

  MockPlan plan;
  std::string url;                  // where clients reach the server, for results_url
  std::vector<ModelTraits> traits;  // as plan.models
  TimerQueue& timers;
  RandomSource random;
  ApiModel api;
  Credentials credentials;
  Journal journal;
  Counters counters;
  UsageLedger usage;
  Grader grader;
  wire::MessagesParser parser;
  wire::MessagesRequest parsed;  // of the call in hand
  ForeignRequests foreign;
  CountLimiter count_limiter;
  std::unique_ptr<MessageExchanges> exchanges;  // those of the Messages API in flight
  std::unique_ptr<ScheduledEvents> events;      // of the scenario
  std::unique_ptr<Batches> batches;
  std::unique_ptr<Federation> federation;
  ServedTraffic* traffic = nullptr;  // is told of what is served, where somebody may watch

  UnixTime calendar(TimePoint time) const noexcept {
    return UnixTime{plan.run.start_unix_ns} + (time - kRunStart);
  }
  // What the clock of a client says: sluice's own go by model time, others by their own.
  ClientClock client_clock(TimePoint time, bool is_named) const noexcept;
  // By id or alias ("claude-sonnet-5-5", "sonnet-5.5"); none: unknown.
  std::optional<ModelId> model(std::string_view name) const;
  // "anthropic-organization-id: ...\r\nanthropic-workspace-id: ...\r\n"; without a workspace for
  // those who have none.
  std::string_view identity_fields(std::optional<WorkspaceId> workspace) const noexcept;
  // Seconds that a client has to wait so that `model_time` passes: whole ones, at least 1.
  std::int64_t wall_seconds(Duration model_time) const noexcept;

  // Every call of a Messages, batch or count endpoint: once when it is decided, and once more when
  // an admitted one is over. What waits for its answer in between is put into the journal by who
  // answers.
  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);
  // Told of every call that is over, one line each: the time, what was asked, how it ended. Neither
  // bodies nor keys.
  std::function<void(std::string_view line)> log;

 private:
  struct NameHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, ModelId, NameHash, std::equal_to<>> models_by_name_;
  std::vector<std::string> identity_fields_;  // by workspace, and one without
};

}  // namespace sluice::mock
