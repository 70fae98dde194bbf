// The body of POST /v1/messages and of count_tokens, parsed on demand in one pass: what decides
// about limits, cache, price and the shape of the answer. Content itself is not kept, only its
// token estimate and hashes. Validation errors have the API's type and wording (docs: messages,
// versioning, prompt-caching; 2026-08 to 2026-10).
//
//   MessagesRequest request;                       // reused from call to call: keeps its memory
//   if (auto error = parser.parse(body, how, request)) return refuse(*error);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.hpp"
#include "wire/api_error.hpp"

namespace sluice::wire {

struct ChatExtras;  // wire/chat_request.hpp

enum class ApiVersion : std::uint8_t { k2023_06_01, k2026_10_21 };
std::optional<ApiVersion> api_version_named(std::string_view text) noexcept;

// Text as the estimate sees it (wire/token_estimate.hpp): independent of the model, scaled to it by
// tokens_of().
struct TextSize {
  std::int64_t milli_tokens = 0;  // of the tokenizer before Opus 4.7, in thousandths
  std::int64_t words = 0;         // what sluice's own vocabulary counts: one word, one token
  // Images, which no tokenizer scales (docs: vision, 2026-08): from Opus 4.7 on, and before.
  std::int64_t image_tokens = 0;
  std::int64_t image_tokens_before = 0;
  TextSize& operator+=(const TextSize& more) noexcept {
    milli_tokens += more.milli_tokens;
    words += more.words;
    image_tokens += more.image_tokens;
    image_tokens_before += more.image_tokens_before;
    return *this;
  }
  bool operator==(const TextSize&) const = default;
};

// One content block of the prompt, in the order in which prefixes are cached: tools, system,
// messages.
struct PromptBlock {
  std::uint64_t chain = 0;             // hash of everything from the start of the prompt to its end
  TextSize size_to_here;               // of everything from the start of the prompt to its end
  std::optional<CacheTtl> breakpoint;  // cache_control; automatic caching sets the last one's
};

enum class ThinkingMode : std::uint8_t { kOff, kEnabled, kAdaptive, kBetweenTools };
enum class ToolChoice : std::uint8_t { kAuto, kAny, kTool, kNone };

struct MessagesRequest {
  // Views are valid until the parser's next call, and no longer than the body.
  std::string_view model;
  std::int64_t max_tokens = 0;  // 0 pre-warms the cache
  bool stream = false;
  bool fast = false;           // speed: "fast"
  bool us_only = false;        // inference_geo: "us"
  bool standard_only = false;  // service_tier
  bool has_sampling = false;  // temperature, top_p or top_k was given with another than its default
  bool ends_with_assistant = false;    // prefill
  bool ends_with_tool_result = false;  // the last message answers tool calls
  ThinkingMode thinking = ThinkingMode::kOff;
  std::int64_t thinking_budget = 0;
  ToolChoice tool_choice = ToolChoice::kAuto;
  std::string_view forced_tool;                // tool_choice.name
  std::vector<std::string_view> tools;         // names of the client's tools
  std::vector<std::string_view> tool_schemas;  // of each: input_schema as sent; empty: it has none
  std::string_view output_schema;  // output_config.format.schema as sent; empty: any text
  std::vector<std::string_view> stop_sequences;
  std::vector<PromptBlock> blocks;
  TextSize size;                   // of the whole prompt, overheads included
  std::uint64_t content_hash = 0;  // of the whole body as sent: names a foreign request
};

enum class BodyKind : std::uint8_t { kMessages, kCountTokens, kBatchItem, kChatCompletions };

struct ParseOptions {
  BodyKind kind = BodyKind::kMessages;
  ApiVersion version = ApiVersion::k2026_10_21;
};

class MessagesParser {
 public:
  MessagesParser();
  ~MessagesParser();
  MessagesParser(const MessagesParser&) = delete;
  MessagesParser& operator=(const MessagesParser&) = delete;

  // `body` must have 64 readable bytes behind it. What depends on the model (context, output limit,
  // sampling, prefill) is not judged here.
  std::optional<ApiError> parse(std::string_view body, const ParseOptions& options,
                                MessagesRequest& request);
  // A body of BodyKind::kChatCompletions, with what only that format can say.
  std::optional<ApiError> parse_chat(std::string_view body, MessagesRequest& request,
                                     ChatExtras& extras);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Whole tokens, rounded up. `tokenizer_permille` is the model's (scenario/catalog_rows.hpp): above
// 1000 from Opus 4.7 on.
std::int64_t tokens_of(const TextSize& size, std::int64_t tokenizer_permille) noexcept;

}  // namespace sluice::wire
