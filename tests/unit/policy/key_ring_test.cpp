#include "policy/key_ring.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr KeyId kKey{0};
constexpr KeyId kOther{1};

TimePoint at(std::int64_t second) { return kRunStart + seconds(second); }

TEST_CASE("keys work until something happens to them") {
  const KeyRing keys(2);
  CHECK(keys.works(kRunStart, kKey));
  CHECK(keys.works(at(1'000'000'000), kOther));
}

TEST_CASE("a revoked key stops at that instant and alone") {
  KeyRing keys(2);
  keys.revoke(at(5), kKey);
  CHECK(keys.works(at(5) - nanoseconds(1), kKey));
  CHECK_FALSE(keys.works(at(5), kKey));
  CHECK_FALSE(keys.works(at(500), kKey));
  CHECK(keys.works(at(500), kOther));
}

TEST_CASE("a rotation with an overlap longer than the pickup is not noticed") {
  KeyRing keys(1);
  keys.rotate(at(10), kKey, seconds(60), seconds(60));
  for (std::int64_t second = 0; second < 200; ++second) CHECK(keys.works(at(second), kKey));
}

TEST_CASE("between the end of the old value and the pickup of the new one clients are refused") {
  KeyRing keys(1);
  keys.rotate(at(10), kKey, seconds(5), seconds(20));
  CHECK(keys.works(at(15) - nanoseconds(1), kKey));
  CHECK_FALSE(keys.works(at(15), kKey));
  CHECK_FALSE(keys.works(at(30) - nanoseconds(1), kKey));
  CHECK(keys.works(at(30), kKey));
}

TEST_CASE("a rotation without overlap and with instant pickup is not noticed either") {
  KeyRing keys(1);
  keys.rotate(at(10), kKey, Duration{}, Duration{});
  CHECK(keys.works(at(10), kKey));
}

TEST_CASE("a revoked key is not revived by a rotation") {
  KeyRing keys(1);
  keys.revoke(at(5), kKey);
  keys.rotate(at(10), kKey, seconds(5), Duration{});
  CHECK_FALSE(keys.works(at(20), kKey));
}

TEST_CASE("a key that is added works at once, and its neighbours are as they were") {
  KeyRing keys(1);
  keys.revoke(kRunStart, KeyId{0});
  const KeyId added = keys.add();
  CHECK(added == KeyId{1});
  CHECK(keys.works(kRunStart, added));
  CHECK_FALSE(keys.works(kRunStart, KeyId{0}));
}

}  // namespace
}  // namespace sluice
