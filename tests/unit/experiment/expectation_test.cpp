#include "experiment/expectation.hpp"

#include "support/catch.hpp"
#include "support/load_facts.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::TinyRun;

const RunResult& tiny() {
  static const RunResult result = TinyRun({}).result();
  return result;
}

ExpectationCheck outcome_of(const std::string& text) {
  const auto expectation = parse_expectation(text);
  REQUIRE(expectation.has_value());
  const auto error = check_terms(*expectation, tiny().facts.names);
  INFO(text << (error ? error->message : ""));
  REQUIRE(!error);
  return evaluate(*expectation, tiny());
}

std::string expectation_error(const std::string& text) {
  const auto expectation = parse_expectation(text);
  if (!expectation) return expectation.error().message;
  const auto error = check_terms(*expectation, tiny().facts.names);
  return error ? error->message : "";
}

}  // namespace

TEST_CASE("every operator compares counts exactly") {
  CHECK(outcome_of("requests.offered == 2000").holds);
  CHECK(outcome_of("requests.offered <= 2000").holds);
  CHECK(outcome_of("requests.offered >= 2k").holds);
  CHECK(outcome_of("requests.offered < 2001").holds);
  CHECK(outcome_of("requests.offered > 1999").holds);
  CHECK(outcome_of("requests.offered != 1999").holds);
  CHECK(outcome_of("requests.offered < 1M").holds);
  CHECK_FALSE(outcome_of("requests.offered < 2000").holds);
  CHECK_FALSE(outcome_of("requests.offered > 2000").holds);
  CHECK_FALSE(outcome_of("requests.offered != 2000").holds);
}

TEST_CASE("literals are read in the unit of their metric") {
  CHECK(outcome_of("requests.success_share >= 98.5%").holds);
  CHECK(outcome_of("requests.success_share >= 0.985").holds);
  CHECK_FALSE(outcome_of("requests.success_share >= 98.6 %").holds);
  CHECK(outcome_of("latency.success.p99 < 6s").holds);
  CHECK_FALSE(outcome_of("latency.success.p99 < 5500ms").holds);
  CHECK(outcome_of("latency.success.min > 0").holds);
  CHECK(outcome_of("cost.total < $10.15").holds);
  CHECK(outcome_of("cost.total > 10.14").holds);
  CHECK(outcome_of("requests.offered_per_minute == 200/min").holds);
  CHECK(outcome_of("requests.offered_per_minute < 4/s").holds);
  CHECK(outcome_of("requests.offered_per_minute <= 200").holds);
  CHECK(outcome_of("attempts.per_success < 1.2").holds);
}

TEST_CASE("a group stands for its total") {
  CHECK(outcome_of("requests.failed == 30").holds);
  CHECK(outcome_of("cost > $10").holds);
}

TEST_CASE("all terms of a conjunction have to hold") {
  CHECK(outcome_of("requests.failed == 30 and cost > $10").holds);
  CHECK_FALSE(outcome_of("requests.failed == 30 and cost > $11").holds);
  CHECK_FALSE(outcome_of("requests.failed == 31 and cost > $10").holds);
}

TEST_CASE("the message names the actual value") {
  CHECK(outcome_of("requests.failed==0").message == "requests.failed == 0: it is 30");
  CHECK(outcome_of("latency.success.p99 < 2s").message ==
        "latency.success.p99 < 2s: it is 5.503 s");
  CHECK(outcome_of("requests.success_share > 99%").message ==
        "requests.success_share > 99%: it is 98.5 %");
  CHECK(outcome_of("cost.total < $1 and requests.offered > 1").message ==
        "cost.total < $1: it is $10.148431; requests.offered > 1: it is 2,000");
  CHECK(outcome_of("requests.offered_per_minute < 5").message ==
        "requests.offered_per_minute < 5: it is 200/min");
  CHECK(outcome_of("attempts.per_success < 1").message ==
        "attempts.per_success < 1: it is 1.18527919");
}

TEST_CASE("a number that the run does not have meets no expectation") {
  const ExpectationCheck outcome = outcome_of("latency.batch.p99 < 1h");
  CHECK_FALSE(outcome.holds);
  CHECK(outcome.message == "latency.batch.p99 < 1h: it is none, the run has no such number");
}

TEST_CASE("a wrong expectation says what would be right") {
  CHECK(expectation_error("requests.faild == 0").find("did you mean \"requests.failed") !=
        std::string::npos);
  CHECK(expectation_error("requests.failed").find("is not a comparison") != std::string::npos);
  CHECK(expectation_error("").find("is not a comparison") != std::string::npos);
  CHECK(expectation_error("== 3").find("has no metric before ==") != std::string::npos);
  CHECK(expectation_error("requests.failed ==").find("needs one value after ==") !=
        std::string::npos);
  CHECK(expectation_error("requests.failed < 3 < 4").find("needs one value") != std::string::npos);
  CHECK(expectation_error("requests.failed == lots") ==
        "\"lots\" cannot be compared with requests.failed; write a number like 100, 2.5k or 1M");
  CHECK(expectation_error("latency.success.p99 < 2").find("a duration like") != std::string::npos);
  CHECK(expectation_error("requests.success_share < x%").find("a share like") != std::string::npos);
  CHECK(expectation_error("cost.total < many").find("an amount like") != std::string::npos);
  CHECK(expectation_error("goodput.per_minute < fast/s").find("a rate like") != std::string::npos);
  CHECK(expectation_error("attempts.per_success < x").find("a factor like") != std::string::npos);
}

TEST_CASE("numbers of a load generator are compared for load runs and are none of a simulation") {
  RunFacts facts = TinyRun({}).facts();
  facts.load = testing::some_load();
  const RunResult load = make_result(TinyRun({}).recorder(), facts);
  const auto outcome = [](const char* text, const RunResult& result) {
    const auto expectation = parse_expectation(text);
    REQUIRE(expectation.has_value());
    REQUIRE(!check_terms(*expectation, result.facts.names));
    return evaluate(*expectation, result);
  };
  CHECK(outcome("load.schedule_delay.p99 < 1ms and load.ok == 1", load).holds);
  CHECK(outcome("load.asked_per_second == 200/s", load).holds);
  CHECK(outcome("load.asked_per_second == 12000/min", load).holds);
  CHECK(outcome("load.asked_per_second == 200", load).holds);
  CHECK(outcome("load.asked_per_second < 5", load).message ==
        "load.asked_per_second < 5: it is 200/s");
  const ExpectationCheck none = outcome("load.schedule_delay.p99 > 1ms", tiny());
  CHECK_FALSE(none.holds);
  CHECK(none.message == "load.schedule_delay.p99 > 1ms: it is none, the run has no such number");
}
