#include "wire/api_error.hpp"

#include "wire/message_writer.hpp"

namespace sluice::wire {

void append_error(std::string& out, const ApiError& error, std::string_view request_id) {
  out += R"({"type":"error","error":{"type":")";
  out += name(error.kind);
  out += R"(","message":)";
  append_json_string(out, error.message);
  if (!error.error_code.empty()) {
    out += R"(,"details":{"error_code":)";
    append_json_string(out, error.error_code);
    out += '}';
  }
  out += '}';
  if (!request_id.empty()) {
    out += R"(,"request_id":)";
    append_json_string(out, request_id);
  }
  out += '}';
}

// The types are the API's own: the compatible endpoint promises the format of OpenAI's errors, and
// "detailed messages" that differ (docs: openai-sdk, 2026-04; that the types stay is inferred).
void append_chat_error(std::string& out, const ApiError& error) {
  out += R"({"error":{"message":)";
  append_json_string(out, error.message);
  out += R"(,"type":")";
  out += name(error.kind);
  out += R"(","param":null,"code":)";
  if (error.error_code.empty()) {
    out += "null";
  } else {
    append_json_string(out, error.error_code);
  }
  out += "}}";
}

std::string_view too_large_body() noexcept {
  return R"({"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}})";
}

}  // namespace sluice::wire
