// A body parsed as a server would: with bytes behind it that belong to something else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/messages_request.hpp"

namespace sluice::wire {

// Brackets and quotes: what a parser must not take for a part of the body.
inline std::string padded(std::string_view body) {
  std::string text(body);
  while (text.size() < body.size() + 64) text += "}]\",{[";
  return text;
}

struct Parsed {
  Parsed(std::string_view body, BodyKind kind = BodyKind::kMessages,
         ApiVersion version = ApiVersion::k2026_10_21)
      : text(padded(body)) {
    error = parser.parse(std::string_view(text).substr(0, body.size()),
                         {.kind = kind, .version = version}, request);
  }
  std::string message() const { return error ? error->message : std::string(); }

  std::string text;
  MessagesParser parser;
  MessagesRequest request;
  std::optional<ApiError> error;
};

// One message, as the messages of a body.
inline constexpr std::string_view kHello = R"([{"role":"user","content":"Hello"}])";

// A body with these messages, and whatever `more` adds at the top level: ,"key":value.
inline std::string body_with(std::string_view messages, std::string_view more = {}) {
  return R"({"model":"claude-opus-5-5","max_tokens":100,"messages":)" + std::string(messages) +
         std::string(more) + "}";
}
// The same with one user message of these blocks.
inline std::string body_of_blocks(std::string_view blocks, std::string_view more = {}) {
  return body_with(R"([{"role":"user","content":[)" + std::string(blocks) + "]}]", more);
}
// The same after a call of a tool by the id "toolu_1".
inline std::string body_of_results(std::string_view blocks) {
  return body_with(
      R"([{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"t",)"
      R"("input":{}}]},{"role":"user","content":[)" +
      std::string(blocks) + "]}]");
}

}  // namespace sluice::wire
