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

bool Client::is_its_turn(Carried& request) {
  if (plan_.concurrency && !request.in_place) {
    request.in_place = enter();
    if (!request.in_place) return false;
  }
  return !governor_ || governor_->ask(request, request.planned) != Leave::kWait;
}

Task Client::wait_for_turn(Carried& request) {
  bool waits = true;
  if (plan_.concurrency && !request.in_place) {
    Waiter waiter;
    waiter.priority = request.priority;
    PlaceAwaiter place{*this, waiter, request.deadline};
    co_await place;
    request.in_place = waiter.is_called;
    waits = request.in_place && !is_its_turn(request);
  }
  if (waits) {
    Governor::Turn turn;
    turn.priority = request.priority;
    turn.attempt = &request;
    turn.planned = request.planned;
    TurnAwaiter awaiter{*governor_, turn, request.deadline};
    co_await awaiter;
  }
  take_turn(request);
}

Leave Client::leave_of(const Carried& request) const noexcept {
  if (plan_.concurrency && !request.in_place) return Leave::kLate;
  return governor_ ? Governor::request_of(request).leave : Leave::kGo;
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

void Client::begin(Carried& request) {
  if (governor_) request.head = &governor_->open();
  if (plan_.concurrency && is_queue_full()) [[unlikely]] {
    return give_up(request, ErrorKind::kQueueFull);
  }
  ask(request);
}

void Client::ask(Carried& request) {
  if (!may_wait_) [[likely]]
    return send(request);
  if (is_its_turn(request)) return take_turn(request);
  waits_.start(wait_for_turn(request));
}

void Client::take_turn(Carried& request) {
  const Leave leave = leave_of(request);
  if (leave == Leave::kGo) return send(request);
  if (leave == Leave::kLate) return give_up(request, ErrorKind::kDeadline);
  return refuse(request) ? pause(request) : give_up(request, request.error);
}

void Client::pause(Carried& request) {
  // A request that gives its place up while it pauses asks for one before every attempt.
  if (request.in_place && !plan_.hold_slot_while_waiting) {
    leave_place();
    request.in_place = false;
  }
  request.fire = &on_pause_over;
  timers_.push(request.again(), request);
}

void Client::on_pause_over(TimedCall& call) {
  auto& request = static_cast<Carried&>(call);
  Client& client = *request.client;
  if (request.again() < request.deadline) return client.ask(request);
  client.give_up(request, ErrorKind::kDeadline);
}

[[gnu::always_inline]] inline bool Client::settle(Carried& request) {
  const RequestSpec& spec = request.spec;
  const Exchange& exchange = port_.exchange();
  const Outcome& outcome = exchange.outcome;
  request.error = outcome.error;
  request.limit = outcome.limit;
  recorder_.attempt({.workload = spec.workload,
                     .workspace = spec.workspace,
                     .key = spec.key,
                     .model = spec.model,
                     .batch = false,
                     .priced = exchange.priced,
                     .number = request.number,
                     .outcome = &outcome,
                     .cost = exchange.billed ? &exchange.cost : nullptr,
                     .saved_by_cache = &exchange.saved_by_cache,
                     .requested = request.planned});
  if (trace_ != nullptr) [[unlikely]]
    trace_attempt(request, outcome);
  if (governor_) governor_->ended(request, outcome);
  return !outcome.ok() && plan_retry(request, outcome);
}

bool Client::refuse(Carried& request) const {
  ++Governor::request_of(request).refused;
  request.error = ErrorKind::kRefusedByClient;
  request.limit.reset();
  Outcome outcome;
  outcome.error = ErrorKind::kRefusedByClient;
  outcome.sent = outcome.ended = timers_.now();
  if (trace_ != nullptr) trace_attempt(request, outcome);
  return plan_retry(request, outcome);
}

[[gnu::noinline]] bool Client::plan_retry(Carried& request, const Outcome& outcome) const {
  const TimePoint now = timers_.now();
  if (now >= request.deadline) {
    request.error = ErrorKind::kDeadline;
    return false;
  }
  Duration wait{};
  // Going to another model is no retry: it waits for nothing, and costs neither a retry nor budget.
  if (!governor_ || !governor_->falls_back(request, outcome)) {
    RetryState retries{.retries = retries_of(request), .previous = request.backoff};
    if (!is_retried(plan_.retry, retries, outcome)) return false;
    if (governor_ && !governor_->may_retry(request, outcome)) return false;
    wait = retry_wait(plan_.retry, retries, outcome, retry_bits(request, retries));
    request.backoff = retries.previous;
  }
  const TimePoint again = request.deadline - now > wait ? now + wait : request.deadline;
  request.again() = again;
  request.waited += again - now;
  return true;
}

std::uint64_t Client::retry_bits(const Carried& request, const RetryState& retries) const noexcept {
  const RequestId& id = request.spec.id;
  const Entity entity{.workload_hash = id.workload_hash,
                      .session = id.session,
                      .turn = id.turn,
                      .attempt = static_cast<std::uint32_t>(retries.retries + 1)};
  return random_.bits(Purpose::kRetry, entity).first;
}

// Tries so far but the first: attempts and what the client itself refused.
std::int64_t Client::retries_of(const Carried& request) const noexcept {
  std::int64_t tries = request.number;
  if (governor_) {
    const GovernedRequest& governed = Governor::request_of(request);
    tries += governed.refused - (governed.fell_back ? 1 : 0);
  }
  return tries - 1;
}

[[gnu::always_inline]] inline void Client::close(Carried& request) {
  if (request.in_place) leave_place();
  const Outcome& outcome = port_.exchange().outcome;
  // Apart from the error, which was written just now: read together with the number beside it, it
  // would have to arrive in the cache first.
  bool is_prompt = false;
  if (request.error == ErrorKind::kNone) {
    is_prompt = request.number == 1 && request.first_sent == request.planned &&
                outcome.first_answer == outcome.first_token && outcome.first_token != kNever;
  }
  if (is_prompt) [[likely]] {
    recorder_.prompt_success(request.spec.workload, request.planned, outcome.first_token,
                             timers_.now(), outcome.usage.output_tokens);
  } else {
    recorder_.request(record_of(request));
  }
  if (governor_) governor_->close(Governor::request_of(request));
  if (trace_ != nullptr) [[unlikely]]
    trace_request(request);
  if (request.over != nullptr) return request.over(request);
  FramePool::release(&request, sizeof(Carried));
}

// Every request passes here: what few of them meet is out of line.
void Client::on_answer(AttemptInFlight& attempt) {
  auto& request = static_cast<Carried&>(attempt);
  Client& client = *request.client;
  if (client.settle(request)) [[unlikely]]
    return client.pause(request);
  client.close(request);
}

[[gnu::noinline]] void Client::give_up(Carried& request, ErrorKind error) {
  request.error = error;
  close(request);
}

[[gnu::noinline]] RequestRecord Client::record_of(const Carried& request) const {
  RequestRecord record;
  record.workload = request.spec.workload;
  record.error = request.error;
  record.limit = request.limit;
  record.attempts = request.number;
  record.planned = request.planned;
  record.first_sent = request.first_sent;
  record.last_sent = request.last_sent();
  if (request.error == ErrorKind::kNone) {
    const Outcome& outcome = port_.exchange().outcome;
    record.first_token = outcome.first_token;
    record.first_answer = outcome.first_answer;
    record.output_tokens = outcome.usage.output_tokens;
  }
  record.ended = timers_.now();
  record.waited = request.waited;
  if (request.deadline != kNever) record.deadline = request.deadline - request.planned;
  if (governor_) record.fell_back = Governor::request_of(request).fell_back;
  return record;
}

namespace {

TracedId traced_id(const RequestSpec& spec) {
  return {.workload = spec.workload, .turn = spec.id.turn, .session = spec.id.session};
}

}  // namespace

[[gnu::noinline]] void Client::trace_attempt(const Carried& request, const Outcome& outcome) const {
  const bool was_sent = outcome.error != ErrorKind::kRefusedByClient;
  trace_->add(TracedAttempt{.request = traced_id(request.spec),
                            .planned = request.planned,
                            .sent = was_sent ? request.last_sent() : timers_.now(),
                            .first_token = outcome.first_token,
                            .ended = timers_.now(),
                            .retry_after = outcome.retry_after,
                            .prompt_tokens = outcome.usage.prompt_tokens(),
                            .output_tokens = outcome.usage.output_tokens,
                            .number = request.number,
                            .model = request.spec.model,
                            .error = outcome.error,
                            .limit = outcome.limit});
}

[[gnu::noinline]] void Client::trace_request(const Carried& request) const {
  trace_->add(TracedRequest{.id = traced_id(request.spec),
                            .planned = request.planned,
                            .ended = timers_.now(),
                            .error = request.error,
                            .limit = request.limit});
}

}  // namespace sluice
