#include "mock/reply.hpp"

#include "mock/endpoints.hpp"

namespace sluice::mock {
namespace {

// Absent on calls of the Admin API and of nobody (docs: overview, 2026-08).
std::optional<WorkspaceId> workspace_of(const Caller& caller) noexcept {
  const bool acts = caller.kind == Caller::Kind::kApiKey || caller.kind == Caller::Kind::kToken;
  return acts ? std::optional(caller.workspace) : std::nullopt;
}

}  // namespace

void append_identity(std::string& fields, const MockState& state, std::string_view request_id,
                     std::optional<WorkspaceId> workspace) {
  fields.append("request-id: ").append(request_id).append("\r\n");
  fields.append(state.identity_fields(workspace));
}

// True for what may pass by itself (capture 2024-11-22); false for the other errors is inferred. A
// limit's answer says it itself.
void append_error_fields(std::string& fields, ErrorKind kind) {
  if (kind == ErrorKind::kRateLimit) return;
  const bool is_transient = http_status(kind) >= 500;
  fields += is_transient ? "x-should-retry: true\r\n" : "x-should-retry: false\r\n";
  if (kind == ErrorKind::kOverloaded) fields += "cache-control: no-store\r\n";
}

void append_standard_fields(std::string& fields, const MockState& state, const Call& call) {
  fields += kJsonFields;
  append_identity(fields, state, call.request_id, workspace_of(call.caller));
}

void reply_error(MockState& state, Call& call, const wire::ApiError& error,
                 std::string_view more_fields) {
  std::string body;
  // Who asks in OpenAI's format is told in it too what comes before the endpoint (keys).
  if (call.request.path == "/v1/chat/completions") {
    wire::append_chat_error(body, error);
  } else {
    wire::append_error(body, error, call.request_id);
  }
  std::string fields;
  append_error_fields(fields, error.kind);
  fields += more_fields;
  reply_json(state, call, http_status(error.kind), body, fields);
}

void reply_json(MockState& state, Call& call, int status, std::string_view json,
                std::string_view more_fields) {
  std::string fields;
  append_standard_fields(fields, state, call);
  fields += more_fields;
  call.status = status;
  call.reply.send(status, fields, json);
}

}  // namespace sluice::mock
