// Reports of a hand-made run against files that people have read.
#include <string>

#include "live/record_writer.hpp"
#include "report/csv.hpp"
#include "report/json.hpp"
#include "report/text.hpp"
#include "support/catch.hpp"
#include "support/golden_file.hpp"
#include "support/load_facts.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::check_golden;
using testing::TinyRun;

RunResult several() {
  RunResult result = TinyRun({.seed = 1}).result();
  for (std::uint64_t seed = 2; seed <= 8; ++seed) result += TinyRun({.seed = seed}).result();
  return result;
}

RunResult load_run() {
  const TinyRun run({});
  RunFacts facts = run.facts();
  facts.load = testing::some_load();
  return make_result(run.recorder(), facts);
}

RunResult stopped_load_run() {
  const TinyRun run({});
  RunFacts facts = run.facts();
  facts.load = testing::some_load();
  facts.load->speed_permille = 1000;
  facts.load->stopped = StopReason::kAuthentication;
  facts.load->stop_detail = "invalid x-api-key";
  facts.load->dropped_late = 7;
  facts.stopped_at = kRunStart + minutes(4);
  return make_result(run.recorder(), facts);
}

}  // namespace

TEST_CASE("the text report of one run is the golden one") {
  check_golden("tests/golden/one_run.txt", render_text(TinyRun({}).result(), {}));
}

TEST_CASE("the text report of a run that fits is the golden one") {
  check_golden("tests/golden/fits.txt",
               render_text(TinyRun({.refused_permille = 0, .failing_permille = 0}).result(), {}));
}

TEST_CASE("the text report of eight replications is the golden one") {
  check_golden("tests/golden/replications.txt", render_text(several(), {}));
}

TEST_CASE("the text reports of load runs are the golden ones") {
  check_golden("tests/golden/load.txt", render_text(load_run(), {}));
  check_golden("tests/golden/stopped_load.txt", render_text(stopped_load_run(), {}));
}

TEST_CASE("the JSON report of one run is the golden one") {
  check_golden("tests/golden/one_run.json", render_json(TinyRun({}).result()));
}

TEST_CASE("the CSV reports of one run are the golden ones") {
  check_golden("tests/golden/one_run.csv", render_csv(TinyRun({}).result()));
  check_golden("tests/golden/one_run_series.csv", render_csv_series(TinyRun({}).result()));
}

TEST_CASE("the published schema is the one that the code generates") {
  check_golden("docs/result.schema.json", result_schema());
}

TEST_CASE("the published schema of records is the one that the code writes") {
  check_golden("docs/records.schema.json", live::record_schema_json());
}

TEST_CASE("the published list of metrics is the one that the code generates") {
  check_golden(
      "docs/metrics.md",
      "# Metrics\n\nGenerated from the metric table; see results.md.\n\n" + metric_reference());
}
