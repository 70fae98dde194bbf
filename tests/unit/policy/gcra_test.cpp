#include "policy/gcra.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("GCRA admits a burst and then one token per emission interval") {
  Gcra gcra({.limit = 50, .burst = seconds(6)}, kRunStart);
  for (int i = 0; i < 5; ++i) CHECK(gcra.admit(kRunStart, 1));
  CHECK_FALSE(gcra.admit(kRunStart, 1));
  CHECK(gcra.ready_at(kRunStart, 1) == kRunStart + milliseconds(1'200));
  CHECK_FALSE(gcra.admit(kRunStart + milliseconds(1'199), 1));
  CHECK(gcra.admit(kRunStart + milliseconds(1'200), 1));
}

TEST_CASE("GCRA is ready at once where the burst has room") {
  const Gcra gcra({.limit = 50}, kRunStart);
  CHECK(gcra.ready_at(kRunStart + seconds(9), 50) == kRunStart + seconds(9));
  CHECK(gcra.ready_at(kRunStart + seconds(9), 51) == kRunStart + seconds(9) + milliseconds(1'200));
}

}  // namespace
}  // namespace sluice
