#include "app/runs_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/question.hpp"
#include "app/report_format.hpp"
#include "app/save_run.hpp"
#include "base/text.hpp"
#include "history/run_store.hpp"
#include "report/runs_json.hpp"
#include "report/runs_text.hpp"

namespace sluice::app {
namespace {

using history::Missing;
using history::RunFilter;
using history::RunStore;

TextStyle style_of_stdout() { return {.colour = wants_colour(stdout), .width = width_of(stdout)}; }

Result<RunStore> open_history(const RunsArguments& arguments) {
  SLUICE_TRY(const std::string path, history_path(arguments.database));
  return RunStore::open(path, Missing::kRefuse);
}

// A file or a disk that fails is no misuse.
Exit failed(const Error& error) {
  const Exit usage = report(error);
  return error.code == ErrorCode::kIo ? Exit::kFailure : usage;
}

// What a command shows, and where else it goes. `Shown` is what its formats are made of.
template <class Shown>
struct Wishes {
  using Render = std::string (*)(const Shown&, TextStyle);
  Render render = nullptr;
  std::vector<OutputFile<Render>> outputs;
};

template <class Shown, std::size_t N>
Result<Wishes<Shown>> read_wishes(
    const std::array<Format<typename Wishes<Shown>::Render>, N>& formats,
    const RunsArguments& arguments) {
  Wishes<Shown> wishes;
  SLUICE_TRY(wishes.render, format_named(formats, arguments.format, "--format"));
  SLUICE_TRY(std::string history, history_path(arguments.database));
  const TakenFiles taken{.read = {std::move(history)}, .written = {}};
  for (const std::string& text : arguments.outputs) {
    if (auto added = add_output(formats, text, taken, wishes.outputs); !added)
      return tl::unexpected(added.error());
  }
  return wishes;
}

template <class Shown>
Exit publish(const Wishes<Shown>& wishes, const Shown& shown) {
  const bool printed = print(stdout, wishes.render(shown, style_of_stdout()));
  const bool written = write_outputs(wishes.outputs, shown, TextStyle{});
  return printed && written ? Exit::kOk : Exit::kFailure;
}

struct ShownList {
  std::vector<SavedRun> runs;
  std::int64_t total = 0;
};
constexpr std::array kListFormats = {
    Format<Wishes<ShownList>::Render>{"text",
                                      [](const ShownList& list, TextStyle style) {
                                        return render_text(list.runs, list.total, style);
                                      }},
    Format<Wishes<ShownList>::Render>{
        "json",
        [](const ShownList& list, TextStyle) { return render_json(list.runs, list.total); }},
};

struct ShownRun {
  SavedRun run;
  SavedDocument document;
};
constexpr std::array kShowFormats = {
    Format<Wishes<ShownRun>::Render>{"text",
                                     [](const ShownRun& shown, TextStyle style) {
                                       return render_text(shown.run, shown.document, style);
                                     }},
    Format<Wishes<ShownRun>::Render>{
        "json", [](const ShownRun& shown, TextStyle) { return shown.document.json; }},
    Format<Wishes<ShownRun>::Render>{"html",
                                     [](const ShownRun& shown, TextStyle) {
                                       return html_report(shown.document.json, one_line(shown.run));
                                     }},
};

struct ShownDiff {
  RunDiff diff;
  bool all = false;
};
constexpr std::array kDiffFormats = {
    Format<Wishes<ShownDiff>::Render>{"text",
                                      [](const ShownDiff& shown, TextStyle style) {
                                        return render_text(shown.diff, shown.all, style);
                                      }},
    Format<Wishes<ShownDiff>::Render>{
        "json", [](const ShownDiff& shown, TextStyle) { return render_json(shown.diff); }},
};

constexpr std::array kTrendFormats = {
    Format<Wishes<RunTrend>::Render>{
        "text", [](const RunTrend& trend, TextStyle style) { return render_text(trend, style); }},
    Format<Wishes<RunTrend>::Render>{
        "json", [](const RunTrend& trend, TextStyle) { return render_json(trend); }},
    Format<Wishes<RunTrend>::Render>{"html",
                                     [](const RunTrend& trend, TextStyle) {
                                       return html_report(render_json(trend),
                                                          trend.scenario + " over time");
                                     }},
};

// No file is no mistake: nothing has been kept yet.
Result<ShownList> list_of(const RunsListArguments& arguments) {
  SLUICE_TRY(const std::string path, history_path(arguments.runs.database));
  if (history::is_absent(path)) return ShownList{};
  SLUICE_TRY(const RunStore store, RunStore::open(path, Missing::kRefuse));
  const RunFilter filter{
      .scenario = arguments.scenario, .kind = arguments.kind, .limit = arguments.limit};
  ShownList list;
  SLUICE_TRY(list.runs, store.list(filter));
  SLUICE_TRY(list.total, store.count(filter));
  return list;
}

Result<ShownRun> run_of(const RunsShowArguments& arguments) {
  SLUICE_TRY(const RunStore store, open_history(arguments.runs));
  ShownRun shown;
  SLUICE_TRY(shown.run, store.run(arguments.id));
  SLUICE_TRY(shown.document, store.document(arguments.id));
  return shown;
}

Result<ShownDiff> diff_of(const RunsDiffArguments& arguments) {
  SLUICE_TRY(const RunStore store, open_history(arguments.runs));
  SLUICE_TRY(const SavedRun first, store.run(arguments.first));
  SLUICE_TRY(const SavedRun second, store.run(arguments.second));
  if (!first.is_comparable_to(second)) {
    return invalid("sluice runs diff",
                   fmt::format("{} and {} are results of two kinds: their numbers are not the same",
                               one_line(first), one_line(second)));
  }
  SLUICE_TRY(const std::vector<SavedMetric> before, store.metrics(first.id));
  SLUICE_TRY(const std::vector<SavedMetric> after, store.metrics(second.id));
  return ShownDiff{.diff = difference_of(first, before, second, after), .all = arguments.all};
}

const std::vector<std::string>& usual_trend() {
  static const std::vector<std::string> kPaths = {"requests.success_share", "latency.success.p95",
                                                  "cost.per_success"};
  return kPaths;
}

// The usual figures that these runs have: a run in which nothing succeeded has no latency.
Result<RunTrend> trend_of(const RunsTrendArguments& arguments) {
  SLUICE_TRY(const RunStore store, open_history(arguments.runs));
  const RunFilter filter{.scenario = arguments.scenario,
                         .kind = arguments.kind,
                         .only_runs = arguments.kind.empty(),
                         .limit = arguments.limit};
  if (!arguments.metrics.empty()) return store.trend(filter, arguments.metrics);
  SLUICE_TRY(RunTrend trend, store.trend(filter, {}));
  for (const std::string& path : usual_trend()) {
    auto with = store.trend(filter, {path});
    if (!with && with.error().code != ErrorCode::kInvalidInput) return tl::unexpected(with.error());
    if (with) trend.lines.push_back(std::move(with->lines.front()));
  }
  return trend;
}

bool may_remove(const std::vector<SavedRun>& runs) {
  for (const SavedRun& run : runs) print(stderr, one_line(run) + "\n");
  return agrees_to(runs.size() == 1 ? "Remove it?" : "Remove them?");
}

}  // namespace

Exit list_runs(const RunsListArguments& arguments) {
  const auto wishes = read_wishes<ShownList>(kListFormats, arguments.runs);
  if (!wishes) return report(wishes.error());
  const auto list = list_of(arguments);
  return list ? publish(*wishes, *list) : failed(list.error());
}

Exit show_run(const RunsShowArguments& arguments) {
  const auto wishes = read_wishes<ShownRun>(kShowFormats, arguments.runs);
  if (!wishes) return report(wishes.error());
  const auto run = run_of(arguments);
  return run ? publish(*wishes, *run) : failed(run.error());
}

Exit compare_runs(const RunsDiffArguments& arguments) {
  const auto wishes = read_wishes<ShownDiff>(kDiffFormats, arguments.runs);
  if (!wishes) return report(wishes.error());
  const auto diff = diff_of(arguments);
  return diff ? publish(*wishes, *diff) : failed(diff.error());
}

Exit follow_runs(const RunsTrendArguments& arguments) {
  const auto wishes = read_wishes<RunTrend>(kTrendFormats, arguments.runs);
  if (!wishes) return report(wishes.error());
  const auto trend = trend_of(arguments);
  return trend ? publish(*wishes, *trend) : failed(trend.error());
}

Exit remove_runs(const RunsRemoveArguments& arguments) {
  auto store = open_history(arguments.runs);
  if (!store) return failed(store.error());
  std::vector<std::int64_t> ids = arguments.ids;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<SavedRun> runs;
  for (const std::int64_t id : ids) {
    const auto run = store->run(id);
    if (!run) return failed(run.error());
    runs.push_back(*run);
  }
  if (!arguments.yes && is_terminal(stdin) && !may_remove(runs)) {
    print(stderr, "nothing was removed\n");
    return Exit::kFailure;
  }
  if (const auto removed = store->remove(ids); !removed) return failed(removed.error());
  for (const SavedRun& run : runs) {
    if (!print(stdout, "removed " + one_line(run) + "\n")) return Exit::kFailure;
  }
  return Exit::kOk;
}

}  // namespace sluice::app
