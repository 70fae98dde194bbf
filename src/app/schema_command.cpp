#include <algorithm>
#include <iterator>

#include "app/commands.hpp"
#include "app/measure_machine.hpp"
#include "base/check.hpp"
#include "ingest/usage_report.hpp"
#include "live/record_writer.hpp"
#include "report/agreement_json.hpp"
#include "report/calibration_json.hpp"
#include "report/compare_json.hpp"
#include "report/import_json.hpp"
#include "report/json.hpp"
#include "report/limits_text.hpp"
#include "report/plan_json.hpp"
#include "report/policies_text.hpp"
#include "report/probe_text.hpp"
#include "report/runs_json.hpp"
#include "report/selftest_schema.hpp"
#include "report/sweep_json.hpp"
#include "report/tune_json.hpp"
#include "report/usage_text.hpp"
#include "results/metric.hpp"
#include "scenario/load.hpp"
#include "scenario/overlay_config.hpp"

namespace sluice::app {
namespace {

struct Document {
  const char* name;
  std::string (*text)();
};

constexpr Document kDocuments[] = {
    {"scenario", scenario::schema_json},
    {"overlay", scenario::overlay_schema_json},
    {"reference", scenario::reference_markdown},
    {"result", result_schema},
    {"agreement", agreement_schema},
    {"plan", plan_schema},
    {"tune", tune_schema},
    {"comparison", comparison_schema},
    {"sweep", sweep_schema},
    {"import", import_schema},
    {"calibration", calibration_schema},
    {"probe", probe_schema},
    {"limits", limits_schema},
    {"usage", usage_schema},
    {"runs", runs_schema},
    {"diff", run_diff_schema},
    {"trend", run_trend_schema},
    {"policies", policies_schema},
    {"selftest", selftest_schema},
    {"machine", machine_schema},
    {"records", live::record_schema_json},
    {"usage-report", ingest::usage_report_schema},
    {"metrics", metric_reference},
};

}  // namespace

std::vector<std::string> schema_names() {
  std::vector<std::string> names;
  for (const Document& document : kDocuments) names.emplace_back(document.name);
  return names;
}

Exit schema(const SchemaArguments& arguments) {
  const auto* const found =
      std::find_if(std::begin(kDocuments), std::end(kDocuments),
                   [&](const Document& document) { return arguments.what == document.name; });
  SLUICE_CHECK(found != std::end(kDocuments));  // the command line asks for one of schema_names()
  return print(stdout, found->text()) ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
