// Spend limits (docs/model.md, Money; docs: rate-limits "Spend limits", errors, 2026-08): the
// tier's monthly cap, self-set limits of the organization, its workspaces and keys, prepaid credit,
// and alerts. The calendar month is UTC.
//
// A limit refuses once what has been booked this month reaches it: responses in flight may
// overshoot it, as they do at the API. Prepaid credit does not come back with a new month, nor does
// a key that an alert revoked.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.hpp"
#include "api/outcome.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace sluice {

enum class AlertAction : std::uint8_t { kNotify, kRevoke };

// When spending of its scope this month reaches `threshold`: say so, once a month, or also refuse
// every request of that scope from then on.
struct SpendAlert {
  std::optional<WorkspaceId> workspace{};  // both empty: the organization; both given: the key
  std::optional<KeyId> key{};
  Money threshold;
  AlertAction action = AlertAction::kNotify;
};

struct SpendSpec {
  std::optional<Money> tier_cap;            // 429 enforced_spend_limit_reached, no retry-after
  std::optional<Money> organization_limit;  // 400 invalid_request_error
  std::vector<std::optional<Money>> workspace_limits;  // by workspace, 400
  std::vector<std::optional<Money>> key_limits;        // by key, 400
  std::optional<Money> credit;                         // 400 when it is gone
  Money spent_before;  // by the organization in the month of the start, before the run
  std::vector<SpendAlert> alerts;
  std::int64_t start_unix_ns = 0;  // calendar instant of the run's start
};

struct SpendRefusal {
  ErrorKind error = ErrorKind::kRateLimit;  // kRateLimit, kInvalidRequest or (key revoked by an
                                            // alert) kPermission
  enum class Limit : std::uint8_t {
    kTierCap,
    kOrganization,
    kWorkspace,
    kKey,
    kCredit,
    kRevoked
  } limit = Limit::kTierCap;
  bool operator==(const SpendRefusal&) const = default;
};

struct AlertFired {
  TimePoint at;
  std::size_t alert = 0;  // index into SpendSpec::alerts
  bool operator==(const AlertFired&) const = default;
};

class SpendGuard {
 public:
  // An alert that spent_before has reached already fires at the start.
  explicit SpendGuard(SpendSpec spec);

  // None when the request may go on. A revoked key comes first, then the limits in the order of
  // SpendRefusal::Limit.
  std::optional<SpendRefusal> check(TimePoint now, WorkspaceId workspace, KeyId key) noexcept {
    if (!may_refuse()) return std::nullopt;
    return check_limits(now, workspace, key);
  }
  // Whether check() can say anything at all.
  bool may_refuse() const noexcept { return anything_limited_; }
  // Books the cost of a response that ended (or was abandoned) at `now`.
  void book(TimePoint now, WorkspaceId workspace, KeyId key, Money cost) {
    roll_month(now);
    organization_.spent += cost;
    if (!organization_alone_) book_apart(now, workspace, key, cost);
  }

  // Changes at run time; none: no limit. What has been spent stays spent.
  void set_tier_cap(std::optional<Money> cap) noexcept;
  void set_organization_limit(std::optional<Money> limit) noexcept;
  void set_credit_left(std::optional<Money> left) noexcept;

  // Of the organization, spent_before included.
  Money month_to_date(TimePoint now) noexcept;
  // Prepaid credit that is left; none where credit is not limited. Negative if overshot.
  std::optional<Money> credit_left() const noexcept {
    return spec_.credit ? std::optional(*spec_.credit - credit_used_) : std::nullopt;
  }
  const SpendSpec& spec() const noexcept { return spec_; }
  const std::vector<AlertFired>& fired() const noexcept { return fired_; }
  // First instant at which the tier's cap refused, kNever if it did not.
  TimePoint cap_reached_at() const noexcept { return cap_reached_at_; }

 private:
  // What one workspace or key has spent this month, and whether an alert has revoked it.
  struct Account {
    Money spent;
    std::optional<Money> limit;
    bool revoked = false;
  };
  void book_apart(TimePoint now, WorkspaceId workspace, KeyId key, Money cost);
  std::optional<SpendRefusal> check_limits(TimePoint now, WorkspaceId workspace,
                                           KeyId key) noexcept;
  static Account& account(std::vector<Account>& accounts, std::size_t id);
  void roll_month(TimePoint now) noexcept {
    if (now >= month_ends_) [[unlikely]]
      begin_month(now);
  }
  void begin_month(TimePoint now) noexcept;
  void fire_alerts(TimePoint now);
  Account& account_of(const SpendAlert& alert) noexcept;

  SpendSpec spec_;
  bool anything_limited_ = false;  // check() returns at once where nothing can refuse
  // Neither limit nor alert: nobody asks what a workspace or a key has spent, or of the credit.
  bool organization_alone_ = false;
  Account organization_;
  std::vector<Account> workspaces_;
  std::vector<Account> keys_;
  Money credit_used_;
  std::vector<bool> alert_done_;  // this month
  std::vector<AlertFired> fired_;
  TimePoint month_ends_;
  TimePoint cap_reached_at_ = kNever;
};

}  // namespace sluice
