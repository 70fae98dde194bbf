#include "app/taken_files.hpp"

#include <utility>
#include <variant>

#include "app/kept_files.hpp"
#include "app/load_arguments.hpp"
#include "app/save_run.hpp"
#include "base/staged_file.hpp"
#include "base/text.hpp"

namespace sluice::app {
namespace {

TakenFiles files_of(const std::string& path, const scenario::LoadOptions& options,
                    const SaveArguments& save) {
  TakenFiles taken;
  taken.read = options.overlays;
  taken.read.push_back(path);
  if (options.catalog_folder) {
    for (const char* const name : {"models.json", "limits.json", "prices.json"}) {
      taken.read.push_back(*options.catalog_folder + "/" + name);
    }
  }
  if (!save.wanted) return taken;
  if (auto history = history_path(save.database)) taken.written.push_back(std::move(*history));
  return taken;
}

}  // namespace

void add_files(const scenario::LoadedScenario& scenario, TakenFiles& taken) {
  taken.read.insert(taken.read.end(), scenario.files.begin(), scenario.files.end());
  for (const WorkloadSpec& workload : scenario.plan.workloads) {
    const auto* const trace = std::get_if<TraceArrivals>(&workload.arrivals);
    if (trace != nullptr) taken.read.push_back(trace->path);
  }
}

TakenFiles taken_files(const ScenarioArguments& arguments, const scenario::LoadedScenario& scenario,
                       const SaveArguments& save) {
  TakenFiles taken = files_of(arguments.scenario, load_options(arguments), save);
  add_files(scenario, taken);
  return taken;
}

TakenFiles taken_files(const ScenarioText& text, const SaveArguments& save) {
  TakenFiles taken = files_of(text.path(), text.options(), save);
  if (const auto scenario = text.load()) add_files(*scenario, taken);
  return taken;
}

bool is_same_file(const std::string& one, const std::string& other) {
  const auto first = output_place(one);
  const auto second = output_place(other);
  if (!first || !second) return one == other;
  return first->is_replaced && first->path == second->path;
}

Result<void> check_free(const std::string& path, const char* option, const TakenFiles& taken) {
  if (auto kept = check_not_read({path}, taken.read); !kept) return kept;
  const auto place = output_place(path);
  if (place && place->is_replaced && own_output(path)) {
    return invalid(option, in_quotes(path) +
                               " is where this command prints; name another file, or /dev/stdout");
  }
  for (const std::string& other : taken.written) {
    if (!other.empty() && is_same_file(path, other)) {
      return invalid(option,
                     in_quotes(path) + " is written by this command already; name another file");
    }
  }
  return {};
}

}  // namespace sluice::app
