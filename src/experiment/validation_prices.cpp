// Bills that other tools got wrong, to the last digit, with the prices of the embedded catalog.
// Sources: BerriAI/litellm #9812 and #11789, langfuse/langfuse #14249, context-lens #29.
#include <array>

#include <fmt/format.h>

#include "base/calendar.hpp"
#include "base/check.hpp"
#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "policy/price_list.hpp"
#include "scenario/catalog.hpp"

namespace sluice {
namespace {

struct Bill {
  std::string_view name;
  std::string_view model;
  CivilDate date;
  Duration before_midnight{};  // how long before the date begins
  Usage usage;
  std::string_view dollars;
};

constexpr std::array kBills{
    Bill{.name = "litellm #9812: cache writes counted twice, $0.091311",
         .model = "claude-3-7-sonnet-20250219",
         .date = {2025, 8, 13},
         .usage = {.input_tokens = 3,
                   .cache_creation_5m_input_tokens = 12'304,
                   .output_tokens = 550},
         .dollars = "0.054399"},
    Bill{.name = "litellm #11789: cache reads as input, $0.002059",
         .model = "claude-3-5-haiku-20241022",
         .date = {2025, 8, 13},
         .usage = {.input_tokens = 4, .cache_read_input_tokens = 2455, .output_tokens = 23},
         .dollars = "0.0002916"},
    Bill{.name = "langfuse #14249: cache writes left out, $0.20",
         .model = "claude-sonnet-4-6",
         .date = {2026, 2, 17},
         .usage = {.input_tokens = 15'460,
                   .cache_creation_5m_input_tokens = 19'810,
                   .output_tokens = 10'370},
         .dollars = "0.2762175"},
    Bill{.name = "Haiku 5.5, a prompt of 100,000 tokens",
         .model = "claude-haiku-5-5",
         .date = {2026, 10, 7},
         .usage = {.input_tokens = 100'000, .output_tokens = 1000},
         .dollars = "0.0105"},
    Bill{.name = "Haiku 5.5, a prompt of 100,001 tokens",
         .model = "claude-haiku-5-5",
         .date = {2026, 10, 7},
         .usage = {.input_tokens = 100'001, .output_tokens = 1000},
         .dollars = "0.0525005"},
    Bill{.name = "Haiku 5.5, 1 token, 50,000 written and 50,000 read",
         .model = "claude-haiku-5-5",
         .date = {2026, 10, 7},
         .usage = {.input_tokens = 1,
                   .cache_creation_5m_input_tokens = 50'000,
                   .cache_read_input_tokens = 50'000},
         .dollars = "0.0337505"},
    Bill{.name = "Sonnet 5.5 cache reads, a nanosecond before 2026-10-07",
         .model = "claude-sonnet-5-5",
         .date = {2026, 10, 7},
         .before_midnight = nanoseconds(1),
         .usage = {.cache_read_input_tokens = 1'000'000},
         .dollars = "0.2"},
    Bill{.name = "Sonnet 5.5 cache reads, 2026-10-07 at midnight UTC",
         .model = "claude-sonnet-5-5",
         .date = {2026, 10, 7},
         .usage = {.cache_read_input_tokens = 1'000'000},
         .dollars = "0.1"}};

// Below 9,000 dollars every picodollar makes a different number.
double dollars(Money money) { return static_cast<double>(money.picodollars()) / 1e12; }

std::vector<PriceRow> rows_of(std::string_view model) {
  const auto catalog = scenario::load_catalog(std::nullopt);
  SLUICE_CHECK(catalog.has_value());
  return scenario::price_rows(*catalog, model);
}

// An unpriced bill is not a number, so it fails.
std::vector<Observation> observe_bill(const Bill& bill) {
  const PriceList prices({rows_of(bill.model)});
  const std::int64_t midnight = UnixTime::midnight(bill.date).nanoseconds;
  const auto cost = prices.cost(ModelId{}, midnight - ns(bill.before_midnight), bill.usage, {});
  if (!cost) return {{.sum = 0, .of = 0}};
  return {{.sum = dollars(cost->total())}};
}

// A hundred requests in a second, of which a limit of one a minute admits the first.
std::vector<Observation> observe_refusals(const CheckTrial& trial) {
  RunPlan plan = bare_plan(trial, seconds(1));
  plan.start_unix_ns = UnixTime::midnight({2026, 11, 1}).nanoseconds;
  plan.workloads[0].arrivals = ArrivalConstant{.rate = {100, seconds(1)}};
  plan.workloads[0].input = SizeFixed{1000};
  plan.workloads[0].output = SizeFixed{100};
  plan.models[0].prices = rows_of("claude-haiku-4-5-20251001");
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, 1.0 / 60, 1);
  const ValidationRun run = run_plan(plan, trial.replication);
  const auto sum = run.measured.ledger.total([](const Ledger::Account&) { return true; });
  const AttemptTotals& attempts = run.measured.workloads[0].attempts;
  return {share(attempts.rate_limited[static_cast<std::size_t>(LimitCause::kRequests)], 1),
          {.sum = dollars(sum.total())}};
}

}  // namespace

ValidationChecks price_checks() {
  ValidationChecks checks;
  for (const Bill& bill : kBills) {
    const auto exact = Money::from_decimal(bill.dollars);
    SLUICE_CHECK(exact.has_value());
    checks.push_back({.group = "prices, $",
                      .claims = {{std::string(bill.name), dollars(*exact)}},
                      .observe = [&bill](const CheckTrial&) { return observe_bill(bill); }});
  }
  checks.push_back({.group = "prices, $",
                    .claims = {{"429s after the first request", 99},
                               {"cost of the first request and of those 429s", 0.0015}},
                    .observe = observe_refusals});
  return checks;
}

}  // namespace sluice
