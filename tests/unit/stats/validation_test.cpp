#include "stats/validation.hpp"

#include <limits>

#include "support/catch.hpp"

namespace sluice::stats {
namespace {

TEST_CASE("a token bucket under Poisson arrivals refuses the published shares") {
  CHECK(kPoissonBucketRows.size() == 11);
  for (const PoissonBucketRow& row : kPoissonBucketRows) {
    INFO("arrivals " << row.bucket.arrivals << " capacity " << row.bucket.capacity);
    CHECK(agrees(row.refused, refused_share(row.bucket)));
  }
}

TEST_CASE("a bucket with debt refuses the published shares") {
  CHECK(kDebtBucketRows.size() == 4);
  for (const DebtBucketRow& row : kDebtBucketRows) {
    INFO("arrivals " << row.bucket.arrivals << " capacity " << row.bucket.capacity);
    CHECK(agrees(row.refused, refused_share(row.bucket)));
  }
}

TEST_CASE("constant arrivals are refused in the published shares") {
  for (const ConstantArrivalsRow& row : kConstantArrivalsRows) {
    CHECK(agrees(row.refused, refused_share(row.arrivals)));
  }
}

TEST_CASE("the overload law gives the published rows") {
  CHECK(kOverloadRows.size() == 5);
  for (const OverloadRow& row : kOverloadRows) {
    const OverloadLaw law = overload_law(row.overload);
    INFO("load " << row.overload.load << " attempts " << row.overload.attempts_max);
    CHECK(agrees(row.refused_attempts, law.refused_attempts));
    CHECK(agrees(row.attempts_per_served, law.attempts_per_served));
  }
}

TEST_CASE("a thundering herd takes the published waves, attempts and time") {
  CHECK(kHerdRows.size() == 3);
  for (const HerdRow& row : kHerdRows) {
    INFO("clients " << row.herd.clients << " capacity " << row.herd.capacity);
    CHECK(herd_law(row.herd) == row.law);
  }
}

TEST_CASE("a retrial queue holds the published means") {
  CHECK(kRetrialRows.size() == 4);
  for (const RetrialRow& row : kRetrialRows) {
    INFO("utilisation " << row.queue.utilisation << " retry rate " << row.queue.retry_rate);
    CHECK(agrees(row.waiting, waiting_mean(row.queue)));
  }
}

TEST_CASE("Erlang B and C give the published rows") {
  CHECK(kErlangRows.size() == 7);
  for (const ErlangRow& row : kErlangRows) {
    INFO("servers " << row.queue.servers << " offered " << row.queue.offered);
    CHECK(agrees(row.blocked, erlang_b(row.queue)));
    CHECK(agrees(row.waits, erlang_c(row.queue)));
  }
}

TEST_CASE("queues with one server wait as long as their formulas say") {
  for (const WaitRow& row : kWaitRows) {
    INFO("arrivals " << row.server.arrivals << " E[S^2] " << row.server.service_square_mean);
    CHECK(agrees(row.wait, mg1_wait(row.server)));
  }
  for (const FiniteQueueRow& row : kFiniteQueueRows) {
    CHECK(agrees(row.blocked, mm1k_blocking(row.queue)));
  }
}

TEST_CASE("sustainable rates and binding limits are the published ones") {
  CHECK(kSustainableRows.size() == 3);
  for (const SustainableRow& row : kSustainableRows) {
    const SustainableRate rate = sustainable_rate(row.demand);
    INFO("published " << row.per_minute);
    CHECK(rate.per_minute == row.per_minute);
    for (std::size_t i = 0; i < kDimensions.size(); ++i) {
      CHECK(rate.binds(kDimensions[i]) == row.binds[i]);
    }
  }
}

TEST_CASE("the Anthropic SDK waits the published mean delays") {
  for (const BackoffRow& row : kAnthropicBackoffRows) {
    CHECK(agrees(row.mean, anthropic_sdk_mean(row.backoff)));
  }
}

TEST_CASE("a computed value agrees with a printed one if it rounds to it") {
  const Figure printed{.value = 0.1234, .decimals = 4};
  CHECK(agrees(printed, 0.12344));
  CHECK(agrees(printed, 0.12336));
  CHECK_FALSE(agrees(printed, 0.12346));
  CHECK_FALSE(agrees(printed, 0.12334));
  CHECK_FALSE(agrees(printed, std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("a verdict passes within three standard errors") {
  const Verdict near = judge(10, {.mean = 11.5, .standard_error = 0.5});
  CHECK(near ==
        Verdict{.exact = 10, .simulated = 11.5, .standard_error = 0.5, .sigmas = 3, .pass = true});
  CHECK_FALSE(judge(10, {.mean = 8.4, .standard_error = 0.5}).pass);
}

TEST_CASE("without a standard error only the exact value passes") {
  CHECK(judge(0.2, {.mean = 0.1 + 0.1, .standard_error = 0}).pass);
  CHECK(judge(0.3, {.mean = 0.1 + 0.2, .standard_error = 0}).sigmas == 0);
  CHECK(judge(0, {.mean = 0, .standard_error = 0}).pass);
  const Verdict off = judge(99'505, {.mean = 99'506, .standard_error = 0});
  CHECK_FALSE(off.pass);
  CHECK(off.sigmas == std::numeric_limits<double>::infinity());
}

TEST_CASE("a value that is not a number fails") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(judge(1, {.mean = nan, .standard_error = 1}).pass);
  CHECK_FALSE(judge(1, {.mean = 2, .standard_error = nan}).pass);
}

}  // namespace
}  // namespace sluice::stats
