#include "policy/rate_curve.hpp"

#include <cstdint>
#include <vector>

#include "support/catch.hpp"

namespace sluice {
namespace {

std::vector<RateSegment> segments_of(const ArrivalSpec& spec, const RateChanges& changes,
                                     std::size_t most, const ArrivalOrigin& origin = {}) {
  RateCurve curve(spec, changes, DrawStream({1, 2}), origin);
  std::vector<RateSegment> segments;
  while (segments.size() < most) {
    segments.push_back(curve.next());
    if (segments.back().end == RateSegment::kEndless) break;
  }
  return segments;
}

TEST_CASE("a flow is the rate times the factor in lowest terms") {
  const EventFlow flow = EventFlow::of(per_minute(600), Fraction{1'500'000'000});
  CHECK(flow.count == 3);
  CHECK(flow.per == 200'000'000);
  CHECK(EventFlow::of(per_minute(600), Fraction{}).count == 0);
}

TEST_CASE("a flow beyond 63 bits keeps its value") {
  const Rate rate{999'999'999'989, Duration{31'622'399'999'999'977}};
  const Fraction factor{999'999'999'961};
  const EventFlow flow = EventFlow::of(rate, factor);
  const double expected = 999'999'999'989.0 / 31'622'399'999'999'977.0 * 999.999999961;
  CHECK(flow.per_nanosecond() == Approx(expected).epsilon(1e-14));
  CHECK((flow.count >> 63) == 0);
  CHECK((flow.per >> 63) == 0);
}

TEST_CASE("segments follow each other without a gap and split at changes") {
  const ArrivalSpec ramp = ArrivalRamp{.to = per_second(10), .over = seconds(100)};
  const auto segments = segments_of(ramp, {{kRunStart + seconds(40), Fraction::whole(2)}}, 10,
                                    {.run_start = {}, .at = kRunStart + seconds(20)});
  REQUIRE(segments.size() == 4);
  for (std::size_t i = 1; i < segments.size(); ++i) {
    CHECK(segments[i].begin == segments[i - 1].end);
  }
  CHECK(segments[0].events() == 0);
  CHECK(segments[1].to * 1e9 == Approx(2));
  CHECK(segments[2].from * 1e9 == Approx(4));
  CHECK(segments[2].to * 1e9 == Approx(20));
  CHECK(segments[3].level);
  CHECK(segments[3].from * 1e9 == Approx(20));
}

TEST_CASE("of changes at one instant the last counts") {
  const TimePoint at = kRunStart + seconds(1);
  const auto segments = segments_of(ArrivalPoisson{per_second(1)},
                                    {{at, Fraction::whole(5)}, {at, Fraction::whole(7)}}, 10);
  REQUIRE(segments.size() == 2);
  CHECK(segments[1].from * 1e9 == Approx(7));
}

TEST_CASE("a factor of zero without a later change ends the curve") {
  const auto segments =
      segments_of(ArrivalDiurnal{}, {{kRunStart + minutes(20), Fraction{}}}, 1000);
  CHECK(segments.back().end == RateSegment::kEndless);
  CHECK(segments.size() == 3);
}

}  // namespace
}  // namespace sluice
