#include "mock/batches_call.hpp"

#include <string>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "mock/endpoints.hpp"
#include "mock/fault_header.hpp"
#include "mock/header_text.hpp"
#include "mock/refusal_text.hpp"
#include "mock/state.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;

constexpr std::size_t kClientLength = 80;

// Names a call that has no body of its own.
std::uint64_t path_hash(std::string_view path) {
  std::uint64_t hash = path.size();
  for (const char letter : path) hash = hash_combine(hash, static_cast<unsigned char>(letter));
  return hash;
}

// The wording is that of the Messages limits (observed 2026), with what the Batches API counts.
ApiError limit_error(const MockState& state, LimitCause cause) {
  const BatchLimiterSpec& limits = state.plan.run.batch_limits;
  const std::string what =
      cause == LimitCause::kBatchQueue
          ? with_thousands(limits.max_enqueued) + " batch requests in the processing queue"
          : with_thousands(limits.requests_per_minute) +
                " requests per minute to the Message Batches API";
  return {.kind = ErrorKind::kRateLimit,
          .message = fmt::format(
              "This request would exceed your organization's rate limit of {} (org: {}). Try again "
              "later. View your current limits at https://console.anthropic.com/settings/limits.",
              what, state.plan.organization_id),
          .error_code = {}};
}

}  // namespace

BatchesCall::BatchesCall(MockState& state, Call& call, std::string_view route)
    : state_(state), call_(call), route_(route), content_(path_hash(call.request.path)) {}

bool BatchesCall::admit() {
  if (is_struck()) return false;
  const std::optional<Refusal> limit = state_.api.batches().call(call_.now, 0);
  if (!limit) return true;
  Outcome refusal;
  refusal.error = ErrorKind::kRateLimit;
  refusal.limit = limit->cause;
  refusal.never_fits = limit->never_fits;
  if (!limit->never_fits) refusal.retry_after = limit->retry_after();
  refusal.should_retry = !limit->never_fits;
  refuse_limit(refusal);
  return false;
}

bool BatchesCall::admit_creation(std::int64_t requests, std::uint64_t content) {
  content_ = content;
  if (is_struck()) return false;
  const Caller& caller = call_.caller;
  Outcome refusal;
  if (state_.api.admit_batch(call_.now, caller.workspace, caller.key, requests, refusal)) {
    return true;
  }
  if (refusal.error == ErrorKind::kRateLimit && refusal.limit != LimitCause::kSpend) {
    refuse_limit(refusal);
    return false;
  }
  RequestSpec spec;
  spec.workspace = caller.workspace;
  spec.key = caller.key;
  refuse(refusal_error(state_, call_.now, spec, refusal), refusal);
  return false;
}

bool BatchesCall::is_struck() {
  const auto header = call_.request.header("sluice-fault");
  if (!header) return false;
  const Result<FaultHeader> fault = parse_refusal_header(*header);
  if (!fault) {
    refuse({.kind = ErrorKind::kInvalidRequest, .message = fault.error().text(), .error_code = {}});
    return true;
  }
  Outcome refusal;
  refusal.error = refusal_of(fault->fault);
  is_injected_ = true;
  if (refusal.error == ErrorKind::kConnection) {
    note(refusal, 0, nullptr);
    call_.reply.drop();
    return true;
  }
  refusal.should_retry = true;
  if (refusal.error == ErrorKind::kRateLimit) {
    refusal.retry_after = seconds(fault->value);
    refuse_limit(refusal);
  } else {
    refuse(refusal_error(state_, call_.now, {}, refusal), refusal);
  }
  return true;
}

void BatchesCall::refuse_limit(const Outcome& refusal) {
  refuse(limit_error(state_, refusal.limit.value_or(LimitCause::kRequests)), refusal);
}

void BatchesCall::refuse(const ApiError& error, const Outcome& refusal) {
  note(refusal, http_status(error.kind), &error);
  std::string fields;
  if (error.kind == ErrorKind::kRateLimit) {
    // What a header asks for is sent as it is.
    append_retry_fields(fields, state_, refusal, is_injected_);
  }
  reply_error(state_, call_, error, fields);
}

void BatchesCall::refuse_unknown() {
  refuse({.kind = ErrorKind::kNotFound,
          .message = "The requested resource could not be found.",
          .error_code = {}});
}

void BatchesCall::answer(std::string_view json) {
  note_answered();
  reply_json(state_, call_, 200, json);
}

void BatchesCall::note_answered() { note({}, 200, nullptr); }

// A call is over as soon as it is decided, and is no answer of a model: its tokens are booked when
// the batch is processed.
void BatchesCall::note(const Outcome& outcome, int status, const ApiError* error) {
  ServedRequest served;
  served.sequence = call_.sequence;
  served.route = route_;
  served.request_id = call_.request_id;
  served.arrived = call_.now;
  served.status = status;
  served.admitted = status == 200;
  served.injected = is_injected_;
  served.spec.workspace = call_.caller.workspace;
  served.spec.key = call_.caller.key;
  served.content_hash = content_;
  served.outcome = outcome;
  served.outcome.sent = call_.now;
  served.outcome.ended = call_.now;
  if (error != nullptr) {
    served.outcome.error = error->kind;
    served.error_code = error->error_code;
  }
  served.client = call_.request.header("user-agent").value_or("").substr(0, kClientLength);
  if (const auto retries = call_.request.header("x-stainless-retry-count")) {
    served.retries_said = whole_number<std::int32_t>(ascii::trimmed(*retries));
  }
  state_.counters.decided(served);
  if (served.admitted) --state_.counters.in_flight;
  state_.journal.put(served);
  if (!state_.plan.options.grade) return;
  state_.grader.decided(served);
  if (served.admitted) state_.grader.ended(served);
}

}  // namespace sluice::mock
