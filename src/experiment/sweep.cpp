#include "experiment/sweep.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "experiment/run_facts.hpp"
#include "experiment/sweep_grid.hpp"
#include "experiment/trials.hpp"
#include "stats/sequential.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr std::size_t kLargestGrid = 10'000;
constexpr std::int64_t kFirstLook = static_cast<std::int64_t>(stats::kReplicationsToStop);
constexpr std::int64_t kLookEvery = 5;

std::size_t size_of(const std::vector<SweepAxis>& axes) {
  std::size_t size = 1;
  for (const SweepAxis& axis : axes) size = std::min(kLargestGrid + 1, size * axis.values.size());
  return size;
}

// An axis that no scenario takes is named as it was written.
Error as_varied(Error error, const std::vector<SweepAxis>& axes) {
  for (const SweepAxis& axis : axes) {
    if (error.where == "--set " + axis.pointer) error.where = "--vary " + axis.pointer;
  }
  return error;
}

// Loads every cell. What is wrong in several is said once, with the first cell where it is.
Checked<std::vector<LoadedScenario>> load_cells(const ScenarioText& text,
                                                const std::vector<SweepAxis>& axes,
                                                const std::vector<std::vector<std::string>>& all) {
  std::vector<LoadedScenario> cells;
  Errors errors;
  std::set<std::pair<std::string, std::string>> seen;
  for (const std::vector<std::string>& values : all) {
    const std::vector<std::string> overrides = overrides_of(axes, values);
    auto cell = text.load(overrides);
    if (cell) {
      cells.push_back(std::move(*cell));
      continue;
    }
    for (const Error& error : cell.error()) {
      Error named = as_varied(error, axes);
      if (!seen.emplace(named.where, named.message).second) continue;
      named.message += fmt::format(" (with {})", join(overrides, ", "));
      errors.push_back(std::move(named));
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return cells;
}

// Units of the metrics, from the first cell that has each.
Checked<std::vector<SweepMetric>> find_metrics(const std::vector<LoadedScenario>& cells,
                                               const std::vector<std::string>& wanted) {
  std::vector<std::optional<Unit>> units(wanted.size());
  std::vector<std::string> known;
  for (const LoadedScenario& cell : cells) {
    const std::vector<Metric> table = metric_table(facts_of(cell).names);
    for (const Metric& metric : table) {
      const std::string path = metric.path();
      if (&cell == &cells.front()) known.push_back(path);
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (path == wanted[i] || path == wanted[i] + ".total") units[i] = metric.unit;
      }
    }
    if (std::all_of(units.begin(), units.end(), [](const auto& unit) { return unit.has_value(); }))
      break;
  }
  std::vector<SweepMetric> metrics;
  Errors errors;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (units[i]) {
      metrics.push_back({wanted[i], *units[i]});
    } else {
      errors.push_back({ErrorCode::kUsage, "--metric",
                        fmt::format("{} is not a metric of this scenario{}", in_quotes(wanted[i]),
                                    suggestion(wanted[i], known))});
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return metrics;
}

// Asked for twice, shown once.
std::vector<std::string> without_repeats(const std::vector<std::string>& all) {
  std::vector<std::string> unique;
  for (const std::string& text : all) {
    if (std::find(unique.begin(), unique.end(), text) == unique.end()) unique.push_back(text);
  }
  return unique;
}

std::vector<std::string> paths_of(const std::vector<SweepMetric>& metrics) {
  std::vector<std::string> paths;
  for (const SweepMetric& metric : metrics) paths.push_back(metric.path);
  return paths;
}

// A run that is to be made, and where its cell stands.
struct Wanted {
  std::size_t cell;
  std::int64_t replication;
};

class Sweep {
 public:
  Sweep(const SweepPlan& plan, const SweepOptions& options, SweepJournal& journal, Monitor& monitor)
      : plan_(plan),
        options_(options),
        journal_(journal),
        monitor_(monitor),
        runner_(paths_of(plan.metrics), {.threads = options.threads, .version = options.version},
                monitor),
        counts_(plan.cells.size(), options.precision ? std::min(kFirstLook, options.replications)
                                                     : options.replications) {}

  Result<SweepResult> run() {
    for (bool more = true; more;) {
      if (auto round = run_round(); !round) return tl::unexpected(std::move(round).error());
      more = false;
      for (std::size_t cell = 0; options_.precision && cell < counts_.size(); ++cell) {
        if (counts_[cell] == options_.replications || is_precise(cell)) continue;
        counts_[cell] = std::min(options_.replications, counts_[cell] + kLookEvery);
        more = true;
      }
    }
    return result();
  }

 private:
  const std::string& digest(std::size_t cell) const { return plan_.cells[cell].digest; }

  // What is missing of the counts, cells with one and the same scenario once.
  std::vector<Wanted> missing() const {
    std::vector<Wanted> wanted;
    std::set<std::pair<std::string_view, std::int64_t>> seen;
    for (std::size_t cell = 0; cell < counts_.size(); ++cell) {
      for (std::int64_t r = 0; r < counts_[cell]; ++r) {
        if (journal_.find(digest(cell), r) != nullptr) continue;
        if (seen.emplace(digest(cell), r).second) wanted.push_back({cell, r});
      }
    }
    return wanted;
  }

  Result<void> run_round() {
    const std::vector<Wanted> wanted = missing();
    if (wanted.empty()) return {};
    std::vector<Trial> trials;
    for (const Wanted& run : wanted) trials.push_back({&plan_.cells[run.cell], run.replication});
    std::int64_t all = 0;
    for (const std::int64_t count : counts_) all += count;
    std::int64_t ended = all - static_cast<std::int64_t>(wanted.size());
    monitor_.done_ppm = ended * 1'000'000 / all;
    const auto keep = [&](std::size_t i, const Sample& sample) {
      monitor_.done_ppm = ++ended * 1'000'000 / all;
      return journal_.add(digest(wanted[i].cell), wanted[i].replication, sample);
    };
    const auto samples = runner_.run(trials, keep);
    if (!samples) return tl::unexpected(samples.error());
    return {};
  }

  SweepValues values(std::size_t cell, std::size_t metric) const {
    SweepValues values;
    for (std::int64_t r = 0; r < counts_[cell]; ++r) {
      values.push_back((*journal_.find(digest(cell), r))[metric]);
    }
    return values;
  }

  // A number that no run has cannot become more precise.
  bool is_precise(std::size_t cell) const {
    for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
      std::vector<double> numbers;
      for (const std::optional<double>& value : values(cell, metric)) {
        if (value) numbers.push_back(*value);
      }
      if (!numbers.empty() && !stats::is_precise(numbers, *options_.precision)) return false;
    }
    return true;
  }

  SweepResult result() const {
    SweepResult result{.title = plan_.base.title,
                       .scenario_digest = plan_.base.digest,
                       .effective_scenario = plan_.base.echo,
                       .catalog_digest = plan_.base.catalog_digest,
                       .version = options_.version,
                       .axes = plan_.axes,
                       .metrics = plan_.metrics,
                       .precision = options_.precision,
                       .cells = {},
                       .notes = plan_.base.notes};
    for (std::size_t cell = 0; cell < plan_.cells.size(); ++cell) {
      SweepCell made{.values = plan_.values[cell],
                     .scenario_digest = digest(cell),
                     .metrics = {},
                     .precise = !options_.precision || is_precise(cell)};
      for (std::size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
        made.metrics.push_back(values(cell, metric));
      }
      result.cells.push_back(std::move(made));
    }
    return result;
  }

  const SweepPlan& plan_;
  const SweepOptions& options_;
  SweepJournal& journal_;
  Monitor& monitor_;
  TrialRunner runner_;
  std::vector<std::int64_t> counts_;  // replications of each cell, so far
};

// Traces may be larger than memory.
Result<void> add_file(const std::string& path, Fingerprint& fingerprint) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (file == nullptr) return io_error(path, std::strerror(errno));
  std::vector<char> buffer(std::size_t{1} << 20);
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    fingerprint.add(std::string_view(buffer.data(), count));
  }
  if (std::ferror(file.get()) != 0) return io_error(path, std::strerror(errno));
  return {};
}

}  // namespace

std::vector<std::string> default_sweep_metrics() {
  return {"goodput.share", "goodput.per_minute", "attempts.rate_limited_share",
          "latency.offered.p95", "cost.total"};
}

Checked<SweepPlan> plan_sweep(const ScenarioText& text, const std::vector<std::string>& vary,
                              const std::vector<std::string>& metrics) {
  auto axes = parse_axes(vary);
  if (!axes) return tl::unexpected(std::move(axes).error());
  if (size_of(*axes) > kLargestGrid) {
    return tl::unexpected(Errors{{ErrorCode::kUsage, "--vary",
                                  fmt::format("makes more than {} cells; vary less at once",
                                              with_thousands(std::int64_t{kLargestGrid}))}});
  }
  auto base = text.load();
  if (!base) return tl::unexpected(std::move(base).error());
  SweepPlan plan{
      .base = std::move(*base), .axes = std::move(*axes), .metrics = {}, .values = {}, .cells = {}};
  plan.values = grid_of(plan.axes);
  auto cells = load_cells(text, plan.axes, plan.values);
  if (!cells) return tl::unexpected(std::move(cells).error());
  plan.cells = std::move(*cells);
  auto found = find_metrics(plan.cells, without_repeats(metrics));
  if (!found) return tl::unexpected(std::move(found).error());
  plan.metrics = std::move(*found);
  return plan;
}

Result<SweepIdentity> identity_of(const SweepPlan& plan, std::string version) {
  SweepIdentity identity{.version = std::move(version),
                         .scenario = plan.base.digest,
                         .catalog = plan.base.catalog_digest,
                         .traces = {},
                         .metrics = paths_of(plan.metrics)};
  std::set<std::string> paths;
  for (const LoadedScenario& cell : plan.cells) {
    for (const WorkloadSpec& workload : cell.plan.workloads) {
      if (const auto* trace = std::get_if<TraceArrivals>(&workload.arrivals)) {
        paths.insert(trace->path);
      }
    }
  }
  Fingerprint traces;
  for (const std::string& path : paths) {
    if (auto added = add_file(path, traces); !added) return tl::unexpected(added.error());
  }
  if (!paths.empty()) identity.traces = traces.hex();
  return identity;
}

Result<SweepResult> run_sweep(const SweepPlan& plan, const SweepOptions& options,
                              SweepJournal& journal, Monitor& monitor) {
  return Sweep(plan, options, journal, monitor).run();
}

}  // namespace sluice
