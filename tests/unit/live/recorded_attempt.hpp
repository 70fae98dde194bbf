// An attempt with everything that it can have, and the plan and calendar of its records.
#pragma once

#include <cstdint>
#include <string>

#include "live/record_writer.hpp"
#include "support/plans.hpp"

namespace sluice::testing {

inline constexpr UnixTime kStarted{1'795'238'473'250'000'000};  // 2026-11-21T05:21:13.25Z
inline constexpr std::int64_t kOrigin = 5'000'000'000;
inline constexpr live::RecordClock kClock{.started_at = kStarted, .origin = kOrigin};

inline RunPlan some_plan() {
  RunPlan plan = small_plan();
  plan.keys[0].name = "key-1";
  plan.clients[0].retry = fixed_retries(2, seconds(2));
  return plan;
}

// Everything that an attempt can have.
struct Attempt {
  RequestSpec spec;
  Exchange exchange;
  wire::AnswerFields fields;
  wire::ReadAnswer answer;
  std::int32_t number = 1;
  std::int64_t sent_wall = kOrigin + 1'500'000'001;
  int status = 200;
  std::string transport;

  Attempt() {
    spec.id = {.workload_hash = 1, .turn = 3, .session = 17};
    spec.prompt_tokens = 1000;
    spec.output_tokens = 10;
    spec.max_tokens = 20;
    Outcome& outcome = exchange.outcome;
    outcome.sent = kRunStart + nanoseconds(1'500'000'001);
    outcome.first_token = kRunStart + seconds(2);
    outcome.first_answer = kRunStart + seconds(2);
    outcome.ended = kRunStart + milliseconds(2'750);
    outcome.usage = {.input_tokens = 900, .cache_read_input_tokens = 100, .output_tokens = 11};
    exchange.billed = true;
    exchange.cost.by_category = {Money::from_decimal("1.8").value(),
                                 Money{},
                                 Money{},
                                 Money::from_picodollars(1),
                                 Money::from_dollars(3),
                                 Money{}};
    exchange.saved_by_cache = -Money::from_decimal("0.25").value();
    answer.thinking_tokens = 2;
    answer.stop_reason = "end_turn";
    fields.request_id = "req_011";
    fields.date = UnixTime{kStarted.nanoseconds - 250'000'000};
  }

  live::AttemptFacts facts() const {
    return {.spec = spec,
            .number = number,
            .planned = kRunStart + seconds(1),
            .due = kRunStart + milliseconds(1'500),
            .sent = exchange.outcome.sent,
            .sent_wall = sent_wall,
            .exchange = exchange,
            .status = status,
            .fields = fields,
            .answer = answer,
            .transport = transport,
            .reused_connection = true,
            .renews_token = false};
  }
};

// A refusal with every header that there is.
inline Attempt refused() {
  Attempt attempt;
  attempt.status = 429;
  Outcome& outcome = attempt.exchange.outcome;
  outcome.error = ErrorKind::kRateLimit;
  outcome.limit = LimitCause::kInputTokens;
  outcome.retry_after = seconds(2);
  outcome.should_retry = true;
  outcome.first_token = kNever;
  outcome.first_answer = kNever;
  outcome.usage = {};
  attempt.exchange.billed = false;
  attempt.answer = {};
  attempt.answer.error =
      wire::ApiError{.kind = ErrorKind::kRateLimit, .message = "too \"many\"", .error_code = "x"};
  const wire::LimitState state{.limit = 50, .remaining = 49, .full_at = kStarted};
  attempt.fields.limits = {.requests = state,
                           .tokens = state,
                           .input_tokens = state,
                           .output_tokens = state,
                           .fast_input_tokens = state,
                           .fast_output_tokens = state};
  return attempt;
}

inline std::string line_of(const Attempt& attempt, const live::RecordClock& clock = kClock) {
  std::string line;
  live::append_record(line, attempt.facts(), some_plan(), clock);
  return line;
}

}  // namespace sluice::testing
