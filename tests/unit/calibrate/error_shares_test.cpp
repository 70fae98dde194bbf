#include "calibrate/error_shares.hpp"

#include "calibrate/clusters.hpp"
#include "calibrate/estimate_names.hpp"
#include "policy/fault_plan.hpp"
#include "stats/binomial.hpp"
#include "support/catch.hpp"
#include "unit/calibrate/service_rows.hpp"

namespace sluice::calibrate {
namespace {

using namespace sluice::testing;  // NOLINT

ingest::RecordRow attempt(std::int64_t number, ErrorKind outcome, int status) {
  ingest::RecordRow row;
  row.model = kModelName;
  row.sent = milliseconds(100) * number;
  row.ended = *row.sent + seconds(1);
  row.outcome = outcome;
  row.status = status;
  return row;
}

// Attempts as a server with these faults ends them.
std::vector<Estimate> under_faults(const std::vector<FaultSpec>& faults, std::uint64_t seed,
                                   std::int64_t count) {
  const RandomSource random(seed, 0);
  FaultPlan plan(faults, random);
  DrawStream draw = random.stream(Purpose::kTest, {});
  ErrorShares shares;
  for (std::int64_t i = 0; i < count; ++i) {
    const TimePoint now = kRunStart + milliseconds(100) * i;
    const auto refused = plan.at_admission(now, {}, draw.next());
    const StreamFault broken = plan.in_stream(now, {}, draw.next());
    const bool is_disconnect = broken.kind == StreamFault::Kind::kDisconnect;
    shares.add(refused
                   ? attempt(i, *refused, http_status(*refused))
                   : attempt(i, is_disconnect ? ErrorKind::kConnection : ErrorKind::kNone, 200));
  }
  return shares.estimates();
}

TEST_CASE("shares of independent errors are found, their intervals cover in nine of ten") {
  constexpr int kDraws = 50;
  const std::vector<FaultSpec> faults{{.kind = FaultKind::kOverloaded, .probability_ppm = 30'000},
                                      {.kind = FaultKind::kApiError, .probability_ppm = 10'000},
                                      {.kind = FaultKind::kDisconnect, .probability_ppm = 20'000}};
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= kDraws; ++seed) {
    const auto found = under_faults(faults, seed, 3000);
    for (const auto& [what, truth] :
         {std::pair{kOverloadedShare, 0.03}, std::pair{kApiErrorShare, 0.01},
          std::pair{kDisconnectShare, 0.02}}) {
      const Estimate* const share = find(found, what, "");
      REQUIRE(share != nullptr);
      CAPTURE(seed, what, share->reason, share->interval.low, share->interval.high);
      CHECK(share->is_identifiable);
      covered += share->interval.contains(truth) ? 1 : 0;
    }
    CHECK(find(found, kTimeoutShare, "")->interval.value == 0);
  }
  CHECK(covered >= 3 * kDraws * 9 / 10);
}

TEST_CASE("errors that come and go have no share, but windows") {
  const std::vector<FaultSpec> faults{{.kind = FaultKind::kOverloaded,
                                       .probability_ppm = 1'000'000,
                                       .from = kRunStart + seconds(100),
                                       .until = kRunStart + seconds(110)}};
  const auto found = under_faults(faults, 1, 3000);
  const Estimate* const share = find(found, kOverloadedShare, "");
  REQUIRE(share != nullptr);
  CHECK_FALSE(share->is_identifiable);
  CAPTURE(share->reason);
  CHECK(share->reason.find("1 window,") != std::string::npos);
  CHECK(share->reason.find("1.667 min to 1.832 min (100 of 100)") != std::string::npos);
}

TEST_CASE("what is refused before the server's own troubles is no trial of them") {
  ErrorShares shares;
  shares.add(attempt(0, ErrorKind::kAuthentication, 401));
  shares.add(attempt(1, ErrorKind::kOverloaded, 529));
  ingest::RecordRow spent = attempt(2, ErrorKind::kRateLimit, 429);
  spent.cause = LimitCause::kSpend;
  shares.add(spent);
  shares.add(attempt(3, ErrorKind::kRateLimit, 429));
  CHECK(find(shares.estimates(), kOverloadedShare, "")->interval == stats::binomial_interval(1, 2));
}

TEST_CASE("without attempts nothing is known of errors") {
  for (const Estimate& share : ErrorShares().estimates()) {
    CHECK_FALSE(share.is_identifiable);
    CHECK_FALSE(share.reason.empty());
  }
}

}  // namespace
}  // namespace sluice::calibrate
