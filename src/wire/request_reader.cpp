#include "wire/request_reader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "wire/cache_control.hpp"
#include "wire/content_hash.hpp"
#include "wire/error_texts.hpp"
#include "wire/key_table.hpp"

namespace sluice::wire {
namespace {

enum class TopKey : std::uint8_t {
  kModel,
  kMessages,
  kMaxTokens,
  kSystem,
  kTools,
  kToolChoice,
  kCacheControl,
  kThinking,
  kOutputConfig,
  kOutputFormat,
  kStopSequences,
  kStream,
  kServiceTier,
  kSpeed,
  kInferenceGeo,
  kMetadata,
  kTemperature,
  kTopP,
  kTopK,
  kContainer,
  kDiagnostics,
  kThread,
  kBeta,  // known, and without an effect here
};
constexpr std::uint32_t bit(TopKey key) noexcept { return 1U << static_cast<unsigned>(key); }

constexpr KeyTable kKeys(std::array{
    Key{"model", TopKey::kModel},
    Key{"messages", TopKey::kMessages},
    Key{"max_tokens", TopKey::kMaxTokens},
    Key{"system", TopKey::kSystem},
    Key{"tools", TopKey::kTools},
    Key{"tool_choice", TopKey::kToolChoice},
    Key{"cache_control", TopKey::kCacheControl},
    Key{"thinking", TopKey::kThinking},
    Key{"output_config", TopKey::kOutputConfig},
    Key{"output_format", TopKey::kOutputFormat},
    Key{"stop_sequences", TopKey::kStopSequences},
    Key{"stream", TopKey::kStream},
    Key{"service_tier", TopKey::kServiceTier},
    Key{"speed", TopKey::kSpeed},
    Key{"inference_geo", TopKey::kInferenceGeo},
    Key{"metadata", TopKey::kMetadata},
    Key{"temperature", TopKey::kTemperature},
    Key{"top_p", TopKey::kTopP},
    Key{"top_k", TopKey::kTopK},
    Key{"container", TopKey::kContainer},
    Key{"diagnostics", TopKey::kDiagnostics},
    Key{"thread", TopKey::kThread},
    Key{"billing_policy", TopKey::kBeta},
    Key{"compaction", TopKey::kBeta},
    Key{"context_management", TopKey::kBeta},
    Key{"fallback_credit_token", TopKey::kBeta},
    Key{"fallbacks", TopKey::kBeta},
    Key{"mcp_servers", TopKey::kBeta},
});

constexpr std::uint32_t kSampling =
    bit(TopKey::kTemperature) | bit(TopKey::kTopP) | bit(TopKey::kTopK);

// count_tokens takes what makes the prompt, and nothing about the answer (docs: token-counting).
constexpr std::uint32_t kNotCounted =
    bit(TopKey::kMaxTokens) | bit(TopKey::kStopSequences) | bit(TopKey::kStream) |
    bit(TopKey::kServiceTier) | bit(TopKey::kInferenceGeo) | bit(TopKey::kMetadata) | kSampling |
    bit(TopKey::kContainer) | bit(TopKey::kDiagnostics);
// Docs: batch-processing: no `stream`, no `speed`.
constexpr std::uint32_t kNotInBatches = bit(TopKey::kStream) | bit(TopKey::kSpeed);

std::uint32_t forbidden(const ParseOptions& options) noexcept {
  std::uint32_t keys = options.version == ApiVersion::k2026_10_21 ? kSampling : 0;
  if (options.kind == BodyKind::kCountTokens) keys |= kNotCounted;
  if (options.kind == BodyKind::kBatchItem) keys |= kNotInBatches;
  return keys;
}

constexpr std::int64_t kMinBudget = 1024;

}  // namespace

struct RequestReader::Given {
  const ParseOptions& options;
  MessagesRequest& request;
  std::uint32_t forbidden = 0;
  std::uint32_t keys = 0;
  ToolChoiceGiven tool_choice{};
  bool has_format = false;        // output_config.format
  std::uint64_t output_hash = 0;  // of output_config
};

bool RequestReader::read(simdjson::ondemand::object& root, const ParseOptions& options,
                         MessagesRequest& request) {
  version_ = options.version;
  content_.set_version(version_);
  Given given{.options = options, .request = request, .forbidden = forbidden(options)};
  const auto one = [&](std::string_view name, JsonValue& value) { return key(name, value, given); };
  return json_.fields(root, one) && json_.close() && finish(given);
}

bool RequestReader::key(std::string_view key, JsonValue& value, Given& given) {
  const Path path{.key = key};
  const std::optional<TopKey> known = kKeys.find(key);
  if (!known || (given.forbidden & bit(*known)) != 0) {
    return json_.fail(path, kExtraInput);
  }
  if ((given.keys & bit(*known)) != 0 && *known != TopKey::kBeta) {
    return json_.fail(path, kGivenTwice);
  }
  given.keys |= bit(*known);
  const int number = static_cast<int>(*known);
  return *known <= TopKey::kOutputFormat ? prompt_key(number, value, path, given)
                                         : option_key(number, value, path, given);
}

bool RequestReader::prompt_key(int key, JsonValue& value, const Path& path, Given& given) {
  MessagesRequest& request = given.request;
  switch (static_cast<TopKey>(key)) {
    case TopKey::kModel:
      if (!json_.string(value, path, request.model)) return false;
      return !request.model.empty() || json_.fail(path, "String should have at least 1 character");
    case TopKey::kMessages:
      return messages(value, path, request);
    case TopKey::kMaxTokens:
      if (!json_.integer(value, path, request.max_tokens)) return false;
      return request.max_tokens >= 0 || json_.fail(path, kNotBelowZero);
    case TopKey::kSystem:
      return system(value, path);
    case TopKey::kTools:
      return tools_.tools(value, path, prompt_.tools, request);
    case TopKey::kToolChoice:
      return tools_.tool_choice(value, path, given.tool_choice);
    case TopKey::kCacheControl:
      return read_cache_control(json_, value, path, prompt_.automatic);
    case TopKey::kThinking:
      return thinking(value, path, request);
    case TopKey::kOutputConfig:
      return output_config(value, path, given);
    case TopKey::kOutputFormat:  // what output_config.format was called in beta
      return output_format(value, path, given);
    default:
      return json_.skip(value);
  }
}

bool RequestReader::option_key(int key, JsonValue& value, const Path& path, Given& given) {
  MessagesRequest& request = given.request;
  switch (static_cast<TopKey>(key)) {
    case TopKey::kStopSequences:
      return stop_sequences(value, path, request);
    case TopKey::kStream:
      return json_.boolean(value, path, request.stream);
    case TopKey::kServiceTier:
      return choice(value, path, "auto", "standard_only", request.standard_only);
    case TopKey::kSpeed:
      return choice(value, path, "standard", "fast", request.fast);
    case TopKey::kInferenceGeo:
      return choice(value, path, "global", "us", request.us_only);
    case TopKey::kMetadata:
      return metadata(value, path);
    case TopKey::kTemperature:
    case TopKey::kTopP:
    case TopKey::kTopK:
      return sampling(key, value, path, request);
    case TopKey::kThread:
      return thread(value, path);
    default:
      return json_.skip(value);
  }
}

// Conversations that the server holds are not modelled. The code is what SDKs take as the advice to
// send the whole conversation from then on (SDK TS 1.11, whose tool runner begins with a thread).
bool RequestReader::thread(JsonValue& value, const Path& path) {
  JsonType type{};
  if (!json_.type(value, type)) return false;
  if (type == JsonType::null) return json_.skip(value);
  return json_.fail({.message = fmt::format("{}: Message threads are not supported here; send the "
                                            "whole conversation",
                                            path.key),
                     .error_code = "thread_unsupported_request"});
}

bool RequestReader::choice(JsonValue& value, const Path& path, std::string_view usual,
                           std::string_view other, bool& is_other) {
  std::optional<std::string_view> text;
  if (!json_.string_or_null(value, path, text)) return false;
  is_other = text == other;
  if (!text || is_other || *text == usual) return true;
  return json_.fail(path, fmt::format("Input should be '{}' or '{}'", usual, other));
}

bool RequestReader::system(JsonValue& value, const Path& path) {
  std::vector<ContentBlock>& blocks = prompt_.system;
  if (!content_.content(value, path, blocks)) return false;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Path place{.parent = &path, .index = static_cast<std::int64_t>(i)};
    if (!content_.check_place(blocks[i].kind, BlockPlace::kSystem, place)) return false;
    if (blocks[i].is_empty_text && blocks.size() > 1) {
      return json_.fail(path, kEmptyText);
    }
  }
  return true;
}

bool RequestReader::thinking(JsonValue& value, const Path& path, MessagesRequest& request) {
  std::string_view type;
  std::optional<std::int64_t> budget;
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    if (key == "type") return json_.string(member, place, type);
    if (key == "budget_tokens") return json_.integer(member, place, budget.emplace());
    if (key == "display") return json_.skip(member);
    return json_.fail(place, kExtraInput);
  };
  if (!json_.fields(value, path, one)) return false;
  if (type.data() == nullptr) {
    return json_.fail({.parent = &path, .key = "type"}, kFieldRequired);
  }
  static constexpr KeyTable kModes(std::array{
      Key{"adaptive", ThinkingMode::kAdaptive}, Key{"enabled", ThinkingMode::kEnabled},
      Key{"disabled", ThinkingMode::kOff}, Key{"between_tools", ThinkingMode::kBetweenTools}});
  const std::optional<ThinkingMode> mode = kModes.find(type);
  if (!mode) {
    return json_.unknown_type(path, type, "'adaptive', 'between_tools', 'disabled', 'enabled'");
  }
  const Path tag{.parent = &path, .key = type};
  const Path budget_path{.parent = &tag, .key = "budget_tokens"};
  const bool is_enabled = *mode == ThinkingMode::kEnabled;
  if (is_enabled && !budget) return json_.fail(budget_path, kFieldRequired);
  if (!is_enabled && budget) return json_.fail(budget_path, kExtraInput);
  if (is_enabled && *budget < kMinBudget) {
    return json_.fail(budget_path, "Input should be greater than or equal to 1024");
  }
  request.thinking = *mode;
  request.thinking_budget = budget.value_or(0);
  return true;
}

bool RequestReader::output_config(JsonValue& value, const Path& path, Given& given) {
  static constexpr std::array<std::string_view, 5> kEfforts{"low", "medium", "high", "xhigh",
                                                            "max"};
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    Content content;
    if (key == "effort") {
      std::optional<std::string_view> effort;
      if (!json_.string_or_null(member, place, effort)) return false;
      if (effort && std::find(kEfforts.begin(), kEfforts.end(), *effort) == kEfforts.end()) {
        return json_.fail(place, "Input should be 'low', 'medium', 'high', 'xhigh' or 'max'");
      }
      content.hash = effort ? content_hash(*effort) : 0;
    } else if (key == "format") {
      return output_format(member, place, given);
    } else {
      bool is_null = false;
      if (!json_.null(member, is_null)) return false;
      if (!is_null && !json_.walk(member, content)) return false;
    }
    given.output_hash += hash_combine(content_hash(key), content.hash);
    return true;
  };
  return json_.fields(value, path, one);
}

bool RequestReader::output_format(JsonValue& value, const Path& path, Given& given) {
  bool is_null = false;
  if (!json_.null(value, is_null)) return false;
  if (is_null) return true;
  given.has_format = true;
  const auto one = [&](std::string_view key, JsonValue& member) {
    Content content;
    const auto read = [&] { return json_.walk(member, content); };
    if (key == "schema" ? !json_.with_text(member, given.request.output_schema, read) : !read()) {
      return false;
    }
    given.output_hash += hash_combine(content_hash(key), content.hash);
    return true;
  };
  return json_.fields(value, path, one);
}

bool RequestReader::stop_sequences(JsonValue& value, const Path& path, MessagesRequest& request) {
  return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
    std::string_view& text = request.stop_sequences.emplace_back();
    if (!json_.string(element, {.parent = &path, .index = index}, text)) return false;
    const bool is_blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    return !is_blank ||
           json_.fail(path, "each stop sequence must contain non-whitespace");  // observed
  });
}

bool RequestReader::sampling(int key, JsonValue& value, const Path& path,
                             MessagesRequest& request) {
  if (static_cast<TopKey>(key) == TopKey::kTopK) {
    std::int64_t count = 0;
    if (!json_.integer(value, path, count)) return false;
    request.has_sampling = true;
    return count >= 0 || json_.fail(path, kNotBelowZero);
  }
  double number = 0;
  if (!json_.number(value, path, number)) return false;
  request.has_sampling |= number != 1.0;                                   // the default of both
  return (number >= 0 && number <= 1) || json_.fail(path, "range: 0..1");  // observed
}

bool RequestReader::metadata(JsonValue& value, const Path& path) {
  bool is_null = false;
  if (!json_.null(value, is_null)) return false;
  if (is_null) return true;
  return json_.fields(value, path, [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    std::optional<std::string_view> user_id;
    if (key == "user_id") return json_.string_or_null(member, place, user_id);
    return json_.fail(place, kExtraInput);
  });
}

bool RequestReader::check_zero(const Given& given) {
  const MessagesRequest& request = given.request;
  const auto refuse = [&](std::string_view what) {
    return json_.fail({.key = "max_tokens"}, fmt::format("0 is not permitted {}", what));
  };
  if (given.options.kind == BodyKind::kBatchItem) return refuse("in a batch");
  if (request.stream) return refuse("when streaming");
  if (request.thinking == ThinkingMode::kEnabled) return refuse("when thinking is enabled");
  if (given.has_format) return refuse("with structured outputs");
  const bool is_forced =
      request.tool_choice == ToolChoice::kAny || request.tool_choice == ToolChoice::kTool;
  return !is_forced || refuse("when tool_choice forces tool use");
}

bool RequestReader::finish(Given& given) {
  MessagesRequest& request = given.request;
  const bool counts = given.options.kind == BodyKind::kCountTokens;
  const auto missing = [&](TopKey key) { return (given.keys & bit(key)) == 0; };
  if (missing(TopKey::kModel)) return json_.fail({.key = "model"}, kFieldRequired);
  if (missing(TopKey::kMessages)) return json_.fail({.key = "messages"}, kFieldRequired);
  if (!counts && missing(TopKey::kMaxTokens)) {
    return json_.fail({.key = "max_tokens"}, kFieldRequired);
  }
  if (!tools_.check_choice(given.tool_choice)) return false;
  request.tool_choice = given.tool_choice.choice;
  request.forced_tool = given.tool_choice.name;
  if (!counts && request.max_tokens == 0 && !check_zero(given)) return false;
  if (!counts && request.thinking_budget > 0 && request.thinking_budget >= request.max_tokens) {
    return json_.fail("`max_tokens` must be greater than `thinking.budget_tokens`.");  // observed
  }
  bool has_image = false;
  bool has_citations = false;
  for (const ContentBlock& block : prompt_.messages) {
    has_image |= block.has_image;
    has_citations |= block.enables_citations;
  }
  const auto number = [](auto value) { return static_cast<std::uint64_t>(value); };
  prompt_.system_settings = number(request.fast) | number(has_citations) << 1U;
  std::uint64_t settings = number(has_image) | number(request.tool_choice) << 1U |
                           number(given.tool_choice.is_sequential) << 4U |
                           number(request.thinking) << 5U;
  settings = hash_combine(settings, number(request.thinking_budget));
  settings = hash_combine(settings, content_hash(request.forced_tool));
  prompt_.message_settings = hash_combine(settings, given.output_hash);
  return chain_blocks(prompt_, json_, request);
}

}  // namespace sluice::wire
