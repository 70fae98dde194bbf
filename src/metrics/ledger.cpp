#include "metrics/ledger.hpp"

#include <algorithm>

namespace sluice {

CostBreakdown Ledger::Line::cost() const noexcept {
  CostBreakdown cost;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    cost.by_category[i] = Money::from_picodollars(picodollars[i]);
  }
  return cost;
}

Money Ledger::Line::total() const noexcept {
  int128 sum = 0;
  for (const int128 part : picodollars) sum += part;
  return Money::from_picodollars(sum);
}

Ledger::Line& Ledger::Line::operator+=(const Line& other) noexcept {
  responses += other.responses;
  usage += other.usage;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) picodollars[i] += other.picodollars[i];
  saved_picodollars += other.saved_picodollars;
  return *this;
}

void Ledger::Line::add_cached(const Usage& more, const CostBreakdown* cost,
                              const Money* saved) noexcept {
  usage.cache_creation_5m_input_tokens += more.cache_creation_5m_input_tokens;
  usage.cache_creation_1h_input_tokens += more.cache_creation_1h_input_tokens;
  usage.cache_read_input_tokens += more.cache_read_input_tokens;
  if (cost == nullptr) return;
  add(CostCategory::kWrite5m, *cost);
  add(CostCategory::kWrite1h, *cost);
  add(CostCategory::kCacheRead, *cost);
  if (saved != nullptr) saved_picodollars += saved->picodollars();
}

// Few accounts occur in a run (a workload has one key and one model), so a linear search is the
// fastest.
void Ledger::select(const Account& account) {
  const auto found = std::find(accounts_.begin(), accounts_.end(), account);
  last_ = static_cast<std::size_t>(found - accounts_.begin());
  last_account_ = account;
  if (found != accounts_.end()) return;
  accounts_.push_back(account);
  lines_.emplace_back().account = account;
}

Ledger& Ledger::operator+=(const Ledger& other) {
  for (const Line& line : other.lines_) {
    select(line.account);
    lines_[last_] += line;
  }
  return *this;
}

std::vector<Ledger::Line> Ledger::lines() const {
  std::vector<Line> sorted = lines_;
  std::sort(sorted.begin(), sorted.end(),
            [](const Line& a, const Line& b) { return a.account < b.account; });
  return sorted;
}

}  // namespace sluice
