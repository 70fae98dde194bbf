// Which conversation a line of one session log belongs to, and when the question was asked that a
// call answers. A main conversation is its session; each sub-agent is one of its own, known by its
// agentId or, in older logs that mix several in the file of their session, by the line that begins
// it (`isSidechain` without agentId: parentUuid leads there). Holds about 50 bytes for each such
// line, and for each conversation, of the one file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"
#include "ingest/claude_code_line.hpp"

namespace sluice::ingest {

class ClaudeCodeConversations {
 public:
  struct Place {
    std::int64_t session = 0;  // hash, not negative
    bool is_subagent = false;
    // When the call's request was made: the time of the latest `user` line before it in its
    // conversation, if no other call came between. Otherwise, and where that is later, the call's
    // own time: when a line of its answer was written. Both are the clock of Claude Code, and
    // retries lie between them.
    Duration asked{};
  };

  // `file_name` without folders: it names a session whose lines do not, and "agent-<id>.jsonl"
  // holds a sub-agent.
  void begin_file(std::string_view file_name);
  // Every line has to pass here, in order; the answer is for calls.
  std::optional<Place> add(const ClaudeCodeLine& line);

 private:
  struct Conversation {
    std::optional<Duration> question;
    std::uint64_t call = 0;  // the latest
  };
  std::uint64_t beginning_of(const ClaudeCodeLine& line);

  std::uint64_t file_session_ = 0;
  bool is_agent_file_ = false;
  std::unordered_map<std::uint64_t, Conversation> conversations_;
  std::unordered_map<std::uint64_t, std::uint64_t> beginnings_;  // of sidechain lines, by uuid
};

}  // namespace sluice::ingest
