#include "base/rate.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("rates written over different spans compare by value") {
  CHECK(per_minute(600) == per_second(10));
  CHECK(per_hour(1) < per_minute(1));
  CHECK(per_day(86'400) == per_second(1));
  CHECK(is_zero(per_minute(0)));
}

TEST_CASE("whole_events rounds down and does not overflow") {
  CHECK(whole_events(per_minute(10'000), hours(24)) == 14'400'000);
  CHECK(whole_events(per_minute(7), seconds(59)) == 6);
  CHECK(whole_events(per_second(1'000'000'000), hours(24 * 365)) == 31'536'000'000'000'000);
  CHECK(events_per_second(per_minute(90)) == 1.5);
}

}  // namespace
}  // namespace sluice
