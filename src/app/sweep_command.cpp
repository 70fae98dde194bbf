#include "app/sweep_command.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/output_file.hpp"
#include "app/progress.hpp"
#include "app/report_format.hpp"
#include "app/save_run.hpp"
#include "app/version.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "experiment/sweep.hpp"
#include "report/sweep_json.hpp"
#include "report/sweep_text.hpp"
#include "results/saved_reports.hpp"

namespace sluice::app {
namespace {

constexpr std::int64_t kReplications = 10;
constexpr std::int64_t kMostReplications = 200;  // where a precision is wished

using Render = std::string (*)(const SweepResult& result, TextStyle style);

constexpr std::array kFormats = {
    Format<Render>{"text", [](const SweepResult& result,
                              TextStyle style) { return render_text(result, style); }},
    Format<Render>{"json",
                   [](const SweepResult& result, TextStyle) { return render_json(result); }},
    Format<Render>{"csv", [](const SweepResult& result, TextStyle) { return render_csv(result); }},
    Format<Render>{"html",
                   [](const SweepResult& result, TextStyle) {
                     return html_report(render_json(result), result.title + ", swept");
                   }},
    Format<Render>{"markdown", [](const SweepResult& result,
                                  TextStyle) { return markdown_report(render_json(result)); }},
};

// What was asked for besides the grid, checked before anything runs.
struct Wishes {
  SweepOptions options;
  Render render = nullptr;
  std::vector<OutputFile<Render>> outputs;
  SaveArguments save;
};

Result<double> parse_precision(const std::string& text) {
  const auto share = Fraction::parse(text);
  if (!share || share->ppb <= 0 || share->ppb >= Fraction::kOne) {
    return invalid("--precision", fmt::format("{} is not a share between 0 and 100 %, such as 5%",
                                              in_quotes(text)));
  }
  return static_cast<double>(share->ppb) / static_cast<double>(Fraction::kOne);
}

// Cells may have traces of their own.
TakenFiles taken_by(const SweepArguments& arguments, const SweepPlan& plan) {
  TakenFiles taken = taken_files(arguments.scenario, plan.base, arguments.save);
  for (const scenario::LoadedScenario& cell : plan.cells) add_files(cell, taken);
  taken.written.push_back(arguments.out);
  return taken;
}

Checked<Wishes> wishes_of(const SweepArguments& arguments, const TakenFiles& taken) {
  Wishes wishes;
  Errors errors;
  if (auto format = format_named(kFormats, arguments.format, "--format")) {
    wishes.render = *format;
  } else {
    errors.push_back(format.error());
  }
  for (const std::string& text : arguments.outputs) {
    auto added = add_output(kFormats, text, taken, wishes.outputs);
    if (!added) errors.push_back(std::move(added).error());
  }
  if (!arguments.precision.empty()) {
    if (auto precision = parse_precision(arguments.precision)) {
      wishes.options.precision = *precision;
    } else {
      errors.push_back(precision.error());
    }
  }
  wishes.options.replications =
      arguments.replications.value_or(wishes.options.precision ? kMostReplications : kReplications);
  wishes.options.threads = arguments.threads;
  wishes.options.version = std::string(version());
  if (auto can = check_can_save(arguments.save); !can) errors.push_back(can.error());
  wishes.save = arguments.save;
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return wishes;
}

Checked<SweepPlan> plan_of(const SweepArguments& arguments) {
  scenario::LoadOptions options = load_options(arguments.scenario);
  auto text = ScenarioText::open(arguments.scenario.scenario, std::move(options));
  if (!text) return tl::unexpected(std::move(text).error());
  const std::vector<std::string> metrics =
      arguments.metrics.empty() ? default_sweep_metrics() : arguments.metrics;
  return plan_sweep(*text, arguments.vary, metrics);
}

Result<std::unique_ptr<SweepJournal>> journal_of(const SweepPlan& plan, const std::string& path) {
  SLUICE_TRY(SweepIdentity identity, identity_of(plan, fmt::format("{} {}", version(), commit())));
  if (path.empty()) return std::make_unique<SweepJournal>(std::move(identity));
  return SweepJournal::open(path, std::move(identity));
}

Exit interrupted(const SweepArguments& arguments, const SweepJournal& journal) {
  const std::string runs = with_thousands(static_cast<std::int64_t>(journal.runs()));
  print(stderr, arguments.out.empty()
                    ? std::string("stopped; with --out FILE the same command could go on later\n")
                    : fmt::format("stopped; {} holds {} finished runs: the same command goes on\n",
                                  arguments.out, runs));
  return Exit::kInterrupted;
}

Exit publish(const Wishes& wishes, const SweepResult& result) {
  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  const bool printed = print(stdout, wishes.render(result, style));
  const bool saved = save_report(wishes.save, saved_run(result),
                                 {.json = render_json(result), .text = render_text(result, {})});
  const bool written = write_outputs(wishes.outputs, result, TextStyle{});
  return printed && saved && written ? Exit::kOk : Exit::kFailure;
}

}  // namespace

Exit sweep(const SweepArguments& arguments) {
  const auto plan = plan_of(arguments);
  if (!plan) return report(plan.error());
  const auto wishes = wishes_of(arguments, taken_by(arguments, *plan));
  if (!wishes) return report(wishes.error());
  const auto journal = journal_of(*plan, arguments.out);
  if (!journal) return report(journal.error());

  Monitor monitor;
  std::optional<Result<SweepResult>> result;
  {
    const ProgressLine line(monitor, plan->base.title);
    result = run_sweep(*plan, wishes->options, **journal, monitor);
  }
  if (!*result) {
    if (result->error().code == ErrorCode::kInterrupted) return interrupted(arguments, **journal);
    report(result->error());
    return result->error().code == ErrorCode::kIo ? Exit::kFailure : Exit::kUsage;
  }
  const Exit published = publish(*wishes, **result);
  if (arguments.out.empty()) return published;
  // In the order of cells, whatever the order in which they ended.
  const auto written = write_file(arguments.out, (*journal)->text());
  if (written) return published;
  report(written.error());
  return Exit::kFailure;
}

}  // namespace sluice::app
