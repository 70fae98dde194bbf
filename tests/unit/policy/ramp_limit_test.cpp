#include "policy/ramp_limit.hpp"

#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice {
namespace {

using testing::second;

TEST_CASE("the first minute holds the initial limit") {
  RampLimit ramp({.initial = 20'000, .step = 10'000}, Duration{0});
  CHECK(ramp.admits(second(0), 20'000));
  CHECK_FALSE(ramp.admits(second(0), 20'001));
  ramp.charge(second(1), 15'000);
  CHECK(ramp.admits(second(2), 5'000));
  CHECK_FALSE(ramp.admits(second(2), 5'001));
}

TEST_CASE("a refusal raises the limit by one step at the next minute boundary") {
  // The captured message: 58,276 now, 68,276 at the next boundary.
  RampLimit ramp({.initial = 58'276, .step = 10'000}, Duration{0});
  CHECK_FALSE(ramp.admits(second(10), 58'277));
  ramp.refuse(second(10));
  CHECK(ramp.limit(second(59)) == 58'276);
  CHECK(ramp.limit(second(60)) == 68'276);
}

TEST_CASE("without a refusal the next limit is what was used plus one step") {
  RampLimit ramp({.initial = 10'000, .step = 10'000}, Duration{0});
  ramp.refuse(second(0));
  CHECK(ramp.limit(second(60)) == 20'000);
  ramp.charge(second(61), 17'000);
  CHECK(ramp.limit(second(120)) == 27'000);
  CHECK(ramp.limit(second(180)) == 20'000);
}

TEST_CASE("idle minutes bring the limit back to initial plus one step") {
  RampLimit ramp({.initial = 10'000, .step = 5'000}, Duration{0});
  ramp.charge(second(0), 10'000);
  ramp.refuse(second(1));
  CHECK(ramp.limit(second(3600)) == 15'000);
  CHECK(ramp.admits(second(3600), 15'000));
}

TEST_CASE("minute boundaries are those of the calendar, not of the run") {
  RampLimit ramp({.initial = 1'000, .step = 500}, seconds(45));
  CHECK(ramp.next_boundary(second(0)) == second(15));
  CHECK(ramp.next_boundary(second(15)) == second(75));
  ramp.charge(second(14), 900);
  CHECK(ramp.limit(second(14)) == 1'000);
  CHECK(ramp.limit(second(15)) == 1'500);
}

}  // namespace
}  // namespace sluice
