#include "engine/client.hpp"

#include <algorithm>

namespace sluice {
namespace {

// The later of the two is the port's own time limit for one attempt.
TimePoint give_up_at(TimePoint now, const std::optional<Duration>& timeout, TimePoint deadline) {
  return timeout ? std::min(now + *timeout, deadline) : deadline;
}

}  // namespace

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
  bool await_ready() const noexcept {
    if (client.first_ != nullptr || client.in_use_ >= *client.plan_.concurrency) return false;
    ++client.in_use_;
    waiter.got_place = true;
    return true;
  }
  void await_suspend(std::coroutine_handle<> handle) const {
    waiter.handle = handle;
    client.enqueue(waiter);
    if (deadline != kNever) waiter.deadline = client.timers_.arm(deadline, handle);
  }
  // Resumed by leave_place() with a place, or by the deadline without one.
  bool await_resume() const noexcept {
    if (!waiter.got_place) client.remove(waiter);
    return waiter.got_place;
  }
};

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

Task Client::perform(const RequestSpec& spec, std::int64_t priority, RequestRecord& record) {
  const TimePoint deadline = record.deadline ? record.planned + *record.deadline : kNever;
  if (!plan_.concurrency) {
    co_await attempt_until_final(spec, priority, deadline, record);
  } else if (is_queue_full()) {
    record.error = ErrorKind::kQueueFull;
  } else {
    Waiter waiter;
    waiter.priority = priority;
    PlaceAwaiter place{*this, waiter, deadline};
    if (co_await place) {
      co_await attempt_until_final(spec, priority, deadline, record);
    } else {
      record.error = ErrorKind::kDeadline;
    }
  }
  record.ended = timers_.now();
  recorder_.request(record);
}

// With a place in hand where places are limited; leaves it at the end.
Task Client::attempt_until_final(const RequestSpec& spec, std::int64_t priority,
                                 TimePoint deadline, RequestRecord& record) {
  RetryState retries;
  Exchange exchange;
  record.first_sent = timers_.now();
  for (;;) {
    ++record.attempts;
    record.last_sent = timers_.now();
    Attempt attempt;
    attempt.number = record.attempts;
    attempt.give_up_at = give_up_at(timers_.now(), plan_.attempt_timeout, deadline);
    co_await port_.send(spec, attempt, exchange);
    record_attempt(spec, exchange, record);
    if (record.error == ErrorKind::kNone) break;
    if (timers_.now() >= deadline) {
      record.error = ErrorKind::kDeadline;
      break;
    }
    const Entity entity{.workload_hash = spec.id.workload_hash,
                        .session = spec.id.session,
                        .turn = spec.id.turn,
                        .attempt = static_cast<std::uint32_t>(record.attempts)};
    const std::uint64_t bits = random_.bits(Purpose::kRetry, entity).first;
    const auto wait = next_retry(plan_.retry, retries, exchange.outcome, bits);
    if (!wait) break;
    const bool in_time = deadline - timers_.now() > *wait;
    const bool gives_way = plan_.concurrency && !plan_.hold_slot_while_waiting;
    if (gives_way) leave_place();
    record.waited += in_time ? *wait : deadline - timers_.now();
    co_await timers_.until(in_time ? timers_.now() + *wait : deadline,
                           static_cast<std::uint32_t>(spec.id.session));
    if (!in_time) record.error = ErrorKind::kDeadline;
    if (gives_way) {
      Waiter waiter;
      waiter.priority = priority;
      PlaceAwaiter place{*this, waiter, deadline};
      if (!in_time) co_return;
      const bool got_place = co_await place;
      if (!got_place) {
        record.error = ErrorKind::kDeadline;
        co_return;
      }
    }
    if (!in_time) break;
    exchange = Exchange{};
  }
  if (plan_.concurrency) leave_place();
}

void Client::record_attempt(const RequestSpec& spec, const Exchange& exchange,
                            RequestRecord& record) {
  const Outcome& outcome = exchange.outcome;
  record.error = outcome.error;
  record.limit = outcome.limit;
  if (outcome.ok()) {
    record.first_token = outcome.first_token;
    record.first_answer = outcome.first_answer;
    record.output_tokens = outcome.usage.output_tokens;
  }
  recorder_.attempt({.workload = record.workload,
                     .workspace = spec.workspace,
                     .key = spec.key,
                     .model = spec.model,
                     .batch = false,
                     .priced = exchange.priced,
                     .number = record.attempts,
                     .outcome = &outcome,
                     .cost = exchange.billed ? &exchange.cost : nullptr});
}

}  // namespace sluice
