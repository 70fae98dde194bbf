#include "scenario/load.hpp"

#include <filesystem>
#include <utility>

#include "base/digest.hpp"
#include "describe/describe.hpp"
#include "describe/override.hpp"
#include "describe/pointer.hpp"
#include "scenario/overlay_files.hpp"
#include "scenario/overlay_merge.hpp"
#include "scenario/read_file.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

// A scenario with all that it is made of.
struct Document {
  describe::Value root;
  Overlays overlays;  // laid under it
};

bool is_of_overlays(std::string_view override) {
  return override.starts_with("/overlays=") || override.starts_with("/overlays/");
}

// Those that choose the overlays, or the others.
Errors apply_overrides(describe::Value& root, const LoadOptions& options, bool of_overlays) {
  Errors errors;
  for (const std::string& override : options.overrides) {
    if (is_of_overlays(override) != of_overlays) continue;
    const Result<void> applied = describe::apply_override(root, override);
    if (!applied) errors.push_back(applied.error());
  }
  return errors;
}

// Overrides change what came of scenario and overlays. They find the object of the organization
// there, whether anybody has written one or not.
Checked<Document> read_document(std::string_view text, const std::string& path,
                                const LoadOptions& options, const Catalog& catalog) {
  Checked<describe::Value> root = describe::parse_json(text, path);
  if (!root) return tl::unexpected(std::move(root).error());
  Errors errors = apply_overrides(*root, options, true);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  SLUICE_TRY(Overlays overlays, take_overlays(*root, path, options.overlays));
  lay_overlays(*root, overlays.documents, catalog);
  if (root->is(describe::Value::Kind::kObject) && root->find("organization") == nullptr) {
    describe::Value organization = describe::Value::object();
    organization.set_position(root->position());
    root->set("organization", std::move(organization));
  }
  errors = apply_overrides(*root, options, false);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return Document{std::move(*root), std::move(overlays)};
}

// Prices and limits change several times a year, so that after a quarter some are likely to be
// wrong. A run that a scenario dates is judged by its own date.
std::optional<std::string> age_note(const Catalog& catalog, bool has_start,
                                    std::int64_t start_unix_ns, std::optional<CivilDate> today) {
  constexpr std::int64_t kOldDays = 90;
  if (!has_start && !today) return std::nullopt;
  const CivilDate date = has_start ? UnixTime{start_unix_ns}.date() : *today;
  const std::int64_t age = days_from_civil(date) - days_from_civil(catalog.newest_date);
  if (age <= kOldDays) return std::nullopt;
  return "the catalog was last compared with its sources on " + catalog.newest_date.text() + ", " +
         std::to_string(age) + " days before " + date.text() +
         ": prices and limits may have changed (docs/catalog.md)";
}

// The scenario in effect, without what overlays say of models and groups that it does not use.
std::string echo_of(const Resolution& r) {
  describe::Value echo = describe::echo(r.config);
  for (auto pointer = r.unused.rbegin(); pointer != r.unused.rend(); ++pointer) {
    describe::remove_pointer(echo, *pointer);
  }
  return describe::to_json(echo);
}

// A start that could not be read counts as absent, so that nothing is held against a date that
// nobody wrote.
void set_times(ScenarioConfig& config, const Catalog& catalog, const LoadOptions& options,
               const Findings& findings) {
  if (findings.is_wrong("/start")) config.start.reset();
  if (options.as_of) config.start = UnixTime::midnight(*options.as_of);
  if (!config.start) config.start = options.default_start;
  if (!config.start) config.start = UnixTime::midnight(catalog.newest_date);
}

void begin_plan(const ScenarioConfig& config, RunPlan& plan) {
  plan.seed = config.seed;
  plan.start_unix_ns = config.start->nanoseconds;
  plan.duration = config.duration;
  if (config.warmup.kind == WarmupConfig::Kind::kFixed) plan.warmup = config.warmup.length;
  plan.warmup_is_automatic = config.warmup.kind == WarmupConfig::Kind::kAuto;
}

// A run of 366 days from anywhere near the ends of the calendar would leave it.
void check_times(const ScenarioConfig& config, Findings& findings) {
  const CivilDate date = config.start->date();
  if (date.year < 2000 || date.year > 2200) {
    findings.error("/start", date.text() + " is not a date from 2000 to 2200");
  }
  if (config.warmup.kind == WarmupConfig::Kind::kFixed && config.warmup.length >= config.duration) {
    findings.error("/warmup", "must be shorter than the duration");
  }
}

LoadedScenario finish(Resolution&& r, const std::string& path) {
  LoadedScenario loaded;
  loaded.title = std::filesystem::path{path}.stem().string();
  loaded.about = r.config.about;
  loaded.tier = r.config.organization.tier;
  if (r.tier_row != nullptr) loaded.tier_row = *r.tier_row;
  for (const ModelRow* row : r.models) loaded.model_rows.push_back(*row);
  for (const WorkloadConfig& workload : r.config.workloads) {
    loaded.size_models.push_back(workload.sizes_for.value_or(workload.model));
  }
  loaded.federation = std::move(r.federation);
  loaded.objectives = r.config.objectives;
  if (r.config.replay) {
    loaded.stop_at_error_share_permille = r.config.replay->stop_at_error_share_permille;
  }
  loaded.expectations = r.config.expect;
  loaded.guesses = std::move(r.guesses);
  loaded.warnings = r.findings.warnings();
  loaded.echo = echo_of(r);
  loaded.digest = sha256_hex(loaded.echo);
  loaded.files = std::move(r.files);
  loaded.catalog_date = r.catalog.newest_date;
  loaded.catalog_digest = r.catalog.digest;
  loaded.plan = std::move(r.plan);
  return loaded;
}

}  // namespace

Checked<LoadedScenario> load_scenario_text(std::string_view text, const std::string& path,
                                           const LoadOptions& options, const Catalog& catalog) {
  Checked<Document> document = read_document(text, path, options, catalog);
  if (!document) return tl::unexpected(std::move(document).error());
  describe::Decoder decoder{path, document->overlays.paths};
  ScenarioConfig config;
  describe::type_of<ScenarioConfig>().decode(decoder, document->root, {}, &config);
  Findings findings{decoder, document->root};
  const bool has_start = config.start.has_value();
  set_times(config, catalog, options, findings);
  check_times(config, findings);
  Resolution resolution{.config = config,
                        .catalog = catalog,
                        .findings = findings,
                        .folder = std::filesystem::path{path}.parent_path().string(),
                        .date = config.start->date(),
                        .whole_catalog = options.whole_catalog,
                        .plan = {},
                        .models = {},
                        .is_model_known = {},
                        .tier_row = nullptr,
                        .federation = {},
                        .guesses = {},
                        .unused = {},
                        .files = {}};
  begin_plan(config, resolution.plan);
  resolve_people(resolution);
  resolve_federation(resolution);
  resolve_workloads(resolution);
  resolve_fallbacks(resolution);
  if (options.whole_catalog) resolve_all_models(resolution);
  resolve_models(resolution);
  resolve_limits(resolution);
  resolve_pacers(resolution);
  resolve_events(resolution);
  check_fit(resolution);
  if (findings.any()) return tl::unexpected(std::move(decoder).take());
  LoadedScenario loaded = finish(std::move(resolution), path);
  loaded.notes = std::move(document->overlays.about);
  const std::vector<std::string>& overlays = document->overlays.paths;
  loaded.files.insert(loaded.files.end(), overlays.begin(), overlays.end());
  if (auto note = age_note(catalog, has_start, loaded.plan.start_unix_ns, options.today)) {
    loaded.notes.push_back(std::move(*note));
  }
  return loaded;
}

Checked<LoadedScenario> load_scenario_text(std::string_view text, const std::string& path,
                                           const LoadOptions& options) {
  const Checked<Catalog> catalog = load_catalog(options.catalog_folder);
  if (!catalog) return tl::unexpected(catalog.error());
  return load_scenario_text(text, path, options, *catalog);
}

Checked<LoadedScenario> load_scenario(const std::string& path, const LoadOptions& options) {
  const Result<std::string> text = read_file(path);
  if (!text) return tl::unexpected(Errors{text.error()});
  return load_scenario_text(*text, path, options);
}

std::string schema_json() {
  return describe::to_json(
      describe::schema_of<ScenarioConfig>({.id = "", .title = "sluice scenario, version 1"}));
}

std::string reference_markdown() {
  return "# Scenario files, version 1\n\n"
         "Generated from the descriptions in `src/scenario`; do not edit. A scenario is strict "
         "JSON. Unknown "
         "keys are errors.\nLimits and prices are referred to by tier and date and come from "
         "`scenarios/catalog`. Durations are written\n\"30s\" or \"1m30s\", rates \"20/s\" or "
         "\"600/min\", tokens 8000, \"8k\" or \"2M\", money in dollars.\n\n" +
         describe::reference_of<ScenarioConfig>();
}

}  // namespace sluice::scenario
