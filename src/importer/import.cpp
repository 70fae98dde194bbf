#include "importer/import.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

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

  void describe_log() {
    result_.scenario = name_of(wishes_.path);
    result_.format = ingest::name(facts_.format);
    result_.files = static_cast<std::int64_t>(facts_.files.size());
    result_.rows = facts_.rows;
    result_.bad_rows = facts_.bad_rows;
    result_.left_aside = static_cast<std::int64_t>(facts_.left_aside.size());
    result_.duplicates = facts_.duplicates;
    result_.not_calls = facts_.not_calls;
    result_.failed_calls = reading_.failed();
    result_.calls = reading_.calls();
    if (facts_.has_dates) {
      result_.from = instant(reading_.zero()).text();
      result_.until = instant(reading_.last()).text();
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
                     .is_cut = result_.span > kLongest},
                    result_);
  }

  ImportedWorkload described(const Lane& lane) const {
    const auto at = [](const Histogram& values, std::int64_t ppm) {
      return static_cast<std::int64_t>(values.quantile(Ppm{ppm}).value_or(0));
    };
    return {.name = lane.name,
            .model = lane.model->id,
            .sizes_for = lane.sizes_for == nullptr ? "" : std::string(short_name(*lane.sizes_for)),
            .log_names = lane.log_names,
            .trace = wishes_.fit ? "" : name_of(lane.trace->path()),
            .calls = lane.calls,
            .tokens = lane.tokens,
            .prompt_p50 = at(lane.prompts, 500'000),
            .prompt_p95 = at(lane.prompts, 950'000),
            .output_p50 = at(lane.outputs, 500'000),
            .output_p95 = at(lane.outputs, 950'000)};
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
    auto tiers = check_tiers(draft, result_.cost->dearest_month, place_);
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

  Checked<Imported> fitted(const ScenarioDraft& draft) {
    ScenarioDraft fit = draft;
    FitReport report;
    report.replications = wishes_.replications;
    std::vector<std::string> losses;
    std::size_t i = 0;
    for (Lane& lane : reading_.lanes().all()) {
      FitInput input{.path = lane.trace->temporary(), .workload = draft.workloads[i], .zero = {}};
      if (facts_.has_dates) input.zero = instant(reading_.zero());
      auto made = fit_workload(input);
      if (!made) return failed(made.error());
      std::move(made->parts.begin(), made->parts.end(), std::back_inserter(report.parts));
      std::move(made->losses.begin(), made->losses.end(), std::back_inserter(losses));
      if (made->follows_the_day) {
        fit.start = same_hour_near(instant(reading_.zero()), catalog_.newest_date);
      }
      fit.workloads[i++] = std::move(made->workload);
    }
    auto checks = check_fit({draft, fit}, wishes_.replications, place_);
    if (!checks) return tl::unexpected(std::move(checks).error());
    report.checks = std::move(*checks);
    report.notes = fit_notes(report.checks, losses);
    result_.fit = std::move(report);
    fit.about = about_lines(result_, facts_);
    return loads(finished(fit), fit);
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

Result<void> Imported::commit_traces() {
  for (const auto& trace : traces) {
    if (auto committed = trace->commit(); !committed) {
      withdraw_traces();
      return committed;
    }
  }
  return {};
}

void Imported::withdraw_traces() noexcept {
  for (const auto& trace : traces) trace->withdraw();
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
