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

// Few accounts occur in a run (a workload has one key and one model), so a linear search is the
// fastest.
void Ledger::select(const Account& account, std::uint64_t identity) {
  const auto found = std::find(identities_.begin(), identities_.end(), identity);
  last_ = static_cast<std::size_t>(found - identities_.begin());
  last_identity_ = identity;
  if (found != identities_.end()) return;
  identities_.push_back(identity);
  lines_.emplace_back().account = account;
}

Ledger& Ledger::operator+=(const Ledger& other) {
  for (const Line& line : other.lines_) {
    select(line.account, identity_of(line.account));
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
