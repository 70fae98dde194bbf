#include "calibrate/doubtful_order.hpp"

#include "support/catch.hpp"

namespace sluice::calibrate {
namespace {

constexpr std::int64_t kNear = 100;
constexpr int128 kRoom = 1000;

std::int64_t doubt(const DoubtfulOrder& order) { return static_cast<std::int64_t>(order.doubt()); }

TEST_CASE("what a refund lost is in doubt if a charge just after it would have made room") {
  DoubtfulOrder order(kNear);
  order.change(1000, -400, 800, kRoom);  // 200 find no room
  CHECK(doubt(order) == 0);
  order.change(1050, 300, 1000, kRoom);
  CHECK(doubt(order) == 200);
}

TEST_CASE("a charge makes no more room than it takes") {
  DoubtfulOrder order(kNear);
  order.change(1000, -400, 800, kRoom);
  order.change(1050, 50, 1000, kRoom);
  CHECK(doubt(order) == 50);
}

TEST_CASE("a refund just after a charge may have come before it, and lost what found no room") {
  DoubtfulOrder order(kNear);
  order.change(1000, 300, 900, kRoom);
  order.change(1050, -400, 600, kRoom);  // 900 + 400 would have been 300 too many
  CHECK(doubt(order) == -300);
}

TEST_CASE("changes that lie apart or find room leave no doubt") {
  DoubtfulOrder apart(kNear);
  apart.change(1000, -400, 800, kRoom);
  apart.change(1101, 300, 1000, kRoom);
  CHECK(doubt(apart) == 0);
  DoubtfulOrder roomy(kNear);
  roomy.change(1000, -400, 500, kRoom);
  roomy.change(1050, 300, 900, kRoom);
  roomy.change(1060, -400, 100, kRoom);
  CHECK(doubt(roomy) == 0);
}

TEST_CASE("a bucket that has filled up since keeps nothing of the doubt") {
  DoubtfulOrder order(kNear);
  order.change(1000, -400, 800, kRoom);
  order.change(1050, 300, 1000, kRoom);
  order.pass(700, kRoom);
  CHECK(doubt(order) == 200);
  order.pass(900, kRoom);
  CHECK(doubt(order) == 100);
  order.pass(1000, kRoom);
  CHECK(doubt(order) == 0);
}

TEST_CASE("levels are weighed together, and anew for every doubt") {
  DoubtfulOrder order(kNear);
  order.change(1000, -400, 800, kRoom);
  order.change(1050, 300, 1000, kRoom);
  CHECK(order.weigh(0.5) == 0.5);
  CHECK(order.weigh(-1) == -0.5);
  order.decide();
  CHECK(doubt(order) == 0);
  CHECK(order.weigh(1) == 1);
}

}  // namespace
}  // namespace sluice::calibrate
