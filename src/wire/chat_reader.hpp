// Reads a body in the format of OpenAI's chat completions as the compatible endpoint of the API
// does: system messages hoisted, most unknown fields ignored, no prompt caching (docs: openai-sdk,
// 2026-04). For .cpp files of this module only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wire/chat_request.hpp"
#include "wire/content_reader.hpp"
#include "wire/json_reader.hpp"
#include "wire/messages_request.hpp"
#include "wire/prompt.hpp"
#include "wire/tools_reader.hpp"

namespace sluice::wire {

class ChatReader {
 public:
  ChatReader(JsonReader& json, ToolsReader& tools, Prompt& prompt)
      : json_(json), tools_(tools), prompt_(prompt) {}

  bool read(simdjson::ondemand::object& root, MessagesRequest& request, ChatExtras& extras);

 private:
  struct Given;
  struct Message;
  bool key(std::string_view key, JsonValue& value, Given& given);
  bool message(JsonValue& value, const Path& path, MessagesRequest& request);
  bool message_key(std::string_view key, JsonValue& value, const Path& path, Message& message);
  bool content(JsonValue& value, const Path& path, Message& message);
  bool part(JsonValue& value, const Path& path, Message& message);
  bool stop(JsonValue& value, const Path& path, MessagesRequest& request);
  bool tools(JsonValue& value, const Path& path, MessagesRequest& request);
  bool function(JsonValue& value, const Path& path, MessagesRequest& request);
  bool tool_choice(JsonValue& value, const Path& path, ToolChoiceGiven& choice);
  bool temperature(JsonValue& value, const Path& path, MessagesRequest& request);
  bool stream_options(JsonValue& value, const Path& path, ChatExtras& extras);
  bool finish(Given& given);

  JsonReader& json_;
  ToolsReader& tools_;
  Prompt& prompt_;
};

}  // namespace sluice::wire
