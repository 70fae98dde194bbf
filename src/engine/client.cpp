#include "engine/client.hpp"

#include <algorithm>

namespace sluice {
Client::Client(const ClientPlan& plan, const RandomSource& random, TimerQueue& timers,
               FramePool& frames, ApiPort& port, Recorder& recorder,
               std::span<const ModelPlan> models, RunTrace* trace)
    : plan_(plan),
      random_(random),
      timers_(timers),
      frames_(frames),
      port_(port),
      recorder_(recorder),
      governor_(Governor::is_needed(plan)
                    ? std::make_unique<Governor>(plan, models, random, timers, recorder)
                    : nullptr),
      may_wait_(plan.concurrency || governor_),
      trace_(trace) {}

struct Client::PlaceAwaiter {
  Client& client;
  Waiter& waiter;
  TimePoint deadline;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    waiter.handle = handle;
    client.line_.add(waiter);
    if (deadline != kNever) waiter.deadline = client.timers_.arm(deadline, handle);
  }
  // Resumed by leave_place() with a place, or by the deadline without one.
  void await_resume() const noexcept {
    if (!waiter.is_called) client.line_.remove(waiter);
  }
};

struct Client::TurnAwaiter {
  Governor& governor;
  Governor::Turn& turn;
  TimePoint deadline;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    turn.handle = handle;
    governor.enqueue(turn, deadline);
  }
  void await_resume() const { governor.leave_line(turn); }
};

// Takes a place if one is free and nobody waits for it.
bool Client::enter() noexcept {
  if (!line_.empty() || in_use_ >= *plan_.concurrency) return false;
  ++in_use_;
  return true;
}

bool Client::is_its_turn(const Order& order, Progress& progress, bool& in_place) {
  if (plan_.concurrency && !in_place) {
    in_place = enter();
    if (!in_place) return false;
  }
  return !governor_ || governor_->ask(progress, order.planned) != Leave::kWait;
}

Task Client::wait_for_turn(Order order, Progress& progress, bool& in_place) {
  if (plan_.concurrency && !in_place) {
    Waiter waiter;
    waiter.priority = order.priority;
    PlaceAwaiter place{*this, waiter, order.deadline};
    co_await place;
    in_place = waiter.is_called;
    if (!in_place || is_its_turn(order, progress, in_place)) co_return;
  }
  Governor::Turn turn;
  turn.priority = order.priority;
  turn.attempt = &progress;
  turn.planned = order.planned;
  TurnAwaiter awaiter{*governor_, turn, order.deadline};
  co_await awaiter;
}

Leave Client::leave_of(const Progress& progress, bool in_place) const noexcept {
  if (plan_.concurrency && !in_place) return Leave::kLate;
  return governor_ ? Governor::request_of(progress).leave : Leave::kGo;
}

// Hands the place to the first who waits, or frees it.
void Client::leave_place() {
  if (line_.empty()) {
    --in_use_;
  } else {
    line_.call_first(timers_);
  }
}

bool Client::is_queue_full() const noexcept {
  return plan_.queue_limit && in_use_ >= *plan_.concurrency && line_.size() >= *plan_.queue_limit;
}

bool Client::Progress::await_suspend(std::coroutine_handle<> handle) {
  if (pauses) {
    port->timers().push(again(), handle, static_cast<std::uint32_t>(spec.id.session));
    return true;
  }
  waiting = handle;
  return !port->start(*this);
}

template <class Wanted>
Task Client::carry(const Wanted& wanted, Order order, bool* succeeded) {
  Progress progress(port_, wanted);
  if (governor_) progress.head = &governor_->open();
  bool in_place = false;
  if (plan_.concurrency && is_queue_full()) {
    progress.error = ErrorKind::kQueueFull;
  } else {
    for (;;) {
      if (may_wait_ && !is_its_turn(order, progress, in_place)) {
        Task turn = wait_for_turn(order, progress, in_place);
        co_await turn;
      }
      const Leave leave = may_wait_ ? leave_of(progress, in_place) : Leave::kGo;
      if (leave == Leave::kLate) {
        progress.error = ErrorKind::kDeadline;
        break;
      }
      if (leave == Leave::kGo) {
        begin_attempt(order, progress);
        co_await progress;
        progress.pauses = settle(order, progress);
      } else {
        progress.pauses = refuse(order, progress);
      }
      if (!progress.pauses) break;
      // A request that gives its place up while it pauses asks for one before every attempt.
      if (in_place && !plan_.hold_slot_while_waiting) {
        leave_place();
        in_place = false;
      }
      co_await progress;
      if (progress.again() >= order.deadline) {
        progress.error = ErrorKind::kDeadline;
        break;
      }
    }
  }
  if (in_place) leave_place();
  close(order, progress);
  if (succeeded != nullptr) *succeeded = progress.error == ErrorKind::kNone;
}

template Task Client::carry(const RequestSpec& wanted, Order order, bool* succeeded);

void Client::start(const Single& request, Order order) {
  [[maybe_unused]] const Task none = carry(request, order, nullptr);
}

void Client::begin_attempt(const Order& order, Progress& progress) const {
  const TimePoint now = timers_.now();
  if (progress.number == 0) {
    progress.first_sent = now;
    progress.planned = order.planned;
  }
  progress.admitted.started = now;
  if (governor_) governor_->went(progress);
  ++progress.number;
  progress.pauses = false;
  // The time limit of one attempt, or the request's deadline if that is nearer.
  TimePoint give_up_at = order.deadline;
  if (plan_.attempt_timeout) give_up_at = std::min(give_up_at, now + *plan_.attempt_timeout);
  progress.give_up_at = give_up_at;
}

bool Client::settle(const Order& order, Progress& progress) {
  const RequestSpec& spec = progress.spec;
  const Exchange& exchange = port_.exchange();
  const Outcome& outcome = exchange.outcome;
  progress.error = outcome.error;
  progress.limit = outcome.limit;
  recorder_.attempt({.workload = spec.workload,
                     .workspace = spec.workspace,
                     .key = spec.key,
                     .model = spec.model,
                     .batch = false,
                     .priced = exchange.priced,
                     .number = progress.number,
                     .outcome = &outcome,
                     .cost = exchange.billed ? &exchange.cost : nullptr,
                     .requested = order.planned,
                     .saved_by_cache = exchange.saved_by_cache});
  if (trace_ != nullptr) [[unlikely]]
    trace_attempt(order, progress, outcome);
  if (governor_) governor_->ended(progress, outcome);
  return !outcome.ok() && plan_retry(order, progress, outcome);
}

bool Client::refuse(const Order& order, Progress& progress) const {
  ++Governor::request_of(progress).refused;
  progress.error = ErrorKind::kRefusedByClient;
  progress.limit.reset();
  Outcome outcome;
  outcome.error = ErrorKind::kRefusedByClient;
  outcome.sent = outcome.ended = timers_.now();
  if (trace_ != nullptr) trace_attempt(order, progress, outcome);
  return plan_retry(order, progress, outcome);
}

[[gnu::noinline]] bool Client::plan_retry(const Order& order, Progress& progress,
                                          const Outcome& outcome) const {
  const TimePoint now = timers_.now();
  if (now >= order.deadline) {
    progress.error = ErrorKind::kDeadline;
    return false;
  }
  const auto wait =
      governor_ ? governed_wait(progress, outcome) : wait_before_retry(progress, outcome);
  if (!wait) return false;
  const TimePoint again = order.deadline - now > *wait ? now + *wait : order.deadline;
  progress.again() = again;
  progress.waited += again - now;
  return true;
}

// Going to another model is no retry: it waits for nothing, and costs neither a retry nor budget.
std::optional<Duration> Client::governed_wait(Progress& progress, const Outcome& outcome) const {
  if (governor_->falls_back(progress, outcome)) return Duration{};
  const RetryState retries{.retries = retries_of(progress), .previous = progress.backoff};
  const bool retried =
      is_retried(plan_.retry, retries, outcome) && governor_->may_retry(progress, outcome);
  return retried ? wait_before_retry(progress, outcome) : std::nullopt;
}

std::optional<Duration> Client::wait_before_retry(Progress& progress,
                                                  const Outcome& outcome) const {
  const RequestId& id = progress.spec.id;
  const std::int64_t made = retries_of(progress);
  const Entity entity{.workload_hash = id.workload_hash,
                      .session = id.session,
                      .turn = id.turn,
                      .attempt = static_cast<std::uint32_t>(made + 1)};
  const std::uint64_t bits = random_.bits(Purpose::kRetry, entity).first;
  RetryState retries{.retries = made, .previous = progress.backoff};
  const auto wait = next_retry(plan_.retry, retries, outcome, bits);
  progress.backoff = retries.previous;
  return wait;
}

// Tries so far but the first: attempts and what the client itself refused.
std::int64_t Client::retries_of(const Progress& progress) const noexcept {
  std::int64_t tries = progress.number;
  if (governor_) {
    const GovernedRequest& request = Governor::request_of(progress);
    tries += request.refused - (request.fell_back ? 1 : 0);
  }
  return tries - 1;
}

void Client::close(const Order& order, const Progress& progress) {
  const Outcome& outcome = port_.exchange().outcome;
  const bool ok = progress.error == ErrorKind::kNone;
  RequestRecord record;  // member by member: GCC zeroes all of an aggregate first
  record.workload = progress.spec.workload;
  record.error = progress.error;
  record.limit = progress.limit;
  record.attempts = progress.number;
  record.planned = order.planned;
  record.first_sent = progress.first_sent;
  record.last_sent = progress.last_sent();
  if (ok) {
    record.first_token = outcome.first_token;
    record.first_answer = outcome.first_answer;
    record.output_tokens = outcome.usage.output_tokens;
  }
  record.ended = timers_.now();
  record.waited = progress.waited;
  if (order.deadline != kNever) record.deadline = order.deadline - order.planned;
  if (governor_) {
    GovernedRequest& request = Governor::request_of(progress);
    record.fell_back = request.fell_back;
    governor_->close(request);
  }
  recorder_.request(record);
  if (trace_ != nullptr) [[unlikely]]
    trace_request(order, progress);
}

namespace {

TracedId traced_id(const RequestSpec& spec) {
  return {.workload = spec.workload, .turn = spec.id.turn, .session = spec.id.session};
}

}  // namespace

[[gnu::noinline]] void Client::trace_attempt(const Order& order, const Progress& progress,
                                             const Outcome& outcome) const {
  const bool was_sent = outcome.error != ErrorKind::kRefusedByClient;
  trace_->add(TracedAttempt{.request = traced_id(progress.spec),
                            .planned = order.planned,
                            .sent = was_sent ? progress.last_sent() : timers_.now(),
                            .first_token = outcome.first_token,
                            .ended = timers_.now(),
                            .retry_after = outcome.retry_after,
                            .prompt_tokens = outcome.usage.prompt_tokens(),
                            .output_tokens = outcome.usage.output_tokens,
                            .number = progress.number,
                            .model = progress.spec.model,
                            .error = outcome.error,
                            .limit = outcome.limit});
}

[[gnu::noinline]] void Client::trace_request(const Order& order, const Progress& progress) const {
  trace_->add(TracedRequest{.id = traced_id(progress.spec),
                            .planned = order.planned,
                            .ended = timers_.now(),
                            .error = progress.error,
                            .limit = progress.limit});
}

}  // namespace sluice
