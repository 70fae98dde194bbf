#include "experiment/spend_time.hpp"

#include <algorithm>
#include <limits>

#include "base/calendar.hpp"
#include "experiment/month_cost.hpp"

namespace sluice {
namespace {

constexpr double kThirtyDays = 30 * 86'400.0;  // seconds
constexpr double kNotGone = std::numeric_limits<double>::infinity();

// Keys that stop together once they have spent so much.
struct KeysStop {
  std::vector<std::size_t> keys;
  double at = 0;  // dollars
  bool is_for_good = false;
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
  for (std::size_t i = 0; i < spend.key_limits.size(); ++i) {
    if (const auto& limit = spend.key_limits[i]) stops.push_back({{i}, in_dollars(*limit), false});
  }
  for (std::size_t i = 0; i < spend.workspace_limits.size(); ++i) {
    const auto& limit = spend.workspace_limits[i];
    if (limit)
      stops.push_back({keys_of(keys, static_cast<WorkspaceId>(i)), in_dollars(*limit), false});
  }
  for (const SpendAlert& alert : spend.alerts) {
    if (alert.action != AlertAction::kRevoke) continue;
    if (alert.key) {
      stops.push_back({{index(*alert.key)}, in_dollars(alert.threshold), true});
    } else if (alert.workspace) {
      stops.push_back({keys_of(keys, *alert.workspace), in_dollars(alert.threshold), true});
    }
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

  // Seconds until `money` is spent; infinity: not within `length`. Keys that are revoked within it
  // are off for good.
  double gone_after(double money, double length) {
    double now = 0;
    std::vector<bool> stopped = off_;
    std::vector<bool> is_done(stops_.size());
    while (true) {
      const double rate = rate_of(all(), stopped);
      double next = rate > 0 ? std::max(0.0, money - total()) / rate : kNotGone;
      std::size_t first = stops_.size();
      for (std::size_t i = 0; i < stops_.size(); ++i) {
        const double its = rate_of(stops_[i].keys, stopped);
        if (is_done[i] || its <= 0) continue;
        const double left = std::max(0.0, stops_[i].at - spent_by(stops_[i].keys));
        if (left / its >= next) continue;
        next = left / its;
        first = i;
      }
      if (now + next >= length) return kNotGone;
      now += next;
      if (first == stops_.size()) return now;
      for (std::size_t k = 0; k < rates_.size(); ++k)
        spent_[k] += stopped[k] ? 0 : rates_[k] * next;
      is_done[first] = true;
      for (const std::size_t k : stops_[first].keys) {
        stopped[k] = true;
        if (stops_[first].is_for_good) off_[k] = true;
      }
    }
  }

 private:
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
  double total() const { return spent_by(all()); }

  const std::vector<KeysStop>& stops_;
  std::vector<double> rates_;  // dollars a second
  std::vector<double> spent_;
  std::vector<bool>& off_;
};

}  // namespace

std::optional<double> spend_lasts(const std::vector<double>& per_month,
                                  const std::vector<KeyPlan>& keys, const SpendSpec& spend) {
  const auto limit = monthly_limit(spend);
  if (!limit) return std::nullopt;
  const std::vector<KeysStop> stops = stops_of(keys, spend);
  std::vector<bool> off(per_month.size());
  const UnixTime start{spend.start_unix_ns};
  const double until_next = static_cast<double>(ns(start.next_month() - start)) / 1e9;
  const double left = std::max(0.0, *limit - in_dollars(spend.spent_before));
  const double at_once = SpendingMonth(per_month, stops, off).gone_after(left, until_next);
  if (at_once < kNotGone) return at_once;
  const double later = SpendingMonth(per_month, stops, off).gone_after(*limit, kThirtyDays);
  return later < kNotGone ? std::optional(later) : std::nullopt;
}

}  // namespace sluice
