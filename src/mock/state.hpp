// All that the endpoints share: the model of the API, who may call, and what has been served. One
// thread; rebuilt by a reset.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/draw.hpp"
#include "engine/api_model.hpp"
#include "engine/timer_queue.hpp"
#include "mock/counters.hpp"
#include "mock/credentials.hpp"
#include "mock/grade.hpp"
#include "mock/journal.hpp"
#include "mock/mock_plan.hpp"
#include "mock/served.hpp"
#include "mock/usage_ledger.hpp"
#include "wire/messages_request.hpp"

namespace sluice::mock {

class Batches;     // mock/batches.hpp
class Federation;  // mock/federation.hpp

struct MockState {
  MockState(const MockPlan& plan, TimerQueue& timers);
  ~MockState();
  MockState(const MockState&) = delete;
  MockState& operator=(const MockState&) = delete;

  MockPlan plan;
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
  std::unique_ptr<Batches> batches;
  std::unique_ptr<Federation> federation;

  UnixTime calendar(TimePoint time) const noexcept {
    return UnixTime{plan.run.start_unix_ns} + (time - kRunStart);
  }
  // By id or alias ("claude-sonnet-5-5", "sonnet-5.5"); none: unknown.
  std::optional<ModelId> model(std::string_view name) const;

  // Every call of a Messages, batch or count endpoint: once when it is decided, and once more when
  // an admitted one is over.
  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);

 private:
  std::unordered_map<std::string, ModelId> models_by_name_;
};

}  // namespace sluice::mock
