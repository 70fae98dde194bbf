// One attempt under way: sent, read as it comes, told to all who want to know how it ended.
#include <algorithm>
#include <utility>

#include "base/integer.hpp"
#include "live/answer_outcome.hpp"
#include "live/http_api_parts.hpp"
#include "live/http_status.hpp"
#include "live/secret.hpp"
#include "live/seen_limits.hpp"

namespace sluice::live {
namespace {

// Requests that cannot leave at once, because a connection is being opened, are looked at again
// after so much wall time.
constexpr Duration kLookAgain = milliseconds(2);

// Of bodies that have left: so many are kept, if they are not larger than most.
constexpr std::size_t kBodiesKept = 64;
constexpr std::size_t kBodyKept = 256 * 1024;

}  // namespace

void HttpApi::Parts::send(Attempt& attempt, std::string_view credential) {
  const AttemptInFlight& of = *attempt.of;
  attempt.is_under_way = true;
  attempt.is_announced = false;
  ++in_flight;
  if (!bodies.empty()) {
    attempt.body = std::move(bodies.back());
    bodies.pop_back();
  }
  with.writer.write_body(of.spec, attempt.body);
  with.writer.write_fields(of.spec, of.number, attempt.lines);
  attempt.credential_at = attempt.lines.size();
  attempt.lines += credential;
  attempt.call.path = with.writer.path();
  attempt.call.fields = attempt.lines;
  attempt.call.body = attempt.body;
  attempt.due_wall = with.loop.wall_time(attempt.due);
  with.client.send(attempt.call);
  if (attempt.call.written_at != 0) return announce(attempt);
  unwritten.push_back(attempt);
  writes.set(timers.now() + nanoseconds(ns(kLookAgain) * with.loop.clock().speed_permille / 1000));
}

// It has left: nobody needs the body any more, and it is the larger part of what a stream keeps.
void HttpApi::Parts::announce(Attempt& attempt) {
  if (attempt.is_announced || attempt.call.written_at == 0) return;
  attempt.is_announced = true;
  release_body(attempt);
  const Duration delay = nanoseconds(attempt.call.written_at - attempt.due_wall);
  with.observer.on_sent(attempt.of->spec, attempt.of->number, attempt.due, attempt.call.written_at,
                        std::max(delay, Duration{}));
}

void HttpApi::Parts::release_body(Attempt& attempt) {
  attempt.call.body = {};
  const bool is_kept = bodies.size() < kBodiesKept && attempt.body.capacity() <= kBodyKept;
  if (is_kept && !attempt.body.empty()) bodies.push_back(std::move(attempt.body));
  attempt.body = {};
}

void HttpApi::Parts::look_at_unwritten() {
  for (Attempt* attempt = unwritten.front(); attempt != nullptr;) {
    Attempt* const next = Queue::behind(*attempt);
    if (attempt->call.written_at != 0) {
      unwritten.remove(*attempt);
      announce(*attempt);
    }
    attempt = next;
  }
  if (unwritten.front() == nullptr) return;
  writes.set(timers.now() + nanoseconds(ns(kLookAgain) * with.loop.clock().speed_permille / 1000));
}

void HttpApi::Parts::Attempt::on_head(const net::AnswerHead& head) {
  status = head.status;
  for (const net::HeaderField& field : head.fields) {
    wire::read_field(fields, field.name, field.value);
  }
  wire::finish_fields(fields);
  reader.begin(parts.with.format, status, fields.is_event_stream, parts.with.gaps);
  parts.announce(*this);
  const TimePoint now = parts.timers.now();
  parts.with.guard.saw_head(now, of->spec, fields, reservation);
  if (of->is_head_wanted() && fields.has_limits()) {
    const LimitClock clock{.now = now,
                           .is_mock = parts.with.target_is_mock,
                           .burst = parts.with.plan.limits.burst,
                           .bursts = parts.with.plan.limits.bursts};
    of->head->came(*of, seen_limits(fields, clock));
  }
  parts.pump();
}

void HttpApi::Parts::Attempt::on_body(std::string_view bytes) {
  reader.feed(bytes, parts.timers.now());
}

void HttpApi::Parts::Attempt::on_end() {
  reader.end();
  const bool is_torn = is_success(status) && !reader.answer().is_whole;
  parts.end(*this, End::kAnswered, is_torn ? "the answer ended before it was whole" : "");
}

void HttpApi::Parts::Attempt::on_failure(const net::TransportFailure& failure) {
  reader.end();
  parts.end(*this, End::kFailed, failure.message);
}

TimePoint HttpApi::Parts::sent_at(const Attempt& attempt) const noexcept {
  const TimePoint began = std::min(attempt.due, timers.now());
  if (attempt.call.written_at == 0) return began;
  return std::clamp(with.loop.model_time(attempt.call.written_at), began, timers.now());
}

// Some servers say what key they were given. Reports and records hold what a server says.
void HttpApi::Parts::hide_secret(Attempt& attempt) const {
  const std::string_view lines = attempt.lines;
  const std::string_view key = secret_in(lines.substr(attempt.credential_at));
  wire::ReadAnswer& answer = attempt.reader.answer();
  const auto strike = [&](std::string& text) {
    for (const std::string& secret : with.writer.given_secrets()) strike_out(text, secret);
    strike_out(text, key);
  };
  strike(attempt.fields.request_id);
  strike(attempt.fields.organization_id);
  strike(answer.model);
  strike(answer.stop_reason);
  if (!answer.error) return;
  strike(answer.error->message);
  strike(answer.error->error_code);
}

void HttpApi::Parts::write_exchange(const Attempt& attempt, End how) {
  const RequestSpec& spec = attempt.of->spec;
  const wire::ReadAnswer& answer = attempt.reader.answer();
  exchange.reset();
  Outcome& outcome = exchange.outcome;
  const SeenAnswer seen{.spec = spec,
                        .status = attempt.status,
                        .fields = attempt.fields,
                        .answer = answer,
                        .gave_up = how == End::kGaveUp};
  write_outcome(seen, timers.now(), outcome);
  outcome.sent = sent_at(attempt);
  if (!is_success(attempt.status) || !answer.has_usage) return;
  const PricedAs as{.fast = spec.fast, .us_only = spec.us_only};
  const auto total = prices.bill(spec.model, with.plan.start_unix_ns + ns(outcome.sent),
                                 outcome.usage, as, exchange.cost, exchange.saved_by_cache);
  exchange.billed = total.has_value();
  exchange.priced = total.has_value();
}

// To the guard, who settles, and to the observer.
void HttpApi::Parts::report(Attempt& attempt, std::string_view transport) {
  const AttemptInFlight& of = *attempt.of;
  Outcome& outcome = exchange.outcome;
  const bool renews_token = attempt.status != 0 && outcome.error == ErrorKind::kAuthentication &&
                            with.credentials.was_refused(of.spec.key);
  if (renews_token) outcome.should_retry = true;
  const AttemptFacts facts{.spec = of.spec,
                           .number = of.number,
                           .planned = of.planned,
                           .due = attempt.due,
                           .sent = outcome.sent,
                           .sent_wall = attempt.call.written_at,
                           .exchange = exchange,
                           .status = attempt.status,
                           .fields = attempt.fields,
                           .answer = attempt.reader.answer(),
                           .transport = transport,
                           .reused_connection = attempt.call.reused,
                           .renews_token = renews_token};
  if (attempt.is_under_way) with.guard.settle(facts, attempt.reservation);
  with.observer.on_ended(facts);
}

void HttpApi::Parts::release(Attempt& attempt) {
  if (ByTime::is_in_list(attempt)) by_time.remove(attempt);
  if (Queue::is_in_list(attempt)) {
    if (attempt.is_under_way) {
      unwritten.remove(attempt);
    } else {
      const GroupId group = with.plan.models[index(attempt.of->spec.model)].group;
      held[index(group)].remove(attempt);
      --held_count;
    }
  }
  if (attempt.is_under_way) --in_flight;
  attempt.is_under_way = false;
  release_body(attempt);
  attempt.of = nullptr;
  free.push_back(&attempt);
}

// Whoever waits for it is told last, for it may start the next attempt.
void HttpApi::Parts::end(Attempt& attempt, End how, std::string_view transport) {
  announce(attempt);
  if (attempt.is_under_way) hide_secret(attempt);
  write_exchange(attempt, how);
  report(attempt, transport);
  AttemptInFlight& ended = *attempt.of;
  release(attempt);
  if (with.guard.stop() != StopReason::kNone) stop_by_guard();
  pump();
  if (is_stopped && in_flight == 0) {
    tells_idle = true;
    news.set(timers.now());
  }
  ended.ended(ended);
}

}  // namespace sluice::live
