#include "scenario/load.hpp"

#include <string>
#include <variant>

#include "base/hash.hpp"
#include "support/catch.hpp"
#include "unit/scenario/overlay_case.hpp"

namespace sluice::scenario {
namespace {

const std::string kScenarios = std::string{SLUICE_SOURCE_DIR} + "/scenarios/";

using testing::error_text;

LoadedScenario loaded(const Checked<LoadedScenario>& scenario) {
  INFO((scenario ? std::string{} : error_text(scenario.error())));
  REQUIRE(scenario);
  return *scenario;
}

// One workload is a whole scenario; `more` goes before it.
std::string smallest(const std::string& more = "", const std::string& workload = "") {
  return R"({"sluice": 1, )" + more +
         R"("workloads": [{"model": "sonnet-5.5", "arrivals": {"type": "poisson", "rate": "10/s"},
            "input": 1000, "output": 200)" +
         workload + "}]}";
}

LoadedScenario load_text(const std::string& text, const LoadOptions& options = {}) {
  return loaded(load_scenario_text(text, "folder/test.json", options));
}

std::string errors_of(const std::string& text, const LoadOptions& options = {}) {
  const auto scenario = load_scenario_text(text, "test.json", options);
  REQUIRE_FALSE(scenario);
  return error_text(scenario.error());
}

TEST_CASE("the quickstart loads into a plan with the Start tier's limits") {
  const LoadedScenario scenario = loaded(load_scenario(kScenarios + "quickstart.json"));
  CHECK(scenario.title == "quickstart");
  CHECK(scenario.about.size() == 2);
  CHECK(scenario.tier == "start");
  const RunPlan& plan = scenario.plan;
  REQUIRE(plan.models.size() == 1);
  CHECK(plan.models[0].name == "claude-sonnet-5-5");
  CHECK(plan.groups == std::vector<std::string>{"sonnet-5.5"});
  const std::vector<LimiterSpec> expected{
      {std::nullopt, GroupId{}, LimitType::kRequestsPerMinute, 1000},
      {std::nullopt, GroupId{}, LimitType::kInputTokensPerMinuteCacheAware, 2'000'000},
      {std::nullopt, GroupId{}, LimitType::kOutputTokensPerMinute, 400'000}};
  CHECK(plan.limits.limiters == expected);
  CHECK(plan.spend.tier_cap == Money::from_dollars(500));
  REQUIRE(plan.clients.size() == 1);
  CHECK(plan.clients[0].retry.preset == "anthropic-sdk-python");
  CHECK(plan.keys[0].name == "default-key");
  CHECK(scenario.catalog_date == CivilDate{2026, 11, 20});
  CHECK(UnixTime{plan.start_unix_ns}.text() == "2026-11-20T00:00:00Z");
}

TEST_CASE("the smallest scenario is one workload with model, arrivals, input and output") {
  const RunPlan plan = load_text(smallest()).plan;
  CHECK(plan.duration == hours(1));
  CHECK(plan.seed == 1);
  CHECK_FALSE(plan.warmup);
  CHECK(plan.workspaces == std::vector<std::string>{"default"});
  const WorkloadSpec& workload = plan.workloads.at(0);
  CHECK(workload.name == "workload-1");
  CHECK(workload.hash == name_hash("workload-1"));
  CHECK(workload.input == SizeSpec{SizeFixed{1000}});
  CHECK_FALSE(workload.prefix_ttl);
  CHECK(workload.stops == kNever);
  CHECK(plan.batch_limits.max_enqueued == 200'000);
}

TEST_CASE("overrides are applied before decoding and checked like the file") {
  const LoadedScenario scenario =
      load_text(smallest(), {.overrides = {"/seed=7", "/workloads/0/arrivals/rate=20/s"}});
  CHECK(scenario.plan.seed == 7);
  CHECK(scenario.digest != load_text(smallest()).digest);
  CHECK(errors_of(smallest(), {.overrides = {"/workloads/0/model=opsu-5.5"}})
            .find("did you mean \"opus-5.5\"?") != std::string::npos);
  CHECK_FALSE(errors_of(smallest(), {.overrides = {"no pointer"}}).empty());
}

TEST_CASE("as of a day the run starts at its midnight, whatever the file says") {
  const LoadedScenario scenario = load_text(smallest(R"("start": "2026-11-19T10:00:00Z", )"),
                                            {.as_of = CivilDate{2026, 11, 1}});
  CHECK(UnixTime{scenario.plan.start_unix_ns}.text() == "2026-11-01T00:00:00Z");
}

TEST_CASE("the whole catalog is in the plan when asked for, the workloads' models first") {
  const LoadedScenario scenario = load_text(smallest(), {.whole_catalog = true});
  const RunPlan& plan = scenario.plan;
  REQUIRE(plan.models.size() > 10);
  REQUIRE(scenario.model_rows.size() == plan.models.size());
  CHECK(plan.models[0].name == "claude-sonnet-5-5");
  for (std::size_t i = 0; i < plan.models.size(); ++i) {
    CHECK(plan.models[i].name == scenario.model_rows[i].id);
    CHECK(scenario.model_rows[i].released <= scenario.catalog_date);
  }
  CHECK(plan.limits.group_count == plan.groups.size());
  REQUIRE(scenario.tier_row);
  CHECK(scenario.tier_row->token_count_requests_per_minute == 2000);
  CHECK(load_text(smallest()).plan.models.size() == 1);
}

TEST_CASE("a start of the caller's holds where the file says none") {
  const UnixTime now = *UnixTime::parse("2026-11-21T10:20:30Z");
  const LoadOptions options{.default_start = now};
  CHECK(load_text(smallest(), options).plan.start_unix_ns == now.nanoseconds);
  const std::string dated = smallest(R"("start": "2026-11-01T00:00:00Z", )");
  CHECK(load_text(dated, options).plan.start_unix_ns ==
        UnixTime::parse("2026-11-01T00:00:00Z")->nanoseconds);
}

TEST_CASE("a catalog folder replaces the embedded catalog") {
  const std::string folder = kScenarios + "catalog";
  CHECK(load_text(smallest(), {.catalog_folder = folder}).catalog_digest ==
        load_text(smallest()).catalog_digest);
  CHECK(errors_of(smallest(), {.catalog_folder = "/nonexistent"}).find("models.json") !=
        std::string::npos);
}

TEST_CASE("a file that is not there is an error of input and output") {
  const auto scenario = load_scenario("/nonexistent.json");
  REQUIRE_FALSE(scenario);
  CHECK(scenario.error().at(0).code == ErrorCode::kIo);
  CHECK_FALSE(load_scenario(kScenarios));  // a folder
}

TEST_CASE("warm-up is nothing, automatic, or so much time") {
  CHECK(load_text(smallest(R"("warmup": "auto", )")).plan.warmup_is_automatic);
  CHECK(load_text(smallest(R"("warmup": "5m", )")).plan.warmup == minutes(5));
  CHECK_FALSE(load_text(smallest(R"("warmup": "none", )")).plan.warmup);
}

TEST_CASE("limits that a scenario gives replace, add to and lift the tier's") {
  const RunPlan plan = load_text(smallest(R"("organization": {"limits": {"sonnet": {
      "requests_per_minute": 50, "tokens_per_day": "5M", "output_tokens_per_minute": "unlimited"}},
      "batch_limits": {"requests_per_minute": 7, "enqueued_batch_requests": "1k",
                       "requests_per_batch": 10},
      "ramp": {"initial": "30k"}, "max_concurrent": 4, "refused_attempts_count": true,
      "estimate_error": "10%", "when_output_runs_dry": "cut"}, )"))
                           .plan;
  const std::vector<LimiterSpec> expected{
      {std::nullopt, GroupId{}, LimitType::kRequestsPerMinute, 50},
      {std::nullopt, GroupId{}, LimitType::kInputTokensPerMinuteCacheAware, 2'000'000},
      {std::nullopt, GroupId{}, LimitType::kTokensPerDay, 5'000'000}};
  CHECK(plan.limits.limiters == expected);
  CHECK(plan.batch_limits.requests_per_minute == 7);
  CHECK(plan.batch_limits.max_enqueued == 1000);
  CHECK(plan.batch_limits.max_per_batch == 10);
  CHECK(plan.limits.ramp == RampSpec{.initial = 30'000, .step = 10'000});
  CHECK(plan.limits.max_concurrent == 4);
  CHECK(plan.limits.refused_attempts_count);
  CHECK(plan.estimate_error_permille == 100);
  CHECK(plan.cut_when_output_runs_dry);
}

TEST_CASE("the custom tier has no limits and no cap but what is given") {
  const RunPlan plan = load_text(smallest(R"("organization": {"tier": "custom"}, )")).plan;
  CHECK(plan.limits.limiters.empty());
  CHECK_FALSE(plan.spend.tier_cap);
}

TEST_CASE("groups whose cache reads count have the plain input limiter") {
  const RunPlan plan = load_text(R"({"sluice": 1, "start": "2026-02-01",
      "organization": {"tier": "tier_2"}, "workloads": [{"model": "haiku-3.5",
      "arrivals": {"type": "poisson", "rate": "1/s"}, "input": 10, "output": 10}]})")
                           .plan;
  CHECK(plan.limits.limiters.at(1) ==
        LimiterSpec{std::nullopt, GroupId{}, LimitType::kInputTokensPerMinute, 100'000});
}

TEST_CASE("workspace limits stand beside the organization's, keys belong to workspaces") {
  const RunPlan plan =
      load_text(smallest(
                    R"("organization": {"workspaces": [{"name": "lab", "spend_limit": 20,
             "limits": {"sonnet-5.5": {"requests_per_minute": 5}}}],
          "keys": [{"name": "a"}, {"name": "b", "workspace": "lab", "spend_limit": 10}],
          "spend": {"cap": 70, "organization_limit": 60, "credit": 50, "spent_before": "12.5",
                    "alerts": [{"at": 5, "key": "b", "action": "revoke"},
                               {"at": 6, "workspace": "lab"}]}}, )",
                    R"(, "workspace": "lab")"))
          .plan;
  CHECK(plan.limits.limiters.at(3) ==
        LimiterSpec{WorkspaceId{1}, GroupId{}, LimitType::kRequestsPerMinute, 5});
  CHECK(plan.limits.workspace_count == 2);
  CHECK(plan.workloads[0].workspace == WorkspaceId{1});
  CHECK(plan.workloads[0].key == KeyId{1});
  CHECK(plan.spend.tier_cap == Money::from_dollars(70));
  CHECK(plan.spend.organization_limit == Money::from_dollars(60));
  CHECK(plan.spend.credit == Money::from_dollars(50));
  CHECK(plan.spend.spent_before.exact() == "12.5");
  CHECK(plan.spend.workspace_limits.at(1) == Money::from_dollars(20));
  CHECK(plan.spend.key_limits.at(1) == Money::from_dollars(10));
  REQUIRE(plan.spend.alerts.size() == 2);
  CHECK(plan.spend.alerts[0].action == AlertAction::kRevoke);
  CHECK(plan.spend.alerts[0].key == KeyId{1});
  CHECK(plan.spend.alerts[1].workspace == WorkspaceId{1});
}

TEST_CASE("a client is a preset by name, or named and overridden field by field") {
  const RunPlan plan =
      load_text(smallest(R"("clients": {"app": {"retry": {"policy": "litellm", "max_retries": 9},
          "concurrency": 8, "queue_limit": 100, "attempt_timeout": "1m"}, "short": "none"}, )",
                         R"(, "client": "app"}, {"model": "sonnet-5.5", "input": 1, "output": 1,
          "arrivals": {"type": "closed", "users": 3}, "client": "vercel-ai")"))
          .plan;
  REQUIRE(plan.clients.size() == 3);
  CHECK(plan.clients[0].retry.backoff == Backoff::kAdd);
  CHECK(plan.clients[0].retry.max_retries == 9);
  CHECK(plan.clients[0].concurrency == 8);
  CHECK(plan.clients[1].retry.max_retries == 0);
  CHECK(plan.clients[2].name == "vercel-ai");
  CHECK(plan.workloads[1].client == 2);
  CHECK(std::get<ClosedLoop>(plan.workloads[1].arrivals).users == 3);
}

TEST_CASE("sizes measured with an older tokenizer grow by 30 %, and shrink the other way") {
  const RunPlan plan = load_text(smallest("", R"(, "sizes_for": "sonnet-4.6", "prefix": 2000,
      "thinking": {"type": "uniform", "low": 10, "high": 100}}, {"model": "sonnet-5.5",
      "sizes_for": "sonnet-4.6", "arrivals": {"type": "trace", "path": "t.csv"}}, {
      "model": "sonnet-4.6", "sizes_for": "sonnet-5.5", "output": {"p50": 130, "p95": 1300},
      "arrivals": {"type": "poisson", "rate": "1/s"},
      "input": {"type": "empirical", "values": [{"value": 1300}, {"value": 130, "weight": 3}]})"))
                           .plan;
  REQUIRE(plan.workloads.size() == 3);
  CHECK(plan.workloads[0].input == SizeSpec{SizeFixed{1300}});
  CHECK(plan.workloads[0].prefix_tokens == 2600);
  CHECK(plan.workloads[0].prefix_ttl == CacheTtl::kFiveMinutes);
  CHECK(plan.workloads[0].thinking == SizeSpec{SizeUniform{13, 130}});
  const auto& trace = std::get<TraceArrivals>(plan.workloads[1].arrivals);
  CHECK(trace.token_scale_ppm == 1'300'000);
  CHECK(trace.path == "folder/t.csv");
  CHECK(plan.workloads[2].input == SizeSpec{SizeEmpirical{{{1000, 1}, {100, 3}}}});
  CHECK(std::get<SizeLognormal>(plan.workloads[2].output).p95 == 1000);
}

TEST_CASE("a guess is said to be one") {
  const LoadedScenario scenario =
      load_text(smallest(R"("organization": {"tier": "evaluation", "ramp": {"initial": 1000}}, )",
                         R"(, "client": "claude-code")"));
  std::string all;
  for (const std::string& guess : scenario.guesses) all += guess + "\n";
  CHECK(all.find("service times of claude-sonnet-5-5 are a guess") != std::string::npos);
  CHECK(all.find("retry formula of claude-code") != std::string::npos);
  CHECK(all.find("tier evaluation are a guess") != std::string::npos);
  CHECK(all.find("ramp limit") != std::string::npos);
  CHECK(all.find("buckets hold one minute") != std::string::npos);
}

TEST_CASE("fast mode without published limits is said to meet none") {
  const LoadedScenario scenario = load_text(R"({"sluice": 1, "workloads": [{"model": "opus-5.5",
      "fast": true, "arrivals": {"type": "poisson", "rate": "1/s"}, "input": 10, "output": 10}]})");
  std::string all;
  for (const std::string& guess : scenario.guesses) all += guess + "\n";
  CHECK(all.find("fast mode of claude-opus-5-5 has token limits of its own") != std::string::npos);
}

TEST_CASE("service times that a scenario gives are no guess") {
  const LoadedScenario scenario = load_text(smallest(
      R"("models": {"sonnet-5.5": {"ttft": {"p50": "1s", "p95": "2s"}, "cached_per_second": "5M",
          "output_per_second": {"p50": 100, "p95": 150}, "prefill_per_second": "20k"}}, )"));
  const LatencySpec& latency = scenario.plan.models[0].latency;
  CHECK_FALSE(scenario.plan.models[0].latency_is_guess);
  CHECK(latency.prefill_tokens_per_second == 20'000);
  CHECK(latency.cached_tokens_per_second == 5'000'000);
  CHECK(std::get<SizeLognormal>(latency.output_tokens_per_minute).p50 == 6000);
  CHECK(std::get<DurationLognormal>(latency.ttft_base).p95 == seconds(2));
}

TEST_CASE("what probably is not meant is a warning") {
  const LoadedScenario scenario = load_text(smallest(
      R"("organization": {"limits": {"opus-5.5": {"requests_per_minute": 1}}},
          "events": [{"type": "limits", "at": "2h", "limits": {"sonnet-5.5":
              {"requests_per_minute": 1}, "haiku-5.5": {"requests_per_minute": 1}}}], )",
      R"(, "starts": "3h", "max_tokens": 100}, {"model": "haiku-4.5", "input": {"p50": "100k",
          "p95": "900k"}, "output": {"p50": 1000, "p95": "100k"},
          "arrivals": {"type": "poisson", "rate": "1/h"}}, {"model": "sonnet-5.5",
          "input": {"p50": 1000, "p95": 3000000}, "output": 1,
          "arrivals": {"type": "poisson", "rate": "1/h"})"));
  std::string all;
  for (const std::string& warning : scenario.warnings) all += warning + "\n";
  INFO(all);
  CHECK(all.find("/organization/limits/opus-5.5: no workload uses") != std::string::npos);
  CHECK(all.find("/events/0/at: 2h is not before the end of arrivals") != std::string::npos);
  CHECK(all.find("/events/0/limits/haiku-5.5: no workload") != std::string::npos);
  CHECK(all.find("/workloads/0/starts: is not before the end") != std::string::npos);
  CHECK(all.find("/workloads/0/max_tokens: cuts off some answers") != std::string::npos);
  CHECK(all.find("/workloads/1/input: some prompts reach 900,000") != std::string::npos);
  CHECK(all.find("/workloads/1/output: some answers reach") != std::string::npos);
  CHECK(all.find("/workloads/2/input: some requests never fit") != std::string::npos);
}

TEST_CASE("a model without a price is warned of, not taken for free") {
  const LoadedScenario scenario = load_text(R"({"sluice": 1, "start": "2025-07-01",
      "organization": {"tier": "custom"}, "workloads": [{"model": "sonnet-4",
      "arrivals": {"type": "poisson", "rate": "1/s"}, "input": 10, "output": 10}]})");
  CHECK(scenario.warnings.at(0).find("reported as unpriced") != std::string::npos);
  CHECK(scenario.warnings.at(0).find("has no price on 2025-07-01") != std::string::npos);
}

TEST_CASE("the run's offset within its UTC minute is known to the ramp limit") {
  CHECK(
      load_text(smallest(R"("start": "2026-11-20T10:00:42Z", )")).plan.limits.calendar_offset_ns ==
      42'000'000'000);
}

}  // namespace
}  // namespace sluice::scenario
