#include "ingest/claude_code_conversations.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace sluice::ingest {

void ClaudeCodeConversations::begin_file(std::string_view file_name) {
  constexpr std::string_view kAgent = "agent-";
  file_session_ = stable_hash(file_name);
  is_agent_file_ = file_name.substr(0, kAgent.size()) == kAgent;
  conversations_.clear();
  beginnings_.clear();
}

// What tells a sub-agent from the others of its session.
std::uint64_t ClaudeCodeConversations::beginning_of(const ClaudeCodeLine& line) {
  if (line.agent != 0) return line.agent;
  if (is_agent_file_) return file_session_;
  const auto parent = beginnings_.find(line.parent_uuid);
  const std::uint64_t beginning = parent == beginnings_.end() ? line.uuid : parent->second;
  if (line.uuid != 0) beginnings_.emplace(line.uuid, beginning);
  return beginning;
}

std::optional<ClaudeCodeConversations::Place> ClaudeCodeConversations::add(
    const ClaudeCodeLine& line) {
  Place place{.is_subagent = line.is_sidechain || is_agent_file_};
  std::uint64_t id = line.session == 0 ? file_session_ : line.session;
  if (place.is_subagent) id = hash_combine(id, beginning_of(line));
  if (line.kind == ClaudeCodeLine::Kind::kOther) return std::nullopt;
  Conversation& conversation = conversations_[id];
  if (line.kind == ClaudeCodeLine::Kind::kUser) {
    if (line.at) conversation.question = line.at;
    return std::nullopt;
  }
  place.session = static_cast<std::int64_t>(id >> 1);
  place.asked = *line.at;
  if (line.call == 0 || line.call != conversation.call) {
    if (conversation.question) place.asked = std::min(place.asked, *conversation.question);
    conversation.question.reset();
    conversation.call = line.call;
  }
  return place;
}

}  // namespace sluice::ingest
