#include "importer/import.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "base/text.hpp"
#include "importer/fit_check.hpp"
#include "importer/fit_workload.hpp"
#include "importer/import_notes.hpp"
#include "importer/log_model.hpp"
#include "importer/read_log.hpp"
#include "importer/tier_check.hpp"

namespace sluice::importer {
namespace {

using scenario::Catalog;
using scenario::ModelRow;

// A scenario's longest time.
constexpr Duration kLongest = hours(24 * 366);

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

// Timestamps of these come in steps.
Duration spread_of(ingest::LogFormat format) {
  if (format == ingest::LogFormat::kMooncake) return seconds(3);
  return format == ingest::LogFormat::kBurstGpt ? seconds(1) : Duration{};
}

// The last instant before midnight of `day` at the same time of the same weekday as `at`.
UnixTime same_hour_near(UnixTime at, CivilDate day) {
  constexpr std::int64_t kWeek = ns(hours(24 * 7));
  const std::int64_t end = UnixTime::midnight(day).nanoseconds;
  return {at.nanoseconds +
          static_cast<std::int64_t>(floor_div(int128{end} - at.nanoseconds, kWeek)) * kWeek};
}

class Import {
 public:
  Import(const ImportWishes& wishes, const Catalog& catalog, Monitor& monitor,
         const ModelRow& fallback)
      : wishes_(wishes),
        catalog_(catalog),
        monitor_(monitor),
        place_{catalog, wishes.path, wishes.threads, monitor},
        reading_(wishes, catalog, fallback) {}

  Checked<Imported> run(ingest::ImportSource& source) {
    if (auto read = reading_.read(source, monitor_); !read) return failed(read.error());
    facts_ = source.facts();
    describe_log();
    const ScenarioDraft draft = trace_draft();
    if (auto checked = look_at_usage(draft); !checked) return tl::unexpected(checked.error());
    auto made = wishes_.fit ? fitted(draft) : written(draft);
    if (!made) return tl::unexpected(std::move(made).error());
    return std::move(*made);
  }

 private:
  template <class E>
  static tl::unexpected<Errors> failed(E error) {
    return tl::unexpected(Errors{std::move(error)});
  }

  UnixTime instant(Duration at) const { return UnixTime{ns(at)}; }

  static std::string second_of(Duration at) {
    return UnixTime{static_cast<std::int64_t>(floor_div(ns(at), ns(seconds(1)))) * ns(seconds(1))}
        .text();
  }

  void describe_log() {
    result_.scenario = name_of(wishes_.path);
    result_.format = ingest::name(facts_.format);
    result_.files = static_cast<std::int64_t>(facts_.files.size());
    result_.rows = facts_.rows;
    result_.bad_rows = facts_.bad_rows;
    result_.left_aside = facts_.left_aside.files;
    result_.duplicates = facts_.duplicates;
    result_.not_calls = facts_.not_calls;
    result_.failed_calls = reading_.failed();
    result_.calls = reading_.calls();
    if (facts_.has_dates) {
      result_.from = second_of(reading_.zero());
      result_.until = second_of(reading_.last());
    }
    result_.span = reading_.last() - reading_.zero();
    result_.tier = wishes_.tier;
    for (const Lane& lane : reading_.lanes().all()) {
      result_.workloads.push_back(described(lane));
    }
    result_.notes = reading_.lanes().notes();
    add_assumptions({.facts = facts_,
                     .rows_split = reading_.rows_split(),
                     .request_tokens = wishes_.request_tokens,
                     .spread = spread_of(facts_.format),
                     .is_cut = result_.span > kLongest,
                     .has_blocks = has_blocks(),
                     .calls_cut = reading_.calls_cut(),
                     .other_names = reading_.lanes().other_names()},
                    result_);
  }

  bool has_blocks() {
    const auto& lanes = reading_.lanes().all();
    return std::any_of(lanes.begin(), lanes.end(), [](const Lane& one) { return one.blocks > 0; });
  }

  ImportedWorkload described(const Lane& lane) const {
    const auto at = [](const fit::LogHistogram& values, double p) { return values.quantile(p); };
    return {.name = lane.name,
            .model = lane.model->id,
            .sizes_for = lane.sizes_for == nullptr ? "" : std::string(short_name(*lane.sizes_for)),
            .log_names = lane.log_names,
            .trace = wishes_.fit ? "" : name_of(lane.trace->path()),
            .calls = lane.calls,
            .tokens = lane.tokens,
            .prompt_p50 = at(lane.prompts, 0.5),
            .prompt_p95 = at(lane.prompts, 0.95),
            .output_p50 = at(lane.outputs, 0.5),
            .output_p95 = at(lane.outputs, 0.95)};
  }

  // The traces lie under their temporary names.
  ScenarioDraft trace_draft() {
    ScenarioDraft draft;
    draft.about = about_lines(result_, facts_);
    const Duration spread = spread_of(facts_.format);
    const Duration whole = result_.span + spread;
    draft.duration = std::min(kLongest, seconds(ns(whole) / ns(seconds(1)) + 1));
    draft.seed = wishes_.seed;
    draft.tier = wishes_.tier;
    for (const Lane& lane : reading_.lanes().all()) {
      WorkloadDraft one;
      one.name = lane.name;
      one.model = short_name(*lane.model);
      if (lane.sizes_for != nullptr) one.sizes_for = short_name(*lane.sizes_for);
      one.starts = std::min(lane.first - reading_.zero(), kLongest);
      one.fast = lane.fast;
      one.batch = lane.batch;
      one.trace = name_of(lane.trace->temporary());
      one.spread = spread;
      one.trace_cache = lane.cache_use();
      draft.workloads.push_back(std::move(one));
    }
    return draft;
  }

  // Cost, tiers and caches, of logs that have usage.
  Checked<void> look_at_usage(const ScenarioDraft& draft) {
    if (reading_.spending().empty()) return {};
    result_.cost = reading_.spending().result();
    auto tiers = check_tiers(draft, *result_.cost, place_);
    if (!tiers) return tl::unexpected(std::move(tiers).error());
    result_.tiers = std::move(*tiers);
    const auto in_log = reading_.read_share();
    if (!in_log) return {};
    ScenarioDraft unlimited = draft;
    unlimited.tier = "custom";
    const auto run = simulate_draft(unlimited, 1, place_);
    if (!run) return tl::unexpected(run.error());
    result_.cache = {*in_log, figure(*run, "tokens.cache_read_share")};
    return {};
  }

  Checked<Imported> written(ScenarioDraft draft) {
    const std::size_t count = draft.workloads.size();
    for (std::size_t i = 0; i < count; ++i) {
      draft.workloads[i].trace = result_.workloads[i].trace;
    }
    Imported made = finished(draft);
    for (Lane& lane : reading_.lanes().all()) made.traces.push_back(std::move(lane.trace));
    return loads(std::move(made), draft);
  }

  // One form of a fit of all workloads.
  struct Candidate {
    ScenarioDraft draft;
    std::vector<FittedPart> parts;
    std::vector<FitCheck> checks;
  };

  void add_form(FittedForm form, std::size_t i, Candidate& candidate) const {
    std::move(form.parts.begin(), form.parts.end(), std::back_inserter(candidate.parts));
    const bool follows_the_day =
        std::holds_alternative<ArrivalDiurnal>(form.workload.fitted->arrivals);
    if (follows_the_day && facts_.has_dates) {
      candidate.draft.start = same_hour_near(instant(reading_.zero()), catalog_.newest_date);
    }
    candidate.draft.workloads[i] = std::move(form.workload);
  }

  // How long one answer of the lane takes: the first token, and the rest at the model's speed.
  static Duration service_of(const Lane& lane) {
    const std::int64_t output = lane.tokens.output_tokens / std::max<std::int64_t>(1, lane.calls);
    const std::int64_t speed = std::max<std::int64_t>(1, lane.model->output_per_second.p50);
    return lane.model->ttft.p50 + milliseconds(output * 1000 / speed);
  }

  // Calls by themselves and, where there are any, conversations.
  Result<std::vector<Candidate>> candidates(const ScenarioDraft& draft,
                                            std::vector<std::string>& losses) {
    Candidate alone{.draft = draft, .parts = {}, .checks = {}};
    Candidate talking = alone;
    bool has_talks = false;
    for (std::size_t i = 0; i < draft.workloads.size(); ++i) {
      const Lane& lane = reading_.lanes()[i];
      FitInput input{.path = lane.trace->temporary(),
                     .workload = draft.workloads[i],
                     .zero = {},
                     .service = service_of(lane)};
      if (facts_.has_dates) input.zero = instant(reading_.zero());
      SLUICE_TRY(FittedWorkload made, fit_workload(input));
      std::move(made.losses.begin(), made.losses.end(), std::back_inserter(losses));
      has_talks = has_talks || made.conversations.has_value();
      add_form(made.conversations.value_or(made.independent), i, talking);
      add_form(std::move(made.independent), i, alone);
    }
    std::vector<Candidate> all = {std::move(alone)};
    if (has_talks) all.push_back(std::move(talking));
    return all;
  }

  // The form that does to limits and money what is nearest to what the trace does.
  Checked<Imported> fitted(const ScenarioDraft& draft) {
    std::vector<std::string> losses;
    auto forms = candidates(draft, losses);
    if (!forms) return failed(forms.error());
    const auto places = check_places(draft, wishes_.replications, place_);
    if (!places) return tl::unexpected(places.error());
    for (Candidate& form : *forms) {
      auto checks = check_fit(form.draft, *places, wishes_.replications, place_);
      if (!checks) return tl::unexpected(std::move(checks).error());
      form.checks = std::move(*checks);
    }
    Candidate& best =
        *std::min_element(forms->begin(), forms->end(), [](const Candidate& a, const Candidate& b) {
          return sum_of_differences(a.checks) < sum_of_differences(b.checks);
        });
    result_.fit = FitReport{.parts = std::move(best.parts),
                            .replications = wishes_.replications,
                            .checks = best.checks,
                            .notes = fit_notes(best.checks, losses)};
    best.draft.about = about_lines(result_, facts_);
    return loads(finished(best.draft), best.draft);
  }

  Imported finished(const ScenarioDraft& draft) {
    return {.result = result_, .path = wishes_.path, .text = scenario_text(draft), .traces = {}};
  }

  // What is written has to load.
  Checked<Imported> loads(Imported made, const ScenarioDraft& draft) {
    if (const auto loaded = load_draft(draft, place_); !loaded) {
      return tl::unexpected(loaded.error());
    }
    return made;
  }

  const ImportWishes& wishes_;
  const Catalog& catalog_;
  Monitor& monitor_;
  SimulationPlace place_;
  LogReading reading_;
  ingest::ImportFacts facts_;
  ImportResult result_;
};

}  // namespace

// What can fail of a full disk comes before the first file is at its place.
Result<void> Imported::commit() {
  SLUICE_TRY(const auto scenario, StagedFile::create(path));
  if (auto written = scenario->write(text); !written) return written;
  std::vector<StagedFile*> files;
  for (const auto& trace : traces) files.push_back(&trace->file());
  files.push_back(scenario.get());
  for (StagedFile* const file : files) {
    if (auto finished = file->finish(); !finished) return finished;
  }
  for (StagedFile* const file : files) {
    if (auto put = file->put(); !put) {
      for (StagedFile* const earlier : files) earlier->take_back();
      return put;
    }
  }
  return {};
}

Checked<Imported> import_log(ingest::ImportSource& source, const ImportWishes& wishes,
                             const Catalog& catalog, Monitor& monitor) {
  const ModelRow* fallback = catalog.model(wishes.model);
  if (fallback == nullptr) {
    return tl::unexpected(
        Errors{invalid("--model", in_quotes(wishes.model) + " is not a model of the catalog" +
                                      suggestion(wishes.model, catalog.model_names()))
                   .value()});
  }
  if (!is_offered(*fallback, catalog, wishes.tier, catalog.newest_date)) {
    return tl::unexpected(
        Errors{invalid("--model", fallback->id + " is not offered in the " + wishes.tier +
                                      " tier on " + catalog.newest_date.text())
                   .value()});
  }
  return Import(wishes, catalog, monitor, *fallback).run(source);
}

}  // namespace sluice::importer
