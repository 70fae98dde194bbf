// Reads `tools` and `tool_choice` of the Messages API (docs: tool-use, 2026-08; SDK TS 1.11). For
// .cpp files of this module only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wire/content_reader.hpp"
#include "wire/json_reader.hpp"
#include "wire/messages_request.hpp"

namespace sluice::wire {

struct ToolChoiceGiven {
  bool is_given = false;
  ToolChoice choice = ToolChoice::kAuto;
  std::string_view name{};
  bool is_sequential = false;  // disable_parallel_tool_use
};

class ToolsReader {
 public:
  explicit ToolsReader(JsonReader& json) : json_(json) {}

  // One block a tool; `request` gets the names and schemas of those that the client runs.
  bool tools(JsonValue& value, const Path& path, std::vector<ContentBlock>& blocks,
             MessagesRequest& request);
  bool tool_choice(JsonValue& value, const Path& path, ToolChoiceGiven& choice);
  // Between tools and tool_choice, once both have been read.
  bool check_choice(const ToolChoiceGiven& choice);
  // A function of OpenAI's format as a tool.
  struct Function {
    std::string_view name{};
    std::string_view schema{};
    Content content{};
  };
  bool add_tool(const Function& function, const Path& path, std::vector<ContentBlock>& blocks,
                MessagesRequest& request);
  void clear() noexcept { names_.clear(); }

 private:
  struct Tool;
  bool tool(JsonValue& value, const Path& path, Tool& tool);
  bool field(std::string_view key, JsonValue& value, const Path& path, Tool& tool);
  bool schema(JsonValue& value, const Path& path, Content& content);
  bool finish(const Tool& tool, const Path& path);
  bool check_name(std::string_view name, const Path& path);

  JsonReader& json_;
  std::vector<std::string_view> names_;  // of all tools, client's and server's
};

}  // namespace sluice::wire
