// Any bytes as the body of every kind of request, under both versions: an error with words, or a
// request whose blocks ascend. The first byte chooses kind and version and what stands behind the
// body, the rest is the body.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "wire/batch_request.hpp"
#include "wire/cache_blocks.hpp"
#include "wire/chat_request.hpp"
#include "wire/messages_request.hpp"

namespace {

using namespace sluice;
using namespace sluice::wire;

constexpr std::string_view kBehind = " }],\"{[1";

void check_error(const ApiError& error) {
  SLUICE_CHECK(error.kind == ErrorKind::kInvalidRequest && !error.message.empty());
}

void check_request(const MessagesRequest& request, BodyKind kind) {
  SLUICE_CHECK(!request.model.empty() && request.max_tokens >= 0);
  SLUICE_CHECK(request.thinking_budget >= 0 && request.size.words >= 0);
  SLUICE_CHECK(!request.ends_with_assistant || !request.ends_with_tool_result ||
               kind != BodyKind::kChatCompletions);
  TextSize before;
  int breakpoints = 0;
  for (const PromptBlock& block : request.blocks) {
    SLUICE_CHECK(block.size_to_here.milli_tokens >= before.milli_tokens);
    SLUICE_CHECK(block.size_to_here.words >= before.words);
    before = block.size_to_here;
    breakpoints += block.breakpoint ? 1 : 0;
  }
  SLUICE_CHECK(breakpoints <= 4 && before.milli_tokens <= request.size.milli_tokens);
  SLUICE_CHECK(breakpoints == 0 || kind != BodyKind::kChatCompletions);
  std::vector<CacheBlock> positions;
  make_cache_blocks(positions, request.blocks, {.tokenizer_permille = 1300});
  std::int64_t tokens = 0;
  for (const CacheBlock& position : positions) {
    SLUICE_CHECK(position.prefix_tokens >= tokens);
    tokens = position.prefix_tokens;
    breakpoints -= position.is_breakpoint ? 1 : 0;
  }
  SLUICE_CHECK(breakpoints == 0);
}

void check_batch(std::string_view body, ApiVersion version) {
  BatchReader reader(body, version);
  BatchItem item;
  std::size_t items = 0;
  while (reader.next(item)) {
    ++items;
    SLUICE_CHECK(!item.custom_id.empty() && item.custom_id.size() <= 64);
    if (item.error) check_error(*item.error);
    if (!item.error) check_request(item.request, BodyKind::kBatchItem);
  }
  SLUICE_CHECK(items == reader.size() && (items > 0) == !reader.error());
  if (reader.error()) check_error(*reader.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::uint8_t choice = data[0];
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  text.append(64, kBehind[(choice >> 4U) % kBehind.size()]);
  const std::string_view body = std::string_view(text).substr(0, size - 1);
  const ParseOptions options{.kind = static_cast<BodyKind>(choice & 3U),
                             .version = static_cast<ApiVersion>(choice >> 2U & 1U)};
  if ((choice & 8U) != 0) {
    check_batch(body, options.version);
    return 0;
  }
  static MessagesParser parser;  // as a server has it: of one call, the next must see nothing
  static MessagesRequest request;
  MessagesParser fresh_parser;
  MessagesRequest fresh;
  const auto error = parser.parse(body, options, request);
  const auto fresh_error = fresh_parser.parse(body, options, fresh);
  SLUICE_CHECK(error.has_value() == fresh_error.has_value());
  if (error) {
    check_error(*error);
    SLUICE_CHECK(error->message == fresh_error->message);
    return 0;
  }
  check_request(request, options.kind);
  SLUICE_CHECK(request.size == fresh.size && request.content_hash == fresh.content_hash);
  SLUICE_CHECK(request.blocks.size() == fresh.blocks.size());
  return 0;
}
