#include "experiment/compare_mix.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace sluice {
namespace {

constexpr double kTolerance = 1e-9;
constexpr std::size_t kMostModels = 3;  // of a vertex: two constraints and the sum

// sum a_m s_m >= least.
struct Bound {
  std::vector<double> a;
  double least = 0;
};

std::vector<Bound> bounds_of(const std::vector<MixCandidate>& candidates,
                             const MixConstraints& constraints) {
  std::vector<Bound> bounds;
  const auto add = [&](double MixCandidate::*field, std::optional<double> least) {
    if (!least) return;
    Bound bound{.a = {}, .least = *least};
    for (const MixCandidate& candidate : candidates) bound.a.push_back(candidate.*field);
    bounds.push_back(std::move(bound));
  };
  add(&MixCandidate::quality, constraints.min_quality);
  add(&MixCandidate::in_time, constraints.min_in_time);
  return bounds;
}

// The equations that make a vertex: the sum of the support's shares, and tight bounds.
struct Equations {
  std::size_t count = 0;
  std::array<std::array<double, kMostModels + 1>, kMostModels> rows{};
};

// Gauss-Jordan with the largest pivot; none where the equations do not determine the shares.
std::optional<std::array<double, kMostModels>> solve(Equations e) {
  for (std::size_t column = 0; column < e.count; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column; row < e.count; ++row) {
      if (std::fabs(e.rows[row][column]) > std::fabs(e.rows[pivot][column])) pivot = row;
    }
    if (std::fabs(e.rows[pivot][column]) < kTolerance) return std::nullopt;
    std::swap(e.rows[pivot], e.rows[column]);
    for (std::size_t row = 0; row < e.count; ++row) {
      if (row == column) continue;
      const double factor = e.rows[row][column] / e.rows[column][column];
      for (std::size_t i = 0; i <= e.count; ++i) e.rows[row][i] -= factor * e.rows[column][i];
    }
  }
  std::array<double, kMostModels> solution{};
  for (std::size_t i = 0; i < e.count; ++i) solution[i] = e.rows[i][e.count] / e.rows[i][i];
  return solution;
}

class Search {
 public:
  Search(const std::vector<MixCandidate>& candidates, std::vector<Bound> bounds)
      : candidates_(candidates), bounds_(std::move(bounds)) {}

  std::optional<MixOptimum> best() {
    for (std::size_t size = 1; size <= bounds_.size() + 1; ++size) choose(size, 0);
    return best_;
  }

 private:
  // Every set of `size` models, and for it every set of size - 1 tight bounds.
  void choose(std::size_t size, std::size_t first) {
    if (support_.size() == size) {
      if (size == 2) {
        for (std::size_t tight = 0; tight < bounds_.size(); ++tight) try_vertex({tight});
      } else {
        try_vertex(size == 1 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0, 1});
      }
      return;
    }
    for (std::size_t m = first; m < candidates_.size(); ++m) {
      support_.push_back(m);
      choose(size, m + 1);
      support_.pop_back();
    }
  }

  void try_vertex(const std::vector<std::size_t>& tight) {
    Equations e{.count = support_.size(), .rows = {}};
    for (std::size_t i = 0; i < e.count; ++i) {
      e.rows[0][i] = 1;
      for (std::size_t t = 0; t < tight.size(); ++t) {
        e.rows[t + 1][i] = bounds_[tight[t]].a[support_[i]];
      }
    }
    e.rows[0][e.count] = 1;
    for (std::size_t t = 0; t < tight.size(); ++t) {
      e.rows[t + 1][e.count] = bounds_[tight[t]].least;
    }
    const auto solution = solve(e);
    if (!solution) return;
    MixOptimum mix{.shares = std::vector<double>(candidates_.size()), .cost = 0};
    for (std::size_t i = 0; i < e.count; ++i) {
      if ((*solution)[i] < -kTolerance) return;
      mix.shares[support_[i]] = std::fmax((*solution)[i], 0);
      mix.cost += mix.shares[support_[i]] * candidates_[support_[i]].cost;
    }
    if (!keeps_bounds(mix)) return;
    if (!best_ || mix.cost < best_->cost - kTolerance * best_->cost) best_ = std::move(mix);
  }

  bool keeps_bounds(const MixOptimum& mix) const {
    for (const Bound& bound : bounds_) {
      double sum = 0;
      for (std::size_t m = 0; m < mix.shares.size(); ++m) sum += mix.shares[m] * bound.a[m];
      if (sum < bound.least - kTolerance) return false;
    }
    return true;
  }

  const std::vector<MixCandidate>& candidates_;
  std::vector<Bound> bounds_;
  std::vector<std::size_t> support_;
  std::optional<MixOptimum> best_;
};

}  // namespace

std::optional<MixOptimum> cheapest_mix(const std::vector<MixCandidate>& candidates,
                                       const MixConstraints& constraints) {
  return Search(candidates, bounds_of(candidates, constraints)).best();
}

}  // namespace sluice
