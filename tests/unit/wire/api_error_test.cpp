#include "wire/api_error.hpp"

#include <string>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

std::string written_error(const ApiError& error, std::string_view request_id) {
  std::string out;
  append_error(out, error, request_id);
  return out;
}

TEST_CASE("an error has the API's envelope") {
  CHECK(written_error(
            {.kind = ErrorKind::kAuthentication, .message = "invalid x-api-key", .error_code = {}},
            "req_011") ==
        R"({"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},)"
        R"("request_id":"req_011"})");
}

TEST_CASE("inside a stream an error has no request id") {
  CHECK(written_error({.kind = ErrorKind::kOverloaded, .message = "Overloaded", .error_code = {}},
                      {}) ==
        R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})");
}

TEST_CASE("an error code stands in the details") {
  CHECK(written_error({.kind = ErrorKind::kRateLimit,
                       .message = "Slow \"down\"\n",
                       .error_code = "ramp_limit_exceeded"},
                      "r") ==
        R"({"type":"error","error":{"type":"rate_limit_error","message":"Slow \"down\"\n",)"
        R"("details":{"error_code":"ramp_limit_exceeded"}},"request_id":"r"})");
}

TEST_CASE("the compatible endpoint's errors have OpenAI's shape") {
  std::string out;
  append_chat_error(out, {.kind = ErrorKind::kInvalidRequest, .message = "n", .error_code = {}});
  CHECK(out ==
        R"({"error":{"message":"n","type":"invalid_request_error","param":null,"code":null}})");
}

TEST_CASE("a body that is too large is refused in Cloudflare's shape") {
  CHECK(too_large_body() ==
        R"({"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}})");
}

}  // namespace
}  // namespace sluice::wire
