// The kinds of content blocks and what each may hold (docs: messages, 2026-08; SDK TS 1.11). The
// tables are in the .cpp; what is read of a block is in wire/content_reader.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::wire {

enum class BlockKind : std::uint8_t {
  kText,
  kImage,
  kDocument,
  kToolUse,
  kToolResult,
  kThinking,
  kRedactedThinking,
  kSearchResult,
  kServerToolUse,
  kServerToolResult,  // web_search_tool_result, code_execution_tool_result, ...
  kMcpToolUse,
  kMcpToolResult,
  kContainerUpload,
  kCompaction,
  kToolReference,
  kUnknown,  // stands only inside the results of server tools
};

enum class BlockField : std::uint8_t {
  kType,
  kCacheControl,
  kText,
  kCitations,
  kSource,
  kTitle,
  kContext,
  kId,
  kName,
  kInput,
  kCaller,
  kToolUseId,
  kContent,
  kIsError,
  kThinking,
  kSignature,
  kData,
  kServerName,
  kFileId,
  kToolName,
};
constexpr std::uint32_t bit(BlockField field) noexcept {
  return 1U << static_cast<unsigned>(field);
}

// Where a block stands.
enum class BlockPlace : std::uint8_t {
  kUser,
  kAssistant,
  kSystem,  // the system prompt, or a system message within the conversation
  kToolResult,
  kDocumentContent,
  kSearchResultContent,
};
constexpr std::uint8_t bit(BlockPlace place) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(place));
}

struct BlockRules {
  std::string_view name;        // as the API calls it
  std::uint8_t places = 0;      // bits of BlockPlace
  std::uint32_t required = 0;   // bits of BlockField
  std::uint32_t permitted = 0;  // besides those and the type
  bool is_open = false;         // other fields, and blocks of other kinds inside, pass unseen
};

std::optional<BlockKind> block_kind_named(std::string_view type) noexcept;
const BlockRules& rules_of(BlockKind kind) noexcept;
std::optional<BlockField> block_field_named(std::string_view key) noexcept;
std::string_view name(BlockField field) noexcept;
// "'text', 'image', ...": the types that may stand in a message.
std::string_view known_block_types() noexcept;

}  // namespace sluice::wire
