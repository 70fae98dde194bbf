// Session logs of Claude Code as a stream of calls: trees of *.jsonl below ~/.claude/projects, one
// JSON object a line, of which the `assistant` ones carry what the API billed. Nothing of a
// conversation leaves this reader: no text, path, command or id, only counts, times, names of
// models and hashes.
//
// - Lines are read once and calls held until the end, since the last copy of a call may be the one
//   that has its usage: about 150 bytes a call, whatever the logs' size. They are given in order of
//   time.
// - A call is the lines of one message id, in whatever files they are: claude_code_calls.hpp.
//   ImportFacts: each line that can be read is one of `rows`; those that begin no call are
//   `duplicates` if they are of a known one, else `not_calls`.
// - Its time is an estimate of when the request was made, its session a hash of the session's and
//   the sub-agent's ids: claude_code_conversations.hpp.
// - `progress` lines that repeat a sub-agent's answers in the log of its session are not calls: the
//   sub-agent's own file has them.
// - A line longer than kMaxLineBytes (an image, mostly) is a bad row, but stops not even a strict
//   reading.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/import_source.hpp"

namespace sluice::ingest {

// Errors, all but the first from next(): a path without *.jsonl, no file that can be opened, none
// with a call in it, more bad rows than good ones.
Result<std::unique_ptr<ImportSource>> open_claude_code(const ImportOptions& options);

// The same over texts in memory, which must outlive the source.
struct NamedText {
  std::string name;  // as a file's path would be
  std::string_view text;
};
std::unique_ptr<ImportSource> read_claude_code(std::vector<NamedText> texts, bool strict = false);

}  // namespace sluice::ingest
