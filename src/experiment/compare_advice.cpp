#include "experiment/compare_advice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "experiment/compare_mix.hpp"
#include "experiment/compare_variants.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

constexpr double kInTime = 0.95;  // of a p95
constexpr std::array kMargins = {0.0, 0.002, 0.005, 0.01};

// One way to the coefficients: models on their own, with limits or without.
class Program {
 public:
  Program(const MixSearch& search, const ComparedMetrics& metrics, ComparedTable& table)
      : search_(search), metrics_(metrics), table_(table) {}

  Result<void> measure(bool with_limits) {
    std::deque<LoadedScenario> scenarios;
    models_.clear();
    candidates_.clear();
    for (std::size_t m = 0; m < search_.model_rows.size(); ++m) {
      const LoadedScenario* base = table_.scenario(search_.model_rows[m]);
      if (base == nullptr) continue;
      LoadedScenario scenario = with_limits ? *base : without_limits(*base);
      scenario.objectives = {};
      if (search_.wishes.max_latency_p95) scenario.objectives.latency_within = longest();
      scenarios.push_back(std::move(scenario));
      models_.push_back(m);
    }
    std::vector<const LoadedScenario*> pointers;
    for (const LoadedScenario& scenario : scenarios) pointers.push_back(&scenario);
    SLUICE_TRY(auto samples, table_.run_aside(pointers, 0, table_.replications()));
    keep_priced(samples);
    return {};
  }

  std::optional<MixOptimum> best(double margin) const {
    MixConstraints constraints;
    constraints.min_quality = search_.wishes.min_quality;
    if (search_.wishes.max_latency_p95) constraints.min_in_time = kInTime + margin;
    return cheapest_mix(candidates_, constraints);
  }

  const std::vector<MixCandidate>& candidates() const noexcept { return candidates_; }

  // As shares of the wished models: only those above 0.
  std::vector<ModelShare> shares(const MixOptimum& mix) const {
    std::vector<ModelShare> shares;
    std::int64_t left = kWholePpm;
    for (std::size_t i = 0; i < mix.shares.size(); ++i) {
      const auto ppm = static_cast<std::int64_t>(std::floor(mix.shares[i] * kWholePpm + 0.5));
      if (ppm <= 0) continue;
      shares.push_back({search_.wishes.models[models_[i]], std::min(ppm, left)});
      left -= shares.back().ppm;
    }
    shares.back().ppm += left;
    return shares;
  }

  std::optional<double> quality_of(std::size_t candidate) const {
    if (search_.wishes.quality.empty()) return std::nullopt;
    return candidates_[candidate].quality;
  }

 private:
  Duration longest() const {
    return Duration{static_cast<std::int64_t>(*search_.wishes.max_latency_p95 * 1e9)};
  }

  void keep_priced(const std::vector<std::vector<Sample>>& samples) {
    std::vector<std::size_t> priced;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      ComparedRow row;
      metrics_.fill(row, samples[i]);
      const auto& cost = row.figure(Measure::kCostPerRequest);
      if (!cost) continue;
      const auto& quality = search_.wishes.quality;
      candidates_.push_back({.cost = cost->value,
                             .quality = quality.empty() ? 0 : quality[models_[i]],
                             .in_time = metrics_.good_share(samples[i])});
      priced.push_back(models_[i]);
    }
    models_ = std::move(priced);
  }

  const MixSearch& search_;
  const ComparedMetrics& metrics_;
  ComparedTable& table_;
  std::vector<std::size_t> models_;  // by candidate: index into wishes.models
  std::vector<MixCandidate> candidates_;
};

std::string mix_name(const std::vector<ModelShare>& shares) {
  std::string name;
  for (const ModelShare& share : shares) {
    const double percent = static_cast<double>(share.ppm) / 10'000;
    name += fmt::format("{}{}:{:.4g}", name.empty() ? "" : ",", share.model.asked, percent);
  }
  return name;
}

void note(MixAdvice& advice, const Program& program, const MixOptimum& mix) {
  const std::vector<ModelShare> shares = program.shares(mix);
  advice.shares.clear();
  for (const ModelShare& share : shares) {
    advice.shares.push_back(
        {share.model.asked, static_cast<double>(share.ppm) / kWholePpm, std::nullopt});
  }
  advice.cost_expected = mix.cost;
  double quality = 0;
  std::size_t position = 0;
  for (std::size_t i = 0; i < mix.shares.size(); ++i) {
    const auto weight = program.quality_of(i);
    if (!weight) return;
    quality += mix.shares[i] * *weight;
    if (position < shares.size() && std::llround(mix.shares[i] * kWholePpm) > 0) {
      advice.shares[position++].quality = weight;
    }
  }
  advice.quality = quality;
}

// Simulates a mix; true and a row if it keeps the latency.
Result<bool> confirm(const MixSearch& search, const std::vector<ModelShare>& shares,
                     const ComparedMetrics& metrics, ComparedTable& table, MixAdvice& advice) {
  auto scenario = load_mix(search.text, search.today, shares);
  if (!scenario) return tl::unexpected(scenario.error().front());
  SLUICE_TRY(auto samples, table.run_aside({&*scenario}, 0, table.replications()));
  ComparedRow row;
  row.kind = ComparedKind::kCheapestMix;
  row.name = mix_name(shares);
  row.reference = search.today_row;
  ComparedRow judged = row;
  metrics.fill(judged, samples.front());
  const auto& p95 = judged.figure(Measure::kLatencyP95);
  const auto& longest = search.wishes.max_latency_p95;
  if (longest && (!p95 || p95->value > *longest)) return false;
  advice.row = table.add_run(std::move(row), std::move(*scenario), std::move(samples.front()));
  return true;
}

}  // namespace

Result<MixAdvice> find_cheapest_mix(const MixSearch& search, const ComparedMetrics& metrics,
                                    ComparedTable& table) {
  MixAdvice advice;
  advice.min_quality = search.wishes.min_quality;
  advice.max_latency_p95 = search.wishes.max_latency_p95;
  Program program(search, metrics, table);
  std::optional<MixOptimum> tried;
  for (const bool with_limits : {false, true}) {
    if (auto measured = program.measure(with_limits); !measured) {
      return tl::unexpected(measured.error());
    }
    if (!with_limits) {
      for (const MixCandidate& candidate : program.candidates()) {
        advice.best_quality = std::max(advice.best_quality, candidate.quality);
        advice.best_within = std::max(advice.best_within, candidate.in_time);
      }
    }
    for (const double margin : kMargins) {
      const std::optional<MixOptimum> mix = program.best(margin);
      if (!mix) break;
      if (tried && tried->shares == mix->shares) continue;
      tried = mix;
      note(advice, program, *mix);
      SLUICE_TRY(const bool confirmed,
                 confirm(search, program.shares(*mix), metrics, table, advice));
      advice.verdict = confirmed ? MixVerdict::kConfirmed : MixVerdict::kLimitsSpoilIt;
      if (confirmed) return advice;
    }
    if (!tried) return advice;  // not even without limits
  }
  return advice;
}

}  // namespace sluice
