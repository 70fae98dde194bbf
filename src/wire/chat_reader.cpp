#include "wire/chat_reader.hpp"

#include <array>

#include "base/hash.hpp"
#include "wire/content_hash.hpp"
#include "wire/error_texts.hpp"
#include "wire/image_size.hpp"
#include "wire/key_table.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {

enum class ChatRole : std::uint8_t { kSystem, kUser, kAssistant, kTool };

namespace {

enum class ChatKey : std::uint8_t {
  kModel,
  kMessages,
  kMaxTokens,
  kStop,
  kStream,
  kStreamOptions,
  kTools,
  kToolChoice,
  kTemperature,
  kTopP,
  kCount,
};

constexpr KeyTable kChatKeys(std::array{
    Key{"model", ChatKey::kModel},
    Key{"messages", ChatKey::kMessages},
    Key{"max_tokens", ChatKey::kMaxTokens},
    Key{"max_completion_tokens", ChatKey::kMaxTokens},
    Key{"stop", ChatKey::kStop},
    Key{"stream", ChatKey::kStream},
    Key{"stream_options", ChatKey::kStreamOptions},
    Key{"tools", ChatKey::kTools},
    Key{"tool_choice", ChatKey::kToolChoice},
    Key{"temperature", ChatKey::kTemperature},
    Key{"top_p", ChatKey::kTopP},
    Key{"n", ChatKey::kCount},
});

constexpr KeyTable kRoles(std::array{
    Key{"system", ChatRole::kSystem},
    Key{"developer", ChatRole::kSystem},
    Key{"user", ChatRole::kUser},
    Key{"assistant", ChatRole::kAssistant},
    Key{"tool", ChatRole::kTool},
    Key{"function", ChatRole::kTool},
});

// "data:image/png;base64,...": what stands behind the comma; empty for an address.
std::string_view inline_data(std::string_view url) noexcept {
  const std::size_t comma = url.starts_with("data:") ? url.find(',') : std::string_view::npos;
  return comma == std::string_view::npos ? std::string_view() : url.substr(comma + 1);
}

}  // namespace

struct ChatReader::Given {
  MessagesRequest& request;
  ChatExtras& extras;
  std::uint32_t keys = 0;
  ToolChoiceGiven tool_choice{};
};

// One block: this format caches nothing, so that no position inside a message matters.
struct ChatReader::Message {
  ContentBlock block{};
  std::optional<ChatRole> role{};
  bool has_content = false;
};

bool ChatReader::read(simdjson::ondemand::object& root, MessagesRequest& request,
                      ChatExtras& extras) {
  Given given{.request = request, .extras = extras};
  request.max_tokens = kChatMaxTokens;
  const auto one = [&](std::string_view name, JsonValue& value) { return key(name, value, given); };
  return json_.fields(root, one) && json_.close() && finish(given);
}

bool ChatReader::key(std::string_view key, JsonValue& value, Given& given) {
  const std::optional<ChatKey> known = kChatKeys.find(key);
  bool is_null = false;
  if (!json_.null(value, is_null)) return false;
  if (is_null) return true;  // OpenAI's clients send null for what is not set
  if (!known) return json_.skip(value);
  const Path path{.key = key};
  const std::uint32_t bit = 1U << static_cast<unsigned>(*known);
  if ((given.keys & bit) != 0 && *known != ChatKey::kMaxTokens) {
    return json_.fail(path, kGivenTwice);
  }
  given.keys |= bit;
  MessagesRequest& request = given.request;
  switch (*known) {
    case ChatKey::kModel:
      return json_.string(value, path, request.model);
    case ChatKey::kMessages:
      return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
        return message(element, {.parent = &path, .index = index}, request);
      });
    case ChatKey::kMaxTokens:
      if (!json_.integer(value, path, request.max_tokens)) return false;
      return request.max_tokens >= 1 || json_.fail(path, kNotBelowOne);
    case ChatKey::kStop:
      return stop(value, path, request);
    case ChatKey::kStream:
      return json_.boolean(value, path, request.stream);
    case ChatKey::kStreamOptions:
      return stream_options(value, path, given.extras);
    case ChatKey::kTools:
      return tools(value, path, request);
    case ChatKey::kToolChoice:
      return tool_choice(value, path, given.tool_choice);
    case ChatKey::kTemperature:
    case ChatKey::kTopP:
      return temperature(value, path, request);
    case ChatKey::kCount: {
      std::int64_t count = 0;
      if (!json_.integer(value, path, count)) return false;
      return count == 1 || json_.fail(path, "Input should be 1");
    }
  }
  return json_.skip(value);
}

bool ChatReader::message(JsonValue& value, const Path& path, MessagesRequest& request) {
  Message message;
  const auto one = [&](std::string_view key, JsonValue& member) {
    return message_key(key, member, {.parent = &path, .key = key}, message);
  };
  if (!json_.fields(value, path, one)) return false;
  if (!message.role) return json_.fail({.parent = &path, .key = "role"}, kFieldRequired);
  ContentBlock& block = message.block;
  if (!message.has_content && *message.role != ChatRole::kAssistant) {
    return json_.fail({.parent = &path, .key = "content"}, kFieldRequired);
  }
  block.kind = BlockKind::kText;
  block.hash = hash_combine(static_cast<std::uint64_t>(*message.role), block.hash);
  if (*message.role == ChatRole::kSystem) {
    // Hoisted and joined by line feeds.
    if (!prompt_.system.empty()) block.size += text_size("\n");
    prompt_.system.push_back(block);
    return true;
  }
  block.size.milli_tokens += kMessageOverhead;
  request.ends_with_assistant = *message.role == ChatRole::kAssistant;
  request.ends_with_tool_result = *message.role == ChatRole::kTool;
  prompt_.messages.push_back(block);
  return true;
}

bool ChatReader::message_key(std::string_view key, JsonValue& value, const Path& path,
                             Message& message) {
  bool is_null = false;
  if (!json_.null(value, is_null)) return false;
  if (is_null) return true;
  if (key == "role") {
    std::string_view role;
    if (!json_.string(value, path, role)) return false;
    message.role = kRoles.find(role);
    return message.role ||
           json_.fail(path, "Input should be 'system', 'developer', 'user', 'assistant' or 'tool'");
  }
  if (key == "content") {
    if (message.has_content) return json_.fail(path, kGivenTwice);
    message.has_content = true;
    return content(value, path, message);
  }
  Content walked;
  if (!json_.walk(value, walked)) return false;
  if (key != "tool_calls" && key != "function_call" && key != "refusal") return true;
  message.block.hash = hash_combine(message.block.hash, walked.hash);
  message.block.size += walked.size;
  return true;
}

bool ChatReader::content(JsonValue& value, const Path& path, Message& message) {
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  if (kind != JsonType::string) {
    return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
      return part(element, {.parent = &path, .index = index}, message);
    });
  }
  std::string_view text;
  if (!json_.string(value, path, text)) return false;
  message.block.hash = hash_combine(message.block.hash, content_hash(text));
  message.block.size += text_size(text);
  return true;
}

bool ChatReader::part(JsonValue& value, const Path& path, Message& message) {
  std::string_view type;
  std::string_view text;
  std::string_view url;
  ContentBlock& block = message.block;
  const auto image = [&](std::string_view key, JsonValue& member) {
    return key == "url" ? json_.string(member, {.parent = &path, .key = key}, url)
                        : json_.skip(member);
  };
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    if (key == "type") return json_.string(member, place, type);
    if (key == "text" || key == "refusal") return json_.string(member, place, text);
    if (key == "image_url") return json_.fields(member, place, image);
    return json_.skip(member);
  };
  if (!json_.fields(value, path, one)) return false;
  if (type.data() == nullptr) {
    return json_.fail({.parent = &path, .key = "type"}, kFieldRequired);
  }
  if (type == "image_url") {
    if (url.data() == nullptr) {
      return json_.fail({.parent = &path, .key = "image_url"}, kFieldRequired);
    }
    const std::string_view data = inline_data(url);
    block.hash = hash_combine(block.hash, content_hash(url));
    block.size += image_text_size(data);
    block.has_image = true;
    return true;
  }
  // Audio is ignored, as documented; so is what has no counterpart.
  block.hash = hash_combine(block.hash, content_hash(text));
  block.size += text_size(text);
  return true;
}

bool ChatReader::stop(JsonValue& value, const Path& path, MessagesRequest& request) {
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  if (kind == JsonType::string) {
    return json_.string(value, path, request.stop_sequences.emplace_back());
  }
  return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
    return json_.string(element, {.parent = &path, .index = index},
                        request.stop_sequences.emplace_back());
  });
}

bool ChatReader::tools(JsonValue& value, const Path& path, MessagesRequest& request) {
  return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
    const Path place{.parent = &path, .index = index};
    bool has_function = false;
    const auto one = [&](std::string_view key, JsonValue& member) {
      if (key != "function") return json_.skip(member);
      has_function = true;
      return function(member, {.parent = &place, .key = key}, request);
    };
    if (!json_.fields(element, place, one)) return false;
    return has_function || json_.fail({.parent = &place, .key = "function"}, kFieldRequired);
  });
}

bool ChatReader::function(JsonValue& value, const Path& path, MessagesRequest& request) {
  ToolsReader::Function function;
  Content& content = function.content;
  const auto one = [&](std::string_view key, JsonValue& member) {
    if (key == "name") return json_.string(member, {.parent = &path, .key = key}, function.name);
    content.hash = hash_combine(content.hash, content_hash(key));
    const auto read = [&] { return json_.walk(member, content); };
    if (key == "parameters") return json_.with_text(member, function.schema, read);
    return key == "description" ? read() : json_.skip(member);
  };
  if (!json_.fields(value, path, one)) return false;
  if (function.name.data() == nullptr) {
    return json_.fail({.parent = &path, .key = "name"}, kFieldRequired);
  }
  return tools_.add_tool(function, path, prompt_.tools, request);
}

bool ChatReader::tool_choice(JsonValue& value, const Path& path, ToolChoiceGiven& choice) {
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  choice.is_given = true;
  if (kind == JsonType::string) {
    static constexpr KeyTable kChoices(std::array{Key{"auto", ToolChoice::kAuto},
                                                  Key{"none", ToolChoice::kNone},
                                                  Key{"required", ToolChoice::kAny}});
    std::string_view text;
    if (!json_.string(value, path, text)) return false;
    const std::optional<ToolChoice> found = kChoices.find(text);
    if (!found) return json_.fail(path, "Input should be 'none', 'auto' or 'required'");
    choice.choice = *found;
    return true;
  }
  const Path place{.parent = &path, .key = "function"};
  const auto name = [&](std::string_view key, JsonValue& member) {
    return key == "name" ? json_.string(member, {.parent = &place, .key = key}, choice.name)
                         : json_.skip(member);
  };
  const auto one = [&](std::string_view key, JsonValue& member) {
    return key == "function" ? json_.fields(member, place, name) : json_.skip(member);
  };
  if (!json_.fields(value, path, one)) return false;
  choice.choice = ToolChoice::kTool;
  return choice.name.data() != nullptr ||
         json_.fail({.parent = &place, .key = "name"}, kFieldRequired);
}

// Above 1 it counts as 1, as documented.
bool ChatReader::temperature(JsonValue& value, const Path& path, MessagesRequest& request) {
  double number = 0;
  if (!json_.number(value, path, number)) return false;
  request.has_sampling |= number < 1.0;
  return number >= 0 || json_.fail(path, kNotBelowZero);
}

bool ChatReader::stream_options(JsonValue& value, const Path& path, ChatExtras& extras) {
  return json_.fields(value, path, [&](std::string_view key, JsonValue& member) {
    return key == "include_usage"
               ? json_.boolean(member, {.parent = &path, .key = key}, extras.include_usage)
               : json_.skip(member);
  });
}

bool ChatReader::finish(Given& given) {
  MessagesRequest& request = given.request;
  if (request.model.empty()) return json_.fail({.key = "model"}, kFieldRequired);
  const std::uint32_t messages = 1U << static_cast<unsigned>(ChatKey::kMessages);
  if ((given.keys & messages) == 0) return json_.fail({.key = "messages"}, kFieldRequired);
  if (prompt_.messages.empty()) {
    return json_.fail({.key = "messages"}, kNoMessages);
  }
  if (!tools_.check_choice(given.tool_choice)) return false;
  request.tool_choice = given.tool_choice.choice;
  request.forced_tool = given.tool_choice.name;
  return chain_blocks(prompt_, json_, request);
}

}  // namespace sluice::wire
