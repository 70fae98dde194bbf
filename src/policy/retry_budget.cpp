#include "policy/retry_budget.hpp"

#include <algorithm>
#include <numeric>

#include "base/check.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 7> kBudgetNames = {
    "none", "grpc", "finagle", "brooker", "aws-quota", "aws-quota-2026", "envoy"};

// A tenth of a token is the smallest unit of kGrpc and kBrooker, one of an AWS quota its own unit,
// and a fifth of a retry that of kFinagle: what one request deposits.
constexpr std::int64_t kTenths = 10;
constexpr std::int64_t kGrpcMax = 10 * kTenths;
constexpr std::int64_t kBrookerMax = 5 * kTenths;
constexpr std::int64_t kAwsMax = 500;
constexpr std::int64_t kFinagleRetry = 5;
// 10 retries a second for the ten seconds of the window.
constexpr std::int64_t kFinagleReserve = 10 * 10 * kFinagleRetry;
constexpr std::int64_t kEnvoyLeast = 3;
constexpr std::int64_t kEnvoyShare = 5;  // one in five

constexpr std::array<BudgetInfo, kBudgetNames.size()> kBudgetInfos = {{
    {BudgetKind::kNone, "every retry that the policy wants", "control"},
    {BudgetKind::kGrpc,
     "10 tokens; a success +0.1, a failure that could be retried -1; a retry only above 5",
     "gRFC A6, the example's retryThrottling, 2017-09-13"},
    {BudgetKind::kFinagle, "20 % of the requests of the last 10 s + 10 retries a second",
     "Finagle, RetryBudget.apply(), 2026; in slots of a second as in tower's TpsBudget"},
    {BudgetKind::kBrooker, "5 tokens; a success +0.1, a retry -1",
     "Marc Brooker, Fixing retries with token buckets and circuit breakers, 2022-02-28; capacity: "
     "its simulation, mbrooker/simulator_example, retry_sim"},
    {BudgetKind::kAwsQuota,
     "500 tokens; a retry -5, of a timeout -10; a success of a first attempt +1, of a retry what "
     "it "
     "cost",
     "botocore, retries/standard.py (RetryQuotaChecker), until 2026-11"},
    {BudgetKind::kAwsQuota2026,
     "500 tokens; a retry -14, of a 429 -5; a success of a first attempt +1, of a retry what it "
     "cost",
     "botocore with AWS_NEW_RETRIES_2026, default from 2026-11"},
    {BudgetKind::kEnvoy,
     "retries under way, their backoff included, at most max(3, 20 % of the attempts in flight)",
     "Envoy, circuit breakers' retry_budget with its defaults, 2026"},
}};

std::int64_t capacity(BudgetKind kind) noexcept {
  switch (kind) {
    case BudgetKind::kGrpc:
      return kGrpcMax;
    case BudgetKind::kBrooker:
      return kBrookerMax;
    case BudgetKind::kAwsQuota:
    case BudgetKind::kAwsQuota2026:
      return kAwsMax;
    case BudgetKind::kNone:
    case BudgetKind::kFinagle:
    case BudgetKind::kEnvoy:
      return 0;
  }
  return 0;
}

std::int64_t aws_cost(BudgetKind kind, ErrorKind retried) noexcept {
  if (kind == BudgetKind::kAwsQuota) return retried == ErrorKind::kAttemptTimeout ? 10 : 5;
  return retried == ErrorKind::kRateLimit ? 5 : 14;
}

// What a malformed request gets says nothing about the service.
bool could_be_retried(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kConflict:
    case ErrorKind::kRateLimit:
    case ErrorKind::kApi:
    case ErrorKind::kTimeout:
    case ErrorKind::kOverloaded:
    case ErrorKind::kConnection:
    case ErrorKind::kAttemptTimeout:
    case ErrorKind::kDeadline:
      return true;
    case ErrorKind::kNone:
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kAuthentication:
    case ErrorKind::kBilling:
    case ErrorKind::kPermission:
    case ErrorKind::kNotFound:
    case ErrorKind::kRequestTooLarge:
    case ErrorKind::kQueueFull:
    case ErrorKind::kExpired:
    case ErrorKind::kRefusedByClient:
      return false;
  }
  return false;
}

}  // namespace

std::string_view name(BudgetKind kind) noexcept {
  return kBudgetNames[static_cast<std::size_t>(kind)];
}

std::optional<BudgetKind> budget_named(std::string_view name) noexcept {
  const auto* const found = std::find(kBudgetNames.begin(), kBudgetNames.end(), name);
  if (found == kBudgetNames.end()) return std::nullopt;
  return static_cast<BudgetKind>(found - kBudgetNames.begin());
}

std::span<const BudgetInfo> budgets() noexcept { return kBudgetInfos; }

RetryBudget::RetryBudget(BudgetKind kind) noexcept : kind_(kind), tokens_(capacity(kind)) {}

void RetryBudget::started(TimePoint now, bool is_retry) noexcept {
  ++in_flight_;
  if (kind_ != BudgetKind::kFinagle || is_retry) return;
  roll_to(now);
  ++slots_[slot()];
}

void RetryBudget::ended(const Outcome& outcome, ErrorKind retried) noexcept {
  const bool was_retry = retried != ErrorKind::kNone;
  --in_flight_;
  if (was_retry) --retries_;
  SLUICE_CHECK(in_flight_ >= 0 && retries_ >= 0);
  switch (kind_) {
    case BudgetKind::kNone:
    case BudgetKind::kFinagle:
    case BudgetKind::kEnvoy:
      break;
    case BudgetKind::kGrpc:
      if (outcome.ok()) add_tokens(1);
      if (could_be_retried(outcome.error)) tokens_ = std::max<std::int64_t>(tokens_ - kTenths, 0);
      break;
    case BudgetKind::kBrooker:
      if (outcome.ok()) add_tokens(1);
      break;
    case BudgetKind::kAwsQuota:
    case BudgetKind::kAwsQuota2026:
      if (outcome.ok()) add_tokens(was_retry ? aws_cost(kind_, retried) : 1);
      break;
  }
}

bool RetryBudget::take(TimePoint now, const Outcome& failure) noexcept {
  bool may = true;
  switch (kind_) {
    case BudgetKind::kNone:
      break;
    case BudgetKind::kGrpc:
      may = tokens_ > kGrpcMax / 2;
      break;
    case BudgetKind::kBrooker:
      may = spend_tokens(kTenths);
      break;
    case BudgetKind::kAwsQuota:
    case BudgetKind::kAwsQuota2026:
      may = spend_tokens(aws_cost(kind_, failure.error));
      break;
    case BudgetKind::kEnvoy:
      may = retries_ < std::max(kEnvoyLeast, in_flight_ / kEnvoyShare);
      break;
    case BudgetKind::kFinagle:
      roll_to(now);
      may = kFinagleReserve + std::accumulate(slots_.begin(), slots_.end(), std::int64_t{}) >=
            kFinagleRetry;
      if (may) slots_[slot()] -= kFinagleRetry;
      break;
  }
  if (may) ++retries_;
  return may;
}

void RetryBudget::give_up() noexcept {
  --retries_;
  SLUICE_CHECK(retries_ >= 0);
}

// Empties the slots of the seconds that have begun since.
void RetryBudget::roll_to(TimePoint now) noexcept {
  const std::int64_t second = ns(now) / ns(seconds(1));
  SLUICE_CHECK(second >= second_);
  const std::int64_t begun = std::min(second - second_, static_cast<std::int64_t>(kSlots));
  second_ = second;
  for (std::int64_t i = 0; i < begun; ++i) {
    slots_[static_cast<std::size_t>(second - i) % kSlots] = 0;
  }
}

void RetryBudget::add_tokens(std::int64_t count) noexcept {
  tokens_ = std::min(tokens_ + count, capacity(kind_));
}

bool RetryBudget::spend_tokens(std::int64_t count) noexcept {
  if (tokens_ < count) return false;
  tokens_ -= count;
  return true;
}

}  // namespace sluice
