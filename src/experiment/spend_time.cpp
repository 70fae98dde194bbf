#include "experiment/spend_time.hpp"

#include <algorithm>
#include <limits>

#include "base/calendar.hpp"
#include "base/in_seconds.hpp"
#include "experiment/month_cost.hpp"

namespace sluice {
namespace {

constexpr int kMonths = 12;  // that credit is followed over
constexpr double kNotGone = std::numeric_limits<double>::infinity();

using Limit = MoneyLimit;

// Keys that stop together once they have spent so much.
struct KeysStop {
  std::vector<std::size_t> keys;
  double at = 0;  // dollars
  Limit limit = Limit::kKey;
};

// What is left for all keys: of the month's limit, and of the credit.
struct MoneyLeft {
  std::optional<SpendLimit> monthly;
  double month = kNotGone;   // dollars
  double credit = kNotGone;  // dollars

  double least() const { return std::min(month, credit); }
};

double in_dollars(Money money) { return as_double(MetricNumber(money)); }

std::vector<std::size_t> keys_of(const std::vector<KeyPlan>& keys, WorkspaceId workspace) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].workspace == workspace) found.push_back(i);
  }
  return found;
}

std::vector<KeysStop> stops_of(const std::vector<KeyPlan>& keys, const SpendSpec& spend) {
  std::vector<KeysStop> stops;
  // First the alerts: of two that come together, one lasts.
  for (const SpendAlert& alert : spend.alerts) {
    if (alert.action != AlertAction::kRevoke) continue;
    if (alert.key) {
      stops.push_back({{index(*alert.key)}, in_dollars(alert.threshold), Limit::kKeyAlert});
    } else if (alert.workspace) {
      stops.push_back(
          {keys_of(keys, *alert.workspace), in_dollars(alert.threshold), Limit::kKeyAlert});
    }
  }
  for (std::size_t i = 0; i < spend.key_limits.size(); ++i) {
    if (const auto& limit = spend.key_limits[i])
      stops.push_back({{i}, in_dollars(*limit), Limit::kKey});
  }
  for (std::size_t i = 0; i < spend.workspace_limits.size(); ++i) {
    const auto& limit = spend.workspace_limits[i];
    if (!limit) continue;
    stops.push_back(
        {keys_of(keys, static_cast<WorkspaceId>(i)), in_dollars(*limit), Limit::kWorkspace});
  }
  return stops;
}

// One month, in which the keys that are `off` spend nothing.
class SpendingMonth {
 public:
  SpendingMonth(const std::vector<double>& per_month, const std::vector<KeysStop>& stops,
                std::vector<bool>& off)
      : stops_(stops), rates_(per_month), spent_(per_month.size()), off_(off) {
    for (double& rate : rates_) rate /= kThirtyDays;
  }

  // What stops all keys; none: nothing within `length` seconds. Keys that are revoked within it are
  // off for good.
  std::optional<MoneyEnd> end(const MoneyLeft& left, double length) {
    double now = 0;
    std::vector<bool> stopped = off_;
    std::vector<bool> is_done(stops_.size());
    while (true) {
      const double rate = rate_of(all(), stopped);
      double next = rate > 0 ? std::max(0.0, left.least() - total()) / rate : kNotGone;
      std::size_t first = stops_.size();
      for (std::size_t i = 0; i < stops_.size(); ++i) {
        const double its = rate_of(stops_[i].keys, stopped);
        if (is_done[i] || its <= 0) continue;
        const double room = std::max(0.0, stops_[i].at - spent_by(stops_[i].keys));
        if (room / its >= next) continue;
        next = room / its;
        first = i;
      }
      const bool is_over = now + next >= length;
      spend_for(is_over ? length - now : next, stopped);
      if (is_over) return std::nullopt;
      now += next;
      if (first == stops_.size()) return of_all(left, now);
      if (!stopped_by_) stopped_by_ = stops_[first].limit;
      stop(first, stopped);
      is_done[first] = true;
      if (rate_of(all(), stopped) <= 0) return MoneyEnd{stops_[first].limit, now, {}};
    }
  }
  // Dollars until that end.
  double total() const { return spent_by(all()); }
  // The first limit or alert that stopped a key within the month; none: none did.
  std::optional<Limit> stopped_by() const { return stopped_by_; }

 private:
  static MoneyEnd of_all(const MoneyLeft& left, double now) {
    if (left.credit < left.month) return {Limit::kCredit, now, {}};
    return {left.monthly->limit, now, left.monthly->dollars};
  }
  void spend_for(double seconds, const std::vector<bool>& stopped) {
    for (std::size_t k = 0; k < rates_.size(); ++k) {
      spent_[k] += stopped[k] ? 0 : rates_[k] * seconds;
    }
  }
  void stop(std::size_t which, std::vector<bool>& stopped) {
    for (const std::size_t k : stops_[which].keys) {
      stopped[k] = true;
      if (is_for_good(stops_[which].limit)) off_[k] = true;
    }
  }
  std::vector<std::size_t> all() const {
    std::vector<std::size_t> keys(rates_.size());
    for (std::size_t k = 0; k < keys.size(); ++k) keys[k] = k;
    return keys;
  }
  double rate_of(const std::vector<std::size_t>& keys, const std::vector<bool>& stopped) const {
    double sum = 0;
    for (const std::size_t k : keys) sum += stopped[k] ? 0 : rates_[k];
    return sum;
  }
  double spent_by(const std::vector<std::size_t>& keys) const {
    double sum = 0;
    for (const std::size_t k : keys) sum += spent_[k];
    return sum;
  }

  const std::vector<KeysStop>& stops_;
  std::vector<double> rates_;  // dollars a second
  std::vector<double> spent_;
  std::vector<bool>& off_;
  std::optional<Limit> stopped_by_{};
};

bool any(const std::vector<std::optional<Money>>& limits) {
  return std::any_of(limits.begin(), limits.end(), [](const auto& limit) { return limit; });
}

}  // namespace

std::optional<MoneyEnd> money_end(const std::vector<double>& per_month,
                                  const std::vector<KeyPlan>& keys, const SpendSpec& spend) {
  const std::vector<KeysStop> stops = stops_of(keys, spend);
  std::vector<bool> off(per_month.size());
  const UnixTime start{spend.start_unix_ns};
  MoneyLeft left{.monthly = monthly_limit(spend)};
  if (left.monthly) {
    left.month = std::max(0.0, left.monthly->dollars - in_dollars(spend.spent_before));
  }
  if (spend.credit) left.credit = in_dollars(*spend.credit);
  double begins = 0;
  double length = in_seconds(start.next_month() - start);
  for (int month = 0; month <= kMonths; ++month) {
    SpendingMonth spending(per_month, stops, off);
    if (auto end = spending.end(left, length)) {
      if (end->limit == Limit::kCredit) end->dollars = in_dollars(*spend.credit);
      if (is_for_good(end->limit)) end->after += begins;
      end->is_later = month > 0;
      return end;
    }
    begins += length;
    length = kThirtyDays;
    left.credit -= spending.total();
    if (left.monthly) left.month = left.monthly->dollars;
  }
  return std::nullopt;
}

MonthSpending month_spending(const std::vector<double>& per_month, const std::vector<KeyPlan>& keys,
                             const SpendSpec& spend) {
  const std::vector<KeysStop> stops = stops_of(keys, spend);
  std::vector<bool> off(per_month.size());
  MoneyLeft left{.monthly = monthly_limit(spend)};
  if (left.monthly) left.month = left.monthly->dollars;
  if (spend.credit) left.credit = in_dollars(*spend.credit);
  SpendingMonth spending(per_month, stops, off);
  const auto end = spending.end(left, kThirtyDays);
  return {.dollars = spending.total(),
          .limit = end ? end->limit : spending.stopped_by(),
          .stops_keys = spending.stopped_by().has_value()};
}

bool stops_keys(const SpendSpec& spend) {
  const auto stops_some = [](const SpendAlert& alert) {
    return alert.action == AlertAction::kRevoke && (alert.workspace || alert.key);
  };
  return any(spend.workspace_limits) || any(spend.key_limits) ||
         std::any_of(spend.alerts.begin(), spend.alerts.end(), stops_some);
}

bool ends_otherwise(const SpendSpec& spend) { return spend.credit || stops_keys(spend); }

}  // namespace sluice
