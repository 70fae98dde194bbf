// The files that a list of paths means: a file is itself, a folder is the regular files in it and
// in the folders below it whose names have a log's ending, in the order of their names. Symlinks
// inside a folder, and devices, pipes and sockets, are passed over and never opened, so that a loop
// of links cannot trap a reader. A file is itself whatever it is called: one that two names, links
// or hard links lead to is read once, at its first place. Only the names are held, and one folder
// is open at a time.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ingest/left_aside.hpp"

namespace sluice::ingest {

// `extensions` are endings such as ".jsonl"; without any, every regular file of a folder. A path
// named outright is taken whatever its name and may be a symlink. What was passed over, and why, is
// added to `left_aside`. Errors: a path that does not exist, is neither file nor folder, or is a
// folder without such a file.
Result<std::vector<std::string>> log_files(const std::vector<std::string>& paths,
                                           std::span<const std::string_view> extensions,
                                           LeftAside& left_aside);

}  // namespace sluice::ingest
