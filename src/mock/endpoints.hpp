// Every endpoint, one function each; routes.cpp says which path leads where. An endpoint answers
// through call.reply, at once or later.
#pragma once

#include "mock/call.hpp"
#include "mock/state.hpp"

namespace sluice::mock {

// messages_endpoint.cpp
void create_message(MockState& state, Call& call);
void count_tokens(MockState& state, Call& call);
// chat_endpoint.cpp
void create_chat_completion(MockState& state, Call& call);
// models_endpoint.cpp
void list_models(MockState& state, Call& call);
void retrieve_model(MockState& state, Call& call);
// batches_endpoint.cpp
void create_batch(MockState& state, Call& call);
void list_batches(MockState& state, Call& call);
void retrieve_batch(MockState& state, Call& call);
void cancel_batch(MockState& state, Call& call);
void delete_batch(MockState& state, Call& call);
void batch_results(MockState& state, Call& call);
// token_endpoint.cpp
void exchange_token(MockState& state, Call& call);
// admin_endpoints.cpp, admin_keys_endpoint.cpp, admin_limits_endpoint.cpp, reports_endpoint.cpp
void retrieve_organization(MockState& state, Call& call);
void list_api_keys(MockState& state, Call& call);
void retrieve_api_key(MockState& state, Call& call);
void update_api_key(MockState& state, Call& call);
void list_workspaces(MockState& state, Call& call);
void retrieve_workspace(MockState& state, Call& call);
void list_rate_limits(MockState& state, Call& call);
void list_workspace_rate_limits(MockState& state, Call& call);
void update_workspace_rate_limit(MockState& state, Call& call);
void list_spend_limits(MockState& state, Call& call);
void usage_report(MockState& state, Call& call);
void cost_report(MockState& state, Call& call);
// metrics_endpoint.cpp
void prometheus_metrics(MockState& state, Call& call);
// control_endpoints.cpp
void show_index(MockState& state, Call& call);
void show_state(MockState& state, Call& call);
void show_journal(MockState& state, Call& call);
void show_grade(MockState& state, Call& call);
void create_key(MockState& state, Call& call);
void update_key(MockState& state, Call& call);
void rotate_key(MockState& state, Call& call);
void change_config(MockState& state, Call& call);
void set_faults(MockState& state, Call& call);

// Shared answers (reply.cpp): an error with the API's envelope and headers (request-id,
// organization and, for API callers, workspace id, x-should-retry where the API sends it), and a
// JSON body with the same headers.
void reply_error(MockState& state, Call& call, const wire::ApiError& error,
                 std::string_view more_fields = {});
void reply_json(MockState& state, Call& call, int status, std::string_view json,
                std::string_view more_fields = {});
// "content-type: application/json\r\nrequest-id: ...\r\nanthropic-organization-id: ...".
void append_standard_fields(std::string& fields, const MockState& state, const Call& call);

}  // namespace sluice::mock
