#include "calibrate/service_times.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/deterministic_math.hpp"
#include "base/text.hpp"
#include "calibrate/estimate_names.hpp"

namespace sluice::calibrate {
namespace {

// A slope is known where its interval is no wider than this share of it, to either side.
constexpr double kWidestSlope = 0.5;
// A wall millisecond may be at most this share of the usual TTFT, and of what an answer lasts.
constexpr double kMostNoise = 0.3;
constexpr double kMostNoiseOfSpeed = 0.1;
constexpr double kLeastTick = 0.001;
// Worth a word: sends are late by more of the base than this.
constexpr double kBusy = 0.05;

struct Spread {
  double low = 0;
  double high = 0;
};

Spread spread_of(const std::vector<Sample>& samples, std::size_t column) {
  Spread spread{samples.front().x[column], samples.front().x[column]};
  for (const Sample& sample : samples) {
    spread.low = std::min(spread.low, sample.x[column]);
    spread.high = std::max(spread.high, sample.x[column]);
  }
  return spread;
}

std::string tokens_text(Spread spread) {
  return fmt::format("{} to {} tokens", with_thousands(std::llround(spread.low)),
                     with_thousands(std::llround(spread.high)));
}

bool is_known(const std::optional<stats::Interval>& slope) {
  return slope && slope->low > 0 && slope->half_width() <= kWidestSlope * slope->value;
}

Estimate estimate(std::string_view what, const std::string& model, std::string_view unit) {
  Estimate made;
  made.what = what;
  made.of = model;
  made.unit = unit;
  return made;
}

Estimate known(Estimate made, const stats::Interval& interval, std::string evidence) {
  made.interval = interval;
  made.is_identifiable = true;
  made.evidence = std::move(evidence);
  return made;
}

Estimate with_reason(Estimate made, std::string reason) {
  made.reason = std::move(reason);
  return made;
}

// Seconds a token to tokens a second.
stats::Interval as_speed(const stats::Interval& slope) {
  return {.value = 1 / slope.value, .low = 1 / slope.high, .high = 1 / slope.low};
}

// The fit with the slopes that it can tell, and why it cannot tell the others.
struct TtftFit {
  std::optional<LognormalFit> fit;
  std::array<std::string, 2> reasons;  // empty: the slope is known
};

double held_slope(const std::optional<AssumedSpeeds>& assumed, std::size_t column) {
  if (!assumed) return 0;
  return 1 / static_cast<double>(column == 0 ? assumed->prefill_per_second
                                             : assumed->cached_per_second);
}

std::string held_text(const std::optional<AssumedSpeeds>& assumed, std::size_t column) {
  if (!assumed) return "taken to cost no time";
  const std::int64_t speed = column == 0 ? assumed->prefill_per_second : assumed->cached_per_second;
  return fmt::format("held at {}'s {} tokens a second", assumed->source, with_thousands(speed));
}

std::string too_small(const std::optional<stats::Interval>& slope, Spread spread) {
  const std::string sizes = tokens_text(spread);
  if (!slope) return fmt::format("no maximum of the likelihood with sizes of {}", sizes);
  if (slope->high <= 0) return fmt::format("sizes of {} cost no time that shows", sizes);
  return fmt::format(
      "its cost is within the noise of the base at sizes of {}: faster than {} "
      "tokens a second",
      sizes, with_thousands(std::llround(1 / slope->high)));
}

stats::Interval hull(const stats::Interval& of, const stats::Interval& with) {
  return {of.value, std::min(of.low, with.low), std::max(of.high, with.high)};
}

// First both slopes, then without those that the data cannot tell: these are held.
TtftFit fit_ttft(const std::vector<Sample>& samples, const std::optional<AssumedSpeeds>& assumed) {
  TtftFit made;
  HeldSlopes held{};
  std::array<Spread, 2> spreads{spread_of(samples, 0), spread_of(samples, 1)};
  const auto hold = [&](std::size_t column, std::string why) {
    held[column] = held_slope(assumed, column);
    made.reasons[column] = std::move(why) + "; " + held_text(assumed, column);
  };
  for (std::size_t column = 0; column < 2; ++column) {
    const Spread& spread = spreads[column];
    if (spread.high > spread.low) continue;
    hold(column, spread.high == 0
                     ? "no answer read the cache"
                     : fmt::format("every answer had {} of such input", tokens_text(spread)));
  }
  // What the base might be if a slope that is held were another.
  std::optional<LognormalFit> freest;
  for (;;) {
    made.fit = fit_lognormal(samples, held);
    if (!freest) freest = made.fit;
    // The cached one first: it is the fainter by far, and may have hidden the other.
    std::size_t column = 2;
    for (std::size_t i = 0; i < 2; ++i) {
      if (!held[i] && !is_known(made.fit ? made.fit->slopes[i] : std::nullopt)) column = i;
    }
    if (column == 2) break;
    hold(column, too_small(made.fit ? made.fit->slopes[column] : std::nullopt, spreads[column]));
  }
  if (made.fit && freest) {
    made.fit->p50 = hull(made.fit->p50, freest->p50);
    made.fit->p95 = hull(made.fit->p95, freest->p95);
  }
  return made;
}

std::string outliers_text(const LognormalFit& fit) {
  return fit.left_out == 0 ? ""
                           : fmt::format("; {} left out, too far off (stalls?)",
                                         with_thousands(static_cast<std::int64_t>(fit.left_out)));
}

std::string shape_text(const LognormalFit& fit) {
  return fit.by_quantiles
             ? fmt::format("; not lognormal (distance {:.2f}): its own quantiles", fit.distance)
             : "";
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// By how much earlier and later it may have been, in seconds.
stats::Interval widened(stats::Interval interval, double earlier, double later) {
  return {interval.value, std::max(interval.low - earlier, 0.0), interval.high + later};
}

// `late`: by so many seconds large requests may have been later than small ones.
Estimate slope_estimate(Estimate of, const stats::Interval& slope, Spread sizes, double late,
                        const std::string& evidence) {
  const double tilt = late / (sizes.high - sizes.low);
  const stats::Interval wide = widened(slope, tilt, tilt);
  const std::string tokens = tokens_text(sizes);
  if (is_known(wide)) {
    return known(std::move(of), as_speed(wide), evidence + ", sizes of " + tokens);
  }
  return with_reason(std::move(of),
                     fmt::format("sends were up to {:.2g} s late, which sizes of {} do "
                                 "not outweigh: replay it slower",
                                 late, tokens));
}

// First tokens may come later than ends, or earlier: all speeds are off by `share`.
stats::Interval shifted(const stats::Interval& of, double share) {
  return {of.value, of.low * (1 - share), of.high * (1 + share)};
}

// The p95 without the spread that the clock adds, `variance` of the logarithm; from twice as much
// of it to none.
stats::Interval less_noise(const LognormalFit& fit, double variance) {
  const double deviation = deterministic::log(fit.p95.value / fit.p50.value) / kNormalP95;
  if (deviation <= 0) return fit.p95;
  const auto without = [&](double noise) {
    const double rest = std::max(deviation * deviation - noise, 0.0);
    return deterministic::exp(kNormalP95 * (std::sqrt(rest) - deviation));
  };
  return {fit.p95.value * without(variance), fit.p95.low * without(2 * variance), fit.p95.high};
}

}  // namespace

void ServiceTimes::add(const ingest::RecordRow& row) {
  const std::size_t part = noise_.add(row);
  if (!row.ok() || !row.sent) return;
  Model& model = models_[row.model];
  if (!row.stream || !row.first_token) {
    ++model.not_streamed;
    return;
  }
  model.answers.push_back({.ttft = seconds_between(*row.sent, *row.first_token),
                           .lasted = seconds_between(*row.first_token, row.ended),
                           .uncached = static_cast<double>(row.usage.uncached_input_tokens()),
                           .cached = static_cast<double>(row.usage.cache_read_input_tokens),
                           .output = static_cast<double>(row.usage.output_tokens),
                           .stretch = MeasuringNoise::stretch(row.speed_permille),
                           .part = part});
}

ServiceTimes::Model ServiceTimes::in_time(const Model& model, const std::vector<bool>& is_late) {
  Model kept{.answers = {}, .not_streamed = model.not_streamed};
  for (const Answer& answer : model.answers) {
    if (!is_late[answer.part]) kept.answers.push_back(answer);
  }
  kept.late = model.answers.size() - kept.answers.size();
  return kept;
}

// Why there are not enough; `without`: where there are none at all.
std::string ServiceTimes::too_few(const Model& model, const std::string& without) const {
  if (model.late > 0) {
    return fmt::format("{}; {} of {} streamed answers are left", noise_.late_text(),
                       model.answers.size(), model.answers.size() + model.late);
  }
  return model.answers.empty() ? without
                               : fmt::format("{} streamed answers are fewer than {}",
                                             model.answers.size(), kFewestSamples);
}

std::string ServiceTimes::used_text(const LognormalFit& fit, const Model& model) {
  std::string text =
      fmt::format("{} streamed answers", with_thousands(static_cast<std::int64_t>(fit.used)));
  if (model.late > 0) {
    text += fmt::format("; {} of workloads that were sent late left out",
                        with_thousands(static_cast<std::int64_t>(model.late)));
  }
  return text + outliers_text(fit);
}

std::vector<Sample> ServiceTimes::ttft_samples(const Model& model) const {
  const double lateness = noise_.lateness();
  std::vector<Sample> samples;
  samples.reserve(model.answers.size());
  for (const Answer& answer : model.answers) {
    samples.push_back(
        {.y = answer.ttft - lateness * answer.stretch, .x = {answer.uncached, answer.cached}});
  }
  return samples;
}

void ServiceTimes::add_ttft(std::vector<Estimate>& to, const std::string& name, const Model& model,
                            const std::optional<AssumedSpeeds>& assumed) const {
  Estimate p50 = estimate(kTtftP50, name, "s");
  Estimate p95 = estimate(kTtftP95, name, "s");
  std::array<Estimate, 2> speeds{estimate(kPrefillSpeed, name, "tokens a second"),
                                 estimate(kCachedSpeed, name, "tokens a second")};
  const auto none = [&](const std::string& reason) {
    for (Estimate& one : {std::ref(p50), std::ref(p95), std::ref(speeds[0]), std::ref(speeds[1])}) {
      to.push_back(with_reason(std::move(one), reason));
    }
  };
  if (model.answers.size() < kFewestSamples) {
    return none(too_few(model, "no streamed answers: only a stream shows its first token"));
  }
  double stretch = 0;
  std::vector<double> measured;
  for (const Answer& answer : model.answers) {
    stretch = std::max(stretch, answer.stretch);
    measured.push_back(answer.ttft);
  }
  if (stretch * kLeastTick > kMostNoise * median_of(std::move(measured))) {
    return none(fmt::format("at speed {:.0f} the clock's millisecond is {:.2f} s: replay it slower",
                            stretch, stretch * kLeastTick));
  }
  const std::vector<Sample> samples = ttft_samples(model);
  const TtftFit done = fit_ttft(samples, assumed);
  if (!done.fit) return none("no lognormal base fits these times, less what measuring added");
  const LognormalFit& fit = *done.fit;
  std::string evidence = used_text(fit, model);
  if (stretch > 0) {
    evidence += fmt::format("; {:.2f} ms of wall time taken off each ({})", 1e3 * noise_.lateness(),
                            noise_.refusals() == 0 ? "usual" : "by refusals");
  }
  const double earlier = stretch * noise_.more();
  const double later = stretch * MeasuringNoise::less();
  if (earlier > kMostNoise * fit.p50.value) {
    return none(
        fmt::format("sends were up to {:.2g} ms of wall time late, {:.2g} s at speed {:.0f}: "
                    "replay it slower",
                    1e3 * noise_.more(), earlier, stretch));
  }
  if (earlier > kBusy * fit.p50.value) evidence += "; the machine was busy, so it may be less";
  to.push_back(known(std::move(p50), widened(fit.p50, earlier, later), evidence + shape_text(fit)));
  to.push_back(known(std::move(p95), widened(fit.p95, earlier, later), evidence + shape_text(fit)));
  for (std::size_t i = 0; i < 2; ++i) {
    to.push_back(done.reasons[i].empty() ? slope_estimate(std::move(speeds[i]), *fit.slopes[i],
                                                          spread_of(samples, i), earlier, evidence)
                                         : with_reason(std::move(speeds[i]), done.reasons[i]));
  }
}

ServiceTimes::SpeedSamples ServiceTimes::speed_samples(const Model& model) const {
  SpeedSamples made;
  // Chosen by what they had to say, never by how long it took: that would prefer the slow ones.
  std::vector<double> per_token;
  for (const Answer& answer : model.answers) {
    if (answer.output >= 1 && answer.lasted > 0) per_token.push_back(answer.lasted / answer.output);
  }
  if (model.answers.empty() || (model.late > 0 && per_token.size() < kFewestSamples)) {
    made.reason = too_few(model, "no streamed answers: only a stream shows how fast it comes");
    return made;
  }
  if (per_token.size() < kFewestSamples) {
    made.reason = fmt::format("{} streamed answers with output are fewer than {}", per_token.size(),
                              kFewestSamples);
    return made;
  }
  const double usual = median_of(std::move(per_token));
  const double jitter = noise_.jitter();
  const double more = noise_.more();
  double fewest = 0;
  for (const Answer& answer : model.answers) {
    const double noise = kLeastTick * std::max(answer.stretch, 1.0);
    const double least = std::max(noise / kMostNoiseOfSpeed / usual, 2.0);
    fewest = std::max(fewest, least);
    if (answer.output < least || answer.lasted <= 0) continue;
    made.samples.push_back({.y = answer.output / answer.lasted});
    const double off = jitter * answer.stretch / answer.lasted;
    made.variance += 2 * off * off;  // its first token's and its end's
    made.shift += more * answer.stretch / answer.lasted;
  }
  if (made.samples.size() < kFewestSamples) {
    made.reason = fmt::format("{} answers have the {} tokens or more that it takes to time them",
                              made.samples.size(), std::llround(std::ceil(fewest)));
    return made;
  }
  made.variance /= static_cast<double>(made.samples.size());
  made.shift /= static_cast<double>(made.samples.size());
  return made;
}

void ServiceTimes::add_speed(std::vector<Estimate>& to, const std::string& name,
                             const Model& model) const {
  Estimate p50 = estimate(kOutputP50, name, "tokens a second");
  Estimate p95 = estimate(kOutputP95, name, "tokens a second");
  SpeedSamples of = speed_samples(model);
  const auto fit = of.reason.empty() ? fit_lognormal(of.samples, {0.0, 0.0}) : std::nullopt;
  if (of.reason.empty() && !fit) of.reason = "no lognormal speed fits these times";
  if (of.reason.empty() && of.shift > kMostNoise) {
    of.reason = fmt::format(
        "sends were up to {:.2g} ms of wall time late, {:.0f} % of what answers "
        "last: replay it slower",
        1e3 * noise_.more(), 100 * of.shift);
  }
  if (!of.reason.empty()) {
    to.push_back(with_reason(std::move(p50), of.reason));
    to.push_back(with_reason(std::move(p95), of.reason));
    return;
  }
  const std::string evidence = used_text(*fit, model) + shape_text(*fit);
  to.push_back(known(std::move(p50), shifted(fit->p50, of.shift), evidence));
  to.push_back(known(std::move(p95), shifted(less_noise(*fit, of.variance), of.shift), evidence));
}

std::vector<Estimate> ServiceTimes::estimates(const SpeedsOf& assumed) const {
  std::vector<Estimate> made;
  const std::vector<bool> is_late = noise_.late();
  for (const auto& [name, all] : models_) {
    const Model model = in_time(all, is_late);
    add_ttft(made, name, model, assumed(name));
    add_speed(made, name, model);
  }
  return made;
}

}  // namespace sluice::calibrate
