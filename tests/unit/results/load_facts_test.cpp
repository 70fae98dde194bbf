#include "results/load_facts.hpp"

#include "results/run_result.hpp"
#include "support/catch.hpp"
#include "support/load_facts.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::some_load;
using testing::TinyRun;

RunResult run_with(const LoadFacts& load) {
  const TinyRun run({});
  RunFacts facts = run.facts();
  facts.load = load;
  return make_result(run.recorder(), facts);
}

double number_at(const RunResult& result, std::string_view path) {
  return as_double(lookup(result, path).value().number);
}

}  // namespace

TEST_CASE("a metronome has dispersion 0, a clump in one bin of a hundred 99 times its size") {
  CHECK(Dispersion{.bins = 100, .sum = 1000, .squares = 10'000}.index() == 0.0);
  CHECK(Dispersion{.bins = 100, .sum = 50, .squares = 2500}.index().value() == Approx(49.5));
  CHECK(!Dispersion{}.index());
  CHECK(!Dispersion{.bins = 1, .sum = 5, .squares = 25}.index());
}

TEST_CASE("a generator that kept its schedule is ok") {
  const LoadVerdict verdict = judge(some_load());
  CHECK(verdict.ok);
  CHECK(verdict.reason.empty());
  CHECK(name(verdict) == "ok");
}

TEST_CASE("a generator that sent nothing because nothing was due is ok") {
  CHECK(judge(LoadFacts{}).ok);
}

TEST_CASE("a schedule delay above 5 ms at p99 is limited, one at p50 below it is not enough") {
  LoadFacts load = some_load();
  for (int i = 0; i < 22; ++i) load.schedule_delay.record(6'000'000);
  CHECK(judge(load).ok);  // 0.97 % of the attempts
  for (int i = 0; i < 20; ++i) load.schedule_delay.record(6'000'000);
  const LoadVerdict verdict = judge(load);
  CHECK(name(verdict) == "limited");
  CHECK(verdict.reason.find("p99 of the schedule delay is 6.0") == 0);
  CHECK(verdict.reason.find(": above 5ms") != std::string::npos);
}

TEST_CASE("a mock that was woken late more than once in a hundred times is limited") {
  LoadFacts load = some_load();
  load.mock = MockWakes{.all = 1'000, .late = 10};
  CHECK(judge(load).ok);
  load.wall = seconds(10);
  load.mock = MockWakes{.all = 1'000, .late = 1, .late_by = milliseconds(300)};  // one, and long
  CHECK(judge(load).ok);
  load.mock->late_by = milliseconds(301);
  CHECK_FALSE(judge(load).ok);
  CHECK(judge(load).reason == "the embedded mock was held up for 301.0 ms of 10.00 s: above 3 %");
  load.mock = MockWakes{.all = 1'000, .late = 11};
  CHECK(judge(load).reason ==
        "11 of 1,000 times the embedded mock was woken more than 5ms late: above 1 %");
}

TEST_CASE("less than 99 % of what was due is limited, unless the run was stopped") {
  LoadFacts load = some_load();
  load.asked = 2020;
  CHECK(judge(load).ok);
  load.asked = 2030;
  CHECK(judge(load).reason ==
        "only 2,000 of 2,030 first attempts that were due were sent: less than 99 %");
  load.stopped = StopReason::kSpendCap;
  CHECK(judge(load).ok);
}

TEST_CASE("one session dropped is limited: it was another load") {
  LoadFacts load = some_load();
  load.dropped_late = 1;
  CHECK(judge(load).reason == "1 of 2,001 sessions that were due were dropped as too late");
}

TEST_CASE("a generator that falls behind shows a lower rate than it was asked for") {
  LoadFacts load = some_load();
  load.sends.bins = 2000;  // it took 20 s
  const RunResult result = run_with(load);
  CHECK(number_at(result, "load.asked_per_second") == Approx(200));
  CHECK(number_at(result, "load.sent_per_second") == Approx(100));
  CHECK(number_at(result, "load.attempts_per_second") == Approx(2335 / 10.1));
  CHECK(number_at(result, "load.succeeded_per_second") ==
        Approx(number_at(result, "requests.succeeded") / 10.1));
}

TEST_CASE("what was dropped was asked for") {
  LoadFacts load = some_load();
  load.dropped_late = 500;
  const RunResult result = run_with(load);
  CHECK(number_at(result, "load.asked_per_second") == Approx(250));
  CHECK(number_at(result, "load.sent_share") == Approx(0.8));
  CHECK(number_at(result, "load.ok") == 0);
}

TEST_CASE("only the embedded mock has numbers of its sleep") {
  LoadFacts load = some_load();
  CHECK(number_at(run_with(load), "load.mock.wakes") == 9'870);
  CHECK(number_at(run_with(load), "load.mock.wakes_late") == 3);
  CHECK(number_at(run_with(load), "load.mock.late") == 0);
  load.mock.reset();
  const RunResult result = run_with(load);
  for (const char* const path : {"load.mock.wakes", "load.mock.wakes_late", "load.mock.late"}) {
    CHECK(is_metric(result, path));
    CHECK(!lookup(result, path));
  }
}

TEST_CASE("a simulation has no number of a load generator, though it knows the paths") {
  const RunResult result = TinyRun({}).result();
  for (const char* const path :
       {"load.ok", "load.schedule_delay.p99", "load.sent_per_second", "load.headroom_lowest"}) {
    CHECK(is_metric(result, path));
    CHECK(!lookup(result, path));
  }
}
