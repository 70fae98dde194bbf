#include "experiment/selftest.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

bool is_wanted(const ValidationCheck& check, const Claim& claim, const std::string& rows) {
  return (check.group + ": " + claim.name).find(rows) != std::string::npos;
}

ValidationChecks wanted(const ValidationChecks& checks, const std::string& rows) {
  ValidationChecks some;
  std::copy_if(
      checks.begin(), checks.end(), std::back_inserter(some), [&](const ValidationCheck& check) {
        return std::any_of(check.claims.begin(), check.claims.end(),
                           [&](const Claim& claim) { return is_wanted(check, claim, rows); });
      });
  return some;
}

// A number of replications of one check, and what came of them.
struct Look {
  const ValidationCheck* check;
  std::uint64_t seed;
  std::size_t number = 1;
  std::size_t first = 0;                               // replication
  std::vector<std::vector<Observation>> replications;  // empty ones were not run

  bool ran() const noexcept {
    return std::none_of(replications.begin(), replications.end(),
                        [](const auto& observations) { return observations.empty(); });
  }
};

Look first_look(const ValidationCheck& check, std::uint64_t seed) {
  SLUICE_CHECK(!check.claims.empty() && check.replications > 0);
  const std::uint64_t name =
      hash_combine(stable_hash(check.group), stable_hash(check.claims.front().name));
  return {.check = &check,
          .seed = hash_combine(seed, name),
          .replications = std::vector<std::vector<Observation>>(check.replications)};
}

// Fresh draws, and enough that what lies three standard errors off in truth lies six off here.
Look second_look(const Look& first) {
  constexpr std::size_t kTimes = 4;
  const std::size_t count = first.replications.size();
  return {.check = first.check,
          .seed = first.seed,
          .number = 2,
          .first = count,
          .replications = std::vector<std::vector<Observation>>(kTimes * count)};
}

// Threads that take replication after replication until none is left or the monitor says stop.
class Crew {
 public:
  Crew(const SelftestOptions& options, const SelftestMonitor& monitor)
      : options_(options), monitor_(monitor) {}

  void measure(std::vector<Look>& looks) {
    pieces_.clear();
    for (Look& look : looks) {
      for (std::size_t i = 0; i < look.replications.size(); ++i) pieces_.push_back({&look, i});
    }
    of_ += pieces_.size();
    next_ = 0;
    std::vector<std::thread> others;
    const std::size_t threads = std::min(options_.threads, pieces_.size());
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([this] { work(); });
    work();
    for (std::thread& other : others) other.join();
  }

 private:
  struct Piece {
    Look* look;
    std::size_t index;
  };

  void work() {
    while (!stopped_) {
      const std::size_t mine = next_++;
      if (mine >= pieces_.size()) return;
      Look& look = *pieces_[mine].look;
      std::vector<Observation>& observations = look.replications[pieces_[mine].index];
      observations = look.check->observe({.seed = look.seed,
                                          .replication = look.first + pieces_[mine].index,
                                          .effort_permille = options_.effort_permille});
      SLUICE_CHECK(observations.size() == look.check->claims.size());
      const std::lock_guard<std::mutex> lock(mutex_);
      ++done_;
      if (!monitor_({.done = done_, .of = of_})) stopped_ = true;
    }
  }

  const SelftestOptions& options_;
  const SelftestMonitor& monitor_;
  std::vector<Piece> pieces_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t of_ = 0;
};

// The ratio of the sums, and its standard error from the residuals of the replications; with that
// of what it is to be compared with, where that was measured too.
stats::Estimate estimate_of(const Look& look, std::size_t claim) {
  Observation sums{.sum = 0, .of = 0};
  for (const auto& observations : look.replications) {
    sums.sum += observations[claim].sum;
    sums.of += observations[claim].of;
  }
  const double ratio = sums.sum / sums.of;
  if (look.check->is_exact) return {.mean = ratio, .standard_error = 0};
  const double of_mean = sums.of / static_cast<double>(look.replications.size());
  std::vector<double> residuals;
  residuals.reserve(look.replications.size());
  for (const auto& observations : look.replications) {
    residuals.push_back((observations[claim].sum - ratio * observations[claim].of) / of_mean);
  }
  const auto spread = stats::estimate(residuals);
  const double ours = spread ? spread->standard_error : 0;
  const double theirs = look.check->claims[claim].standard_error;
  return {.mean = ratio, .standard_error = std::sqrt(ours * ours + theirs * theirs)};
}

std::vector<SelftestRow> rows_of(const Look& look, const std::string& wanted) {
  std::vector<SelftestRow> rows;
  for (std::size_t i = 0; i < look.check->claims.size(); ++i) {
    const Claim& claim = look.check->claims[i];
    if (!is_wanted(*look.check, claim, wanted)) continue;
    rows.push_back({.group = look.check->group,
                    .name = claim.name,
                    .is_exact = look.check->is_exact,
                    .verdict = stats::judge(claim.exact, estimate_of(look, i)),
                    .replications = look.replications.size(),
                    .looks = look.number});
  }
  return rows;
}

bool needs_second_look(const Look& look, const std::string& wanted) {
  if (look.check->is_exact || !look.ran()) return false;
  const std::vector<SelftestRow> rows = rows_of(look, wanted);
  return std::any_of(rows.begin(), rows.end(),
                     [](const SelftestRow& row) { return !row.verdict.pass; });
}

}  // namespace

ValidationChecks all_checks() {
  ValidationChecks all;
  for (ValidationChecks (*group)() :
       {bucket_checks, overload_checks, invariant_checks, little_checks, retrial_checks,
        queue_checks, rate_checks, price_checks, backoff_checks, contention_checks,
        window_checks}) {
    ValidationChecks some = group();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

SelftestReport run_checks(const ValidationChecks& checks, const SelftestOptions& options,
                          const SelftestMonitor& monitor) {
  SLUICE_CHECK(options.effort_permille > 0);
  const ValidationChecks chosen = wanted(checks, options.rows);
  std::vector<Look> looks;
  for (const ValidationCheck& check : chosen) looks.push_back(first_look(check, options.seed));
  Crew crew(options, monitor);
  crew.measure(looks);

  std::vector<std::size_t> again;
  std::vector<Look> second;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    if (!needs_second_look(looks[i], options.rows)) continue;
    again.push_back(i);
    second.push_back(second_look(looks[i]));
  }
  crew.measure(second);
  for (std::size_t i = 0; i < again.size(); ++i) looks[again[i]] = std::move(second[i]);

  SelftestReport report{.seed = options.seed, .complete = true, .rows = {}};
  for (const Look& look : looks) {
    report.complete = report.complete && look.ran();
    if (!look.ran()) continue;
    std::vector<SelftestRow> rows = rows_of(look, options.rows);
    std::move(rows.begin(), rows.end(), std::back_inserter(report.rows));
  }
  return report;
}

SelftestReport run_selftest(const SelftestOptions& options, const SelftestMonitor& monitor) {
  return run_checks(all_checks(), options, monitor);
}

}  // namespace sluice
