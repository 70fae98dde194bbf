// Session logs of Claude Code as a stream of calls: trees of *.jsonl below ~/.claude/projects, one
// JSON object a line, of which the `assistant` ones carry what the API billed. What is read, how
// one call is told from its copies and when it began: see below. Nothing of a conversation leaves
// this reader: no text, path, command or id, only counts, times, names of models and hashes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/import_source.hpp"

namespace sluice::ingest {

Result<std::unique_ptr<ImportSource>> open_claude_code(const ImportOptions& options);

// The same over texts in memory, which must outlive the source.
struct NamedText {
  std::string name;  // as a file's path would be
  std::string_view text;
};
Result<std::unique_ptr<ImportSource>> read_claude_code(std::vector<NamedText> texts,
                                                       bool strict = false);

}  // namespace sluice::ingest
