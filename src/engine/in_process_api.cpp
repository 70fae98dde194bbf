#include "engine/in_process_api.hpp"

#include <algorithm>

namespace sluice {
namespace {

// How a response ends before its last token.
struct Ending {
  TimePoint at = kNever;
  ErrorKind error = ErrorKind::kNone;
};

// Out of the way: faults are rare, and every response passes here.
[[gnu::noinline]] Ending broken_off(const Admitted& admitted) {
  return {.at = admitted.breaks_at(), .error = admitted.breaks_with()};
}

// By itself or by a fault, unless the client gives up before.
Ending ending_of(const Admitted& admitted, TimePoint give_up_at) {
  Ending ending{.at = admitted.ends, .error = ErrorKind::kNone};
  if (admitted.breaks_off()) [[unlikely]]
    ending = broken_off(admitted);
  if (give_up_at < ending.at) ending = {.at = give_up_at, .error = ErrorKind::kAttemptTimeout};
  return ending;
}

}  // namespace

// Flat, as on_end() is: every request passes here, and calls cost as much as what they do. What few
// requests meet is out of line: together with it the others' way does not fit the registers.
[[gnu::flatten]] bool InProcessApi::start(AttemptInFlight& attempt) {
  Admitted& admitted = attempt.admitted;
  if (!model_.admit(timers_.now(), attempt.spec, attempt.number, admitted, exchange_.outcome)) {
    tell_refusal(attempt);
    return true;
  }
  tokens_moved();  // a limit on input and output together is nearer to being dry now
  const bool is_head_wanted = attempt.is_head_wanted();
  if (is_head_wanted) [[unlikely]]
    read_limits(attempt);
  const bool begin_is_seen =
      model_.begin_is_visible(attempt.spec) || (is_head_wanted && attempt.spec.stream);
  TimePoint until = std::min(attempt.give_up_at, admitted.first_token);
  attempt.fire = &on_first_token;
  // Not stream(): where responses can be cut their output drains, and their begin is seen.
  if (attempt.give_up_at >= admitted.first_token && !begin_is_seen) {
    admitted.begun = true;
    until = ending_of(admitted, attempt.give_up_at).at;
    attempt.fire = &on_end;
  }
  timers_.push(until, attempt);
  return false;
}

[[gnu::noinline]] void InProcessApi::tell_refusal(AttemptInFlight& attempt) {
  exchange_.billed = false;
  exchange_.priced = true;
  // Limits stand on a 429 and on no other refusal.
  if (attempt.is_head_wanted() && exchange_.outcome.error == ErrorKind::kRateLimit) {
    read_limits(attempt);
    tell_limits(attempt);
  }
}

void InProcessApi::on_first_token(TimedCall& call) {
  auto& attempt = static_cast<AttemptInFlight&>(call);
  auto& api = static_cast<InProcessApi&>(*attempt.port);
  if (attempt.give_up_at < attempt.admitted.first_token) {
    return api.end(attempt, ErrorKind::kAttemptTimeout, false);
  }
  if (attempt.is_head_wanted() && attempt.spec.stream) api.tell_limits_at_head(attempt);
  api.model_.begin(attempt.admitted.first_token, attempt.spec, attempt.admitted);
  api.stream(attempt);
}

[[gnu::noinline]] void InProcessApi::read_limits(AttemptInFlight& attempt) {
  attempt.head->levels =
      read_levels(model_.limiter(), model_.route_of(attempt.spec), timers_.now());
}

[[gnu::noinline]] void InProcessApi::tell_limits_at_head(AttemptInFlight& attempt) {
  if (timers_.now() != attempt.admitted.started) {
    read_output_levels(model_.limiter(), model_.route_of(attempt.spec), timers_.now(),
                       attempt.head->levels);
  }
  tell_limits(attempt);
}

void InProcessApi::tell_limits(AttemptInFlight& attempt) {
  attempt.head->came(attempt, view_of(attempt.head->levels, model_.start_unix_ns()));
}

void InProcessApi::stream(AttemptInFlight& attempt) {
  const TimePoint until = ending_of(attempt.admitted, attempt.give_up_at).at;
  if (model_.cuts()) return cuts_.stream(attempt, until);
  attempt.fire = &on_end;
  timers_.push(until, attempt);
}

[[gnu::flatten]] void InProcessApi::on_end(TimedCall& call) {
  auto& attempt = static_cast<AttemptInFlight&>(call);
  auto& api = static_cast<InProcessApi&>(*attempt.port);
  api.end(attempt, ending_of(attempt.admitted, attempt.give_up_at).error, false);
}

void InProcessApi::end(AttemptInFlight& attempt, ErrorKind error, bool cut) {
  exchange_.reset();
  Outcome& outcome = exchange_.outcome;
  outcome.sent = attempt.admitted.started;
  outcome.error = error;
  if (cut) outcome.limit = LimitCause::kOutputTokens;
  model_.finish(timers_.now(), attempt.spec, attempt.admitted, exchange_);
  if (attempt.admitted.begun) write_timings(attempt.spec, attempt.admitted, outcome);
  // The head of an answer in JSON comes with its body.
  if (attempt.is_head_wanted() && !attempt.spec.stream && outcome.ok()) {
    tell_limits_at_head(attempt);
  }
  attempt.ended(attempt);
}

}  // namespace sluice
