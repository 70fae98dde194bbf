#include "app/commands.hpp"
#include "live/record_writer.hpp"
#include "report/agreement_json.hpp"
#include "report/compare_json.hpp"
#include "report/json.hpp"
#include "report/plan_json.hpp"
#include "report/sweep_json.hpp"
#include "report/tune_json.hpp"
#include "results/metric.hpp"
#include "scenario/load.hpp"
#include "scenario/overlay_config.hpp"

namespace sluice::app {

Exit schema(const SchemaArguments& arguments) {
  std::string text;
  if (arguments.what == "scenario") text = scenario::schema_json();
  if (arguments.what == "overlay") text = scenario::overlay_schema_json();
  if (arguments.what == "reference") text = scenario::reference_markdown();
  if (arguments.what == "result") text = result_schema();
  if (arguments.what == "agreement") text = agreement_schema();
  if (arguments.what == "comparison") text = comparison_schema();
  if (arguments.what == "sweep") text = sweep_schema();
  if (arguments.what == "tune") text = tune_schema();
  if (arguments.what == "plan") text = plan_schema();
  if (arguments.what == "records") text = live::record_schema_json();
  if (arguments.what == "metrics") text = metric_reference();
  return print(stdout, text) ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
