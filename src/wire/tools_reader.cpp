#include "wire/tools_reader.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "wire/cache_control.hpp"
#include "wire/content_hash.hpp"
#include "wire/error_texts.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {
namespace {

// A type that the API defines has a date behind this: "bash_20250124".
struct ToolType {
  std::string_view prefix;
  bool runs_at_client;
  std::int64_t tokens;  // of its definition (docs: pricing, 2026-08; 0: not published)
};
constexpr std::array<ToolType, 12> kToolTypes = {{
    {"bash_", true, 244},
    {"text_editor_", true, 700},
    {"computer_", true, 4500},
    {"browser_", true, 6600},
    {"memory_", true, 0},
    {"web_search_", false, 0},
    {"web_fetch_", false, 0},
    {"code_execution_", false, 0},
    {"tool_search_tool_", false, 0},
    {"advisor_", false, 0},
    {"mcp_toolset", false, 0},
    {"custom", true, 0},
}};

const ToolType* tool_type(std::string_view type) noexcept {
  for (const ToolType& row : kToolTypes) {
    const bool has_date = row.prefix.back() == '_';
    if (has_date ? type.starts_with(row.prefix) : type == row.prefix) return &row;
  }
  return nullptr;
}

bool is_name(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 128;
  const auto fits = [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), fits);
}

// What a custom tool may have besides its name, description and schema.
bool is_custom_option(std::string_view key) noexcept {
  return key == "strict" || key == "defer_loading" || key == "allowed_callers" ||
         key == "input_examples" || key == "eager_input_streaming";
}

}  // namespace

struct ToolsReader::Tool {
  ContentBlock& block;
  std::string_view type = "custom";
  std::string_view name{};
  std::string_view schema{};
  bool has_schema = false;
  std::optional<std::string_view> extra{};  // a field that no custom tool has
};

bool ToolsReader::tools(JsonValue& value, const Path& path, std::vector<ContentBlock>& blocks,
                        MessagesRequest& request) {
  const auto one = [&](std::int64_t index, JsonValue& element) {
    const Path place{.parent = &path, .index = index};
    Tool one_tool{.block = blocks.emplace_back()};
    if (!tool(element, place, one_tool)) return false;
    const ToolType* const type = tool_type(one_tool.type);
    if (type->runs_at_client) {
      request.tools.push_back(one_tool.name);
      request.tool_schemas.push_back(one_tool.schema);
    }
    if (!one_tool.name.empty()) names_.push_back(one_tool.name);
    return true;
  };
  if (!json_.elements(value, path, one)) return false;
  std::vector<std::string_view> sorted = names_;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return true;
  return json_.fail(path, "Tool names must be unique.");
}

bool ToolsReader::tool(JsonValue& value, const Path& path, Tool& tool) {
  tool.block.kind = BlockKind::kText;
  tool.block.size.milli_tokens = kToolOverhead;
  const auto one = [&](std::string_view key, JsonValue& member) {
    return field(key, member, {.parent = &path, .key = key}, tool);
  };
  return json_.fields(value, path, one) && finish(tool, path);
}

bool ToolsReader::field(std::string_view key, JsonValue& value, const Path& path, Tool& tool) {
  ContentBlock& block = tool.block;
  if (key == "cache_control") {
    if (!read_cache_control(json_, value, path, block.breakpoint)) return false;
    block.breakpoints = block.breakpoint ? 1 : 0;
    return true;
  }
  std::string_view text;
  if (key == "type") {
    bool is_null = false;
    if (!json_.null(value, is_null)) return false;
    if (is_null) return true;
    if (!json_.string(value, path, tool.type)) return false;
    if (tool.type == "custom") return true;  // the same as none
    text = tool.type;
  } else if (key == "name") {
    if (!json_.string(value, path, tool.name)) return false;
    text = tool.name;
    block.size.milli_tokens += text_size(text).milli_tokens;
  } else if (key == "description") {
    if (!json_.string(value, path, text)) return false;
    block.size += text_size(text);
  } else {
    Content content;
    tool.has_schema |= key == "input_schema";
    const auto read_schema = [&] { return schema(value, path, content); };
    if (key == "input_schema" ? !json_.with_text(value, tool.schema, read_schema)
                              : !json_.walk(value, content)) {
      return false;
    }
    if (key != "input_schema" && !is_custom_option(key)) tool.extra = key;
    if (key == "input_schema") block.size += content.size;
    block.hash += hash_combine(content_hash(key), content.hash);
    return true;
  }
  block.hash += hash_combine(content_hash(key), content_hash(text));
  return true;
}

bool ToolsReader::schema(JsonValue& value, const Path& path, Content& content) {
  bool has_type = false;
  const auto one = [&](std::string_view key, JsonValue& member) {
    content.hash = hash_combine(content.hash, content_hash(key));
    content.size.milli_tokens += text_size(key).milli_tokens + kJsonKeyOverhead;
    if (key != "type") return json_.walk(member, content);
    has_type = true;
    const Path place{.parent = &path, .key = key};
    std::string_view type;
    if (!json_.string(member, place, type)) return false;
    content.size.milli_tokens += kJsonValueOverhead;
    return type == "object" || json_.fail(place, "Input should be 'object'");
  };
  if (!json_.fields(value, path, one)) return false;
  return has_type || json_.fail({.parent = &path, .key = "type"}, kFieldRequired);
}

bool ToolsReader::finish(const Tool& tool, const Path& path) {
  const ToolType* const type = tool_type(tool.type);
  if (type == nullptr) {
    return json_.unknown_type(
        path, tool.type,
        "'bash_20250124', 'custom', 'text_editor_20250728', 'web_search_20250305'");
  }
  const Path tag{.parent = &path, .key = tool.type};
  tool.block.size.milli_tokens += 1000 * type->tokens;
  if (type->prefix == "mcp_toolset") return true;  // names a server instead
  if (tool.name.data() == nullptr) {
    return json_.fail({.parent = &tag, .key = "name"}, kFieldRequired);
  }
  if (!check_name(tool.name, tag)) return false;
  if (tool.type != "custom") return true;
  if (!tool.has_schema) {
    return json_.fail({.parent = &tag, .key = "input_schema"}, kFieldRequired);
  }
  if (!tool.extra) return true;
  return json_.fail({.parent = &tag, .key = *tool.extra}, kExtraInput);
}

bool ToolsReader::check_name(std::string_view name, const Path& path) {
  return is_name(name) || json_.fail({.parent = &path, .key = "name"},
                                     "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
}

bool ToolsReader::add_tool(const Function& function, const Path& path,
                           std::vector<ContentBlock>& blocks, MessagesRequest& request) {
  const std::string_view name = function.name;
  if (!check_name(name, path)) return false;
  ContentBlock& block = blocks.emplace_back();
  block.kind = BlockKind::kText;
  block.hash = hash_combine(content_hash(name), function.content.hash);
  block.size = function.content.size;
  block.size.milli_tokens += kToolOverhead + text_size(name).milli_tokens;
  names_.push_back(name);
  request.tools.push_back(name);
  request.tool_schemas.push_back(function.schema);
  return true;
}

bool ToolsReader::tool_choice(JsonValue& value, const Path& path, ToolChoiceGiven& choice) {
  std::string_view type;
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    if (key == "type") return json_.string(member, place, type);
    if (key == "name") return json_.string(member, place, choice.name);
    if (key == "disable_parallel_tool_use") {
      return json_.boolean(member, place, choice.is_sequential);
    }
    return json_.fail(place, kExtraInput);
  };
  if (!json_.fields(value, path, one)) return false;
  if (type.data() == nullptr) {
    return json_.fail({.parent = &path, .key = "type"}, kFieldRequired);
  }
  choice.is_given = true;
  static constexpr std::array<std::string_view, 4> kTypes{"auto", "any", "tool", "none"};
  const auto found = std::find(kTypes.begin(), kTypes.end(), type);
  if (found == kTypes.end()) {
    return json_.unknown_type(path, type, "'any', 'auto', 'none', 'tool'");
  }
  choice.choice = static_cast<ToolChoice>(found - kTypes.begin());
  const Path tag{.parent = &path, .key = type};
  if (choice.choice == ToolChoice::kTool && choice.name.data() == nullptr) {
    return json_.fail({.parent = &tag, .key = "name"}, kFieldRequired);
  }
  if (choice.choice == ToolChoice::kTool || choice.name.data() == nullptr) return true;
  return json_.fail({.parent = &tag, .key = "name"}, kExtraInput);
}

// Both wordings were observed in public issues.
bool ToolsReader::check_choice(const ToolChoiceGiven& choice) {
  if (!choice.is_given) return true;
  if (names_.empty() && choice.choice != ToolChoice::kNone) {
    return json_.fail("tool_choice may only be specified while providing tools");
  }
  if (choice.choice != ToolChoice::kTool) return true;
  if (std::find(names_.begin(), names_.end(), choice.name) != names_.end()) return true;
  return json_.fail(fmt::format("tool_choice: Tool '{}' not found in provided tools", choice.name));
}

}  // namespace sluice::wire
