// Ledger: exact tokens and exact cost of every response, per workload, workspace, key and model,
// batches and responses without a price apart. One line per combination that occurred; totals along
// any dimension are sums of lines.
//
//   ledger.book({.workload = chat, .model = haiku, .priced = true}, usage, &cost, &saved);
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

   private:
    friend class Ledger;
    void add(CostCategory category, const CostBreakdown& cost) noexcept {
      const auto part = static_cast<std::size_t>(category);
      picodollars[part] += cost.by_category[part].picodollars();
    }
    void add_cached(const Usage& more, const CostBreakdown* cost, const Money* saved) noexcept;
  };

  // `cost` and `saved_by_cache` may be null: nothing is known of them. What cache reads and writes
  // cost, and saved, is looked at where `usage` has some.
  [[gnu::always_inline]] void book(const Account& account, const Usage& usage,
                                   const CostBreakdown* cost,
                                   const Money* saved_by_cache) noexcept {
    if (account != last_account_) [[unlikely]]
      select(Account(account));  // a copy, so that the account itself stays in registers
    Line& line = lines_[last_];
    ++line.responses;
    line.usage.input_tokens += usage.input_tokens;
    line.usage.output_tokens += usage.output_tokens;
    if (cost != nullptr) {
      line.add(CostCategory::kInput, *cost);
      line.add(CostCategory::kOutput, *cost);
      line.add(CostCategory::kTools, *cost);
    }
    // Most prompts have no part in a cache: nothing is to be added for it then.
    if (usage.uses_cache()) line.add_cached(usage, cost, saved_by_cache);
  }

  Ledger& operator+=(const Ledger& other);

  // In the order in which they were opened: a line keeps its place.
  std::span<const Line> opened() const noexcept { return lines_; }
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
  void select(const Account& account);

  std::vector<Account> accounts_;  // beside lines_, so that a search reads little
  std::vector<Line> lines_;
  Account last_account_{.workload = WorkloadId{0xffff}};  // at first nobody: no run has so many
  std::size_t last_ = 0;
};

}  // namespace sluice
