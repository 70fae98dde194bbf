#include "admin/summarise_usage.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/price_list.hpp"
#include "scenario/window_prices.hpp"

namespace sluice::admin {
namespace {

using ingest::CostRow;
using ingest::UsageRow;
using scenario::Catalog;

constexpr const char* kWebSearch = "web_search";
constexpr const char* kLongContext = "200k-1M";

// One name for a model's id and its aliases; the report's where the catalog has none.
std::string model_name(const Catalog& catalog, const std::string& name) {
  const scenario::ModelRow* const model = catalog.model(name);
  if (model != nullptr) return model->id;
  return name.empty() ? "(no model)" : name;
}

class Summing {
 public:
  explicit Summing(const Catalog& catalog) : catalog_(catalog) {}

  void add(const UsageRow& row) {
    if (row.usage == Usage{} && row.web_search_requests == 0) return;
    const CivilDate day = row.start.date();
    const std::string what = model_name(catalog_, row.group.model);
    Cell& cell = cells_[{day, what}];
    cell.usage += row.usage;
    if (row.usage != Usage{}) add_price(cell, price(row), what, row);
    if (row.web_search_requests > 0) add_searches(day, row.web_search_requests);
  }

  void add(const CostRow& row) {
    if (row.currency != "USD" && !row.currency.empty()) {
      ++other_currencies_;
      return;
    }
    const bool is_of_model = !row.group.model.empty() && row.cost_type != kWebSearch;
    const std::string what = is_of_model             ? model_name(catalog_, row.group.model)
                             : row.cost_type.empty() ? "(other)"
                                                     : row.cost_type;
    Cell& cell = cells_[{row.start.date(), what}];
    cell.reported = cell.reported.value_or(Money{}) + row.amount;
  }

  UsageSummary summary() const;

 private:
  struct Cell {
    Usage usage;
    std::optional<Money> reported;
    Money computed;
    bool has_computed = false;
    bool is_unpriced = false;
  };
  using Key = std::pair<CivilDate, std::string>;
  // Of which rows a total is; each kind has both costs, or lacks the same one.
  enum class Kind { kCompared, kNotPriced, kNotReported };

  std::optional<Money> price(const UsageRow& row) {
    const auto& group = row.group;
    const bool is_batch = group.service_tier == "batch";
    const bool is_plain = group.service_tier.empty() || group.service_tier == "standard";
    const scenario::ModelRow* const model = catalog_.model(group.model);
    if (model == nullptr || (!is_batch && !is_plain)) return std::nullopt;
    const std::string key = model->id + " " + group.context_window;
    auto found = prices_.find(key);
    if (found == prices_.end()) {
      PriceList list({scenario::price_rows_of_window(catalog_, model->id,
                                                     group.context_window == kLongContext)});
      found = prices_.emplace(key, std::move(list)).first;
    }
    const auto bill = found->second.bill(
        ModelId(0), row.start.nanoseconds, row.usage,
        {.batch = is_batch, .fast = group.speed == "fast", .us_only = group.inference_geo == "us"});
    return bill ? std::optional(bill->total) : std::nullopt;
  }

  void add_price(Cell& cell, const std::optional<Money>& price, const std::string& what,
                 const UsageRow& row) {
    if (price) {
      cell.computed += *price;
      cell.has_computed = true;
      return;
    }
    cell.is_unpriced = true;
    const std::string& tier = row.group.service_tier;
    unpriced_.insert(tier.empty() || tier == "standard" ? what
                                                        : fmt::format("{} ({})", what, tier));
  }

  void add_searches(CivilDate day, std::int64_t count) {
    for (const scenario::ToolPriceRow& row : catalog_.tool_prices) {
      if (row.name != kWebSearch || row.unit != "1,000 searches") continue;
      Cell& cell = cells_[{day, kWebSearch}];
      cell.computed += (row.dollars * count).divided_rounded(1000);
      cell.has_computed = true;
    }
  }

  static bool is_priced(const Cell& cell) noexcept {
    return cell.has_computed && !cell.is_unpriced;
  }
  static Kind kind_of(const Cell& cell) noexcept {
    if (!is_priced(cell)) return Kind::kNotPriced;
    return cell.reported ? Kind::kCompared : Kind::kNotReported;
  }
  static UsageOfDay row_of(CivilDate day, const std::string& what, const Cell& cell) {
    UsageOfDay row{.day = day, .what = what, .usage = cell.usage, .reported = cell.reported};
    if (is_priced(cell)) row.computed = cell.computed;
    return row;
  }
  static void merge(Cell& to, const Cell& from) {
    to.usage += from.usage;
    if (from.reported) to.reported = to.reported.value_or(Money{}) + *from.reported;
    to.computed += from.computed;
    to.has_computed = to.has_computed || from.has_computed;
    to.is_unpriced = to.is_unpriced || from.is_unpriced;
  }

  const Catalog& catalog_;
  std::map<Key, Cell> cells_;
  std::map<std::string, PriceList> prices_;
  std::set<std::string> unpriced_;
  std::int64_t other_currencies_ = 0;
};

UsageSummary Summing::summary() const {
  UsageSummary made;
  std::map<std::pair<std::string, Kind>, Cell> by_what;
  std::map<Kind, Cell> all;
  for (const auto& [key, cell] : cells_) {
    made.rows.push_back(row_of(key.first, key.second, cell));
    merge(by_what[{key.second, kind_of(cell)}], cell);
    merge(all[kind_of(cell)], cell);
  }
  const CivilDate first = cells_.empty() ? CivilDate{} : cells_.begin()->first.first;
  std::vector<std::string> only_reported;
  std::vector<std::string> not_reported;
  for (const auto& [key, cell] : by_what) {
    made.totals.push_back(row_of(first, key.first, cell));
    if (key.second == Kind::kNotReported) not_reported.push_back(key.first);
    if (key.second == Kind::kNotPriced && !cell.is_unpriced) only_reported.push_back(key.first);
  }
  made.total = row_of(first, "all", all[Kind::kCompared]);
  for (const auto& [kind, cell] : all) {
    if (kind != Kind::kCompared) made.not_compared.push_back(row_of(first, "all", cell));
  }
  if (!unpriced_.empty()) {
    const std::vector<std::string> names(unpriced_.begin(), unpriced_.end());
    made.notes.push_back("the catalog has no price for " + join(names));
  }
  if (!only_reported.empty()) {
    made.notes.push_back(
        "reported, but nothing that the catalog prices, so not in the difference: " +
        join(only_reported));
  }
  if (!not_reported.empty()) {
    made.notes.push_back("used, but not in the cost report, so not in the difference: " +
                         join(not_reported));
  }
  if (other_currencies_ > 0) {
    made.notes.push_back(fmt::format("{} rows of the cost report are not in USD and were left out",
                                     other_currencies_));
  }
  return made;
}

}  // namespace

UsageSummary summarise_usage(const ingest::UsageReport& report, const Catalog& catalog) {
  Summing summing(catalog);
  for (const UsageRow& row : report.usage) summing.add(row);
  for (const CostRow& row : report.cost) summing.add(row);
  UsageSummary made = summing.summary();
  if (!report.problems.empty()) {
    made.notes.push_back(
        fmt::format("{} rows of the reports could not be read and were left out, "
                    "the first: {}",
                    report.problems.size(), report.problems.front()));
  }
  return made;
}

}  // namespace sluice::admin
