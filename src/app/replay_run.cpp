#include "app/replay_run.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/embedded_mock.hpp"
#include "app/progress.hpp"
#include "app/version.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "experiment/run.hpp"
#include "experiment/run_facts.hpp"
#include "net/event_loop.hpp"

namespace sluice::app {
namespace {

// The mock has to load, and both threads to start, before model time begins.
constexpr Duration kStartAfter = milliseconds(150);

Errors one(Error error) { return {std::move(error)}; }

}  // namespace

Result<std::int64_t> parse_speed(const std::string& text) {
  constexpr std::int64_t kMost = 1'000'000;
  const auto permille = parse_decimal(text, 3);
  if (permille && *permille >= 1 && *permille <= kMost * 1000) {
    return static_cast<std::int64_t>(*permille);
  }
  return invalid("--speed", fmt::format("{} is not a number from 0.001 to {}, as in 60",
                                        in_quotes(text), with_thousands(kMost)));
}

RunFacts replay_facts(const scenario::LoadedScenario& scenario) {
  RunFacts facts = facts_of(scenario);
  facts.version = version();
  facts.effective_scenario = scenario.echo;
  if (scenario.plan.warmup) facts.counts_from = kRunStart + *scenario.plan.warmup;
  if (scenario.plan.warmup_is_automatic) {
    facts.warnings.push_back(
        "a load run cannot find the end of its warm-up by itself: all of it "
        "was counted");
  }
  return facts;
}

std::vector<std::string> model_ids(const scenario::LoadedScenario& scenario) {
  std::vector<std::string> ids;
  for (const scenario::ModelRow& row : scenario.model_rows) ids.push_back(row.id);
  return ids;
}

Result<std::unique_ptr<live::Replay>> make_replay(const scenario::LoadedScenario& scenario,
                                                  live::ReplayOptions options,
                                                  live::CredentialPlan credentials) {
  SLUICE_TRY(auto sources, open_sources(scenario.plan, 0));
  return live::Replay::make(scenario.plan, replay_facts(scenario), std::move(options),
                            std::move(credentials), std::move(sources.all));
}

Checked<RunResult> replay_against_mock(const ScenarioArguments& arguments,
                                       const scenario::LoadedScenario& scenario,
                                       live::ReplayOptions options, const LookAtReplay& look,
                                       const std::function<void()>& ended) {
  const std::int64_t origin = net::steady_now() + ns(kStartAfter);
  auto mock =
      EmbeddedMock::start(arguments, {.speed_permille = options.speed_permille, .origin = origin});
  if (!mock) return tl::unexpected(mock.error());
  auto url = net::parse_url((*mock)->url(), "mock");
  if (!url) return tl::unexpected(one(url.error()));
  options.http.target = std::move(*url);
  options.target_name = "embedded mock";
  options.origin = origin;
  options.writer.target_is_mock = true;
  options.writer.model_ids = model_ids(scenario);
  live::CredentialPlan credentials;
  for (const std::string& key : (*mock)->keys()) credentials.keys.emplace_back(key);
  auto replay = make_replay(scenario, std::move(options), std::move(credentials));
  if (!replay) return tl::unexpected(one(std::move(replay).error()));
  auto ran = run_unless_interrupted(**replay, look);
  if (ended) ended();
  if (!ran) return tl::unexpected(one(std::move(ran).error()));
  return (*replay)->result((*mock)->end());
}

// The simulation that comes first takes Ctrl-C and only counts it.
Result<void> run_unless_interrupted(live::Replay& replay, const LookAtReplay& look) {
  if (was_interrupted()) {
    return tl::unexpected(Error{ErrorCode::kInterrupted, "", "interrupted before the run began"});
  }
  return replay.run(look);
}

}  // namespace sluice::app
