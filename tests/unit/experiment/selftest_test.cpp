#include "experiment/selftest.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/draw.hpp"
#include "describe/json.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice {
namespace {

bool go_on(const SelftestProgress&) { return true; }

// Means of uniform draws, 0.5; takes no time.
ValidationCheck halves(double claimed) {
  return {.group = "halves",
          .claims = {{"mean of draws", claimed}, {"count", 1000}},
          .is_exact = false,
          .replications = kReplications,
          .observe = [](const CheckTrial& trial) {
            DrawStream draws =
                RandomSource(trial.seed, trial.replication).stream(Purpose::kTest, {});
            Observation mean{.sum = 0, .of = 1000};
            for (int i = 0; i < 1000; ++i) mean.sum += unit_interval(draws.next());
            return std::vector{mean, Observation{.sum = 1000}};
          }};
}

ValidationCheck equality(double claimed, double observed) {
  return {.group = "equality",
          .claims = {{"a number", claimed}},
          .observe = [observed](const CheckTrial&) {
            return std::vector{Observation{.sum = observed}};
          }};
}

SelftestReport report_of(const ValidationChecks& checks, const SelftestOptions& options = {}) {
  return run_checks(checks, options, go_on);
}

// The real table, where a shorter run changes nothing but the standard errors.
SelftestReport quick(const std::string& rows) {
  return run_selftest({.rows = rows, .effort_permille = 200}, go_on);
}

void check_passes(const SelftestReport& report) {
  INFO(render(report, false));
  CHECK(report.passed());
}

TEST_CASE("a true claim passes and a claim a few standard errors off fails") {
  CHECK(report_of({halves(0.5)}).passed());
  const SelftestReport wrong = report_of({halves(0.51)});
  CHECK_FALSE(wrong.passed());
  CHECK(wrong.failed() == 1);
  CHECK(wrong.rows[0].verdict.sigmas > 3);
  CHECK(wrong.rows[0].looks == 2);
  CHECK(wrong.rows[1].verdict.pass);
}

TEST_CASE("a row without randomness must be equal") {
  CHECK(report_of({equality(990, 990)}).passed());
  CHECK_FALSE(report_of({equality(990, 990.000000001)}).passed());
  CHECK_FALSE(report_of({equality(0, 1)}).passed());
  CHECK_FALSE(report_of({equality(0, std::numeric_limits<double>::quiet_NaN())}).passed());
}

TEST_CASE("a row that was off by chance is judged by fresh replications alone") {
  ValidationCheck check = halves(0.5);
  check.observe = [observe = check.observe](const CheckTrial& trial) {
    std::vector<Observation> observations = observe(trial);
    if (trial.replication < kReplications) observations[0].sum += 10;
    return observations;
  };
  const SelftestReport report = report_of({halves(0.5), check});
  CHECK(report.passed());
  CHECK(report.rows[0].looks == 1);
  CHECK(report.rows[2].looks == 2);
  CHECK(report.rows[2].replications == 4 * kReplications);
}

TEST_CASE("an exact row has no second look and fails on one replication of many") {
  ValidationCheck check = equality(0, 0);
  check.replications = kReplications;
  check.observe = [](const CheckTrial& trial) {
    return std::vector{Observation{.sum = trial.replication == 5 ? 1e-6 : 0.0}};
  };
  const SelftestReport report = report_of({check});
  CHECK_FALSE(report.passed());
  CHECK(report.rows[0].looks == 1);
}

TEST_CASE("every closed form of the real table can fail") {
  ValidationChecks checks = bucket_checks();
  const auto simple = std::find_if(checks.begin(), checks.end(), [](const ValidationCheck& check) {
    return check.claims[0].name == "429 share: 0.9/s, refill 1/s, capacity 1";
  });
  REQUIRE(simple != checks.end());
  const SelftestOptions options{.effort_permille = 200};
  CHECK(report_of({*simple}, options).passed());
  simple->claims[0].exact += 0.01;
  CHECK_FALSE(report_of({*simple}, options).passed());
}

TEST_CASE("a report is the same for one thread and several") {
  const ValidationChecks checks{halves(0.5), equality(1, 1), halves(0.51)};
  const SelftestReport alone = report_of(checks, {.threads = 1, .seed = 7});
  CHECK(alone == report_of(checks, {.threads = 3, .seed = 7}));
  CHECK_FALSE(alone == report_of(checks, {.threads = 1, .seed = 8}));
}

TEST_CASE("two checks of one report draw different numbers") {
  ValidationCheck other = halves(0.5);
  other.group = "other halves";
  const SelftestReport report = report_of({halves(0.5), other});
  CHECK(report.rows[0].verdict.simulated != report.rows[2].verdict.simulated);
}

TEST_CASE("a filter chooses rows by group and name, and choosing none is no success") {
  const ValidationChecks checks{halves(0.5), equality(1, 2)};
  const SelftestReport some = report_of(checks, {.rows = "halves: mean"});
  REQUIRE(some.rows.size() == 1);
  CHECK(some.rows[0].name == "mean of draws");
  CHECK(some.passed());
  CHECK_FALSE(report_of(checks, {.rows = "no such row"}).passed());
}

TEST_CASE("a stopped test keeps finished checks only and does not pass") {
  const SelftestReport report =
      run_checks({equality(1, 1), halves(0.5)}, {},
                 [](const SelftestProgress& progress) { return progress.done < 10; });
  CHECK_FALSE(report.complete);
  CHECK_FALSE(report.passed());
  CHECK(report.rows.size() == 1);
}

TEST_CASE("the table has a row for every closed form and no two rows of one name") {
  std::vector<std::string> names;
  for (const ValidationCheck& check : all_checks()) {
    CHECK((check.replications == 1 || check.replications >= 24));
    for (const Claim& claim : check.claims) names.push_back(check.group + ": " + claim.name);
  }
  // Section by section: 11 + 4 buckets, 5 x 3 overload, 3 x 3 herds, 11 invariants, 4 retrial,
  // 7 x 2 Erlang B, 7 x 2 Erlang C, 7 single servers, 3 x 2 x 2 rates, 10 prices, 5 x 6 delays, 5 x
  // 5 x 2 cells of a study of backoff, 3 windows.
  CHECK(names.size() == 194);
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("exact rows of the real table agree") {
  for (const char* rows : {"thundering herd", "invariants", "sustainable rate", "prices, $"}) {
    check_passes(quick(rows));
  }
}

TEST_CASE("random rows of the real table agree within three standard errors", "[long]") {
  for (const char* rows : {"capacity 1", "mean 1000, refill 1000/s, capacity 5000", "load 1.5",
                           "load 0.5, 1 retries/s", "5 places", "load 0.5, uniform", "backoff",
                           "aws-full-jitter, 100 clients", "window 1 x backlog"}) {
    check_passes(quick(rows));
  }
}

TEST_CASE("the text names every row, its verdict and the whole") {
  const std::string good = render(report_of({halves(0.5)}), false);
  CHECK(good.find("mean of draws") != std::string::npos);
  CHECK(good.find("passed") != std::string::npos);
  CHECK(good.find('\x1b') == std::string::npos);
  const std::string bad = render(report_of({halves(0.51), equality(990, 990.000000001)}), true);
  CHECK(bad.find("FAILED: 2 of 3 rows disagree") != std::string::npos);
  CHECK(bad.find("990.000000001") != std::string::npos);
  CHECK(bad.find('\x1b') != std::string::npos);
  CHECK(render(report_of({}), false).find("no row was checked") != std::string::npos);
}

TEST_CASE("the JSON holds every row and shows what is not a number as null") {
  const SelftestReport report =
      report_of({equality(1, std::numeric_limits<double>::quiet_NaN()), halves(0.5)});
  const describe::Value value =
      testing::check_published_fits("selftest.schema.json", describe::to_json(to_value(report)));
  REQUIRE(value.find("rows") != nullptr);
  const describe::Value& row = value.find("rows")->items().at(0);
  CHECK(row.find("name")->as_string() == "a number");
  CHECK(row.find("simulated")->is(describe::Value::Kind::kNull));
  CHECK_FALSE(row.find("pass")->as_bool());
  CHECK_FALSE(value.find("passed")->as_bool());
}

}  // namespace
}  // namespace sluice
