// Spend limits (model.md, Money; docs: rate-limits "Spend limits", errors, 2026-08): the tier's monthly cap, self-set
// limits of the organization, its workspaces and keys, prepaid credit, and alerts. The calendar month is UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ids.hpp"
#include "api/outcome.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace sluice {

enum class AlertAction : std::uint8_t { kNotify, kRevoke };

// When spending of its scope this month reaches `threshold`: say so, or also refuse the key from then on.
struct SpendAlert {
  std::optional<WorkspaceId> workspace;  // both empty: the organization
  std::optional<KeyId> key;
  Money threshold;
  AlertAction action = AlertAction::kNotify;
};

struct SpendSpec {
  std::optional<Money> tier_cap;           // 429 enforced_spend_limit_reached, no retry-after
  std::optional<Money> organization_limit; // 400 invalid_request_error
  std::vector<std::optional<Money>> workspace_limits;  // by workspace, 400
  std::vector<std::optional<Money>> key_limits;        // by key, 400
  std::optional<Money> credit;             // 400 when it is gone
  Money spent_before;                      // this month, before the run
  std::vector<SpendAlert> alerts;
  std::int64_t start_unix_ns = 0;          // calendar instant of the run's start
};

struct SpendRefusal {
  ErrorKind error = ErrorKind::kRateLimit;  // kRateLimit, kInvalidRequest or (key revoked by an alert) kPermission
  enum class Limit : std::uint8_t { kTierCap, kOrganization, kWorkspace, kKey, kCredit, kRevoked } limit;
};

struct AlertFired {
  TimePoint at;
  std::size_t alert = 0;  // index into SpendSpec::alerts
};

class SpendGuard {
 public:
  explicit SpendGuard(SpendSpec spec);

  // None when the request may go on.
  std::optional<SpendRefusal> check(TimePoint now, WorkspaceId workspace, KeyId key) noexcept;
  // Books the cost of a response that ended (or was abandoned) at `now`.
  void book(TimePoint now, WorkspaceId workspace, KeyId key, Money cost);

  Money month_to_date(TimePoint now) noexcept;
  const std::vector<AlertFired>& fired() const noexcept { return fired_; }
  // First instant at which the tier's cap refused, kNever if it did not.
  TimePoint cap_reached_at() const noexcept { return cap_reached_at_; }

 private:
  void roll_month(TimePoint now);

  SpendSpec spec_;
  bool anything_limited_ = false;  // check() returns at once where nothing can refuse
  Money organization_;
  std::vector<Money> workspaces_;
  std::vector<Money> keys_;
  Money credit_used_;
  std::vector<bool> alert_done_;
  std::vector<bool> key_revoked_;
  std::vector<AlertFired> fired_;
  TimePoint month_ends_;
  TimePoint cap_reached_at_ = kNever;
};

}  // namespace sluice
