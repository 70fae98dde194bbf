// How many retries a client process allows itself: a budget over all its requests, beside the
// number of retries of one (policy/retry_policy.hpp). A value that reads no clock; exact integers.
// One budget per client process. For every attempt, in this order:
//
//   RetryBudget budget(plan.retry.budget);
//   budget.started(now, is_retry);             // it goes out
//   budget.ended(outcome, retried);            // it is over; `retried`: the error that it retried
//   if (!budget.take(now, outcome)) ...        // then, if the policy would retry: it may not
//   budget.give_up();                          // a retry that was taken is not sent after all
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/outcome.hpp"
#include "base/time.hpp"

namespace sluice {

enum class BudgetKind : std::uint8_t {
  kNone,
  kGrpc,          // tokens +0.1 on success, -1 on failure, at most 10; retry only above half (A6)
  kFinagle,       // 20 % of requests + 10/s, over the last 10 s
  kBrooker,       // +0.1 on success, -1 a retry, at most 5
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
std::span<const BudgetInfo> budgets() noexcept;  // in the order of BudgetKind

// Begins full, as all of its sources do.
class RetryBudget {
 public:
  explicit RetryBudget(BudgetKind kind) noexcept;

  void started(TimePoint now, bool is_retry) noexcept;

  // Of an attempt that was started. `retried` is the error of the attempt before it, kNone of a
  // first one: a successful retry gets back what it cost. To be called before take(): gRPC counts
  // a failure first and then asks whether it may be retried.
  void ended(const Outcome& outcome, ErrorKind retried) noexcept;

  // Whether a failure that the policy would retry may be retried; if so, the retry is paid for.
  bool take(TimePoint now, const Outcome& failure) noexcept;

  // A retry that was taken is never started, for instance because the deadline passed during its
  // backoff. What it cost is not returned.
  void give_up() noexcept;

 private:
  // kFinagle: deposits less withdrawals of the last ten seconds, by second.
  static constexpr std::size_t kSlots = 10;

  void roll_to(TimePoint now) noexcept;
  std::size_t slot() const noexcept { return static_cast<std::size_t>(second_) % kSlots; }
  void add_tokens(std::int64_t count) noexcept;
  bool spend_tokens(std::int64_t count) noexcept;

  BudgetKind kind_;
  std::int64_t tokens_;         // in the smallest unit of the kind
  std::int64_t in_flight_ = 0;  // attempts
  std::int64_t retries_ = 0;    // taken and not over: kEnvoy counts their backoff too
  std::int64_t second_ = 0;
  std::array<std::int64_t, kSlots> slots_{};
};

}  // namespace sluice
