#include "app/tune_command.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "app/progress.hpp"
#include "app/report_format.hpp"
#include "app/save_run.hpp"
#include "app/version.hpp"
#include "base/text.hpp"
#include "experiment/scenario_text.hpp"
#include "experiment/tune.hpp"
#include "experiment/tune_judge.hpp"
#include "report/tune_json.hpp"
#include "report/tune_paste.hpp"
#include "report/tune_text.hpp"
#include "results/saved_reports.hpp"

namespace sluice::app {
namespace {

using Render = std::string (*)(const TuneResult& result, const std::string& path, TextStyle style);

constexpr std::array kFormats = {
    Format<Render>{"text", [](const TuneResult& result, const std::string& path,
                              TextStyle style) { return render_text(result, path, style); }},
    Format<Render>{"json", [](const TuneResult& result, const std::string& path,
                              TextStyle) { return render_json(result, path); }},
    Format<Render>{"python", [](const TuneResult& result, const std::string&,
                                TextStyle) { return python_code(result); }},
    Format<Render>{"typescript", [](const TuneResult& result, const std::string&,
                                    TextStyle) { return typescript_code(result); }},
    Format<Render>{"html",
                   [](const TuneResult& result, const std::string& path, TextStyle) {
                     return html_report(render_json(result, path), result.scenario + ", tuned");
                   }},
    Format<Render>{"markdown",
                   [](const TuneResult& result, const std::string& path, TextStyle) {
                     return markdown_report(render_json(result, path));
                   }},
};

// Fewer than this would search nothing and confirm less.
constexpr std::int64_t kFewestTrials = 300;

Result<TuneBudget> parse_budget(const std::string& text) {
  TuneBudget budget;
  if (text.empty()) return budget;
  std::int64_t trials = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), trials);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (trials < kFewestTrials || trials > 10'000'000)
      return invalid("--budget", fmt::format("{} is not between {} and 10000000 runs",
                                             in_quotes(text), kFewestTrials));
    budget.trials = trials;
    return budget;
  }
  const Result<Duration> duration = parse_duration(text);
  if (!duration || *duration <= Duration{}) {
    return invalid("--budget", in_quotes(text) +
                                   " is neither a number of runs, as 800, nor a "
                                   "time, as 60s");
  }
  budget.nominal = *duration;
  return budget;
}

Result<scenario::Goal> parse_goal(const std::string& text) {
  if (const auto goal = goal_named(text)) return *goal;
  const std::vector<std::string> names(goal_names().begin(), goal_names().end());
  return invalid("--goal",
                 in_quotes(text) + " is not one of " + join(names) + suggestion(text, names));
}

struct Wishes {
  Render render = nullptr;
  std::vector<OutputFile<Render>> outputs;
  SaveArguments save;
  TuneOptions options;
};

Checked<Wishes> read_wishes(const TuneArguments& arguments, const TakenFiles& taken) {
  Wishes wishes;
  Errors errors;
  const auto take = [&errors](auto result, auto&& use) {
    if (result) {
      use(std::move(*result));
    } else {
      errors.push_back(std::move(result).error());
    }
  };
  take(format_named(kFormats, arguments.format, "--format"), [&](Render r) { wishes.render = r; });
  for (const std::string& output : arguments.outputs) {
    auto added = add_output(kFormats, output, taken, wishes.outputs);
    if (!added) errors.push_back(std::move(added).error());
  }
  take(parse_budget(arguments.budget), [&](TuneBudget b) { wishes.options.budget = b; });
  for (const std::string& goal : arguments.goals) {
    take(parse_goal(goal), [&](scenario::Goal g) { wishes.options.goals.push_back(g); });
  }
  if (auto can = check_can_save(arguments.save); !can) errors.push_back(can.error());
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  wishes.save = arguments.save;
  wishes.options.client = arguments.client;
  wishes.options.fallback = arguments.fallback;
  wishes.options.threads = arguments.threads;
  wishes.options.version = std::string(version());
  return wishes;
}

Checked<ScenarioText> open(const TuneArguments& arguments) {
  scenario::LoadOptions options = load_options(arguments.scenario);
  if (arguments.seed) options.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  return ScenarioText::open(arguments.scenario.scenario, std::move(options));
}

// One line a stage: best so far.
void tell(const TuneStage& stage) {
  print(stderr,
        fmt::format("{}{}: best so far {}\n    {}\n", is_terminal(stderr) ? "\r\x1b[K" : "",
                    stage.stage, goals_text(stage.goals, stage.best, stage.today), stage.text));
}

Exit publish(const TuneResult& result, const Wishes& wishes, const std::string& path) {
  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  const bool printed = print(stdout, wishes.render(result, path, style));
  const bool saved =
      save_report(wishes.save, saved_run(result),
                  {.json = render_json(result, path), .text = render_text(result, path, {})});
  const bool written = write_outputs(wishes.outputs, result, path, TextStyle{});
  return printed && saved && written ? Exit::kOk : Exit::kFailure;
}

}  // namespace

Exit tune(const TuneArguments& arguments) {
  const auto text = open(arguments);
  if (!text) return report(text.error());
  auto wishes = read_wishes(arguments, taken_files(*text, arguments.save));
  if (!wishes) return report(wishes.error());
  wishes->options.on_stage = tell;
  Monitor monitor;
  std::optional<Checked<TuneResult>> result;
  {
    const ProgressLine line(monitor, "tune");
    result = sluice::tune(*text, wishes->options, monitor);
  }
  if (!*result) {
    if (result->error().front().code == ErrorCode::kInterrupted) return Exit::kInterrupted;
    return report(result->error());
  }
  const Exit published = publish(**result, *wishes, arguments.scenario.scenario);
  return (*result)->partial ? Exit::kInterrupted : published;
}

}  // namespace sluice::app
