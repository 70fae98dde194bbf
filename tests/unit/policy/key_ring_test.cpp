#include "policy/key_ring.hpp"

#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice {
namespace {

using testing::second;

constexpr KeyId kFirstKey{0};
constexpr KeyId kSecondKey{1};

TEST_CASE("keys work until something happens to them") {
  const KeyRing keys(2);
  CHECK(keys.works(kRunStart, kFirstKey));
  CHECK(keys.works(second(1'000'000'000), kSecondKey));
}

TEST_CASE("a revoked key stops at that instant and alone") {
  KeyRing keys(2);
  keys.revoke(second(5), kFirstKey);
  CHECK(keys.works(second(5) - nanoseconds(1), kFirstKey));
  CHECK_FALSE(keys.works(second(5), kFirstKey));
  CHECK_FALSE(keys.works(second(500), kFirstKey));
  CHECK(keys.works(second(500), kSecondKey));
}

TEST_CASE("a rotation with an overlap longer than the pickup is not noticed") {
  KeyRing keys(1);
  keys.rotate(second(10), kFirstKey, seconds(60), seconds(60));
  for (std::int64_t count = 0; count < 200; ++count) CHECK(keys.works(second(count), kFirstKey));
}

TEST_CASE("between the end of the old value and the pickup of the new one clients are refused") {
  KeyRing keys(1);
  keys.rotate(second(10), kFirstKey, seconds(5), seconds(20));
  CHECK(keys.works(second(15) - nanoseconds(1), kFirstKey));
  CHECK_FALSE(keys.works(second(15), kFirstKey));
  CHECK_FALSE(keys.works(second(30) - nanoseconds(1), kFirstKey));
  CHECK(keys.works(second(30), kFirstKey));
}

TEST_CASE("a rotation without overlap and with instant pickup is not noticed either") {
  KeyRing keys(1);
  keys.rotate(second(10), kFirstKey, Duration{}, Duration{});
  CHECK(keys.works(second(10), kFirstKey));
}

TEST_CASE("a revoked key is not revived by a rotation") {
  KeyRing keys(1);
  keys.revoke(second(5), kFirstKey);
  keys.rotate(second(10), kFirstKey, seconds(5), Duration{});
  CHECK_FALSE(keys.works(second(20), kFirstKey));
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
