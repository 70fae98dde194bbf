// Ledger: exact tokens and exact cost of every response, per workload, workspace, key and model,
// batches and responses without a price apart. One line per combination that occurred; totals along
// any dimension are sums of lines.
//
//   ledger.book({.workload = chat, .model = haiku, .priced = true}, usage, cost);
//   ledger.total([](const Ledger::Account& account) { return account.model == haiku; }).cost
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "api/cost.hpp"
#include "api/ids.hpp"
#include "api/usage.hpp"
#include "base/integer.hpp"
#include "base/money.hpp"

namespace sluice {

class Ledger {
 public:
  // What a response is booked to.
  struct Account {
    WorkloadId workload{};
    WorkspaceId workspace{};
    KeyId key{};
    ModelId model{};
    bool batch = false;
    bool priced = true;
    auto operator<=>(const Account&) const = default;
  };

  // Tokens, and what they cost. `cost` of an unpriced account is 0 and means nothing.
  struct Line {
    Account account;
    std::int64_t responses = 0;
    Usage usage;
    std::array<int128, kCostCategoryCount> picodollars{};
    int128 saved_picodollars =
        0;  // by the prompt cache; negative where writing cost more than it saved

    CostBreakdown cost() const noexcept;
    Money total() const noexcept;
    Money saved_by_cache() const noexcept { return Money::from_picodollars(saved_picodollars); }
    Line& operator+=(const Line& other) noexcept;
    bool operator==(const Line&) const = default;
  };

  void book(const Account& account, const Usage& usage, const CostBreakdown* cost,
            Money saved_by_cache) noexcept {
    const std::uint64_t identity = identity_of(account);
    if (identity != last_identity_) [[unlikely]]
      select(account, identity);
    Line& line = lines_[last_];
    ++line.responses;
    line.usage += usage;
    if (cost == nullptr) return;
    for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
      line.picodollars[i] += cost->by_category[i].picodollars();
    }
    line.saved_picodollars += saved_by_cache.picodollars();
  }

  Ledger& operator+=(const Ledger& other);

  // In the order of their accounts.
  std::vector<Line> lines() const;
  // The sum over the lines whose account the predicate accepts; its own account is meaningless.
  template <class Predicate>
  Line total(Predicate accepts) const {
    Line sum;
    for (const Line& line : lines_) {
      if (accepts(line.account)) sum += line;
    }
    return sum;
  }

  // The same lines, whatever the order in which they were opened.
  bool operator==(const Ledger& other) const { return lines() == other.lines(); }

 private:
  static constexpr std::uint64_t kNobody = ~std::uint64_t{0};
  // Unique: 14 bits of each id (an organization has fewer of each, the constructor of Recorder
  // checks) and two flags.
  static constexpr std::uint64_t identity_of(const Account& account) noexcept {
    return (static_cast<std::uint64_t>(account.workload) << 44) |
           (static_cast<std::uint64_t>(account.workspace) << 30) |
           (static_cast<std::uint64_t>(account.key) << 16) |
           (static_cast<std::uint64_t>(account.model) << 2) |
           (static_cast<std::uint64_t>(account.batch) << 1) |
           static_cast<std::uint64_t>(account.priced);
  }
  void select(const Account& account, std::uint64_t identity);

  std::vector<std::uint64_t> identities_;  // beside lines_, so that a search reads little
  std::vector<Line> lines_;
  std::uint64_t last_identity_ = kNobody;
  std::size_t last_ = 0;
};

}  // namespace sluice
