// How many retries a client process allows itself: a budget over all its requests, beside the
// number of retries of one (policy/retry_policy.hpp). A value that reads no clock.
//
//   RetryBudget budget(spec);
//   budget.started(now);                       // a request's first attempt goes out
//   if (!budget.take(now, outcome)) ...        // this failure is not retried
//   budget.ended(now, outcome, was_retry);     // every attempt
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/outcome.hpp"
#include "base/time.hpp"

namespace sluice {

enum class BudgetKind : std::uint8_t {
  kNone,
  kGrpc,          // tokens +ratio on success, -1 on failure; retry only above half (gRFC A6)
  kFinagle,       // 20 % of requests + 10/s, over the last 10 s
  kBrooker,       // +0.1 on success, -1 a retry
  kAwsQuota,      // 500; a retry costs 5 (timeouts 10), +1 on first-attempt success, refunds
  kAwsQuota2026,  // 500; a retry costs 14, of a throttling error 5
  kEnvoy,         // retries in flight at most 20 % of attempts in flight, at least 3
};
// "none", "grpc", "finagle", "brooker", "aws-quota", "aws-quota-2026", "envoy".
std::string_view name(BudgetKind kind) noexcept;
std::optional<BudgetKind> budget_named(std::string_view name) noexcept;

struct BudgetInfo {
  BudgetKind kind = BudgetKind::kNone;
  std::string_view formula;
  std::string_view source;
};
std::span<const BudgetInfo> budgets() noexcept;

class RetryBudget;

}  // namespace sluice
