#include "fit/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "fit/arrival_candidates.hpp"
#include "fit/arrival_log.hpp"
#include "fit/rate_curve_fit.hpp"

namespace sluice::fit {
namespace {

constexpr std::int64_t kArrivalsMin = 20;

void append(std::vector<ArrivalCandidate>& all, std::vector<ArrivalCandidate> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

// How far a candidate's counts are from the log's, over the widest windows.
double misfit(const ArrivalCandidate& candidate, const std::vector<Dispersion>& wanted) {
  for (std::size_t i = wanted.size(); i-- > 0;) {
    if (wanted[i].windows < 2) continue;
    return std::abs(candidate.dispersion[i].mean - wanted[i].of_log);
  }
  return 0;
}

void choose(FittedArrivals& fitted) {
  const auto& tried = fitted.candidates;
  const auto agrees = [](const ArrivalCandidate& one) { return one.counts_agree.value_or(true); };
  const bool is_judged = tried.front().counts_agree.has_value();  // by the log: all or none
  const bool any_agrees = std::any_of(tried.begin(), tried.end(), agrees);
  const auto is_better = [&](const ArrivalCandidate& a, const ArrivalCandidate& b) {
    if (any_agrees && agrees(a) != agrees(b)) return agrees(a);
    if (any_agrees) return a.bic < b.bic;
    return misfit(a, fitted.dispersion) < misfit(b, fitted.dispersion);
  };
  const auto by_gaps = std::min_element(tried.begin(), tried.end(),
                                        [](const auto& a, const auto& b) { return a.bic < b.bic; });
  const auto best = std::min_element(tried.begin(), tried.end(), is_better);
  fitted.chosen = static_cast<std::size_t>(best - tried.begin());
  fitted.spec = best->spec;
  if (!is_judged) {
    fitted.why = best->name +
                 " fits the gaps best; how counts vary is not judged: there are fewer than ten "
                 "windows of 10 s";
  } else if (!any_agrees) {
    fitted.why =
        best->name + " comes nearest to how counts vary, though none varies as the log does";
  } else if (by_gaps != best) {
    fitted.why = by_gaps->name +
                 " fits the gaps best, but its counts vary otherwise than the log's; " +
                 best->name + " is the best of those that agree";
  } else {
    fitted.why = best->name + " fits the gaps best, and its counts vary as the log's";
  }
}

}  // namespace

struct ArrivalFitter::State {
  ArrivalFitOptions options;
  ArrivalLog log;
};

ArrivalFitter::ArrivalFitter(const ArrivalFitOptions& options)
    : state_(std::make_unique<State>(State{.options = options, .log = {}})) {}
ArrivalFitter::~ArrivalFitter() = default;
ArrivalFitter::ArrivalFitter(ArrivalFitter&& other) noexcept = default;
ArrivalFitter& ArrivalFitter::operator=(ArrivalFitter&& other) noexcept = default;

void ArrivalFitter::add(Duration at) { state_->log.add(at); }

std::int64_t ArrivalFitter::count() const noexcept { return state_->log.count(); }

FittedArrivals ArrivalFitter::fit() const {
  ArrivalLog log = state_->log;
  log.finish();
  FittedArrivals fitted;
  fitted.spec = ArrivalPoisson{{0, minutes(1)}};
  fitted.arrivals = log.count();
  fitted.why = "there are no arrivals";
  if (log.count() == 0) return fitted;
  fitted.origin = log.origin();
  fitted.span = log.span();
  fitted.spread = log.step();
  const Duration watched = std::max(fitted.span, seconds(1));
  fitted.per_second = static_cast<double>(log.count()) / (static_cast<double>(ns(watched)) / 1e9);
  const ArrivalPoisson constant{readable_rate(fitted.per_second)};
  fitted.spec = constant;
  fitted.why = "too few arrivals to tell more than their rate";
  if (log.count() < kArrivalsMin) return fitted;
  if (fitted.span == Duration{}) {
    fitted.why = "all arrivals share one instant, which is no rate: counted as those of one second";
    return fitted;
  }
  const UnixTime origin{state_->options.has_dates ? ns(log.origin()) : 0};
  fitted.dispersion = dispersions_of(log);
  append(fitted.candidates, candidates_about(constant, "", 1, log, origin));
  const ArrivalSteps steps = fit_steps(log.counts(), fitted.span);
  const auto number = static_cast<std::int64_t>(steps.steps.size());
  if (number > 1 && !flaw_in(ArrivalSpec{steps})) {
    append(fitted.candidates, candidates_about(steps, " about steps", 2 * number - 1, log, origin));
  }
  if (state_->options.has_dates) {
    if (const auto day = fit_diurnal(log.counts(), fitted.span, origin)) {
      append(fitted.candidates, candidates_about(*day, " about a day's curve", 4, log, origin));
    }
  }
  for (ArrivalCandidate& candidate : fitted.candidates) {
    simulate_counts(candidate, fitted.dispersion, log.counts().width(), origin);
  }
  choose(fitted);
  return fitted;
}

}  // namespace sluice::fit
