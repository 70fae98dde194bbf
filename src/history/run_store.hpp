// Results kept in one SQLite file: saved whole or not at all, by any number of processes at once,
// listed, read back and removed. A file that is damaged, newer or another application's is said to
// be so and left as it is. Nothing here reads a clock.
//
//   SLUICE_TRY(RunStore store, RunStore::open(path, Missing::kCreate));
//   SLUICE_TRY(const std::int64_t id, store.save(run, metrics, {.json = json, .text = text}));
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "history/database.hpp"
#include "history/schema.hpp"
#include "results/run_trend.hpp"
#include "results/saved_run.hpp"

namespace sluice::history {

enum class Missing : std::uint8_t { kCreate, kRefuse };

struct RunFilter {
  std::string scenario{};  // name, or at least four digits of a digest; empty: all
  std::string kind{};      // empty: all
  bool only_runs = false;  // simulations and replays
  std::int64_t limit = 0;  // the newest; 0: all
};

// Neither the file nor, perhaps, its folder is there. What cannot be looked at, for want of rights
// or otherwise, is not absent.
bool is_absent(const std::string& path);

class RunStore {
 public:
  // `steps` are those of schema_steps(), but for tests of other forms.
  static Result<RunStore> open(const std::string& path, Missing missing,
                               std::span<const char* const> steps = schema_steps());

  // Whether this process may write, without writing: takes the right to it and gives it back.
  Result<void> check_writable() const;

  // The number that the run got. Its id does not matter, and its digest is made here. An error
  // where the file is damaged, wherever in it, which the first save looks at, or where two of the
  // metrics have the same path and unit.
  Result<std::int64_t> save(const SavedRun& run, std::span<const SavedMetric> metrics,
                            const SavedDocument& document);

  // The newest first.
  Result<std::vector<SavedRun>> list(const RunFilter& filter) const;
  // How many there are, whatever the filter's limit.
  Result<std::int64_t> count(const RunFilter& filter) const;

  // An error where there is no such run.
  Result<SavedRun> run(std::int64_t id) const;
  Result<std::vector<SavedMetric>> metrics(std::int64_t id) const;
  // An error too where what is kept is not what was saved.
  Result<SavedDocument> document(std::int64_t id) const;

  // The paths as they are, or with ".total" behind; an error for one that no such run has.
  Result<RunTrend> trend(const RunFilter& filter, const std::vector<std::string>& paths) const;

  // All of them or, where one is not there, none.
  Result<void> remove(std::span<const std::int64_t> ids);

  const std::string& path() const noexcept { return database_.path(); }

 private:
  explicit RunStore(Database database) : database_(std::move(database)) {}
  Result<void> save_metrics(std::int64_t run, std::span<const SavedMetric> metrics) const;
  Result<std::optional<TrendLine>> line(const RunFilter& filter, const std::string& path,
                                        const std::vector<SavedRun>& runs) const;
  Result<std::vector<std::string>> paths_of(std::int64_t run) const;

  Database database_;
  bool is_sound_ = false;  // it was looked at: that takes as long as the file is large
};

}  // namespace sluice::history
