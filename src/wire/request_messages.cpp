#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "wire/error_texts.hpp"
#include "wire/request_reader.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {
namespace {

constexpr std::int64_t kMaxMessages = 100'000;

std::optional<BlockPlace> role_named(std::string_view role) noexcept {
  if (role == "user") return BlockPlace::kUser;
  if (role == "assistant") return BlockPlace::kAssistant;
  if (role == "system") return BlockPlace::kSystem;
  return std::nullopt;
}

}  // namespace

// Whose turn it is is not judged: no page that is still up says that the user speaks first.
bool RequestReader::messages(JsonValue& value, const Path& path, MessagesRequest& request) {
  std::int64_t empty = -1;
  std::int64_t count = 0;
  const auto one = [&](std::int64_t index, JsonValue& element) {
    const Path place{.parent = &path, .index = index};
    if (++count > kMaxMessages) {
      return json_.fail(path, fmt::format("List should have at most {} items", kMaxMessages));
    }
    bool is_empty = false;
    if (!message(element, place, is_empty, request)) return false;
    if (is_empty && empty < 0) empty = index;
    return true;
  };
  if (!json_.elements(value, path, one)) return false;
  if (count == 0) return json_.fail(path, kNoMessages);
  if (turn_ == BlockPlace::kUser && !check_answered()) return false;
  if (empty < 0 || (empty == count - 1 && request.ends_with_assistant)) return true;
  return json_.fail({.parent = &path, .index = empty},
                    "all messages must have non-empty content except for the optional final "
                    "assistant message");  // observed
}

// Keys come in any order, so that blocks are judged once the role is known.
bool RequestReader::message(JsonValue& value, const Path& path, bool& is_empty,
                            MessagesRequest& request) {
  std::vector<ContentBlock>& blocks = prompt_.messages;
  const std::size_t first = blocks.size();
  std::string_view role;
  bool has_content = false;
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    if (key == "role") return json_.string(member, place, role);
    if (key != "content") return json_.fail(place, kExtraInput);
    if (has_content) return json_.fail(place, kGivenTwice);
    has_content = true;
    return content_.content(member, place, blocks);
  };
  if (!json_.fields(value, path, one)) return false;
  if (role.data() == nullptr) {
    return json_.fail({.parent = &path, .key = "role"}, kFieldRequired);
  }
  const std::optional<BlockPlace> place = role_named(role);
  if (!place) {
    return json_.fail({.parent = &path, .key = "role"},
                      "Input should be 'user', 'assistant' or 'system'");
  }
  if (!has_content) return json_.fail({.parent = &path, .key = "content"}, kFieldRequired);
  if (!check_message(path, *place, first) || !check_calls(path, *place, first)) return false;
  is_empty = blocks.size() == first || (blocks.size() == first + 1 && blocks[first].is_empty_text);
  request.ends_with_assistant = *place == BlockPlace::kAssistant;
  request.ends_with_tool_result = false;
  for (std::size_t i = first; i < blocks.size(); ++i) {
    request.ends_with_tool_result |= blocks[i].kind == BlockKind::kToolResult;
  }
  prompt_.message_starts.push_back(first);
  if (blocks.size() == first) return true;
  ContentBlock& start = blocks[first];
  start.hash = hash_combine(static_cast<std::uint64_t>(*place) + 1, start.hash);
  start.size.milli_tokens += kMessageOverhead;
  return true;
}

// Each call of a tool has its result in the next turn, each result its call in the one before
// (docs: tool-use; the wordings are inferred from public reports). Messages of one role after each
// other are one turn. A conversation that ends with calls is a prefill, judged by the model.
bool RequestReader::check_calls(const Path& path, BlockPlace place, std::size_t first) {
  if (place == BlockPlace::kSystem) return true;
  const bool is_new_turn = place != turn_;
  if (is_new_turn && place == BlockPlace::kAssistant) {
    if (!check_answered()) return false;
    calls_.clear();
  }
  turn_ = place;
  if (place == BlockPlace::kAssistant) {
    note_calls(path.index, first);
    return true;
  }
  const auto by_id = [](const OpenCall& a, const OpenCall& b) { return a.id < b.id; };
  const auto is_same = [](const OpenCall& a, const OpenCall& b) { return a.id == b.id; };
  if (is_new_turn) {
    std::sort(calls_.begin(), calls_.end(), by_id);
    calls_.erase(std::unique(calls_.begin(), calls_.end(), is_same), calls_.end());
  }
  const std::vector<ContentBlock>& blocks = prompt_.messages;
  for (std::size_t i = first; i < blocks.size(); ++i) {
    if (blocks[i].kind != BlockKind::kToolResult) continue;
    const OpenCall asked{.id = blocks[i].call_id};
    const auto found = std::lower_bound(calls_.begin(), calls_.end(), asked, by_id);
    if (found == calls_.end() || found->id != asked.id) {
      const Path content{.parent = &path, .key = "content"};
      return json_.fail(
          {.parent = &content, .index = static_cast<std::int64_t>(i - first)},
          fmt::format("unexpected `tool_use_id` found in `tool_result` blocks: {}. Each "
                      "`tool_result` block must have a corresponding `tool_use` block in the "
                      "previous message.",
                      asked.id));
    }
    found->is_answered = true;
  }
  return true;
}

void RequestReader::note_calls(std::int64_t message, std::size_t first) {
  const std::vector<ContentBlock>& blocks = prompt_.messages;
  for (std::size_t i = first; i < blocks.size(); ++i) {
    if (blocks[i].kind != BlockKind::kToolUse) continue;
    calls_.push_back({.id = blocks[i].call_id, .number = calls_.size()});
    calls_message_ = message;
  }
}

bool RequestReader::check_answered() {
  const auto is_open = [](const OpenCall& call) { return !call.is_answered; };
  if (std::none_of(calls_.begin(), calls_.end(), is_open)) return true;
  std::sort(calls_.begin(), calls_.end(),
            [](const OpenCall& a, const OpenCall& b) { return a.number < b.number; });
  std::string ids;
  for (const OpenCall& call : calls_) {
    if (call.is_answered) continue;
    if (!ids.empty()) ids += ", ";
    ids += call.id;
  }
  const Path messages{.key = "messages"};
  return json_.fail({.parent = &messages, .index = calls_message_},
                    fmt::format("`tool_use` ids were found without `tool_result` blocks "
                                "immediately after: {}. Each `tool_use` block must have a "
                                "corresponding `tool_result` block in the next message.",
                                ids));
}

// What version 2026-10-21 forbids is documented, in which words is inferred.
bool RequestReader::check_message(const Path& path, BlockPlace place, std::size_t first) {
  const std::vector<ContentBlock>& blocks = prompt_.messages;
  const bool is_strict = version_ == ApiVersion::k2026_10_21;
  const Path content{.parent = &path, .key = "content"};
  for (std::size_t i = first; i < blocks.size(); ++i) {
    const ContentBlock& block = blocks[i];
    const Path where{.parent = &content, .index = static_cast<std::int64_t>(i - first)};
    if (!content_.check_place(block.kind, place, where)) return false;
    if (block.is_empty_text && blocks.size() - first > 1) {
      return json_.fail({.key = "messages"}, kEmptyText);  // observed
    }
    if (!is_strict) continue;
    if (block.kind == BlockKind::kDocument && place == BlockPlace::kAssistant) {
      return json_.fail(where, "`document` blocks are not permitted in `assistant` messages");
    }
    if (block.has_citations && place == BlockPlace::kUser) {
      const Path text{.parent = &where, .key = "text"};
      return json_.fail({.parent = &text, .key = "citations"},
                        "citations are not permitted in `user` messages");
    }
  }
  return true;
}

}  // namespace sluice::wire
