#include "experiment/tune_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "stats/sobol.hpp"

namespace sluice {
namespace {

// Beyond this a space that the scenario mostly refuses is not looked at further.
constexpr std::uint32_t kPointsMost = 20'000;

bool is_same_policy(const ClientPlan& a, const ClientPlan& b) {
  return a.retry == b.retry && a.breaker == b.breaker && a.pacer == b.pacer &&
         a.fallback == b.fallback && a.concurrency == b.concurrency;
}

// Presets first, then points of the space, until the arena is full; today's has entered.
class Entry {
 public:
  Entry(const TuneSubject& subject, TuneArena& arena) : subject_(subject), arena_(arena) {}

  void add(ClientDesign design) {
    if (std::find(seen_.begin(), seen_.end(), design) != seen_.end()) return;
    seen_.push_back(design);
    auto scenario = subject_.load(design);
    if (!scenario) {
      ++unfit_;
      return;
    }
    if (is_same_policy(subject_.client_of(*scenario), subject_.client())) return;
    arena_.enter({.design = std::move(design), .scenario = std::move(*scenario)});
  }
  std::int64_t unfit() const noexcept { return unfit_; }

 private:
  const TuneSubject& subject_;
  TuneArena& arena_;
  std::vector<ClientDesign> seen_;
  std::int64_t unfit_ = 0;
};

std::int64_t enter_all(const TuneSubject& subject, const TuneSpace& space, std::int64_t candidates,
                       TuneArena& arena) {
  Entry entry(subject, arena);
  const auto is_full = [&] {
    return static_cast<std::int64_t>(arena.entrants().size()) >= candidates;
  };
  for (ClientDesign& design : preset_designs(subject.client(), space)) entry.add(std::move(design));
  const stats::Sobol points(static_cast<int>(kTuneDimensions), subject.today().plan.seed);
  for (std::uint32_t i = 0; i < kPointsMost && !is_full(); ++i) {
    std::array<double, kTuneDimensions> point{};
    for (std::size_t d = 0; d < kTuneDimensions; ++d) {
      point[d] = stats::Sobol::unit(points.at(i, static_cast<int>(d)));
    }
    entry.add(design_at(point, subject.client(), space));
  }
  return entry.unfit();
}

class TuneSearch {
 public:
  TuneSearch(const Judged& judged, TuneArena& arena, const TuneWatch& watch, std::size_t today)
      : judged_(judged), arena_(arena), watch_(watch), today_(today) {
    for (std::size_t i = 0; i < arena_.entrants().size(); ++i) {
      if (i != today_) left_.push_back(i);
    }
  }

  Result<void> halve(const std::vector<stats::HalvingRound>& rounds) {
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      if (i > 0) keep(rounds[i].candidates);
      std::vector<TuneArena::Wish> wishes = {{today_, rounds[i].replications}};
      for (const std::size_t entrant : left_) wishes.push_back({entrant, rounds[i].replications});
      if (auto played = arena_.play(wishes, watch_.trials_done); !played) return played;
      tell(fmt::format("{} of {} candidates, {}", left_.size(), arena_.entrants().size() - 1,
                       counted(rounds[i].replications, "replication")));
    }
    keep(kFinalists);
    return {};
  }

  // Where the deciding goal is least settled.
  Result<void> refine(std::int64_t trials) {
    const std::vector<Scores> all = scores();
    const std::size_t goal = deciding_goal(all, judged_.goals);
    std::vector<stats::Performance> known;
    double size = 0;
    for (const Scores& scores : all) {
      known.push_back(performance(scores.goals[goal], judged_.goals[goal].more_is_better));
      size = std::max(size, std::abs(known.back().mean));
    }
    const bool is_share = judged_.goals[goal].unit == Unit::kRatio;
    const double indifference = is_share ? kNoticedShare : std::max(kNoticedPart * size, 1e-9);
    const std::vector<std::int64_t> more = stats::ocba_next(known, trials, indifference);
    std::vector<TuneArena::Wish> wishes;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      wishes.push_back({left_[i], known[i].replications + more[i]});
      most = std::max(most, wishes.back().replications);
    }
    wishes.push_back({today_, most});
    if (auto played = arena_.play(wishes, watch_.trials_done); !played) return played;
    tell(fmt::format("{} finalists", left_.size()));
    return {};
  }

  // The best first; also of a search that was stopped.
  std::vector<std::size_t> finalists() {
    std::erase_if(left_, [&](std::size_t i) { return arena_.entrants()[i].samples.empty(); });
    if (left_.empty()) return {};
    keep(kFinalists);
    fold();
    const std::size_t best = best_of(scores(), judged_.goals);
    std::rotate(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(best),
                left_.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    return left_;
  }

 private:
  static stats::Performance performance(Series numbers, bool more_is_better) {
    // Smaller is better to the selection procedures.
    for (double& number : numbers) number = more_is_better ? -number : number;
    return {.mean = stats::mean(numbers),
            .variance = numbers.size() < 2 ? 0 : stats::variance(numbers),
            .replications = static_cast<std::int64_t>(numbers.size())};
  }

  std::vector<Scores> scores() const {
    std::vector<Scores> all;
    all.reserve(left_.size());
    for (const std::size_t entrant : left_) all.push_back(arena_.scores(entrant));
    return all;
  }

  // Of those that have behaved alike in every run the least complex stands for all, and nobody for
  // those that behaved as today's: they come last, since another run may tell them apart.
  struct Folded {
    std::vector<std::size_t> apart;
    std::vector<std::size_t> alike;
  };
  Folded folded() const {
    Folded all;
    for (const std::size_t i : ranked(scores(), judged_.goals)) {
      const std::size_t entrant = left_[i];
      if (arena_.behave_alike(entrant, today_)) {
        all.alike.push_back(entrant);
        continue;
      }
      const auto same = std::find_if(all.apart.begin(), all.apart.end(), [&](std::size_t other) {
        return arena_.behave_alike(entrant, other);
      });
      if (same == all.apart.end()) {
        all.apart.push_back(entrant);
        continue;
      }
      all.alike.push_back(entrant);
      if (complexity(entrant) < complexity(*same)) std::swap(all.alike.back(), *same);
    }
    return all;
  }
  std::int64_t complexity(std::size_t entrant) const {
    return complexity_of(arena_.entrants()[entrant].design);
  }

  void keep(std::int64_t count) {
    Folded all = folded();
    left_ = std::move(all.apart);
    left_.insert(left_.end(), all.alike.begin(), all.alike.end());
    left_.resize(std::min(left_.size(), static_cast<std::size_t>(count)));
  }

  // One at least, even if it behaves as today's.
  void fold() {
    Folded all = folded();
    left_ = all.apart.empty() ? std::vector{all.alike.front()} : std::move(all.apart);
  }

  void tell(const std::string& stage) const {
    const std::vector<Scores> all = scores();
    const std::size_t best = best_of(all, judged_.goals);
    watch_.stage(stage, arena_.entrants()[left_[best]], all[best]);
  }

  const Judged& judged_;
  TuneArena& arena_;
  const TuneWatch& watch_;
  std::size_t today_;
  std::vector<std::size_t> left_;
};

}  // namespace

Result<Found> search(const TuneSubject& subject, const TuneSpace& space, const Judged& judged,
                     const Effort& effort, TuneArena& arena, const TuneWatch& watch) {
  Found found;
  found.today = arena.enter({.design = {}, .scenario = subject.today(), .is_today = true});
  found.unfit = enter_all(subject, space, effort.halving.front().candidates, arena);
  TuneSearch search(judged, arena, watch, found.today);
  Result<void> done = search.halve(effort.halving);
  if (done) done = search.refine(effort.finalist_trials);
  if (!done && done.error().code != ErrorCode::kInterrupted)
    return tl::unexpected(std::move(done).error());
  found.was_stopped = !done.has_value();
  found.finalists = search.finalists();
  for (std::size_t i = 0; i < arena.entrants().size(); ++i) {
    found.as_today += i != found.today && arena.behave_alike(i, found.today) ? 1 : 0;
  }
  return found;
}

}  // namespace sluice
