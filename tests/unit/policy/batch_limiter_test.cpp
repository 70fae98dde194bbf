#include "policy/batch_limiter.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("a call of a batch endpoint costs one request, whatever it enqueues") {
  BatchLimiter limiter({.requests_per_minute = 60, .max_enqueued = 1'000}, kRunStart);
  for (int i = 0; i < 59; ++i) CHECK_FALSE(limiter.call(kRunStart, 0));
  CHECK_FALSE(limiter.call(kRunStart, 1'000));
  CHECK(limiter.enqueued() == 1'000);
  const auto refusal = limiter.call(kRunStart, 0);
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kRequests);
  CHECK(refusal->retry_after() == seconds(1));
  CHECK_FALSE(limiter.call(kRunStart + seconds(1), 0));
}

TEST_CASE("a full queue refuses new requests but not polls, until some have completed") {
  BatchLimiter limiter({.max_enqueued = 100}, kRunStart);
  CHECK_FALSE(limiter.call(kRunStart, 60));
  const auto refusal = limiter.call(kRunStart, 41);
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kBatchQueue);
  CHECK(refusal->wait == minutes(1));
  CHECK_FALSE(refusal->never_fits);
  CHECK(limiter.enqueued() == 60);
  CHECK_FALSE(limiter.call(kRunStart, 0));
  limiter.completed(1);
  CHECK_FALSE(limiter.call(kRunStart, 41));
}

TEST_CASE("a refused batch charges no call") {
  BatchLimiter limiter({.requests_per_minute = 1, .max_enqueued = 10}, kRunStart);
  CHECK(limiter.call(kRunStart, 11)->never_fits);
  CHECK_FALSE(limiter.call(kRunStart, 10));
  CHECK(limiter.call(kRunStart, 1)->cause == LimitCause::kRequests);
  CHECK(limiter.call(kRunStart + seconds(1), 1)->cause == LimitCause::kBatchQueue);
}

TEST_CASE("the size of one batch has its own limit") {
  const BatchLimiter limiter({}, kRunStart);
  CHECK(limiter.max_per_batch() == 100'000);
}

}  // namespace
}  // namespace sluice
