// --save: a result goes into the history when its report has been printed, and stderr says under
// which number. Looked at before the work begins, so that a long run does not end in a refusal; and
// where the history fails all the same, the report is there.
#pragma once

#include <span>
#include <string>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "results/run_result.hpp"
#include "results/saved_run.hpp"

namespace sluice::app {

// --db; else SLUICE_RUNS_DB; else sluice/runs.db in XDG_DATA_HOME (a full path), by default
// ~/.local/share (XDG Base Directory Specification 0.8). An error where there is no home.
Result<std::string> history_path(const std::string& option);

// Whether a result could be kept, if that is wished: opens the file, makes it where there is none.
Result<void> check_can_save(const SaveArguments& arguments);

// True if it was kept, or is not wished to be; what went wrong is said on stderr.
bool save_run(const SaveArguments& arguments, const RunResult& result);
// The same of any other report; its numbers are read off the JSON.
bool save_report(const SaveArguments& arguments, const SavedRun& run,
                 const SavedDocument& document);

}  // namespace sluice::app
