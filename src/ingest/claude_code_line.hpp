// One line of a Claude Code session log -> what it says of calls to the API. Pure: no file, no
// memory of earlier lines, so that it can be fuzzed and compared with a slow reader. Content is
// stepped over unread; ids come out as hashes, and no problem's text quotes the line.
//
// The format is not documented by its maker. As read here it is that of versions 1.0 to 2.1 as
// other readers of it describe it (github.com/ryoppippi/ccusage, adapter/claude, 2026-05;
// github.com/23min/copilot-lens, docs/research/claude-code-sessions.md, 2026-02). The members of
// `usage` are the Messages API's (platform.claude.com, 2026-10).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/usage.hpp"
#include "base/time.hpp"
#include "ingest/fields.hpp"

namespace sluice::ingest {

struct ClaudeCodeLine {
  enum class Kind {
    kCall,  // `assistant` with `message.usage`: an answer, or one content block of it
    kUser,  // what was typed, or a tool's result: what the next call sends
    kOther  // anything else; also answers that no model gave: API errors, "<synthetic>"
  };
  Kind kind = Kind::kOther;
  std::optional<Duration> at;  // since 1970-01-01 UTC; of a call always
  // Hashes, 0 for none.
  std::uint64_t uuid = 0;
  std::uint64_t parent_uuid = 0;
  std::uint64_t session = 0;
  std::uint64_t agent = 0;
  bool is_sidechain = false;
  // Of a call. `call` is the hash of `message.id`, or else of `requestId`, or else of `uuid`.
  std::uint64_t call = 0;
  // At most 128 bytes; any but letters, digits and ._:/@- is a '?'.
  std::string model;
  // Cache writes of which the line does not say how long they last are of five minutes, the API's
  // default.
  Usage usage;
  std::int64_t thinking_tokens = 0;  // of the output
  std::int64_t web_searches = 0;
  bool is_fast = false;
  bool is_batch = false;
  bool is_us_only = false;  // inference_geo: "us"
};

class ClaudeCodeLineParser {
 public:
  ClaudeCodeLineParser();
  ClaudeCodeLineParser(ClaudeCodeLineParser&&) noexcept;
  ClaudeCodeLineParser& operator=(ClaudeCodeLineParser&&) noexcept;
  ~ClaudeCodeLineParser();

  // `text` is followed by kLinePadding readable bytes. Of a member that appears twice the last
  // counts. Content is not checked but for its quotes, brackets and UTF-8. A problem is one
  // sentence without file and line.
  FieldResult<void> parse(std::string_view text, ClaudeCodeLine& line);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;  // keeps simdjson out of this header
};

}  // namespace sluice::ingest
