#include <string>

#include "scenario/overlay_config.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"
#include "unit/scenario/overlay_case.hpp"

namespace sluice::scenario {
namespace {

using testing::Case;
using testing::kNamed;

std::int64_t limit_of(const LoadedScenario& scenario, LimitType type) {
  for (const LimiterSpec& limiter : scenario.plan.limits.limiters) {
    if (limiter.type == type) return limiter.limit;
  }
  return 0;
}

TEST_CASE("an overlay's limits stand between the tier's and the scenario's own") {
  Case test;
  test.overlay("a.json", R"("organization": {"limits": {"sonnet-5.5":
      {"requests_per_minute": 700, "output_tokens_per_minute": 90000}}})");
  const LoadedScenario scenario =
      test.loaded(std::string{kNamed} +
                  R"("organization": {"limits": {"sonnet-5.5": {"requests_per_minute": 500}}},)");
  CHECK(limit_of(scenario, LimitType::kRequestsPerMinute) == 500);
  CHECK(limit_of(scenario, LimitType::kOutputTokensPerMinute) == 90'000);
  CHECK(limit_of(scenario, LimitType::kInputTokensPerMinuteCacheAware) == 2'000'000);
}

TEST_CASE("the last overlay that says a thing is heard, the command line's after the scenario's") {
  Case test;
  test.overlay("a.json", R"("organization": {"tier": "build", "burst": "10s"})")
      .overlay("b.json", R"("organization": {"burst": "20s"})")
      .overlay("c.json", R"("organization": {"estimate_error": 0.1})");
  const LoadedScenario named = test.loaded(R"("overlays": ["a.json", "b.json"],)");
  CHECK(named.tier == "build");
  CHECK(named.plan.limits.burst == seconds(20));
  const LoadedScenario both = test.loaded(R"("overlays": "b.json",)",
                                          {.overlays = {test.path("a.json"), test.path("c.json")}});
  CHECK(both.plan.limits.burst == seconds(10));
  CHECK(both.plan.estimate_error_permille == 100);
}

TEST_CASE("limits and models are the same under any of their names") {
  Case test;
  test.overlay("a.json", R"("organization": {"limits": {"claude-sonnet-5-5":
      {"requests_per_minute": 700, "output_tokens_per_minute": 90000}}},
      "models": {"claude-sonnet-5-5": {"ttft": "2s", "prefill_per_second": "30k"}})");
  const LoadedScenario scenario = test.loaded(std::string{kNamed} +
                                              R"("models": {"sonnet-5.5": {"ttft": "1s"}},
         "organization": {"limits": {"sonnet-5.5": {"requests_per_minute": 500}}},)");
  CHECK(limit_of(scenario, LimitType::kRequestsPerMinute) == 500);
  CHECK(limit_of(scenario, LimitType::kOutputTokensPerMinute) == 90'000);
  const LatencySpec& latency = scenario.plan.models[0].latency;
  CHECK(std::get<DurationFixed>(latency.ttft_base).value == seconds(1));
  CHECK(latency.prefill_tokens_per_second == 30'000);
}

TEST_CASE("a distribution is one word: its members do not mix with another's") {
  Case test;
  test.overlay("a.json", R"("models": {"sonnet-5.5": {"ttft": {"type": "empirical",
      "values": [{"value": "1s"}, {"value": "2s"}]}}})");
  const LoadedScenario own =
      test.loaded(std::string{kNamed} + R"("models": {"sonnet-5.5": {"ttft": {"p50": "1s",
          "p95": "3s"}}},)");
  CHECK(std::holds_alternative<DurationLognormal>(own.plan.models[0].latency.ttft_base));
  const LoadedScenario measured = test.loaded(kNamed);
  CHECK(std::holds_alternative<DurationEmpirical>(measured.plan.models[0].latency.ttft_base));
}

TEST_CASE("workspaces and keys of overlays join those of the scenario by name") {
  Case test;
  test.overlay("a.json", R"("organization": {"workspaces": [
      {"name": "research", "spend_limit": 7},
      {"name": "team", "limits": {"sonnet-5.5": {"requests_per_minute": 70}}}]})");
  const LoadedScenario scenario =
      test.loaded(std::string{kNamed} + R"("organization": {"workspaces": [{"name": "team"}]},)");
  CHECK(scenario.plan.workspaces == std::vector<std::string>{"default", "team", "research"});
  CHECK(scenario.plan.spend.workspace_limits[2] == Money::from_dollars(7));
  CHECK(scenario.plan.limits.limiters.back().workspace == WorkspaceId(1));
  CHECK(scenario.plan.limits.limiters.back().limit == 70);
}

TEST_CASE("faults of overlays are put behind the scenario's, in the order of the overlays") {
  Case test;
  test.overlay("a.json", R"("faults": [{"kind": "overloaded", "probability": 0.01}])")
      .overlay("b.json", R"("faults": [{"kind": "overloaded", "probability": 0.02}])");
  const LoadedScenario scenario = test.loaded(R"("overlays": ["a.json", "b.json"],
                     "faults": [{"kind": "overloaded", "probability": 0.03}],)");
  REQUIRE(scenario.plan.faults.size() == 3);
  CHECK(scenario.plan.faults[0].probability_ppm == 30'000);
  CHECK(scenario.plan.faults[1].probability_ppm == 10'000);
  CHECK(scenario.plan.faults[2].probability_ppm == 20'000);
}

TEST_CASE("a null in the scenario takes an overlay's word back") {
  Case test;
  test.overlay("a.json", R"("organization": {"max_concurrent": 5})");
  CHECK(test.loaded(kNamed).plan.limits.max_concurrent == 5);
  CHECK_FALSE(test.loaded(std::string{kNamed} + R"("organization": {"max_concurrent": null},)")
                  .plan.limits.max_concurrent);
}

TEST_CASE("what an overlay says of models that no workload uses is left aside") {
  Case test;
  test.overlay("a.json", R"("organization": {"limits": {"opus-5.5": {"requests_per_minute": 5}},
      "workspaces": [{"name": "w", "limits": {"haiku-5.5": {"requests_per_minute": 5}}}]},
      "models": {"opus-5.5": {"ttft": "9s"}, "sonnet-5.5": {"ttft": "1s"}},
      "faults": [{"kind": "overloaded", "model": "opus-5.5"},
                 {"kind": "overloaded", "model": "sonnet-5.5", "probability": 0.5}])");
  const LoadedScenario scenario = test.loaded(kNamed);
  CHECK(scenario.warnings.empty());
  REQUIRE(scenario.plan.faults.size() == 1);
  CHECK(scenario.plan.faults[0].probability_ppm == 500'000);
  CHECK(scenario.echo.find("opus-5.5") == std::string::npos);
  CHECK(scenario.echo.find("haiku-5.5") == std::string::npos);
  const LoadedScenario all = test.loaded(kNamed, {.whole_catalog = true});
  CHECK(all.plan.faults.size() == 2);
  CHECK(all.echo.find("opus-5.5") != std::string::npos);
}

TEST_CASE("the effective scenario holds what came of overlays, and names none") {
  Case test;
  test.overlay("a.json", R"("organization": {"burst": "7s"}, "models": {"opus-5.5": {"ttft": "9s"}},
      "faults": [{"kind": "overloaded", "probability": 0.01}])");
  const LoadedScenario plain = test.loaded("");
  const LoadedScenario laid = test.loaded(kNamed);
  CHECK(laid.digest != plain.digest);
  CHECK(laid.echo.find("a.json") == std::string::npos);
  const auto again = load_scenario_text(laid.echo, "elsewhere/scenario.json");
  REQUIRE(again);
  CHECK(again->echo == laid.echo);
  // One that changes nothing here changes no digest.
  test.overlay("a.json", R"("about": ["nothing"])");
  CHECK(test.loaded(kNamed).digest == plain.digest);
}

TEST_CASE("overlays are known by what they say of themselves") {
  Case test;
  test.overlay("a.json", R"("about": ["sluice limits pull", "organization o"])")
      .overlay("b.json", "");
  CHECK(test.loaded(R"("overlays": ["a.json", "b.json"],)").notes ==
        std::vector<std::string>{"overlay a.json: sluice limits pull",
                                 "overlay a.json: organization o", "overlay b.json"});
}

TEST_CASE("an override changes what came of scenario and overlays") {
  Case test;
  test.overlay("a.json",
               R"("organization": {"limits": {"sonnet-5.5": {"requests_per_minute": 7}}})")
      .overlay("b.json", R"("organization": {"burst": "7s"})");
  const LoadedScenario limit =
      test.loaded(kNamed, {.overrides = {"/organization/limits/sonnet-5.5/requests_per_minute=9"}});
  CHECK(limit_of(limit, LimitType::kRequestsPerMinute) == 9);
  const LoadedScenario tier = test.loaded("", {.overrides = {"/organization/tier=build"}});
  CHECK(tier.tier == "build");
  const LoadedScenario other = test.loaded(kNamed, {.overrides = {"/overlays=b.json"}});
  CHECK(other.plan.limits.burst == seconds(7));
  CHECK(limit_of(other, LimitType::kRequestsPerMinute) == 1000);
}

TEST_CASE("every error of an overlay names its file and line, all of them at once") {
  Case test;
  test.overlay("a.json",
               "\"organisation\": {},\n\"evidence\": [{\"value\": \"1\"}],\n"
               "\"organization\": {\"limits\": {\"sonnet-5.5\": "
               "{\"requests_per_minut\": 7}}}")
      .overlay("b.json", "\"organization\":\n {\"burst\": 60}");
  CHECK(test.errors(R"("overlays": ["a.json", "b.json"],)") ==
        "a.json:2:17: /organisation: \"organisation\" is not a field; did you mean "
        "\"organization\"?\n"
        "a.json:3:14: /evidence/0: \"what\" is missing: what was estimated\n"
        "a.json:4:66: /organization/limits/sonnet-5.5/requests_per_minut: \"requests_per_minut\" "
        "is not a field; did you mean \"requests_per_minute\"?\n"
        "b.json:3:12: /organization/burst: 60 has no unit: write \"60s\" or \"60ms\"\n");
}

TEST_CASE("what an overlay says wrong of the catalog is at the overlay's line") {
  Case test;
  test.overlay("a.json",
               "\"organization\": {\"tier\": \"buidl\",\n\"limits\": {\"sonet-5.5\": "
               "{\"requests_per_minute\": 7}}}");
  const std::string errors = test.errors(kNamed);
  INFO(errors);
  CHECK(errors.find("a.json:2:26: /organization/tier: \"buidl\" is not one of") == 0);
  CHECK(errors.find("a.json:3:25: /organization/limits/sonet-5.5: ") != std::string::npos);
  // Behind the scenario's own fault, and yet the overlay's second.
  test.overlay("a.json",
               "\"faults\": [{\"kind\": \"overloaded\"},\n{\"kind\": \"overloaded\", "
               "\"model\": \"sonet-5.5\"}]");
  CHECK(test.errors(std::string{kNamed} + R"("faults": [{"kind": "overloaded"}],)")
            .find("a.json:3:33: /faults/1/model: \"sonet-5.5\" is not a model") == 0);
  test.overlay("a.json", "\"models\": {\"opus-5.5\": {}, \n\"claude-opus-5-5\": {}}");
  CHECK(test.loaded(kNamed).warnings.empty());
  test.overlay("a.json", "\"models\": {\"sonnet-5.5\": {}, \n\"claude-sonnet-5-5\": {}}");
  CHECK(test.errors(kNamed).find("a.json:3:22: /models/claude-sonnet-5-5: this model is there "
                                 "twice") == 0);
}

TEST_CASE("what is no overlay is refused in one clear sentence") {
  Case test;
  test.file("scenario.json", "{\"sluice\": 1}")
      .file("text.json", "hello")
      .file("list.json", "[1]")
      .file("empty.json", "{}")
      .file("old.json", R"({"sluice_overlay": 2})")
      .file("nests.json", R"({"sluice_overlay": 1, "overlays": ["nests.json"]})")
      .file("deep.json", R"({"sluice_overlay": 1, "about": )" + std::string(200, '['))
      .file("huge.json", std::string((8U << 20U) + 1, ' '));
  const auto error = [&test](const std::string& name) {
    return test.errors("\"overlays\": [\"" + name + "\"],");
  };
  CHECK(error("scenario.json").find("scenario.json:1:1: is a scenario, not an overlay") == 0);
  CHECK(error("text.json").find("text.json:1:1: ") == 0);
  CHECK(error("list.json").find("list.json:1:1: is an array, but an overlay is an object") == 0);
  CHECK(error("empty.json").find("empty.json:1:1: \"sluice_overlay\" is missing") == 0);
  CHECK(error("old.json").find("old.json:1:20: /sluice_overlay: format version 2 is unknown") == 0);
  CHECK(error("nests.json").find("nests.json:1:35: /overlays: an overlay cannot name") == 0);
  CHECK(error("deep.json").find("100 levels") != std::string::npos);
  CHECK(error("huge.json").find("is larger than 8 MiB") != std::string::npos);
  CHECK(error("absent.json") ==
        "scenario.json:2:14: /overlays/0: \"absent.json\" cannot be opened: No such file or "
        "directory\n");
  CHECK(test.errors("", {.overlays = {"/nonexistent.json"}}) ==
        "--overlay /nonexistent.json: \"/nonexistent.json\" cannot be opened: No such file or "
        "directory\n");
}

TEST_CASE("the list of overlays is a path or a list of paths, each once") {
  Case test;
  test.overlay("a.json", "");
  CHECK(test.errors("\"overlays\": 7,").find("scenario.json:2:13: /overlays: is a number") == 0);
  CHECK(test.errors("\"overlays\": [7],").find("scenario.json:2:14: /overlays/0: must be") == 0);
  CHECK(test.errors(R"("overlays": ["a.json", "./a.json"],)").find("is named twice") !=
        std::string::npos);
  CHECK(test.loaded("\"overlays\": null,").notes.empty());
}

TEST_CASE("more things than a scenario can have are one error, found at once") {
  const auto named = [](std::size_t count, const std::string& before, const std::string& after) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += (i == 0 ? "" : ", ") + before + std::to_string(i) + after;
    }
    return all;
  };
  Case test;
  test.overlay("a.json", "\"models\": {" + named(200'000, "\"x", "\": {}") + "}")
      .overlay("b.json", "\"organization\": {\"workspaces\": [" +
                             named(60'000, R"({"name": "w)", "\"}") + "]}")
      .overlay("c.json", "\"faults\": [" +
                             named(20'000, R"({"kind": "overloaded", "model": "x)", "\"}") + "]")
      .overlay("d.json",
               "\"organization\": {\"limits\": {" + named(200'000, "\"x", "\": {}") + "}}");
  CHECK(test.errors(R"("overlays": ["a.json", "b.json", "c.json", "d.json"],)") ==
        "a.json:2:11: /models: has 200000 items; at most 1000 are possible\n"
        "b.json:2:32: /organization/workspaces: has 60000 items; at most 1000 are possible\n"
        "c.json:2:11: /faults: has 20000 items; at most 10000 are possible\n"
        "d.json:2:28: /organization/limits: has 200000 items; at most 1000 are possible\n");
  // Together too many, and a scenario of its own that has too many.
  test.overlay("a.json", "\"organization\": {\"workspaces\": [" +
                             named(1000, R"({"name": "v)", "\"}") + "]}");
  CHECK(test.errors(std::string{kNamed} + "\"organization\": {\"workspaces\": [" +
                    named(200'000, R"({"name": "w)", "\"}") + "]},") ==
        "scenario.json:2:55: /organization/workspaces: has 201000 items; at most 1000 are "
        "possible\n");
}

TEST_CASE("two workspaces of one name in an overlay stay two, and are found wrong") {
  Case test;
  test.overlay("a.json",
               R"("organization": {"workspaces": [{"name": "w"}, {"name": "w"}, {"name": "v"}]})");
  CHECK(test.errors(std::string{kNamed} + R"("organization": {"workspaces": [{"name": "v"}]},)")
            .find("\"w\" is the name of two workspaces") != std::string::npos);
}

TEST_CASE("a catalog that is old by the run's day or today's is noted, and no digest knows") {
  Case test;
  const auto notes = [&test](const std::string& more, std::optional<CivilDate> today) {
    return test.loaded(more, {.today = today}).notes;
  };
  const auto catalog = load_catalog(std::nullopt);
  REQUIRE(catalog);
  const std::int64_t newest = days_from_civil(catalog->newest_date);
  const auto after = [newest](std::int64_t days) { return civil_from_days(newest + days); };
  CHECK(notes("", std::nullopt).empty());
  CHECK(notes("", after(90)).empty());
  REQUIRE(notes("", after(91)).size() == 1);
  CHECK(notes("", after(91))[0] == "the catalog was last compared with its sources on " +
                                       catalog->newest_date.text() + ", 91 days before " +
                                       after(91).text() +
                                       ": prices and limits may have changed (docs/catalog.md)");
  // A dated run is judged by its own date.
  CHECK(notes("\"start\": \"" + after(3).text() + "\",", after(400)).empty());
  CHECK(notes("\"start\": \"" + after(91).text() + "\",", std::nullopt).size() == 1);
  CHECK(test.loaded("", {.today = after(91)}).digest == test.loaded("").digest);
}

TEST_CASE("the published schema of overlays is that of the code") {
  sluice::testing::check_published("overlay.schema.json", overlay_schema_json());
}

}  // namespace
}  // namespace sluice::scenario
