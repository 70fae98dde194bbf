#include "results/metric_rows.hpp"

namespace sluice::rows {
namespace {

// Unknown as soon as anything that was counted has no price.
bool has_unpriced(const RunView& run) {
  return run.measured.ledger.total([](const Ledger::Account& a) { return !a.priced; }).responses >
         0;
}

constexpr Duration kMonth = hours(24 * 30);

// The run's cost repeated for 30 days; none below a minute, which says nothing about a month.
Number cost_per_month(const RunView& run) {
  const Duration counted = run.facts.counted();
  if (counted < minutes(1)) return std::nullopt;
  // The scale is exact: picodollars x ms of a month stay below 2^127 up to 10^16 dollars.
  const int128 scaled = run.ledger.total().picodollars() * (ns(kMonth) / 1'000'000);
  return Money::from_picodollars(scaled / (ns(counted) / 1'000'000));
}

template <class Id>
void add_costs_by(Table& table, const std::string& group, const std::vector<std::string>& names,
                  Id Ledger::Account::*member) {
  table.group({"cost", group});
  for (std::size_t i = 0; i < names.size(); ++i) {
    table.add({names[i]}, Unit::kMoney, "Of this one alone.",
              ledger_cost([member, i](const Ledger::Account& a) { return index(a.*member) == i; }));
  }
}

}  // namespace

Value ledger_cost(Accepts accepts) {
  return [accepts = std::move(accepts)](const RunView& run) {
    return Number(run.measured.ledger.total(accepts).total());
  };
}

void add_tokens(Table& table) {
  table.group({"tokens"});
  const auto add = [&table](std::string path, std::string doc, auto get) {
    table.add({std::move(path)}, Unit::kTokens, std::move(doc),
              [get](const RunView& run) { return Number(get(run.ledger.usage)); });
  };
  add("prompt", "Whole prompts: the next four together.",
      [](const Usage& u) { return u.prompt_tokens(); });
  add("input", "Neither read from the cache nor written to it.",
      [](const Usage& u) { return u.input_tokens; });
  add("cache_write_5m", "Written to the cache for 5 minutes.",
      [](const Usage& u) { return u.cache_creation_5m_input_tokens; });
  add("cache_write_1h", "Written to the cache for an hour.",
      [](const Usage& u) { return u.cache_creation_1h_input_tokens; });
  add("cache_read", "Read from the cache.",
      [](const Usage& u) { return u.cache_read_input_tokens; });
  add("output", "Produced, thinking included.", [](const Usage& u) { return u.output_tokens; });
  table.add({"cache_read_share"}, Unit::kRatio, "Of the prompt tokens.", [](const RunView& run) {
    return ratio(run.ledger.usage.cache_read_input_tokens, run.ledger.usage.prompt_tokens());
  });
}

void add_cost(Table& table, const Names& names) {
  table.group({"cost"});
  table.add({"total"}, Unit::kMoney, "Of all that was billed and has a price.",
            [](const RunView& run) { return Number(run.ledger.total()); });
  table.add({"per_success"}, Unit::kMoney,
            "Total, per answered request; none if anything is unpriced.", [](const RunView& run) {
              return has_unpriced(run)
                         ? std::nullopt
                         : money_per(run.ledger.total(), run.all.requests.succeeded());
            });
  table.add(
      {"per_month"}, Unit::kMoney,
      "The counted time repeated for 30 days; none for less than a minute.",
      [](const RunView& run) { return has_unpriced(run) ? std::nullopt : cost_per_month(run); });
  table.add({"saved_by_cache"}, Unit::kMoney,
            "What the cached tokens had cost as plain input, less what they did cost.",
            [](const RunView& run) { return Number(run.ledger.saved_by_cache()); });
  table.add({"batch"}, Unit::kMoney, "Part of the total that was sent in batches.",
            ledger_cost([](const Ledger::Account& a) { return a.batch; }));
  table.add({"unpriced_responses"}, Unit::kCount, "Billed responses of models without a price.",
            [](const RunView& run) {
              const auto unpriced = [](const Ledger::Account& a) { return !a.priced; };
              return Number(run.measured.ledger.total(unpriced).responses);
            });
  table.group({"cost", "by_category"});
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    table.add({std::string(name(static_cast<CostCategory>(i)))}, Unit::kMoney, "Of this category.",
              [i](const RunView& run) { return Number(run.ledger.cost().by_category[i]); });
  }
  add_costs_by(table, "by_workload", names.workloads, &Ledger::Account::workload);
  add_costs_by(table, "by_model", names.models, &Ledger::Account::model);
  add_costs_by(table, "by_workspace", names.workspaces, &Ledger::Account::workspace);
  add_costs_by(table, "by_key", names.keys, &Ledger::Account::key);
}

}  // namespace sluice::rows
