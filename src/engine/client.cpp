#include "engine/client.hpp"

#include <algorithm>

namespace sluice {
Client::Client(const ClientPlan& plan, const RandomSource& random, TimerQueue& timers,
               FramePool& frames, ApiPort& port, Recorder& recorder)
    : plan_(plan),
      random_(random),
      timers_(timers),
      frames_(frames),
      port_(port),
      recorder_(recorder) {}

struct Client::PlaceAwaiter {
  Client& client;
  Waiter& waiter;
  TimePoint deadline;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    waiter.handle = handle;
    client.enqueue(waiter);
    if (deadline != kNever) waiter.deadline = client.timers_.arm(deadline, handle);
  }
  // Resumed by leave_place() with a place, or by the deadline without one.
  void await_resume() const noexcept {
    if (!waiter.got_place) client.remove(waiter);
  }
};

// Takes a place if one is free and nobody waits for it.
bool Client::enter() noexcept {
  if (first_ != nullptr || in_use_ >= *plan_.concurrency) return false;
  ++in_use_;
  return true;
}

Task Client::wait_for_place(Order order, bool& got_place) {
  Waiter waiter;
  waiter.priority = order.priority;
  PlaceAwaiter place{*this, waiter, order.deadline};
  co_await place;
  got_place = waiter.got_place;
}

void Client::enqueue(Waiter& waiter) noexcept {
  Waiter* before = last_;
  while (before != nullptr && before->priority < waiter.priority) before = before->previous;
  waiter.previous = before;
  waiter.next = before != nullptr ? before->next : first_;
  (before != nullptr ? before->next : first_) = &waiter;
  (waiter.next != nullptr ? waiter.next->previous : last_) = &waiter;
  ++waiting_;
}

void Client::remove(Waiter& waiter) noexcept {
  (waiter.previous != nullptr ? waiter.previous->next : first_) = waiter.next;
  (waiter.next != nullptr ? waiter.next->previous : last_) = waiter.previous;
  --waiting_;
}

// Hands the place to the first who waits, or frees it.
void Client::leave_place() {
  if (first_ == nullptr) {
    --in_use_;
    return;
  }
  Waiter& next = *first_;
  remove(next);
  next.got_place = true;
  timers_.cancel(next.deadline);
  timers_.push(timers_.now(), next.handle);
}

bool Client::is_queue_full() const noexcept {
  return plan_.queue_limit && in_use_ >= *plan_.concurrency && waiting_ >= *plan_.queue_limit;
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
  // A request that gives its place up while it waits asks for one before every attempt.
  const bool needs_place = plan_.concurrency.has_value();
  bool in_place = false;
  if (needs_place && is_queue_full()) {
    progress.error = ErrorKind::kQueueFull;
  } else {
    for (;;) {
      if (needs_place && !in_place) {
        in_place = enter();
        if (!in_place) {
          Task place = wait_for_place(order, in_place);
          co_await place;
        }
        if (!in_place) {
          progress.error = ErrorKind::kDeadline;
          break;
        }
      }
      begin_attempt(order, progress);
      co_await progress;
      progress.pauses = settle(order, progress);
      if (!progress.pauses) break;
      if (needs_place && !plan_.hold_slot_while_waiting) {
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
  return !outcome.ok() && plan_retry(order, progress);
}

[[gnu::noinline]] bool Client::plan_retry(const Order& order, Progress& progress) const {
  const RequestSpec& spec = progress.spec;
  const Outcome& outcome = port_.exchange().outcome;
  const TimePoint now = timers_.now();
  if (now >= order.deadline) {
    progress.error = ErrorKind::kDeadline;
    return false;
  }
  const Entity entity{.workload_hash = spec.id.workload_hash,
                      .session = spec.id.session,
                      .turn = spec.id.turn,
                      .attempt = static_cast<std::uint32_t>(progress.number)};
  const std::uint64_t bits = random_.bits(Purpose::kRetry, entity).first;
  RetryState retries{.retries = progress.number - 1, .previous = progress.backoff};
  const auto wait = next_retry(plan_.retry, retries, outcome, bits);
  if (!wait) return false;
  progress.backoff = retries.previous;
  const TimePoint again = order.deadline - now > *wait ? now + *wait : order.deadline;
  progress.again() = again;
  progress.waited += again - now;
  return true;
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
  recorder_.request(record);
}

}  // namespace sluice
