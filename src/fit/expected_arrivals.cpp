#include "fit/expected_arrivals.hpp"

#include <algorithm>

#include "policy/rate_curve.hpp"

namespace sluice::fit {

ExpectedArrivals::ExpectedArrivals(const ArrivalSpec& spec, Duration until, UnixTime origin) {
  RateCurve curve(spec, {}, DrawStream({}), {.run_start = origin});
  double before = 0;
  for (;;) {
    const RateSegment segment = curve.next();
    const double length = static_cast<double>(segment.end) - static_cast<double>(segment.begin);
    pieces_.push_back({.begin = segment.begin,
                       .from = segment.from,
                       .slope = (segment.to - segment.from) / length,
                       .before = before});
    if (segment.end >= ns(until)) return;
    before += segment.events();
  }
}

const ExpectedArrivals::Piece& ExpectedArrivals::piece_at(Duration since) const {
  const auto after =
      std::upper_bound(pieces_.begin(), pieces_.end(), ns(since),
                       [](std::int64_t time, const Piece& piece) { return time < piece.begin; });
  return after == pieces_.begin() ? pieces_.front() : *(after - 1);
}

double ExpectedArrivals::until(Duration since) const {
  const Piece& piece = piece_at(since);
  const auto within = static_cast<double>(ns(since) - piece.begin);
  return piece.before + (piece.from + piece.slope * within / 2) * within;
}

double ExpectedArrivals::per_second_at(Duration since) const {
  const Piece& piece = piece_at(since);
  return (piece.from + piece.slope * static_cast<double>(ns(since) - piece.begin)) * 1e9;
}

}  // namespace sluice::fit
