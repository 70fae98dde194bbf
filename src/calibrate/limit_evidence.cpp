#include "calibrate/limit_evidence.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::calibrate {
namespace {

// A bucket that never lost a fifth of what it holds has not been measured: what its headers show is
// then what they say of themselves, not what admits and refuses.
constexpr double kLeastSwing = 0.2;
// Less than this is no measurement.
constexpr std::int64_t kLeastAnswers = 20;
// So many refusals, and it has been met whatever the headers say.
constexpr std::int64_t kLeastRefusals = 5;
// An interval wider than this (to either side of the value) tells nobody anything.
constexpr double kWidestRefill = 0.02;
constexpr double kWidestCapacity = 0.2;
// Levels that are off by more than this part of the capacity are no token bucket's.
constexpr double kMostOff = 0.1;
// More answers than this part that show another limit are no stray ones.
constexpr double kMostOtherLimits = 0.1;
// A fit of a charge mode has to be so much better than the next, as losses.
constexpr double kClearly = 20;

std::string whole(double number) {
  return with_thousands(static_cast<std::int64_t>(std::llround(number)));
}
// Small numbers with two digits after the point.
std::string short_number(double number) {
  return std::abs(number) < 10 ? fmt::format("{:.2f}", number) : whole(number);
}

double swing_of(const LimitFit& fit) noexcept {
  const double capacity = fit.best.capacity;
  return capacity > 0 ? (capacity - fit.misfit.lowest) / capacity : 0;
}

double off_by(const LimitFit& fit) {
  return fit.misfit.looks == 0 ? 0 : fit.misfit.levels / static_cast<double>(fit.misfit.looks);
}

bool is_wide(const stats::Interval& interval, double most) {
  return std::max(interval.high - interval.value, interval.value - interval.low) >
         most * interval.value;
}

std::string_view unit_of(LimitType type) {
  return type == LimitType::kRequestsPerMinute ? "requests" : "tokens";
}

std::string counts_text(const FoundLimiter& found) {
  return fmt::format("{} answers, {} refusals", with_thousands(found.answers),
                     with_thousands(found.refusals));
}

std::string too_wide(const stats::Interval& interval, std::string_view unit) {
  return fmt::format("anything from {} to {} {} fits", whole(interval.low), whole(interval.high),
                     unit);
}

std::string refill_evidence(const FittedLimiter& fitted) {
  const FoundLimiter& found = fitted.found;
  std::string text = counts_text(found);
  if (found.place.limit == 0) return text + "; no header says the limit";
  text += "; the headers say " + with_thousands(found.place.limit);
  if (fitted.fit.is_whole) {
    const bool agrees = fitted.fit.refill.contains(static_cast<double>(found.place.limit));
    text += agrees ? ", which agrees" : ", which disagrees";
  }
  if (found.other_limits > 0) {
    text += fmt::format("; {} answers said another limit and were left out",
                        with_thousands(found.other_limits));
  }
  return text;
}

std::string capacity_evidence(const FittedLimiter& fitted) {
  std::string text = counts_text(fitted.found);
  const LimitFit& fit = fitted.fit;
  const std::string_view unit = unit_of(fitted.found.place.type);
  if (!fit.is_whole) {
    return text + fmt::format("; full it would show {} {}", whole(fit.best.capacity), unit);
  }
  text += fmt::format("; the level went from {} down to {}, {} {} off in the mean",
                      whole(fit.best.capacity), whole(fit.misfit.lowest), short_number(off_by(fit)),
                      unit);
  text += fitted.missing > 0 ? fmt::format("; by the resets {:.0f} s of refill lacked at the start",
                                           fitted.missing)
                             : "; taken to be full at the first attempt";
  const bool is_input = fitted.found.place.type == LimitType::kInputTokensPerMinuteCacheAware;
  if (is_input && !fitted.has_reads) text += "; no cache reads, so that plain would look the same";
  return text;
}

Estimate unknown(Estimate estimate, std::string reason) {
  estimate.reason = std::move(reason);
  estimate.is_identifiable = false;
  return estimate;
}

Estimate judged(Estimate estimate, double widest, const std::string& why) {
  if (!why.empty()) return unknown(std::move(estimate), why);
  if (is_wide(estimate.interval, widest)) {
    std::string reason = too_wide(estimate.interval, estimate.unit);
    return unknown(std::move(estimate), std::move(reason));
  }
  estimate.is_identifiable = true;
  return estimate;
}

}  // namespace

std::string_view name_of(ChargeMode mode) noexcept {
  switch (mode) {
    case ChargeMode::kStreaming:
      return "streaming";
    case ChargeMode::kReserveSettle:
      return "reserve_settle";
    case ChargeMode::kPost:
      return "post";
  }
  return "";
}

bool is_untouched(const FoundLimiter& found, const LimitFit& fit) noexcept {
  return found.refusals < kLeastRefusals && swing_of(fit) < kLeastSwing;
}

std::string why_unknown(const FittedLimiter& fitted) {
  const FoundLimiter& found = fitted.found;
  const LimitFit& fit = fitted.fit;
  if (found.answers + found.refusals < kLeastAnswers) {
    return fmt::format("only {} attempts tell of it", found.answers + found.refusals);
  }
  if (static_cast<double>(found.other_limits) >
      kMostOtherLimits * static_cast<double>(found.answers)) {
    return fmt::format(
        "the headers contradict each other: {} answers say {} a minute and {} another limit; it "
        "changed on the way, or the file is of several organizations",
        with_thousands(found.answers), with_thousands(found.place.limit),
        with_thousands(found.other_limits));
  }
  if (found.answers == 0) {
    const bool waits_vary = fit.misfit.looks > 0 && found.refusals >= kLeastAnswers;
    if (!waits_vary) return "no header shows it, and it hardly refused anything";
  }
  if (is_untouched(found, fit)) {
    return fmt::format(
        "the traffic is far below it: {} refusals, and {} of {} {} at the least left",
        with_thousands(found.refusals), whole(fit.misfit.lowest), whole(fit.best.capacity),
        unit_of(found.place.type));
  }
  if (off_by(fit) > kMostOff * fit.best.capacity) {
    return fmt::format(
        "no token bucket fits: levels are {} {} off in the mean; something else uses this limit "
        "too, or it is no bucket",
        whole(off_by(fit)), unit_of(found.place.type));
  }
  return {};
}

LimiterCalibration limiter_calibration(const FittedLimiter& fitted) {
  const FoundLimiter& found = fitted.found;
  const LimitFit& fit = fitted.fit;
  LimiterCalibration made;
  made.workspace = fitted.workspace;
  made.group = fitted.group;
  made.type = found.place.type;
  made.limit_said = found.place.limit;
  made.answers = found.answers;
  made.refusals = found.refusals;
  Estimate base;
  base.of = fitted.group;
  base.limit = std::string(name(found.place.type));
  const std::string_view unit = unit_of(found.place.type);
  const std::string why = why_unknown(fitted);

  Estimate refill = base;
  refill.what = "refill";
  refill.unit = std::string(unit) + " a minute";
  refill.interval = fit.refill;
  refill.evidence = refill_evidence(fitted);
  made.refill = judged(std::move(refill), kWidestRefill, why);

  Estimate capacity = base;
  capacity.what = "capacity";
  capacity.unit = unit;
  capacity.interval = fit.capacity;
  capacity.evidence = capacity_evidence(fitted);
  made.capacity = judged(std::move(capacity), kWidestCapacity, why);

  Estimate burst = base;
  burst.what = "burst";
  burst.unit = "s";
  const double a_second = fit.best.refill > 0 ? fit.best.refill / 60 : 1;
  burst.interval = {.value = fit.capacity.value / a_second,
                    .low = fit.capacity.low / a_second,
                    .high = fit.capacity.high / a_second};
  burst.evidence = made.capacity.evidence;
  made.burst = judged(std::move(burst), kWidestCapacity, why);
  return made;
}

Estimate charge_mode_estimate(const std::string& group, const FittedLimiter& output,
                              const std::vector<TriedMode>& tried) {
  Estimate estimate;
  estimate.what = "charge mode";
  estimate.of = group;
  estimate.limit = std::string(name(output.found.place.type));
  estimate.word = std::string(name_of(tried.front().mode));
  estimate.evidence = counts_text(output.found) + "; levels are off in the mean by";
  for (const TriedMode& one : tried) {
    estimate.evidence += fmt::format("{} {} tokens for {}", &one == &tried.front() ? "" : ",",
                                     short_number(one.off_by), name_of(one.mode));
  }
  if (const std::string why = why_unknown(output); !why.empty()) {
    return unknown(std::move(estimate), why);
  }
  if (tried.size() > 1 && tried[1].loss - tried[0].loss < kClearly) {
    return unknown(std::move(estimate),
                   fmt::format("{} explains the answers nearly as well as {}",
                               name_of(tried[1].mode), name_of(tried[0].mode)));
  }
  estimate.is_identifiable = true;
  return estimate;
}

}  // namespace sluice::calibrate
