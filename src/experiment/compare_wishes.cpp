#include "experiment/compare_wishes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "results/metric.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

struct Pair {
  std::string name;
  std::string value;
};

Result<std::vector<Pair>> pairs_of(std::string_view list, char separator, std::string_view option,
                                   std::string_view example) {
  std::vector<Pair> pairs;
  for (const std::string& piece : pieces_of(list)) {
    const std::vector<std::string> parts = pieces_of(piece, separator);
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
      return invalid(std::string(option),
                     fmt::format("{} is not a list as in {}", in_quotes(list), example));
    }
    pairs.push_back({parts[0], parts[1]});
  }
  return pairs;
}

Result<double> number_of(std::string_view text, std::string_view option) {
  const auto fraction = Fraction::parse(text);
  if (!fraction || fraction->ppb < 0) {
    return invalid(std::string(option), in_quotes(text) + " is not a number of at least 0");
  }
  return static_cast<double>(fraction->ppb) / static_cast<double>(Fraction::kOne);
}

ComparedPlace place_of(const ScenarioText& scenario, const LoadedScenario& today) {
  return {scenario.catalog(), UnixTime{today.plan.start_unix_ns}.date(), today.tier};
}

// Weights become millionths that sum to a million: rounded down, the rest to the first.
Result<std::vector<ModelShare>> shares_of(std::string_view text, const ComparedPlace& place) {
  SLUICE_TRY(const std::vector<Pair> pairs,
             pairs_of(text, ':', "--mix", "haiku:80,sonnet:15,opus:5"));
  std::vector<double> weights;
  std::vector<ModelShare> shares;
  for (const Pair& pair : pairs) {
    SLUICE_TRY(const double weight, number_of(pair.value, "--mix"));
    Result<ComparedModel> model = find_compared_model(pair.name, place);
    if (!model) return invalid("--mix", model.error().message);
    for (const ModelShare& other : shares) {
      if (other.model.id != model->id) continue;
      return invalid("--mix", in_quotes(text) + " names " + model->id + " twice");
    }
    weights.push_back(weight);
    shares.push_back({std::move(*model), 0});
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum <= 0) return invalid("--mix", in_quotes(text) + " has no share above 0");
  std::int64_t left = kWholePpm;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i].ppm = static_cast<std::int64_t>(weights[i] / sum * kWholePpm);
    left -= shares[i].ppm;
  }
  shares.front().ppm += left;
  return shares;
}

Result<std::vector<std::string>> routes_of(std::string_view text, const ComparedPlace& place,
                                           const LoadedScenario& today) {
  SLUICE_TRY(const std::vector<Pair> pairs, pairs_of(text, '=', "--mix", "chat=haiku,agents=opus"));
  std::vector<std::string> names;
  for (const WorkloadSpec& workload : today.plan.workloads) names.push_back(workload.name);
  std::vector<std::string> routes(names.size());
  for (const Pair& pair : pairs) {
    const auto its = std::find(names.begin(), names.end(), pair.name);
    if (its == names.end()) {
      std::string near = suggestion(pair.name, names);
      if (near.empty()) near = ": there are " + join(names);
      return invalid("--mix", in_quotes(pair.name) + " is not a workload of the scenario" + near);
    }
    Result<ComparedModel> model = find_compared_model(pair.value, place);
    if (!model) return invalid("--mix", model.error().message);
    routes[static_cast<std::size_t>(its - names.begin())] = model->id;
  }
  return routes;
}

Result<MixWish> mix_of(const std::string& text, const ComparedPlace& place,
                       const LoadedScenario& today) {
  MixWish wish{.text = text, .shares = {}, .model_of_workload = {}};
  if (text.find('=') != std::string::npos) {
    SLUICE_TRY(wish.model_of_workload, routes_of(text, place, today));
  } else {
    SLUICE_TRY(wish.shares, shares_of(text, place));
  }
  return wish;
}

Result<std::vector<double>> quality_of(const std::string& text,
                                       const std::vector<ComparedModel>& models,
                                       const ComparedPlace& place) {
  constexpr std::string_view kOption = "--quality";
  SLUICE_TRY(const std::vector<Pair> pairs,
             pairs_of(text, ':', kOption, "haiku:0.7,sonnet:0.9,opus:1"));
  std::vector<std::optional<double>> found(models.size());
  for (const Pair& pair : pairs) {
    SLUICE_TRY(const double weight, number_of(pair.value, kOption));
    const Result<ComparedModel> model = find_compared_model(pair.name, place);
    if (!model) return invalid(std::string(kOption), model.error().message);
    const auto its = std::find_if(models.begin(), models.end(),
                                  [&](const ComparedModel& one) { return one.id == model->id; });
    if (its == models.end()) {
      return invalid(std::string(kOption), in_quotes(pair.name) + " is not among --models");
    }
    found[static_cast<std::size_t>(its - models.begin())] = weight;
  }
  std::vector<double> quality;
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (!found[i]) {
      return invalid(std::string(kOption), "has no weight for " + in_quotes(models[i].asked));
    }
    quality.push_back(*found[i]);
  }
  return quality;
}

Result<std::vector<WorkChange>> changes_of(const std::string& list) {
  std::vector<WorkChange> changes;
  if (list.empty()) return changes;
  const std::vector<std::string> names = work_change_names();
  for (const std::string& piece : pieces_of(list)) {
    const std::optional<WorkChange> change = work_change(piece);
    if (!change) {
      return invalid("--what-if",
                     in_quotes(piece) + " is not one of " + join(names) + suggestion(piece, names));
    }
    if (std::find(changes.begin(), changes.end(), *change) == changes.end()) {
      changes.push_back(*change);
    }
  }
  return changes;
}

Result<std::vector<std::string>> tiers_asked(const std::string& list, const ComparedPlace& place) {
  std::vector<std::string> tiers;
  if (list.empty()) return tiers;
  const std::vector<std::string> names = place.catalog.tier_names();
  for (const std::string& piece : pieces_of(list)) {
    if (std::find(names.begin(), names.end(), piece) == names.end()) {
      return invalid("--tiers",
                     in_quotes(piece) + " is not one of " + join(names) + suggestion(piece, names));
    }
    if (std::find(tiers.begin(), tiers.end(), piece) == tiers.end()) tiers.push_back(piece);
  }
  return tiers;
}

Result<void> read_constraints(const ComparisonTexts& texts, const ComparedPlace& place,
                              ComparisonWishes& wishes) {
  if (!texts.quality.empty()) {
    SLUICE_TRY(wishes.quality, quality_of(texts.quality, wishes.models, place));
  }
  if (texts.min_quality.empty() != texts.quality.empty()) {
    return invalid("--min-quality", "goes together with --quality haiku:0.7,sonnet:0.9,...");
  }
  if (!texts.min_quality.empty()) {
    SLUICE_TRY(wishes.min_quality, number_of(texts.min_quality, "--min-quality"));
  }
  if (texts.max_latency_p95.empty()) return {};
  const Result<Duration> longest = parse_duration(texts.max_latency_p95);
  if (!longest || *longest <= Duration{}) {
    return invalid("--max-latency-p95",
                   in_quotes(texts.max_latency_p95) + " is not a duration, as in 10s");
  }
  wishes.max_latency_p95 = as_double(MetricNumber(*longest));
  return {};
}

// The value, or its error among the others.
template <class T>
void take(Result<T> read, T& into, Errors& errors) {
  if (read) {
    into = std::move(*read);
  } else {
    errors.push_back(std::move(read).error());
  }
}

}  // namespace

Checked<ComparisonWishes> read_wishes(const ComparisonTexts& texts, const ScenarioText& scenario,
                                      const LoadedScenario& today) {
  const ComparedPlace place = place_of(scenario, today);
  ComparisonWishes wishes;
  Errors errors;
  take(find_compared_models(texts.models, place), wishes.models, errors);
  take(tiers_asked(texts.tiers, place), wishes.tiers, errors);
  take(changes_of(texts.what_if), wishes.changes, errors);
  for (const std::string& text : texts.mixes) {
    MixWish mix;
    take(mix_of(text, place, today), mix, errors);
    wishes.mixes.push_back(std::move(mix));
  }
  if (errors.empty()) {
    if (auto read = read_constraints(texts, place, wishes); !read) errors.push_back(read.error());
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return wishes;
}

}  // namespace sluice
