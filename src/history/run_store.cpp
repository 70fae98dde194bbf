#include "history/run_store.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "history/packed.hpp"

namespace sluice::history {
namespace {

constexpr std::string_view kColumns =
    "id, saved_at, kind, scenario, scenario_digest, catalog_date, catalog_digest, tier, seed, "
    "version, replications, is_partial, verdict, digest";

SavedRun run_of(const Statement& row) {
  SavedRun run;
  run.id = row.integer(0);
  run.saved_at = UnixTime{row.integer(1)};
  run.kind = row.text(2);
  run.scenario = row.text(3);
  run.scenario_digest = row.text(4);
  run.catalog_date = row.text(5);
  run.catalog_digest = row.text(6);
  run.tier = row.text(7);
  run.seed = row.text(8);
  run.version = row.text(9);
  run.replications = row.integer(10);
  run.is_partial = row.integer(11) != 0;
  run.verdict = row.text(12);
  run.digest = row.text(13);
  return run;
}

// From position 2 on: the number is for SQLite to give.
void bind_run(Statement& insert, const SavedRun& run) {
  insert.bind(2, run.saved_at.nanoseconds);
  insert.bind(3, run.kind);
  insert.bind(4, run.scenario);
  insert.bind(5, run.scenario_digest);
  insert.bind(6, run.catalog_date);
  insert.bind(7, run.catalog_digest);
  insert.bind(8, run.tier);
  insert.bind(9, run.seed);
  insert.bind(10, run.version);
  insert.bind(11, run.replications);
  insert.bind(12, std::int64_t{run.is_partial ? 1 : 0});
  insert.bind(13, run.verdict);
  insert.bind(14, run.digest);
}

SavedMetric metric_of(const Statement& row, int first) {
  SavedMetric metric;
  metric.path = row.text(first);
  metric.unit = unit_named(row.text(first + 1));
  metric.value = row.real(first + 2);
  const auto low = row.optional_real(first + 3);
  const auto high = row.optional_real(first + 4);
  if (low && high) metric.interval = MetricInterval{*low, *high};
  metric.mean_of = row.integer(first + 5);
  return metric;
}

bool is_begin_of_digest(std::string_view text) {
  return text.size() >= 4 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The newest runs that the filter lets through, as the body of a subquery over `runs`. Digests are
// looked up in a range: 'g' is what follows the last hex digit.
std::string where_of(const RunFilter& filter) {
  std::string where = " WHERE 1";
  if (!filter.scenario.empty()) {
    where += is_begin_of_digest(filter.scenario)
                 ? " AND (scenario = ?1 OR (scenario_digest >= ?1 AND scenario_digest < ?1 || 'g'))"
                 : " AND scenario = ?1";
  }
  if (!filter.kind.empty()) where += " AND kind = ?2";
  if (filter.only_runs) where += " AND kind IN ('simulate', 'replay')";
  return where;
}

std::string newest_of(const RunFilter& filter) {
  std::string sql = where_of(filter) + " ORDER BY id DESC";
  if (filter.limit > 0) sql += fmt::format(" LIMIT {}", filter.limit);
  return sql;
}

void bind_filter(Statement& statement, const RunFilter& filter) {
  if (!filter.scenario.empty()) statement.bind(1, filter.scenario);
  if (!filter.kind.empty()) statement.bind(2, filter.kind);
}

tl::unexpected<Error> no_such_run(const std::string& path, std::int64_t id) {
  return invalid(path,
                 fmt::format("there is no run {}; sluice runs list shows those that are", id));
}

Result<void> make_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code failure;
  std::error_code ignored;
  if (folder.empty()) return {};
  std::filesystem::create_directories(folder, failure);
  if (!failure || std::filesystem::is_directory(folder, ignored)) return {};
  return io_error(path, fmt::format("its folder cannot be made ({})", failure.message()));
}

}  // namespace

bool is_absent(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::status(path, ignored).type() == std::filesystem::file_type::not_found;
}

Result<RunStore> RunStore::open(const std::string& path, Missing missing,
                                std::span<const char* const> steps) {
  if (is_absent(path)) {
    if (missing == Missing::kRefuse) {
      return io_error(path,
                      "no run has been kept here; simulate, replay and others do with --save");
    }
    if (auto made = make_folder_of(path); !made) return tl::unexpected(made.error());
  }
  if (auto ours = check_is_ours(path, steps); !ours) return tl::unexpected(ours.error());
  SLUICE_TRY(Database database, Database::open(path));
  if (auto done = bring_up_to_date(database, steps); !done) return tl::unexpected(done.error());
  return RunStore(std::move(database));
}

Result<void> RunStore::check_writable() const {
  const std::filesystem::path folder = std::filesystem::path(path()).parent_path();
  // The folder too: SQLite keeps its journal beside the file.
  if (database_.is_read_only() || access(folder.empty() ? "." : folder.c_str(), W_OK) != 0) {
    return io_error(path(), "cannot be written: the file or its folder is read-only");
  }
  SLUICE_TRY(const Transaction transaction, Transaction::begin(database_));
  return {};
}

Result<std::int64_t> RunStore::save(const SavedRun& run, std::span<const SavedMetric> metrics,
                                    const SavedDocument& document) {
  SavedRun complete = run;
  complete.digest = sha256_hex(document.json);
  const std::string json = packed(document.json);
  const std::string text = packed(document.text);
  SLUICE_TRY(Transaction transaction, Transaction::begin(database_));
  if (!is_sound_) {
    if (auto sound = database_.check_sound(); !sound) return tl::unexpected(sound.error());
    is_sound_ = true;
  }
  SLUICE_TRY(Statement insert,
             database_.prepare(fmt::format("INSERT INTO runs ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                                           "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                                           kColumns)));
  bind_run(insert, complete);
  if (auto done = insert.run(); !done) return tl::unexpected(done.error());
  const std::int64_t id = database_.last_row();
  SLUICE_TRY(Statement keep, database_.prepare("INSERT INTO documents (run, json, json_size, text, "
                                               "text_size) VALUES (?1, ?2, ?3, ?4, ?5)"));
  keep.bind(1, id);
  keep.bind_blob(2, json);
  keep.bind(3, static_cast<std::int64_t>(document.json.size()));
  keep.bind_blob(4, text);
  keep.bind(5, static_cast<std::int64_t>(document.text.size()));
  if (auto done = keep.run(); !done) return tl::unexpected(done.error());
  if (auto done = save_metrics(id, metrics); !done) return tl::unexpected(done.error());
  if (auto done = transaction.commit(); !done) return tl::unexpected(done.error());
  return id;
}

Result<void> RunStore::save_metrics(std::int64_t run, std::span<const SavedMetric> metrics) const {
  SLUICE_TRY(Statement know, database_.prepare("INSERT OR IGNORE INTO metric_names (path, unit) "
                                               "VALUES (?1, ?2)"));
  SLUICE_TRY(Statement insert,
             database_.prepare("INSERT INTO metrics (run, metric, value, low, high, "
                               "mean_of) SELECT ?1, id, ?4, ?5, ?6, ?7 FROM metric_names WHERE "
                               "path = ?2 AND unit = ?3"));
  for (const SavedMetric& metric : metrics) {
    const std::string_view unit = metric.unit ? name(*metric.unit) : std::string_view();
    know.bind(1, metric.path);
    know.bind(2, unit);
    if (auto done = know.run(); !done) return done;
    insert.bind(1, run);
    insert.bind(2, metric.path);
    insert.bind(3, unit);
    insert.bind(4, metric.value);
    using End = std::optional<double>;
    insert.bind(5, metric.interval ? End(metric.interval->low) : End());
    insert.bind(6, metric.interval ? End(metric.interval->high) : End());
    insert.bind(7, metric.mean_of);
    if (auto done = insert.run(); !done) return done;
  }
  return {};
}

Result<std::vector<SavedRun>> RunStore::list(const RunFilter& filter) const {
  SLUICE_TRY(Statement select,
             database_.prepare(fmt::format("SELECT {} FROM runs{}", kColumns, newest_of(filter))));
  bind_filter(select, filter);
  std::vector<SavedRun> runs;
  for (;;) {
    SLUICE_TRY(const bool found, select.step());
    if (!found) return runs;
    runs.push_back(run_of(select));
  }
}

Result<std::int64_t> RunStore::count(const RunFilter& filter) const {
  SLUICE_TRY(Statement select, database_.prepare("SELECT count(*) FROM runs" + where_of(filter)));
  bind_filter(select, filter);
  SLUICE_TRY(const bool found, select.step());
  return found ? select.integer(0) : 0;
}

Result<SavedRun> RunStore::run(std::int64_t id) const {
  SLUICE_TRY(Statement select,
             database_.prepare(fmt::format("SELECT {} FROM runs WHERE id = ?1", kColumns)));
  select.bind(1, id);
  SLUICE_TRY(const bool found, select.step());
  if (!found) return no_such_run(path(), id);
  return run_of(select);
}

Result<std::vector<SavedMetric>> RunStore::metrics(std::int64_t id) const {
  SLUICE_TRY(Statement select,
             database_.prepare("SELECT path, unit, value, low, high, mean_of FROM metrics JOIN "
                               "metric_names ON metric_names.id = metric WHERE run = ?1 ORDER BY "
                               "metric"));
  select.bind(1, id);
  std::vector<SavedMetric> metrics;
  for (;;) {
    SLUICE_TRY(const bool found, select.step());
    if (!found) return metrics;
    metrics.push_back(metric_of(select, 0));
  }
}

Result<SavedDocument> RunStore::document(std::int64_t id) const {
  SLUICE_TRY(const SavedRun known, run(id));
  SLUICE_TRY(Statement select, database_.prepare("SELECT json, json_size, text, text_size FROM "
                                                 "documents WHERE run = ?1"));
  select.bind(1, id);
  SLUICE_TRY(const bool found, select.step());
  const auto text_at = [&](int column) {
    return unpacked(select.blob(column), static_cast<std::size_t>(select.integer(column + 1)));
  };
  const auto json = found ? text_at(0) : std::nullopt;
  const auto text = found ? text_at(2) : std::nullopt;
  if (!json || !text || sha256_hex(*json) != known.digest) {
    return io_error(path(), fmt::format("is damaged: the report of run {} is not what was saved; "
                                        "it was left as it is",
                                        id));
  }
  return SavedDocument{.json = *json, .text = *text};
}

Result<std::optional<TrendLine>> RunStore::line(const RunFilter& filter, const std::string& path,
                                                const std::vector<SavedRun>& runs) const {
  SLUICE_TRY(Statement select,
             database_.prepare(fmt::format(
                 "SELECT run, path, unit, value, low, high, mean_of FROM (SELECT id AS wanted FROM "
                 "runs{}) JOIN metric_names JOIN metrics ON run = wanted AND metric = "
                 "metric_names.id WHERE path = ?3 ORDER BY run",
                 newest_of(filter))));
  bind_filter(select, filter);
  select.bind(3, path);
  TrendLine line{.path = path, .unit = {}, .values = {}};
  line.values.resize(runs.size());
  bool is_known = false;
  for (auto run = runs.begin();;) {
    SLUICE_TRY(const bool found, select.step());
    if (!found) break;
    // Both are in the order of runs; one that was saved since the list was read is not in it.
    run = std::find_if(run, runs.end(),
                       [&](const SavedRun& one) { return one.id >= select.integer(0); });
    if (run == runs.end()) break;
    if (run->id != select.integer(0)) continue;
    const SavedMetric metric = metric_of(select, 1);
    line.unit = metric.unit;
    line.values[static_cast<std::size_t>(run - runs.begin())] = metric;
    is_known = true;
  }
  if (!is_known) return std::optional<TrendLine>();
  return std::optional<TrendLine>(std::move(line));
}

Result<std::vector<std::string>> RunStore::paths_of(std::int64_t run) const {
  SLUICE_TRY(const std::vector<SavedMetric> all, metrics(run));
  std::vector<std::string> paths;
  for (const SavedMetric& metric : all) paths.push_back(metric.path);
  return paths;
}

Result<RunTrend> RunStore::trend(const RunFilter& filter,
                                 const std::vector<std::string>& paths) const {
  RunTrend trend;
  trend.scenario = filter.scenario;
  SLUICE_TRY(trend.runs, list(filter));
  std::reverse(trend.runs.begin(), trend.runs.end());
  SLUICE_TRY(trend.total, count(filter));
  if (trend.runs.empty()) {
    return invalid(path(), fmt::format("no run of {} is kept; sluice runs list shows what is",
                                       in_quotes(filter.scenario)));
  }
  for (const std::string& wanted : paths) {
    SLUICE_TRY(std::optional<TrendLine> found, line(filter, wanted, trend.runs));
    if (!found) {
      SLUICE_TRY(found, line(filter, wanted + ".total", trend.runs));
    }
    if (!found) {
      SLUICE_TRY(const std::vector<std::string> known, paths_of(trend.runs.back().id));
      return invalid("--metric", fmt::format("no such run has the number {}{}", in_quotes(wanted),
                                             suggestion(wanted, known)));
    }
    trend.lines.push_back(std::move(*found));
  }
  return trend;
}

Result<void> RunStore::remove(std::span<const std::int64_t> ids) {
  SLUICE_TRY(Transaction transaction, Transaction::begin(database_));
  SLUICE_TRY(Statement remove, database_.prepare("DELETE FROM runs WHERE id = ?1"));
  for (const std::int64_t id : ids) {
    remove.bind(1, id);
    if (auto done = remove.run(); !done) return done;
    if (database_.changed_rows() == 0) return no_such_run(path(), id);
  }
  return transaction.commit();
}

}  // namespace sluice::history
