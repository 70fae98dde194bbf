#include "policy/spend.hpp"

#include <algorithm>
#include <utility>

#include "base/calendar.hpp"

namespace sluice {
namespace {

using Limit = SpendRefusal::Limit;

TimePoint month_end(std::int64_t start_unix_ns, TimePoint now) noexcept {
  const UnixTime start{start_unix_ns};
  return kRunStart + ((start + (now - kRunStart)).next_month() - start);
}

bool any(const std::vector<std::optional<Money>>& limits) noexcept {
  return std::any_of(limits.begin(), limits.end(),
                     [](const std::optional<Money>& limit) { return limit.has_value(); });
}

}  // namespace

SpendGuard::SpendGuard(SpendSpec spec)
    : spec_(std::move(spec)), month_ends_(month_end(spec_.start_unix_ns, kRunStart)) {
  organization_.spent = spec_.spent_before;
  organization_.limit = spec_.organization_limit;
  workspaces_.resize(spec_.workspace_limits.size());
  for (std::size_t i = 0; i < workspaces_.size(); ++i) {
    workspaces_[i].limit = spec_.workspace_limits[i];
  }
  keys_.resize(spec_.key_limits.size());
  for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i].limit = spec_.key_limits[i];
  anything_limited_ = spec_.tier_cap || spec_.organization_limit || spec_.credit ||
                      any(spec_.workspace_limits) || any(spec_.key_limits);
  for (const SpendAlert& alert : spec_.alerts) {
    if (alert.workspace) account(workspaces_, index(*alert.workspace));
    if (alert.key) account(keys_, index(*alert.key));
    anything_limited_ |= alert.action == AlertAction::kRevoke;
  }
  organization_alone_ = !anything_limited_ && spec_.alerts.empty();
  alert_done_.resize(spec_.alerts.size());
  fire_alerts(kRunStart);
}

SpendGuard::Account& SpendGuard::account(std::vector<Account>& accounts, std::size_t id) {
  if (id >= accounts.size()) [[unlikely]]
    accounts.resize(id + 1);
  return accounts[id];
}

void SpendGuard::book_apart(TimePoint now, WorkspaceId workspace, KeyId key, Money cost) {
  account(workspaces_, index(workspace)).spent += cost;
  account(keys_, index(key)).spent += cost;
  credit_used_ += cost;
  if (!spec_.alerts.empty()) fire_alerts(now);
}

std::optional<SpendRefusal> SpendGuard::check_limits(TimePoint now, WorkspaceId workspace,
                                                     KeyId key) noexcept {
  roll_month(now);
  const auto reached = [](const Account& account) {
    return account.limit && account.spent >= *account.limit;
  };
  const Account none;
  const Account& of_workspace =
      index(workspace) < workspaces_.size() ? workspaces_[index(workspace)] : none;
  const Account& of_key = index(key) < keys_.size() ? keys_[index(key)] : none;
  if (organization_.revoked || of_workspace.revoked || of_key.revoked) {
    return SpendRefusal{.error = ErrorKind::kPermission, .limit = Limit::kRevoked};
  }
  if (spec_.tier_cap && organization_.spent >= *spec_.tier_cap) {
    cap_reached_at_ = std::min(cap_reached_at_, now);
    return SpendRefusal{.error = ErrorKind::kRateLimit, .limit = Limit::kTierCap};
  }
  const auto refused_for = [](Limit limit) {
    return SpendRefusal{.error = ErrorKind::kInvalidRequest, .limit = limit};
  };
  if (reached(organization_)) return refused_for(Limit::kOrganization);
  if (reached(of_workspace)) return refused_for(Limit::kWorkspace);
  if (reached(of_key)) return refused_for(Limit::kKey);
  if (spec_.credit && credit_used_ >= *spec_.credit) return refused_for(Limit::kCredit);
  return std::nullopt;
}

// With a limit set at run time there is something to look at; that there may be nothing again is
// not worth finding out.
void SpendGuard::set_tier_cap(std::optional<Money> cap) noexcept {
  spec_.tier_cap = cap;
  anything_limited_ |= cap.has_value();
}

void SpendGuard::set_organization_limit(std::optional<Money> limit) noexcept {
  spec_.organization_limit = limit;
  organization_.limit = limit;
  anything_limited_ |= limit.has_value();
}

void SpendGuard::set_credit_left(std::optional<Money> left) noexcept {
  spec_.credit = left;
  if (left) *spec_.credit += credit_used_;
  anything_limited_ |= left.has_value();
  organization_alone_ = false;
}

Money SpendGuard::month_to_date(TimePoint now) noexcept {
  roll_month(now);
  return organization_.spent;
}

void SpendGuard::begin_month(TimePoint now) noexcept {
  month_ends_ = month_end(spec_.start_unix_ns, now);
  organization_.spent = Money{};
  for (Account& workspace : workspaces_) workspace.spent = Money{};
  for (Account& key : keys_) key.spent = Money{};
  alert_done_.assign(alert_done_.size(), false);
}

SpendGuard::Account& SpendGuard::account_of(const SpendAlert& alert) noexcept {
  if (alert.key) return keys_[index(*alert.key)];
  if (alert.workspace) return workspaces_[index(*alert.workspace)];
  return organization_;
}

void SpendGuard::fire_alerts(TimePoint now) {
  for (std::size_t i = 0; i < spec_.alerts.size(); ++i) {
    const SpendAlert& alert = spec_.alerts[i];
    Account& account = account_of(alert);
    if (alert_done_[i] || account.spent < alert.threshold) continue;
    alert_done_[i] = true;
    fired_.push_back({.at = now, .alert = i});
    if (alert.action == AlertAction::kRevoke) account.revoked = true;
  }
}

}  // namespace sluice
