#include "mock/message_exchange.hpp"

#include <algorithm>

#include "mock/ids.hpp"
#include "mock/message_exchanges.hpp"
#include "mock/reply.hpp"
#include "mock/state.hpp"

namespace sluice::mock {
namespace {

constexpr std::uint32_t kHalfWay = 500'000;  // parts per million

}  // namespace

MockState& MessageExchange::state() const noexcept { return owner->state; }

void MessageExchange::renew() {
  sluice::mock::renew(served);
  reply = nullptr;
  admitted = {};
  wants_stream_usage = true;
  position_ = {};
  breaks_at_ = kNever;
  phase_ = Phase::kBefore;
  is_taken_ = true;
  is_open_ = end_is_awaited_ = is_paused_ = is_malformed_ = truncates_ = false;
}

void MessageExchange::apply(const FaultHeader& asked) {
  const RequestSpec& spec = served.spec;
  switch (asked.fault) {
    case AskedFault::kTruncate:
      truncates_ = true;
      admitted.fault = StreamFault::Kind::kDisconnect;
      admitted.fault_at_ppm = kHalfWay;
      break;
    case AskedFault::kErrorInStream:
      admitted.fault = StreamFault::Kind::kErrorInStream;
      admitted.fault_at_ppm = kHalfWay;
      break;
    case AskedFault::kStall:
      stall_ += seconds(asked.value);
      admitted.first_token += seconds(asked.value);
      admitted.ends += seconds(asked.value);
      break;
    case AskedFault::kSlow:
      admitted.speed.tokens_per_minute = asked.value * 60;
      admitted.ends = admitted.first_token + admitted.speed.streaming(spec.output_tokens);
      break;
    case AskedFault::kMalformedSse:
      is_malformed_ = true;
      break;
    case AskedFault::kRateLimit:
    case AskedFault::kOverloaded:
    case AskedFault::kApiError:
    case AskedFault::kTimeout:
    case AskedFault::kDisconnect:
    case AskedFault::kRefusal:
      break;  // has happened before
  }
}

void MessageExchange::start(const FaultHeader* asked) {
  MockState& state = this->state();
  const TimePoint now = served.arrived;
  limits_ = LimitSnapshot(state.api.limiter(), admitted.route, now,
                          state.client_clock(now, served.is_named));
  stall_ = admitted.stall();
  if (!state.plan.options.latency) {
    admitted.first_token = now + stall_;
    admitted.ends = admitted.first_token;
  }
  if (asked != nullptr) apply(*asked);
  if (admitted.breaks_off()) {
    if (admitted.ends == admitted.first_token) {
      // What breaks off at once has produced its part all the same.
      served.spec.output_tokens = admitted.part_before_break(served.spec.output_tokens);
    }
    breaks_at_ = admitted.breaks_at();
  }
  owner->cuts.watch_next();  // a limit on tokens together is nearer to being dry now
  message_id_.clear();
  append_id(message_id_, "msg_01", ~state.plan.run.seed, served.sequence);
  const bool is_instant = admitted.ends == now;
  if (!is_instant) state.journal.put(served);  // else once, when it is over: now
  if (!is_instant || served.spec.stream) reply->listen(this);
  if (is_instant) {
    first_token(now);
    step(now);
    return;
  }
  await_begin(now);
}

// The head of an answer in JSON comes with its body; a stream that stalls has begun before.
void MessageExchange::await_begin(TimePoint now) {
  const TimePoint opens = admitted.first_token - stall_;
  if (stall_ == Duration{} || !served.spec.stream || is_open_) {
    return wait_until(admitted.first_token);
  }
  if (now < opens) return wait_until(opens);
  begin_stream(now);
  wait_until(admitted.first_token);
}

void MessageExchange::wait_until(TimePoint due) {
  due_ = due;
  ++events_pending_;
  state().timers.push(due, *this);
}

// An event that came too early belongs to an instant that is not waited for any more.
void MessageExchange::on_due(TimedCall& call) {
  auto& exchange = static_cast<MessageExchange&>(call);
  --exchange.events_pending_;
  if (exchange.phase_ == Phase::kOver) return exchange.release_if_over();
  const TimePoint due = exchange.due_;
  if (exchange.state().timers.now() < due) return;
  if (exchange.phase_ == Phase::kAnswering) return exchange.step(due);
  if (due < exchange.admitted.first_token) return exchange.await_begin(due);
  exchange.first_token(due);
  exchange.plan_next(due);
}

void MessageExchange::first_token(TimePoint now) {
  phase_ = Phase::kAnswering;
  if (served.spec.stream) {
    if (!is_open_) {
      begin_stream(now);
    } else if (!is_paused_) {
      owner->body.clear();
      write_first_token(owner->body, now);
      write(owner->body);
    }
  }
  state().api.begin(now, served.spec, admitted);
  if (now < admitted.ends) owner->cuts.joined(*this);
}

std::int64_t MessageExchange::produced(TimePoint now) const noexcept {
  const std::int64_t most = served.spec.output_tokens;
  if (now >= admitted.ends) return most;
  return std::min(most, admitted.speed.produced(now - admitted.first_token));
}

// What a client sees of a stream: the first token when the answer begins, each further one a
// token's time after the one before. The last one's time is that until the end.
std::int64_t MessageExchange::visible(TimePoint now) const noexcept {
  return std::min<std::int64_t>(served.spec.output_tokens, produced(now) + 1);
}

// The stream has come to this instant.
void MessageExchange::step(TimePoint now) {
  if (now >= breaks_at_) return break_off(now);
  if (now >= admitted.ends) return complete(now);
  if (served.spec.stream && !is_paused_) {
    std::string& out = owner->body;
    out.clear();
    write_tokens(out, visible(now));
    write(out);
  }
  if (phase_ != Phase::kOver) plan_next(now);
}

void MessageExchange::plan_next(TimePoint now) {
  const TimePoint end = std::min(breaks_at_, admitted.ends);
  TimePoint due = end;
  if (served.spec.stream && !is_paused_) {
    const TimePoint token = admitted.first_token + admitted.speed.streaming(position_.written);
    due = std::min(end, std::max(token, now + owner->step_least));
  }
  // One event for the end is enough, however often the client pauses and reads on.
  if (due == end && end_is_awaited_) {
    due_ = end;
    return;
  }
  end_is_awaited_ |= due == end;
  wait_until(due);
}

void MessageExchange::complete(TimePoint now) {
  settle(now, ErrorKind::kNone);
  if (reply == nullptr) return release_if_over();
  if (!served.spec.stream) {
    send_whole();
  } else if (!is_paused_) {
    end_reply();
  } else {
    return;  // on_drained() writes the rest
  }
  release_if_over();
}

void MessageExchange::break_off(TimePoint now) {
  const ErrorKind error = admitted.breaks_with();
  served.error_in_stream = true;
  const std::int64_t tokens = produced(now);
  settle(now, error);
  if (served.spec.stream && !is_paused_) {
    owner->body.clear();
    write_tokens(owner->body, tokens);
    write(owner->body);
  }
  if (reply != nullptr) send_broken(error);
  release_if_over();
}

void MessageExchange::cut(TimePoint now) {
  served.error_in_stream = true;
  served.outcome.limit = LimitCause::kOutputTokens;
  settle(now, ErrorKind::kRateLimit);
  if (reply != nullptr) send_broken(ErrorKind::kRateLimit);
  release_if_over();
}

// Charges and bills what has been produced by now; the request is over for ApiModel.
void MessageExchange::settle(TimePoint now, ErrorKind error) {
  phase_ = Phase::kOver;
  MockState& state = this->state();
  Exchange& result = owner->result;
  result.reset();
  state.api.finish(now, served.spec, admitted, result);
  owner->cuts.left(*this);
  Outcome& outcome = served.outcome;
  outcome.error = error;
  outcome.usage = result.outcome.usage;
  outcome.ended = now;
  served.cost = result.cost;
  served.saved_by_cache = result.saved_by_cache;
  served.billed = result.billed;
  served.priced = result.priced;
  if (admitted.begun) write_timings(served.spec, admitted, outcome);
  if (!served.spec.stream && (error == ErrorKind::kNone || truncates_)) {
    limits_.read_output(state.api.limiter(), admitted.route, now,
                        state.client_clock(now, served.is_named));
  }
  if (!served.spec.stream && error != ErrorKind::kNone && !served.client_gone) {
    served.status = http_status(error);
  }
  state.ended(served);
}

void MessageExchange::on_drained() {
  is_paused_ = false;
  if (phase_ == Phase::kOver) {
    end_reply();
    return release_if_over();
  }
  if (phase_ == Phase::kBefore) return;
  step(state().timers.now());
}

void MessageExchange::on_gone() {
  reply = nullptr;
  if (phase_ == Phase::kOver) return release_if_over();
  served.client_gone = true;
  settle(state().timers.now(), ErrorKind::kConnection);
  release_if_over();
}

void MessageExchange::abandon() {
  phase_ = Phase::kOver;
  if (reply == nullptr) return;
  reply->listen(nullptr);
  reply->drop();
  reply = nullptr;
}

// Nobody answers and nothing is pending: its memory may serve another.
void MessageExchange::release_if_over() {
  if (phase_ != Phase::kOver || reply != nullptr || events_pending_ > 0 || !is_taken_) return;
  is_taken_ = false;
  owner->give_back(*this);
}

}  // namespace sluice::mock
