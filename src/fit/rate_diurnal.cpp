#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "base/deterministic_math.hpp"
#include "fit/rate_curve_fit.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

constexpr std::int64_t kQuarter = 15 * 60;  // seconds
constexpr std::size_t kQuarters = 96;
constexpr std::int64_t kDay = 24 * 3600;

struct Tally {
  double arrivals = 0;
  double seconds = 0;
};
using DayTally = std::array<Tally, kQuarters>;

struct Week {
  DayTally weekday;
  DayTally weekend;

  Tally& at(std::int64_t unix_seconds) {
    const std::int64_t day = unix_seconds / kDay;
    const std::int64_t weekday_number = (day + 4) % 7;  // 1970-01-01 was a Thursday; 0 is Sunday
    const auto quarter = static_cast<std::size_t>(unix_seconds % kDay / kQuarter);
    const bool is_weekend = weekday_number == 0 || weekday_number == 6;
    return is_weekend ? weekend[quarter] : weekday[quarter];
  }
};

Week week_of(const CountBins& counts, Duration span, UnixTime origin) {
  Week week{};
  const std::int64_t begin = origin.nanoseconds / 1'000'000'000;
  const std::int64_t end = begin + ns(span) / 1'000'000'000;
  for (std::int64_t at = begin; at < end;) {
    const std::int64_t next = std::min((at / kQuarter + 1) * kQuarter, end);
    week.at(at).seconds += static_cast<double>(next - at);
    at = next;
  }
  for (const CountBin& bin : counts.bins()) {
    const std::int64_t at = begin + bin.index * (ns(counts.width()) / 1'000'000'000);
    week.at(at).arrivals += static_cast<double>(bin.count);
  }
  return week;
}

struct Wave {
  double mean = 0;
  double cosine = 0;
  double sine = 0;

  double at(double turns) const {
    return mean + cosine * math::cos_turns(turns) + sine * math::cos_turns(turns - 0.25);
  }
};

double turns_of(std::size_t quarter) {
  return (static_cast<double>(quarter) + 0.5) / static_cast<double>(kQuarters);
}

using Row = std::array<double, 4>;  // three coefficients and the right side

Wave solve(std::array<Row, 3> rows) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(std::abs(rows[i][i]) > 1e-9)) return {};
    for (std::size_t j = 0; j < 3; ++j) {
      if (j == i) continue;
      const double share = rows[j][i] / rows[i][i];
      for (std::size_t k = 0; k < 4; ++k) rows[j][k] -= share * rows[i][k];
    }
  }
  return {rows[0][3] / rows[0][0], rows[1][3] / rows[1][1], rows[2][3] / rows[2][2]};
}

// Least squares of the rates, each quarter weighed by how long it was watched.
Wave wave_of(const Week& week, double weekend_factor) {
  std::array<Row, 3> rows{};
  const auto add = [&rows](const Tally& tally, double factor, double turns) {
    const std::array<double, 3> x = {1, math::cos_turns(turns), math::cos_turns(turns - 0.25)};
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) rows[i][j] += tally.seconds * factor * x[i] * x[j];
      rows[i][3] += tally.arrivals * x[i];
    }
  };
  for (std::size_t quarter = 0; quarter < kQuarters; ++quarter) {
    add(week.weekday[quarter], 1, turns_of(quarter));
    add(week.weekend[quarter], weekend_factor, turns_of(quarter));
  }
  return solve(rows);
}

Fraction thousandths(double value) {
  return {static_cast<std::int64_t>(value * 1000 + 0.5) * (Fraction::kOne / 1000)};
}

}  // namespace

std::optional<ArrivalDiurnal> fit_diurnal(const CountBins& counts, Duration span, UnixTime origin) {
  if (span < hours(48) || hours(24 * 366 * 10) < span || origin.nanoseconds < 0) {
    return std::nullopt;
  }
  const Week week = week_of(counts, span, origin);
  double weekend_factor = 1;
  Wave wave;
  for (int i = 0; i < 20; ++i) {
    wave = wave_of(week, weekend_factor);
    double arrivals = 0;
    double expected = 0;
    for (std::size_t quarter = 0; quarter < kQuarters; ++quarter) {
      arrivals += week.weekend[quarter].arrivals;
      expected += week.weekend[quarter].seconds * wave.at(turns_of(quarter));
    }
    if (expected > 0) weekend_factor = std::clamp(arrivals / expected, 0.0, 1000.0);
  }
  if (!(wave.mean > 0)) return std::nullopt;
  std::int64_t peak = 0;  // the minute of the day
  for (std::int64_t minute = 1; minute < 1440; ++minute) {
    const auto turns = [](std::int64_t of) { return static_cast<double>(of) / 1440; };
    if (wave.at(turns(minute)) > wave.at(turns(peak))) peak = minute;
  }
  const double swing = std::sqrt(wave.cosine * wave.cosine + wave.sine * wave.sine);
  return ArrivalDiurnal{.mean = readable_rate(wave.mean),
                        .amplitude = thousandths(std::min(swing / wave.mean, 1.0)),
                        .peak_at = minutes(peak),
                        .weekend = thousandths(weekend_factor)};
}

}  // namespace sluice::fit
