#include "live/answer_outcome.hpp"

#include "live/http_status.hpp"

namespace sluice::live {
namespace {

// Redirects are not followed and protocols not switched: whoever answers so is not the API.
ErrorKind kind_of_refusal(const SeenAnswer& seen) noexcept {
  const ErrorKind kind =
      seen.answer.error ? seen.answer.error->kind : wire::error_kind(seen.status, {});
  return kind == ErrorKind::kNone ? ErrorKind::kApi : kind;
}

ErrorKind kind_of(const SeenAnswer& seen) noexcept {
  if (seen.gave_up) return ErrorKind::kAttemptTimeout;
  if (seen.status == 0) return ErrorKind::kConnection;
  if (!is_success(seen.status)) return kind_of_refusal(seen);
  if (seen.answer.is_malformed) return ErrorKind::kConnection;
  if (seen.answer.error) return kind_of_refusal(seen);
  return seen.answer.is_whole ? ErrorKind::kNone : ErrorKind::kConnection;
}

std::optional<LimitCause> limit_of(const SeenAnswer& seen, ErrorKind kind) {
  static const wire::ApiError kNothing{};
  const wire::ApiError& error = seen.answer.error ? *seen.answer.error : kNothing;
  if (kind == ErrorKind::kRateLimit) return wire::cause_of_refusal(error, seen.fields);
  if (kind == ErrorKind::kInvalidRequest) return wire::cause_of_bad_request(error);
  return std::nullopt;
}

// A stream shows its tokens as they come, a JSON answer only its end.
void write_times(const SeenAnswer& seen, Outcome& outcome) {
  if (!seen.spec.stream) {
    if (!outcome.ok()) return;
    outcome.began = true;
    outcome.first_token = outcome.ended;
    outcome.first_answer = outcome.ended;
    return;
  }
  outcome.began = true;
  outcome.first_token = seen.answer.first_content;
  outcome.first_answer = seen.answer.first_answer;
}

}  // namespace

void write_outcome(const SeenAnswer& seen, TimePoint ended, Outcome& outcome) {
  outcome = {};
  outcome.ended = ended;
  outcome.error = kind_of(seen);
  outcome.limit = limit_of(seen, outcome.error);
  outcome.retry_after = seen.fields.retry_after;
  outcome.should_retry = seen.fields.should_retry;
  if (!is_success(seen.status)) return;
  outcome.usage = seen.answer.usage;
  write_times(seen, outcome);
}

}  // namespace sluice::live
