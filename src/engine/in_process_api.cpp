#include "engine/in_process_api.hpp"

#include <algorithm>

namespace sluice {
namespace {

// How a response ends before its last token.
struct Ending {
  TimePoint at = kNever;
  ErrorKind error = ErrorKind::kNone;
};

// A fault strikes after its share of the stream, unless the client gives up before.
Ending early_ending(const ApiModel::Admitted& admitted, TimePoint give_up_at) {
  Ending ending;
  if (admitted.fault == StreamFault::Kind::kDisconnect ||
      admitted.fault == StreamFault::Kind::kErrorInStream) {
    const int128 whole = ns(admitted.ends - admitted.first_token);
    const auto part = static_cast<std::int64_t>(whole * admitted.fault_at_ppm / 1'000'000);
    ending.at = admitted.first_token + Duration{part};
    ending.error = admitted.fault == StreamFault::Kind::kDisconnect ? ErrorKind::kConnection
                                                                    : ErrorKind::kOverloaded;
  }
  if (give_up_at < ending.at) ending = {.at = give_up_at, .error = ErrorKind::kAttemptTimeout};
  if (ending.at >= admitted.ends) ending = {};
  return ending;
}

// What the client saw: a stream shows its tokens as they come, a JSON reply only its end.
void write_timings(const RequestSpec& spec, const ApiModel::Admitted& admitted, Outcome& outcome) {
  if (!spec.stream) {
    if (!outcome.ok()) return;
    outcome.began = true;
    outcome.first_token = outcome.ended;
    outcome.first_answer = outcome.ended;
    return;
  }
  outcome.began = true;
  outcome.first_token = admitted.first_token;
  const TimePoint answer = admitted.first_token + admitted.service.streaming(spec.thinking_tokens);
  if (answer <= outcome.ended) outcome.first_answer = answer;
}

}  // namespace

// `exchange` is written only after the last wait: its owner may share it among the requests it
// carries.
Task InProcessApi::send(const RequestSpec& spec, Attempt attempt, Exchange& exchange) {
  ApiModel::Admitted admitted;
  if (!decide(spec, attempt, admitted, exchange)) co_return;
  const auto tag = static_cast<std::uint32_t>(spec.id.session);
  TimerQueue::UntilAwaiter wait{timers_, admitted.first_token, tag};
  if (attempt.give_up_at < admitted.first_token) {
    wait.due = attempt.give_up_at;
    co_await wait;
    close(spec, admitted, ErrorKind::kAttemptTimeout, false, exchange);
    co_return;
  }
  if (model_.begin_is_visible(spec)) {
    co_await wait;
    model_.begin(timers_.now(), spec, admitted);
  } else {
    model_.begin(admitted.first_token, spec, admitted);
  }
  bool cut = false;
  if (model_.cuts()) {
    co_await stream(admitted, early_ending(admitted, attempt.give_up_at).at, cut);
  } else {
    wait.due = std::min(early_ending(admitted, attempt.give_up_at).at, admitted.ends);
    co_await wait;
  }
  close(spec, admitted, early_ending(admitted, attempt.give_up_at).error, cut, exchange);
}

bool InProcessApi::decide(const RequestSpec& spec, const Attempt& attempt,
                          ApiModel::Admitted& admitted, Exchange& exchange) {
  Outcome refusal;
  if (model_.admit(timers_.now(), spec, attempt.number, admitted, refusal)) return true;
  exchange = Exchange{};
  exchange.outcome = refusal;
  return false;
}

void InProcessApi::close(const RequestSpec& spec, ApiModel::Admitted& admitted, ErrorKind error,
                         bool cut, Exchange& exchange) {
  exchange = Exchange{};
  Outcome& outcome = exchange.outcome;
  outcome.sent = admitted.started;
  outcome.error = cut ? ErrorKind::kRateLimit : error;
  if (cut) outcome.limit = LimitCause::kOutputTokens;
  model_.finish(timers_.now(), spec, admitted, exchange);
  if (admitted.begun) write_timings(spec, admitted, outcome);
  if (model_.cuts()) rearm_cut();
}

struct InProcessApi::StreamAwaiter {
  InProcessApi& api;
  Stream& stream;
  TimePoint until;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    stream.waiting = handle;
    stream.ticket = api.timers_.arm(until, handle);
    api.link(stream);
    api.rearm_cut();
  }
  void await_resume() const noexcept { api.unlink(stream); }
};

Task InProcessApi::stream(ApiModel::Admitted& admitted, TimePoint until, bool& cut) {
  Stream stream;
  stream.admitted = &admitted;
  StreamAwaiter awaiter{*this, stream, std::min(until, admitted.ends)};
  co_await awaiter;
  cut = stream.cut;
}

void InProcessApi::link(Stream& stream) noexcept {
  stream.previous = last_stream_;
  (last_stream_ != nullptr ? last_stream_->next : first_stream_) = &stream;
  last_stream_ = &stream;
}

void InProcessApi::unlink(Stream& stream) noexcept {
  (stream.previous != nullptr ? stream.previous->next : first_stream_) = stream.next;
  (stream.next != nullptr ? stream.next->previous : last_stream_) = stream.previous;
}

// The earliest instant at which some stream's bucket runs dry has changed: watch for the new one.
void InProcessApi::rearm_cut() {
  TimePoint due = kNever;
  for (Stream* stream = first_stream_; stream != nullptr; stream = stream->next) {
    due = std::min(due, model_.cut_at(timers_.now(), *stream->admitted));
  }
  if (due == cut_due_) return;
  cut_due_ = due;
  ++cut_generation_;
  if (due != kNever) scope_.start(cut_at(due, cut_generation_));
}

Task InProcessApi::cut_at(TimePoint due, std::uint32_t generation) {
  co_await timers_.until(due);
  if (generation != cut_generation_) co_return;
  cut_due_ = kNever;
  cut_dry_streams();
}

void InProcessApi::cut_dry_streams() {
  for (Stream* stream = first_stream_; stream != nullptr; stream = stream->next) {
    if (stream->cut || model_.cut_at(timers_.now(), *stream->admitted) > timers_.now()) continue;
    stream->cut = true;
    timers_.cancel(stream->ticket);
    timers_.push(timers_.now(), stream->waiting);
  }
}

}  // namespace sluice
