#include "policy/arrival_process.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "base/deterministic_math.hpp"
#include "base/recent_tables.hpp"

namespace sluice {
namespace {

namespace math = deterministic;

constexpr int kFractionBits = 48;

QuantileTable unit_table(const QuantileTable::Quantile& quantile) {
  return QuantileTable(quantile, {.max = std::int64_t{1} << (62 - kFractionBits),
                                  .fraction_bits = kFractionBits,
                                  .exact_mean = 1.0});
}

// -log of the probability beyond the point, that is the quantile of a unit exponential.
double exponential_quantile(Tail tail) noexcept {
  return -(tail.upper ? math::log(tail.probability) : math::log1p(-tail.probability));
}

QuantileTable poisson_gaps() {
  static thread_local RecentTables<std::monostate> tables;
  return tables.of({}, [] { return unit_table(exponential_quantile); });
}

QuantileTable make_gamma_gaps(Fraction burstiness) {
  const double shape = burstiness.ratio();
  // The table asks for neighbours one after the other, so each quantile is a good guess of the
  // next.
  Tail last;
  double quantile = 0;
  return unit_table([=](Tail tail) mutable {
    const double guess = tail.upper == last.upper ? quantile : 0;
    last = tail;
    quantile = tail.upper ? math::gamma_upper_inverse(shape, tail.probability, guess)
                          : math::gamma_lower_inverse(shape, tail.probability, guess);
    return quantile / shape;
  });
}

QuantileTable gamma_gaps(Fraction burstiness) {
  static thread_local RecentTables<std::int64_t> tables;
  return tables.of(burstiness.ppb, [&] { return make_gamma_gaps(burstiness); });
}

QuantileTable weibull_gaps(Fraction shape) {
  const double power = 1 / shape.ratio();
  const double mean = math::gamma_function(1 + power);
  return unit_table([=](Tail tail) { return math::pow(exponential_quantile(tail), power) / mean; });
}

std::optional<QuantileTable> gaps_of(BaseProcess process, Fraction burstiness) {
  switch (process) {
    case BaseProcess::kConstant:
      return std::nullopt;
    case BaseProcess::kPoisson:
      return poisson_gaps();
    case BaseProcess::kGamma:
      return gamma_gaps(burstiness);
  }
  SLUICE_CHECK(false);
}

struct GapTables {
  using Made = std::optional<QuantileTable>;
  Made operator()(const ArrivalConstant&) const { return std::nullopt; }
  Made operator()(const ArrivalPoisson&) const { return poisson_gaps(); }
  Made operator()(const ArrivalGamma& spec) const { return gamma_gaps(spec.burstiness); }
  Made operator()(const ArrivalWeibull& spec) const { return weibull_gaps(spec.shape); }
  template <class Curve>
  Made operator()(const Curve& spec) const {
    return gaps_of(spec.process, spec.burstiness);
  }
};

// Time from the start of a segment of length `span` whose rate runs from `from` to `to`, to its
// `count`-th event: the root of from t + (to - from) t^2 / (2 span) = count, from the end with the
// lower rate, where it is well conditioned.
double time_of_event(double from, double to, double span, double count) noexcept {
  if (from > to) {
    const double left = (from + to) / 2 * span - count;
    return span - time_of_event(to, from, span, std::max(left, 0.0));
  }
  const double denominator = from + std::sqrt(from * from + 2 * count * (to - from) / span);
  return denominator > 0 ? 2 * count / denominator : 0;
}

// Whole nanoseconds times a flow, in units of 2^-48 events, rounded down.
uint128 events_within(std::uint64_t nanoseconds, const EventFlow& flow) noexcept {
  const uint128 product = uint128{nanoseconds} * flow.count;
  return ((product / flow.per) << kFractionBits) +
         ((product % flow.per) << kFractionBits) / flow.per;
}

}  // namespace

ArrivalProcess::ArrivalProcess(const ArrivalSpec& spec, RateChanges changes, DrawStream stream,
                               const ArrivalOrigin& origin)
    : curve_(spec, std::move(changes), stream.split(), origin),
      gaps_(std::visit(GapTables{}, spec)),
      stream_(stream) {
  enter(curve_.next());
  upcoming_ = gaps_ ? after_gap() : place(0);
}

void ArrivalProcess::enter(const RateSegment& segment) noexcept {
  segment_ = segment;
  position_ = uint128{static_cast<std::uint64_t>(segment.begin)} << 64;
  level_until_ = 0;
  slope_events_ = 0;
  slope_total_ = 0;
  if (!segment.level) {
    slope_total_ = static_cast<uint128>(segment.events() * static_cast<double>(kOneEvent));
    return;
  }
  const EventFlow& flow = segment.flow;
  if (flow.count == 0) return;
  level_until_ = segment.end == RateSegment::kEndless
                     ? kEndOfTime
                     : uint128{static_cast<std::uint64_t>(segment.end)} << 64;
  event_spacing_ = ((uint128{flow.per} << 64) + (flow.count - 1)) / flow.count;
  int surplus = 0;
  while (((event_spacing_ + ((uint128{1} << surplus) - 1)) >> surplus >> 64) != 0) ++surplus;
  spacing_ =
      static_cast<std::uint64_t>((event_spacing_ + ((uint128{1} << surplus) - 1)) >> surplus);
  spacing_shift_ = kEventBits - surplus;
}

// The instant `gap` events after position_, over as many segments as it takes.
TimePoint ArrivalProcess::place(uint128 gap) noexcept {
  for (;;) {
    const std::optional<uint128> left = segment_.level ? place_in_level(gap) : place_in_slope(gap);
    if (!left) return instant();
    if (segment_.end == RateSegment::kEndless) {
      // No more can come: from here every gap ends at once, at the end of time.
      position_ = kEndOfTime - 1;
      level_until_ = 0;
      return kNever;
    }
    gap = *left;
    enter(curve_.next());
  }
}

// Moves position_ if the gap ends in this segment; otherwise returns what is left of it afterwards.
std::optional<uint128> ArrivalProcess::place_in_level(uint128 gap) noexcept {
  if (level_until_ == 0) return gap;
  const bool fits = (gap >> 64) == 0;
  if (fits) {
    const uint128 position =
        position_ +
        (gap == kOneEvent ? event_spacing_ : stretched(static_cast<std::uint64_t>(gap)));
    if (position < level_until_) {
      position_ = position;
      return std::nullopt;
    }
  }
  if (segment_.end == RateSegment::kEndless) return gap;
  // Room is rounded down: what is left is never too little, and no whole instant is missed by one.
  const auto from = static_cast<std::uint64_t>(position_ >> 64);
  const uint128 fraction =
      (uint128{static_cast<std::uint64_t>(position_)} + 0xffffU) >> (64 - kEventBits);
  const EventFlow& flow = segment_.flow;
  const uint128 whole = events_within(static_cast<std::uint64_t>(segment_.end) - from, flow);
  const uint128 passed = (fraction * flow.count + (flow.per - 1)) / flow.per;
  const uint128 room = whole > passed ? whole - passed : 0;
  return gap > room ? gap - room : 0;
}

std::optional<uint128> ArrivalProcess::place_in_slope(uint128 gap) noexcept {
  const uint128 target = slope_events_ + gap;
  if (target >= slope_total_) return target - slope_total_;
  slope_events_ = target;
  const double span = static_cast<double>(segment_.end - segment_.begin);
  const double count = static_cast<double>(target) / static_cast<double>(kOneEvent);
  const double time = std::clamp(time_of_event(segment_.from, segment_.to, span, count), 0.0, span);
  const std::int64_t at = segment_.begin + static_cast<std::int64_t>(time);
  position_ = std::max(position_, uint128{static_cast<std::uint64_t>(at)} << 64);
  return std::nullopt;
}

double expected_count(const ArrivalSpec& spec, const RateChanges& changes, TimePoint from,
                      TimePoint to, const ArrivalOrigin& origin) {
  const auto* on_off = std::get_if<ArrivalOnOff>(&spec);
  if (on_off != nullptr && on_off->periods == ArrivalOnOff::Periods::kExponential) {
    const double on = static_cast<double>(ns(on_off->mean_on));
    const double share = on / (on + static_cast<double>(ns(on_off->mean_off)));
    return share * expected_count(ArrivalPoisson{on_off->rate}, changes, from, to, origin);
  }
  RateCurve curve(spec, changes, DrawStream({}), origin);
  double sum = 0;
  for (;;) {
    RateSegment segment = curve.next();
    const bool last = segment.end >= ns(to);
    const std::int64_t begin = std::max(segment.begin, ns(from));
    const std::int64_t end = std::min(segment.end, ns(to));
    if (begin < end) {
      const double length = static_cast<double>(segment.end) - static_cast<double>(segment.begin);
      const auto at = [&](std::int64_t time) {
        if (segment.level) return segment.from;
        return segment.from +
               (segment.to - segment.from) * (static_cast<double>(time - segment.begin) / length);
      };
      sum += (at(begin) + at(end)) / 2 * static_cast<double>(end - begin);
    }
    if (last) return sum;
  }
}

}  // namespace sluice
