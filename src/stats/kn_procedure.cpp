#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "stats/intervals.hpp"
#include "stats/selection.hpp"

namespace sluice::stats {

KnProcedure::KnProcedure(std::size_t candidates, KnOptions options)
    : options_(options),
      sums_(candidates, 0.0),
      in_play_(candidates, true),
      first_(candidates),
      variances_(candidates * candidates, 0.0) {
  SLUICE_CHECK(candidates >= 1 && options.indifference > 0 && options.first_replications >= 2);
  SLUICE_CHECK(options.alpha > 0 && options.alpha < 1);
  if (candidates == 1) return;
  const double share = 2 * options.alpha / static_cast<double>(candidates - 1);
  const auto freedom = static_cast<double>(options.first_replications - 1);
  // Positive for every alpha <= 1/2; a walk without any room to stray is the least there is.
  eta_ = std::max(0.0, 0.5 * (std::pow(share, -2 / freedom) - 1));
}

std::size_t KnProcedure::count_in_play() const noexcept {
  return static_cast<std::size_t>(std::count(in_play_.begin(), in_play_.end(), true));
}

std::size_t KnProcedure::best() const {
  std::size_t best = sums_.size();
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (in_play_[i] && (best == sums_.size() || sums_[i] < sums_[best])) best = i;
  }
  return best;
}

void KnProcedure::add(std::span<const double> values) {
  SLUICE_CHECK(values.size() == sums_.size());
  replications_ += 1;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (!in_play_[i]) continue;
    sums_[i] += values[i];
    if (replications_ <= options_.first_replications) first_[i].push_back(values[i]);
  }
  if (replications_ < options_.first_replications) return;
  if (replications_ == options_.first_replications) learn_variances();
  drop();
}

void KnProcedure::learn_variances() {
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    for (std::size_t j = i + 1; j < sums_.size(); ++j) {
      std::vector<double> differences;
      for (std::size_t r = 0; r < first_[i].size(); ++r) {
        differences.push_back(first_[i][r] - first_[j][r]);
      }
      variance(i, j) = variance(j, i) = stats::variance(differences);
    }
  }
}

// All that are in play are held against all that were before anybody was dropped here.
void KnProcedure::drop() {
  const double delta = options_.indifference;
  const double h_squared = 2 * eta_ * static_cast<double>(options_.first_replications - 1);
  std::vector<bool> stay = in_play_;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    for (std::size_t j = 0; j < sums_.size() && stay[i]; ++j) {
      if (i == j || !in_play_[i] || !in_play_[j]) continue;
      const double room = std::max(0.0, delta / 2 *
                                            (h_squared * variance(i, j) / (delta * delta) -
                                             static_cast<double>(replications_)));
      const double behind = sums_[i] - sums_[j];
      // Once the room is used up the smaller sum wins, and of equals the first.
      if (behind > room || (room == 0 && behind == 0 && j < i)) stay[i] = false;
    }
  }
  in_play_ = stay;
}

}  // namespace sluice::stats
