#include "calibrate/stalls.hpp"

#include "support/catch.hpp"

namespace sluice::calibrate {
namespace {

constexpr std::int64_t kSixtyFold = 60'000;

std::int64_t at(std::int64_t milliseconds_in) { return ns(milliseconds(milliseconds_in)); }

Stalls stalls_of(std::int64_t speed_permille) {
  Stalls stalls;
  stalls.add(milliseconds(5000), milliseconds(5700), speed_permille);
  stalls.add(milliseconds(1100), milliseconds(1900), speed_permille);
  stalls.add(milliseconds(1000), milliseconds(1850), speed_permille);
  stalls.add(milliseconds(3000), milliseconds(3060), speed_permille);  // a tick: always so late
  return stalls.merged();
}

TEST_CASE("what is seen in a stall or a tick after it may have happened all the while") {
  const Stalls stalls = stalls_of(kSixtyFold);
  const auto found = stalls.around(at(1900));
  REQUIRE(found);
  CHECK(found->from == at(1000));
  CHECK(found->to == at(1900));
  CHECK(found->middle() == at(1450));
  REQUIRE(stalls.around(at(1960)));
  CHECK(stalls.around(at(1960))->to == at(1900));
  REQUIRE(stalls.around(at(1200)));
  CHECK(stalls.around(at(1200))->to == at(1200));
  CHECK(stalls.around(at(5000)));
}

TEST_CASE("what is seen at another time happened then") {
  const Stalls stalls = stalls_of(kSixtyFold);
  for (const std::int64_t seen : {0, 999, 1961, 3030, 4999, 5761}) {
    INFO(seen);
    CHECK_FALSE(stalls.around(at(seen)));
  }
}

TEST_CASE("sends that leave late one by one show that the machine ran") {
  Stalls stalls;
  for (std::int64_t i = 0; i < 100; ++i) {  // three wall milliseconds late, each
    stalls.add(milliseconds(100 * i), milliseconds(100 * i + 180), kSixtyFold);
  }
  CHECK_FALSE(stalls.merged().around(at(5000)));
  stalls.add(milliseconds(20'000), milliseconds(21'000), kSixtyFold);
  stalls.add(milliseconds(20'100), milliseconds(21'010), kSixtyFold);
  const auto found = stalls.merged().around(at(20'500));
  REQUIRE(found);
  CHECK(found->from == at(20'000));
}

TEST_CASE("in real time late sends are no stalls") {
  CHECK_FALSE(stalls_of(1000).around(at(1500)));
}

}  // namespace
}  // namespace sluice::calibrate
