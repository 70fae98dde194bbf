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
  const StreamFault& fault = admitted.fault;
  if (fault.kind == StreamFault::Kind::kDisconnect ||
      fault.kind == StreamFault::Kind::kErrorInStream) {
    const int128 whole = ns(admitted.ends - admitted.first_token);
    const auto part = static_cast<std::int64_t>(whole * fault.at_ppm / 1'000'000);
    ending.at = admitted.first_token + Duration{part};
    ending.error = fault.kind == StreamFault::Kind::kDisconnect ? ErrorKind::kConnection
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
  const TimePoint answer =
      admitted.first_token + admitted.service.streaming(spec.thinking_tokens);
  if (answer <= outcome.ended) outcome.first_answer = answer;
}

}  // namespace

Task InProcessApi::send(const RequestSpec& spec, Attempt attempt, Exchange& exchange) {
  const TimePoint sent = timers_.now();
  const std::uint32_t tag = static_cast<std::uint32_t>(spec.id.session);
  Outcome& outcome = exchange.outcome;
  outcome.sent = sent;
  ApiModel::Admitted admitted;
  if (!model_.admit(sent, spec, attempt.number, admitted, outcome)) co_return;

  if (attempt.give_up_at < admitted.first_token) {
    co_await timers_.until(attempt.give_up_at, tag);
    outcome.error = ErrorKind::kAttemptTimeout;
    model_.finish(timers_.now(), spec, admitted, exchange);
    co_return;
  }
  co_await timers_.until(admitted.first_token, tag);
  model_.begin(timers_.now(), spec, admitted);
  const Ending ending = early_ending(admitted, attempt.give_up_at);
  const TimePoint ends = std::min(ending.at, admitted.ends);
  if (model_.cuts()) {
    bool cut = false;
    co_await stream(spec, admitted, ends, cut);
    outcome.error = cut ? ErrorKind::kRateLimit : ending.error;
    if (cut) outcome.limit = LimitCause::kOutputTokens;
  } else {
    co_await timers_.until(ends, tag);
    outcome.error = ending.error;
  }
  model_.finish(timers_.now(), spec, admitted, exchange);
  write_timings(spec, admitted, outcome);
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

Task InProcessApi::stream(const RequestSpec& spec, ApiModel::Admitted& admitted, TimePoint until,
                          bool& cut) {
  static_cast<void>(spec);
  Stream stream;
  stream.admitted = &admitted;
  StreamAwaiter awaiter{*this, stream, until};
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
