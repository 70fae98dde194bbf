// The API's error bodies, in its own words and shapes (docs: errors, 2026-08; SDK source TS 1.11).
// Wording that was only observed or inferred says so where it is written.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "api/outcome.hpp"

namespace sluice::wire {

struct ApiError {
  ErrorKind kind = ErrorKind::kInvalidRequest;
  std::string message;
  std::string error_code;  // details.error_code; empty: no details
};

inline ApiError invalid_request(std::string message) {
  return {ErrorKind::kInvalidRequest, std::move(message), {}};
}

// {"type":"error","error":{...},"request_id":"req_..."}; `request_id` empty: left out, as inside a
// stream.
void append_error(std::string& out, const ApiError& error, std::string_view request_id);
// The shape of OpenAI's API: {"error":{"message":...,"type":...,"param":null,"code":...}}.
void append_chat_error(std::string& out, const ApiError& error);
// Cloudflare's 413, which has neither a top-level type nor a request_id (observed, 2025-12).
std::string_view too_large_body() noexcept;

}  // namespace sluice::wire
