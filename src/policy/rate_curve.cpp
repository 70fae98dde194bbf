#include "policy/rate_curve.hpp"

#include <algorithm>
#include <bit>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "base/deterministic_math.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kDay = ns(hours(24));
constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kQuarter = ns(minutes(15));

uint128 greatest_common_divisor(uint128 a, uint128 b) noexcept {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

double events_per_nanosecond(const Rate& rate) noexcept {
  return static_cast<double>(rate.count) / static_cast<double>(ns(rate.per));
}

// At most the end of time.
std::int64_t later(std::int64_t time, std::int64_t length) noexcept {
  return time > RateSegment::kEndless - length ? RateSegment::kEndless : time + length;
}

// Time since a Monday 00:00 UTC; 1970-01-01 was a Thursday.
std::int64_t time_of_week(UnixTime run_start, std::int64_t time) noexcept {
  const int128 since_monday = int128{run_start.nanoseconds} + 3 * kDay + time;
  return static_cast<std::int64_t>(since_monday - floor_div(since_monday, kWeek) * kWeek);
}

}  // namespace

EventFlow EventFlow::of(const Rate& rate, Fraction factor) noexcept {
  uint128 count =
      uint128{static_cast<std::uint64_t>(rate.count)} * static_cast<std::uint64_t>(factor.ppb);
  if (count == 0) return {};
  uint128 per = uint128{static_cast<std::uint64_t>(ns(rate.per))} * Fraction::kOne;
  const uint128 divisor = greatest_common_divisor(count, per);
  count /= divisor;
  per /= divisor;
  while (((count | per) >> 63) != 0) {  // beyond what a person writes: rounded to 2^-62
    count = (count + 1) >> 1;
    per = (per + 1) >> 1;
  }
  return {.count = static_cast<std::uint64_t>(count), .per = static_cast<std::uint64_t>(per)};
}

RateCurve::RateCurve(const ArrivalSpec& spec, RateChanges changes, DrawStream periods,
                     const ArrivalOrigin& origin)
    : spec_(spec), changes_(std::move(changes)), periods_(periods), origin_(origin) {
  SLUICE_CHECK(!flaw_in(spec) && !flaw_in(changes_));
  SLUICE_CHECK(origin.at >= kRunStart);
  const auto* on_off = std::get_if<ArrivalOnOff>(&spec_);
  if (on_off == nullptr || on_off->periods == ArrivalOnOff::Periods::kFixed) return;
  on_.emplace(DurationExponential{.mean = on_off->mean_on});
  off_.emplace(DurationExponential{.mean = on_off->mean_off});
  const auto both = static_cast<std::uint64_t>(ns(on_off->mean_on + on_off->mean_off));
  // The first piece flips the state, so this is the opposite of what the run starts in.
  is_on_ = uniform_below(periods_.next(), both) >= static_cast<std::uint64_t>(ns(on_off->mean_on));
}

RateSegment RateCurve::next() {
  SLUICE_CHECK(position_ != RateSegment::kEndless);
  if (position_ >= piece_.end) piece_ = piece_at(position_);
  while (next_change_ < changes_.size() && ns(changes_[next_change_].at) <= position_) {
    factor_ = changes_[next_change_++].factor;
  }
  RateSegment segment{.begin = position_, .end = piece_.end, .level = piece_.level};
  if (next_change_ < changes_.size()) {
    segment.end = std::min(segment.end, ns(changes_[next_change_].at));
  }
  if (segment.level) {
    segment.flow = EventFlow::of(piece_.rate, factor_);
    segment.from = segment.to = segment.flow.per_nanosecond();
  } else {
    const auto at = [this](std::int64_t time) {
      const double part =
          static_cast<double>(time - piece_.begin) / static_cast<double>(piece_.end - piece_.begin);
      return (piece_.from * (1 - part) + piece_.to * part) * factor_.ratio();
    };
    segment.from = at(segment.begin);
    segment.to = at(segment.end);
  }
  const bool is_over = next_change_ == changes_.size() && factor_ == Fraction{};
  if (is_over) segment.end = RateSegment::kEndless;
  position_ = segment.end;
  return segment;
}

RateCurve::Piece RateCurve::piece_at(std::int64_t time) {
  if (time < ns(origin_.at)) return {.end = ns(origin_.at), .rate = {}};
  return std::visit(
      [&](const auto& spec) -> Piece {
        if constexpr (requires { piece_of(spec, time); }) {
          return piece_of(spec, time);
        } else {
          return {.begin = time, .rate = spec.rate};
        }
      },
      spec_);
}

RateCurve::Piece RateCurve::piece_of(const ArrivalRamp& ramp, std::int64_t time) const noexcept {
  const std::int64_t begin = ns(origin_.at);
  const std::int64_t end = later(begin, ns(ramp.over));
  if (time >= end) return {.begin = end, .rate = ramp.to};
  return {.begin = begin,
          .end = end,
          .level = false,
          .rate = {},
          .from = events_per_nanosecond(ramp.from),
          .to = events_per_nanosecond(ramp.to)};
}

RateCurve::Piece RateCurve::piece_of(const ArrivalSteps& steps, std::int64_t time) const noexcept {
  Piece piece{.begin = time, .rate = {}};
  for (const RateStep& step : steps.steps) {
    const std::int64_t at = later(ns(origin_.at), ns(step.at));
    if (time < at) {
      piece.end = at;
      break;
    }
    piece.rate = step.rate;
  }
  return piece;
}

RateCurve::Piece RateCurve::piece_of(const ArrivalDiurnal& diurnal,
                                     std::int64_t time) const noexcept {
  if (is_zero(diurnal.mean)) return {.begin = time, .rate = {}};
  const std::int64_t in_week = time_of_week(origin_.run_start, time);
  const std::int64_t in_day = in_week % kDay;
  const std::int64_t quarter = in_day - in_day % kQuarter;
  const bool is_weekend = in_week >= 5 * kDay;
  const double mean =
      events_per_nanosecond(diurnal.mean) * (is_weekend ? diurnal.weekend.ratio() : 1.0);
  const auto rate_at = [&](std::int64_t time_of_day) {
    const auto offset = static_cast<double>(time_of_day - ns(diurnal.peak_at));
    const double wave = deterministic::cos_turns(offset / static_cast<double>(kDay));
    return mean * (1 + diurnal.amplitude.ratio() * wave);
  };
  const std::int64_t begin = time - in_day % kQuarter;
  return {.begin = begin,
          .end = later(begin, kQuarter),
          .level = false,
          .rate = {},
          .from = rate_at(quarter),
          .to = rate_at(quarter + kQuarter)};
}

RateCurve::Piece RateCurve::piece_of(const ArrivalOnOff& on_off, std::int64_t time) {
  const bool is_level = on_off.mean_off == Duration{} || is_zero(on_off.rate);
  if (is_level) return {.begin = time, .rate = on_off.rate};
  is_on_ = !is_on_;
  Duration length = is_on_ ? on_off.mean_on : on_off.mean_off;
  if (on_off.periods == ArrivalOnOff::Periods::kExponential) {
    length = std::max((is_on_ ? *on_ : *off_)(periods_.next()), nanoseconds(1));
  }
  return {.begin = time, .end = later(time, ns(length)), .rate = is_on_ ? on_off.rate : Rate{}};
}

}  // namespace sluice
