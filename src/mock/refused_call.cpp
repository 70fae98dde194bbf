#include "mock/refused_call.hpp"

#include <string>

#include "mock/endpoints.hpp"
#include "mock/fault_header.hpp"
#include "mock/refusal_text.hpp"
#include "wire/content_hash.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;

void note(MockState& state, const Call& call, std::string_view journal_name, const Outcome& outcome,
          bool is_injected, std::string_view error_code = {}) {
  if (journal_name.empty()) {
    if (is_injected) ++state.counters.injected;
    return;
  }
  ServedRequest served;
  served.sequence = call.sequence;
  served.route = journal_name;
  served.request_id = call.request_id;
  served.arrived = call.now;
  served.status = http_status(outcome.error);
  served.injected = is_injected;
  served.spec.key = call.caller.key;
  served.spec.workspace = call.caller.workspace;
  served.content_hash = wire::content_hash(call.request.body);
  served.error_code = error_code;
  served.outcome = outcome;
  served.outcome.sent = served.outcome.ended = call.now;
  state.decided(served);
}

// Which limit it is, no header says.
ApiError error_of(MockState& state, const Call& call, const Outcome& outcome) {
  if (outcome.error != ErrorKind::kRateLimit) return refusal_error(state, call.now, {}, outcome);
  return {ErrorKind::kRateLimit,
          "This request would exceed your organization's rate limit (org: " +
              state.plan.organization_id + "). Try again later.",
          {}};
}

}  // namespace

void refuse_call(MockState& state, Call& call, std::string_view journal_name,
                 const ApiError& error) {
  Outcome outcome;
  outcome.error = error.kind;
  outcome.should_retry = false;
  note(state, call, journal_name, outcome, false, error.error_code);
  reply_error(state, call, error);
}

bool strike_call(MockState& state, Call& call, std::string_view journal_name) {
  const auto header = call.request.header("sluice-fault");
  if (!header) return false;
  const Result<FaultHeader> fault = parse_refusal_header(*header);
  if (!fault) {
    refuse_call(state, call, journal_name, {ErrorKind::kInvalidRequest, fault.error().text(), {}});
    return true;
  }
  Outcome outcome;
  outcome.error = refusal_of(fault->fault);
  if (outcome.error == ErrorKind::kConnection) {
    note(state, call, journal_name, outcome, true);
    call.reply.drop();
    return true;
  }
  outcome.should_retry = true;
  std::string fields;
  if (outcome.error == ErrorKind::kRateLimit) {
    outcome.retry_after = seconds(fault->value);
    append_retry_fields(fields, state, outcome, true);  // the header's number is sent as it is
  }
  note(state, call, journal_name, outcome, true);
  reply_error(state, call, error_of(state, call, outcome), fields);
  return true;
}

}  // namespace sluice::mock
