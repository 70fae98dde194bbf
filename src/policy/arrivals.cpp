#include "policy/arrivals.hpp"

#include <string>
#include <utility>

namespace sluice {
namespace {

using Found = std::optional<Error>;

constexpr std::int64_t kCountMax = 1'000'000'000'000;
constexpr Duration kPerMax = hours(24 * 366);
constexpr Duration kLengthMax = hours(24 * 366 * 10);
constexpr Fraction kFactorMax = Fraction::whole(1000);

Found flaw_in_rate(const Rate& rate, const std::string& where) {
  if (rate.count < 0) return invalid_input(where, "is negative; expected 0 or more");
  if (rate.per <= Duration{} || kPerMax < rate.per)
    return invalid_input(where, "must be per 1 ns to 366 days");
  if (rate.count > kCountMax || rate.count > ns(rate.per)) {
    return invalid_input(where, "is above a thousand million a second");
  }
  return std::nullopt;
}

Found flaw_in_fraction(Fraction value, Fraction low, Fraction high, const std::string& where) {
  if (low <= value && value <= high) return std::nullopt;
  return invalid_input(where, "must be between " + low.text() + " and " + high.text());
}

Found flaw_in_length(Duration length, Duration low, const std::string& where) {
  if (length < low)
    return invalid_input(
        where, low == Duration{} ? "is negative; expected 0 or more" : "must be positive");
  if (kLengthMax < length) return invalid_input(where, "is above ten years");
  return std::nullopt;
}

Found flaw_in_process(BaseProcess process, Fraction burstiness) {
  if (process != BaseProcess::kGamma) return std::nullopt;
  return flaw_in_fraction(burstiness, {10'000'000}, Fraction::whole(1000), "/burstiness");
}

struct Flaws {
  Found operator()(const ArrivalConstant& spec) const { return flaw_in_rate(spec.rate, "/rate"); }
  Found operator()(const ArrivalPoisson& spec) const { return flaw_in_rate(spec.rate, "/rate"); }
  Found operator()(const ArrivalGamma& spec) const {
    if (Found found = flaw_in_rate(spec.rate, "/rate")) return found;
    return flaw_in_process(BaseProcess::kGamma, spec.burstiness);
  }
  Found operator()(const ArrivalWeibull& spec) const {
    if (Found found = flaw_in_rate(spec.rate, "/rate")) return found;
    return flaw_in_fraction(spec.shape, {250'000'000}, Fraction::whole(100), "/shape");
  }
  Found operator()(const ArrivalOnOff& spec) const {
    if (Found found = flaw_in_rate(spec.rate, "/rate")) return found;
    if (Found found = flaw_in_length(spec.mean_on, nanoseconds(1), "/mean_on")) return found;
    if (Found found = flaw_in_length(spec.mean_off, Duration{}, "/mean_off")) return found;
    if (kPerMax < spec.mean_on) return invalid_input("/mean_on", "is above 366 days");
    if (kPerMax < spec.mean_off) return invalid_input("/mean_off", "is above 366 days");
    return flaw_in_process(spec.process, spec.burstiness);
  }
  Found operator()(const ArrivalRamp& spec) const {
    if (Found found = flaw_in_rate(spec.from, "/from")) return found;
    if (Found found = flaw_in_rate(spec.to, "/to")) return found;
    if (Found found = flaw_in_length(spec.over, nanoseconds(1), "/over")) return found;
    return flaw_in_process(spec.process, spec.burstiness);
  }
  Found operator()(const ArrivalSteps& spec) const {
    if (spec.steps.empty()) return invalid_input("/steps", "is empty");
    for (std::size_t i = 0; i < spec.steps.size(); ++i) {
      const std::string where = "/steps/" + std::to_string(i);
      if (Found found = flaw_in_rate(spec.steps[i].rate, where + "/rate")) return found;
      if (Found found = flaw_in_length(spec.steps[i].at, Duration{}, where + "/at")) return found;
      if (i > 0 && spec.steps[i].at <= spec.steps[i - 1].at) {
        return invalid_input(where + "/at", "must be later than the step before");
      }
    }
    return flaw_in_process(spec.process, spec.burstiness);
  }
  Found operator()(const ArrivalDiurnal& spec) const {
    if (Found found = flaw_in_rate(spec.mean, "/mean")) return found;
    if (Found found = flaw_in_fraction(spec.amplitude, {}, Fraction::whole(1), "/amplitude")) {
      return found;
    }
    if (spec.peak_at < Duration{} || hours(24) < spec.peak_at) {
      return invalid_input("/peak_at", "must be a time of day, 0 to 24 hours");
    }
    if (Found found = flaw_in_fraction(spec.weekend, {}, kFactorMax, "/weekend")) return found;
    return flaw_in_process(spec.process, spec.burstiness);
  }
};

}  // namespace

std::optional<Error> flaw_in(const ArrivalSpec& spec) { return std::visit(Flaws{}, spec); }

std::optional<Error> flaw_in(const RateChanges& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string where = std::string("/").append(std::to_string(i));
    if (changes[i].at < kRunStart)
      return invalid_input(where + "/at", "is before the start of the run");
    if (i > 0 && changes[i].at < changes[i - 1].at) {
      return invalid_input(where + "/at", "is before the change before it");
    }
    if (Found found = flaw_in_fraction(changes[i].factor, {}, kFactorMax, where + "/factor")) {
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace sluice
