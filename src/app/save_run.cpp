#include "app/save_run.hpp"

#include <vector>

#include <fmt/format.h>

#include "app/environment.hpp"
#include "app/version.hpp"
#include "base/check.hpp"
#include "describe/json.hpp"
#include "history/run_store.hpp"
#include "net/event_loop.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace sluice::app {
namespace {

Result<std::int64_t> keep(const SaveArguments& arguments, SavedRun run,
                          std::span<const SavedMetric> metrics, const SavedDocument& document) {
  SLUICE_TRY(const std::string path, history_path(arguments.database));
  SLUICE_TRY(history::RunStore store, history::RunStore::open(path, history::Missing::kCreate));
  run.saved_at = net::wall_clock_now();
  run.version = fmt::format("{} {}", version(), commit());
  return store.save(run, metrics, document);
}

bool keep_and_say(const SaveArguments& arguments, const SavedRun& run,
                  std::span<const SavedMetric> metrics, const SavedDocument& document) {
  const auto id = keep(arguments, run, metrics, document);
  if (!id) {
    report(Error{.code = id.error().code,
                 .where = "not saved: " + id.error().where,
                 .message = id.error().message});
    return false;
  }
  const std::string database =
      arguments.database.empty() ? "" : fmt::format(" --db {}", arguments.database);
  print(stderr, fmt::format("saved as run {} (sluice runs show {}{})\n", *id, *id, database));
  return true;
}

}  // namespace

Result<std::string> history_path(const std::string& option) {
  if (!option.empty()) return option;
  if (const std::string path = environment_variable("SLUICE_RUNS_DB"); !path.empty()) return path;
  if (const std::string data = environment_variable("XDG_DATA_HOME"); data.starts_with('/')) {
    return data + "/sluice/runs.db";
  }
  const std::string home = environment_variable("HOME");
  if (!home.empty()) return home + "/.local/share/sluice/runs.db";
  return invalid("--db", "is needed where HOME is not set: the file that keeps runs");
}

Result<void> check_can_save(const SaveArguments& arguments) {
  if (!arguments.wanted) return {};
  SLUICE_TRY(const std::string path, history_path(arguments.database));
  SLUICE_TRY(const history::RunStore store,
             history::RunStore::open(path, history::Missing::kCreate));
  return store.check_writable();
}

bool save_run(const SaveArguments& arguments, const RunResult& result) {
  if (!arguments.wanted) return true;
  return keep_and_say(arguments, saved_run(result), saved_metrics(result),
                      {.json = render_json(result), .text = render_text(result, {})});
}

bool save_report(const SaveArguments& arguments, const SavedRun& run,
                 const SavedDocument& document) {
  if (!arguments.wanted) return true;
  const auto json = describe::parse_json(document.json, "report");
  SLUICE_CHECK(json.has_value());
  return keep_and_say(arguments, run, saved_metrics(*json), document);
}

}  // namespace sluice::app
