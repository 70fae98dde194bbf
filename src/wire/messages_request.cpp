#include "wire/messages_request.hpp"

#include <utility>

#include "wire/chat_reader.hpp"
#include "wire/chat_request.hpp"
#include "wire/content_hash.hpp"
#include "wire/content_reader.hpp"
#include "wire/json_reader.hpp"
#include "wire/prompt.hpp"
#include "wire/request_reader.hpp"
#include "wire/tools_reader.hpp"

namespace sluice::wire {
namespace {

// Keeps the memory of what is empty afterwards.
void clear(MessagesRequest& request) noexcept {
  MessagesRequest fresh;
  fresh.tools.swap(request.tools);
  fresh.tool_schemas.swap(request.tool_schemas);
  fresh.stop_sequences.swap(request.stop_sequences);
  fresh.blocks.swap(request.blocks);
  clear_kept(fresh.tools);
  clear_kept(fresh.tool_schemas);
  clear_kept(fresh.stop_sequences);
  clear_kept(fresh.blocks);
  request = std::move(fresh);
}

}  // namespace

std::optional<ApiVersion> api_version_named(std::string_view text) noexcept {
  if (text == "2026-10-21") return ApiVersion::k2026_10_21;
  if (text == "2023-06-01") return ApiVersion::k2023_06_01;
  return std::nullopt;
}

struct MessagesParser::Parts {
  JsonReader json;
  ContentReader content{json};
  ToolsReader tools{json};
  Prompt prompt;

  // A mistake in what the body says counts only if the body is JSON at all, to its very end.
  template <class Read>
  std::optional<ApiError> parse(std::string_view body, MessagesRequest& request, Read&& read) {
    clear(request);
    prompt.clear();
    tools.clear();
    simdjson::ondemand::object root;
    if (!json.open(body, root)) return json.take_error();
    if (!read(root)) {
      json.check_syntax(body);
      return json.take_error();
    }
    request.content_hash = content_hash(body);
    return std::nullopt;
  }
};

MessagesParser::MessagesParser() : parts_(std::make_unique<Parts>()) {}
MessagesParser::~MessagesParser() = default;

std::optional<ApiError> MessagesParser::parse(std::string_view body, const ParseOptions& options,
                                              MessagesRequest& request) {
  if (options.kind == BodyKind::kChatCompletions) {
    ChatExtras ignored;
    return parse_chat(body, request, ignored);
  }
  Parts& parts = *parts_;
  return parts.parse(body, request, [&](simdjson::ondemand::object& root) {
    RequestReader reader(parts.json, parts.content, parts.tools, parts.prompt);
    return reader.read(root, options, request);
  });
}

std::optional<ApiError> MessagesParser::parse_chat(std::string_view body, MessagesRequest& request,
                                                   ChatExtras& extras) {
  Parts& parts = *parts_;
  extras = {};
  return parts.parse(body, request, [&](simdjson::ondemand::object& root) {
    ChatReader reader(parts.json, parts.tools, parts.prompt);
    return reader.read(root, request, extras);
  });
}

}  // namespace sluice::wire
