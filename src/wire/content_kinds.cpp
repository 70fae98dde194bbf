#include "wire/content_kinds.hpp"

#include <array>
#include <cstddef>

#include "wire/key_table.hpp"

namespace sluice::wire {
namespace {

constexpr std::uint8_t kInUser = bit(BlockPlace::kUser);
constexpr std::uint8_t kInAssistant = bit(BlockPlace::kAssistant);
constexpr std::uint8_t kInToolResult = bit(BlockPlace::kToolResult);
constexpr std::uint8_t kInDocument = bit(BlockPlace::kDocumentContent);
constexpr std::uint8_t kInSearchResult = bit(BlockPlace::kSearchResultContent);
constexpr std::uint8_t kInSystem = bit(BlockPlace::kSystem);

constexpr std::uint32_t kCacheControl = bit(BlockField::kCacheControl);
constexpr std::uint32_t kCall =
    bit(BlockField::kId) | bit(BlockField::kName) | bit(BlockField::kInput);
constexpr std::uint32_t kResult = bit(BlockField::kToolUseId);
constexpr std::uint32_t kFoundResult = kResult | bit(BlockField::kContent);

// In the order of BlockKind. Where a block may stand is from the SDK's types; a document in an
// assistant message depends on the version and is judged with the message.
constexpr std::array<BlockRules, 16> kRules = {{
    {"text", kInUser | kInAssistant | kInSystem | kInToolResult | kInDocument | kInSearchResult,
     bit(BlockField::kText), kCacheControl | bit(BlockField::kCitations)},
    {"image", kInUser | kInToolResult | kInDocument, bit(BlockField::kSource), kCacheControl},
    {"document", kInUser | kInAssistant | kInToolResult, bit(BlockField::kSource),
     kCacheControl | bit(BlockField::kCitations) | bit(BlockField::kTitle) |
         bit(BlockField::kContext)},
    {"tool_use", kInAssistant, kCall, kCacheControl | bit(BlockField::kCaller)},
    {"tool_result", kInUser, kResult,
     kCacheControl | bit(BlockField::kContent) | bit(BlockField::kIsError)},
    {"thinking", kInAssistant, bit(BlockField::kThinking) | bit(BlockField::kSignature), 0},
    {"redacted_thinking", kInAssistant, bit(BlockField::kData), 0},
    {"search_result", kInUser | kInToolResult,
     bit(BlockField::kSource) | bit(BlockField::kTitle) | bit(BlockField::kContent),
     kCacheControl | bit(BlockField::kCitations)},
    {"server_tool_use", kInAssistant, kCall, kCacheControl | bit(BlockField::kCaller)},
    {"server_tool_result", kInAssistant | kInUser, kFoundResult, kCacheControl, true},
    {"mcp_tool_use", kInAssistant, kCall | bit(BlockField::kServerName), kCacheControl},
    {"mcp_tool_result", kInUser | kInAssistant, kResult,
     kCacheControl | bit(BlockField::kContent) | bit(BlockField::kIsError), true},
    {"container_upload", kInUser, bit(BlockField::kFileId), kCacheControl},
    {"compaction", kInAssistant, 0, kCacheControl | bit(BlockField::kContent), true},
    {"tool_reference", kInToolResult, bit(BlockField::kToolName), kCacheControl},
    {"unknown", 0, 0, 0, true},
}};

constexpr KeyTable kKinds(std::array{
    Key{"text", BlockKind::kText},
    Key{"image", BlockKind::kImage},
    Key{"document", BlockKind::kDocument},
    Key{"tool_use", BlockKind::kToolUse},
    Key{"tool_result", BlockKind::kToolResult},
    Key{"thinking", BlockKind::kThinking},
    Key{"redacted_thinking", BlockKind::kRedactedThinking},
    Key{"search_result", BlockKind::kSearchResult},
    Key{"server_tool_use", BlockKind::kServerToolUse},
    Key{"web_search_tool_result", BlockKind::kServerToolResult},
    Key{"web_fetch_tool_result", BlockKind::kServerToolResult},
    Key{"code_execution_tool_result", BlockKind::kServerToolResult},
    Key{"bash_code_execution_tool_result", BlockKind::kServerToolResult},
    Key{"text_editor_code_execution_tool_result", BlockKind::kServerToolResult},
    Key{"tool_search_tool_result", BlockKind::kServerToolResult},
    Key{"advisor_tool_result", BlockKind::kServerToolResult},
    Key{"mcp_tool_use", BlockKind::kMcpToolUse},
    Key{"mcp_tool_result", BlockKind::kMcpToolResult},
    Key{"container_upload", BlockKind::kContainerUpload},
    Key{"compaction", BlockKind::kCompaction},
    Key{"tool_reference", BlockKind::kToolReference},
});

constexpr std::array kFieldKeys{
    Key{"type", BlockField::kType},         Key{"cache_control", BlockField::kCacheControl},
    Key{"text", BlockField::kText},         Key{"citations", BlockField::kCitations},
    Key{"source", BlockField::kSource},     Key{"title", BlockField::kTitle},
    Key{"context", BlockField::kContext},   Key{"id", BlockField::kId},
    Key{"name", BlockField::kName},         Key{"input", BlockField::kInput},
    Key{"caller", BlockField::kCaller},     Key{"tool_use_id", BlockField::kToolUseId},
    Key{"content", BlockField::kContent},   Key{"is_error", BlockField::kIsError},
    Key{"thinking", BlockField::kThinking}, Key{"signature", BlockField::kSignature},
    Key{"data", BlockField::kData},         Key{"server_name", BlockField::kServerName},
    Key{"file_id", BlockField::kFileId},    Key{"tool_name", BlockField::kToolName},
};
constexpr KeyTable kFields(kFieldKeys);

}  // namespace

std::optional<BlockKind> block_kind_named(std::string_view type) noexcept {
  return kKinds.find(type);
}

const BlockRules& rules_of(BlockKind kind) noexcept {
  return kRules[static_cast<std::size_t>(kind)];
}

std::optional<BlockField> block_field_named(std::string_view key) noexcept {
  return kFields.find(key);
}

std::string_view name(BlockField field) noexcept {
  return kFieldKeys[static_cast<std::size_t>(field)].name;
}

std::string_view known_block_types() noexcept {
  return "'container_upload', 'document', 'image', 'mcp_tool_result', 'mcp_tool_use', "
         "'redacted_thinking', 'search_result', 'server_tool_use', 'text', 'thinking', "
         "'tool_result', 'tool_use', 'web_search_tool_result'";
}

}  // namespace sluice::wire
