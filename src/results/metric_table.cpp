#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/calendar.hpp"
#include "results/metric_rows.hpp"

namespace sluice {
namespace rows {
namespace {

constexpr std::array kQuantiles = {
    std::pair{"p50", Ppm{500'000}}, std::pair{"p90", Ppm{900'000}},  std::pair{"p95", Ppm{950'000}},
    std::pair{"p99", Ppm{990'000}}, std::pair{"p999", Ppm{999'000}},
};

// A histogram of all workloads together.
Pick all(Histogram Latencies::*member) {
  return [member](const RunView& run) -> const Histogram& { return run.all.latency.*member; };
}

}  // namespace

void add_histogram(Table& table, std::vector<std::string> where, const std::string& what,
                   const Pick& pick) {
  table.group(std::move(where));
  table.add({"count"}, Unit::kCount, "Number of values: " + what + ".", [pick](const RunView& run) {
    return Number(static_cast<std::int64_t>(pick(run).count()));
  });
  table.add({"mean"}, Unit::kDuration, "Mean " + what + ".",
            [pick](const RunView& run) { return duration(pick(run).mean()); });
  table.add(
      {"min"}, Unit::kDuration, "Least " + what + ".",
      [pick](const RunView& run) { return duration(pick(run).min()); }, Combine::kSmallest);
  for (const auto& [label, share] : kQuantiles) {
    const Ppm ppm = share;
    table.add(
        {label}, Unit::kDuration, fmt::format("{} of the {}.", label, what),
        [pick, ppm](const RunView& run) { return duration(pick(run).quantile(ppm)); },
        Combine::kQuantile);
  }
  table.add(
      {"max"}, Unit::kDuration, "Largest " + what + ".",
      [pick](const RunView& run) { return duration(pick(run).max()); }, Combine::kLargest);
}

void add_latencies(Table& table) {
  const std::string arrival = "from the planned arrival ";
  add_histogram(table, {"latency", "success"},
                "time " + arrival + "to the end of an answered request",
                [](const RunView& run) -> const Histogram& { return run.success; });
  add_histogram(table, {"latency", "first_try"},
                "time " + arrival + "to the end of a request answered at the first attempt",
                all(&Latencies::first_try));
  add_histogram(table, {"latency", "retried"},
                "time " + arrival + "to the end of a request answered after retries",
                all(&Latencies::retried));
  add_histogram(table, {"latency", "failed"}, "time " + arrival + "to the final failure",
                all(&Latencies::failed));
  add_histogram(table, {"latency", "offered"},
                "time of all ended requests, failures as late as their deadline",
                [](const RunView& run) -> const Histogram& { return run.offered; });
  add_histogram(table, {"latency", "from_send"}, "time from the last send to the end of an answer",
                all(&Latencies::from_send));
  add_histogram(table, {"latency", "batch"}, "time of batch requests", all(&Latencies::batch));
  add_histogram(table, {"ttft"}, "time " + arrival + "to the first content of any kind",
                all(&Latencies::ttft));
  add_histogram(table, {"ttft_from_send"}, "time from the last send to the first content",
                all(&Latencies::ttft_from_send));
  add_histogram(table, {"first_answer"}, "time " + arrival + "to the first token after thinking",
                all(&Latencies::first_answer));
  add_histogram(table, {"queueing"}, "time " + arrival + "to the first send",
                all(&Latencies::queueing));
  add_histogram(table, {"inter_token"}, "gap between tokens, as the mean of each answer",
                all(&Latencies::inter_token));
  add_histogram(table, {"backoff"}, "time waited between the attempts of a retried request",
                all(&Latencies::backoff));
}

void add_limiters(Table& table, const Names& names) {
  for (std::size_t i = 0; i < names.limiters.size(); ++i) {
    table.group({"utilisation"});
    table.add(
        {names.limiters[i]}, Unit::kRatio,
        "Charged, of what the limit allows until arrivals stop; warm-up left out.",
        [i](const RunView& run) {
          return Number(utilisation(run.measured.limiters[i].use, period(run.facts.limiters[i])));
        });
  }
  for (std::size_t i = 0; i < names.limiters.size(); ++i) {
    table.group({"limiters", names.limiters[i]});
    table.add({"peak_minute"}, Unit::kRatio,
              "Utilisation in the busiest minute; a burst exceeds 1.",
              [i](const RunView& run) { return Number(run.binding.limits[i].peak_minute); });
    table.add({"refused"}, Unit::kAttempts, "Attempts that it refused.",
              [i](const RunView& run) { return Number(run.measured.limiters[i].refused); });
    table.add(
        {"first_refused"}, Unit::kDuration, "From the start to its first refusal.",
        [i](const RunView& run) { return instant(run.measured.limiters[i].first_refused); },
        Combine::kSmallest);
    table.add({"refusing_share"}, Unit::kRatio, "Of the time cells: those in which it refused.",
              [i](const RunView& run) {
                return ratio(run.binding.limits[i].cells_refusing, run.binding.cells);
              });
    table.add({"binding_share"}, Unit::kRatio,
              "Of the time cells: those in which it refused most, or, if none did, was used most.",
              [i](const RunView& run) {
                return ratio(run.binding.limits[i].cells_bound, run.binding.cells);
              });
    table.add(
        {"level_min"}, Unit::kTokens, "Lowest level that was read; negative in debt.",
        [i](const RunView& run) -> Number {
          if (run.measured.limiters[i].use.allowed == 0) return std::nullopt;
          return run.measured.limiters[i].level_min;
        },
        Combine::kSmallest);
    table.add({"limit"}, Unit::kCount, "Per minute or day, as last read.",
              [i](const RunView& run) { return Number(run.measured.limiters[i].limit); });
    table.add({"taken"}, Unit::kTokens, "Charged, net, while counted.",
              [i](const RunView& run) { return Number(run.measured.limiters[i].use.taken); });
  }
}

namespace {

void add_workload(Table& table, const std::string& name, std::size_t i) {
  table.group({"workloads", name});
  const auto add = [&table, i](std::string path, Unit unit, std::string doc, auto get) {
    table.add({std::move(path)}, unit, std::move(doc),
              [get, i](const RunView& run) { return Number(get(run.measured.workloads[i])); });
  };
  add("offered", Unit::kRequests, "What this workload asked for.",
      [](const WorkloadTotals& w) { return w.requests.offered; });
  add("succeeded", Unit::kRequests, "Answered in full.",
      [](const WorkloadTotals& w) { return w.requests.succeeded(); });
  add("failed", Unit::kRequests, "Ended without an answer.",
      [](const WorkloadTotals& w) { return w.requests.failed(); });
  add("good", Unit::kRequests, "Succeeded within the objectives.",
      [](const WorkloadTotals& w) { return w.requests.good; });
  add("attempts", Unit::kAttempts, "HTTP exchanges that ask for answers.",
      [](const WorkloadTotals& w) { return w.attempts.count(); });
  add("rate_limited", Unit::kAttempts, "429 answers.",
      [](const WorkloadTotals& w) { return sum(w.attempts.rate_limited); });
  table.add({"cost"}, Unit::kMoney, "What it cost.",
            ledger_cost([i](const Ledger::Account& a) { return index(a.workload) == i; }));
  table.add({"cost_per_success"}, Unit::kMoney, "The same, per answered request.",
            [i](const RunView& run) {
              const auto of_this = [i](const Ledger::Account& a) { return index(a.workload) == i; };
              return money_per(run.measured.ledger.total(of_this).total(),
                               run.measured.workloads[i].requests.succeeded());
            });
  add_histogram(table, {"workloads", name, "latency"}, "time of an answered request",
                [i](const RunView& run) -> const Histogram& { return run.workload_success[i]; });
  add_histogram(table, {"workloads", name, "ttft"}, "time to the first content",
                [i](const RunView& run) -> const Histogram& {
                  return run.measured.workloads[i].latency.ttft;
                });
}

}  // namespace

void add_workloads(Table& table, const Names& names) {
  for (std::size_t i = 0; i < names.workloads.size(); ++i) {
    add_workload(table, names.workloads[i], i);
  }
}

// Spending goes on at the mean rate of the counted time; a new UTC month begins anew.
Number time_to_cap(const RunView& run) {
  const SpendFacts& spend = run.facts.spend;
  if (spend.cap_reached_at != kNever) return spend.cap_reached_at - kRunStart;
  const int128 rate = run.ledger.total().picodollars();
  if (!spend.tier_cap || !spend.month_to_date || rate <= 0) return std::nullopt;
  const Money left = std::max(*spend.tier_cap - *spend.month_to_date, Money{});
  // In milliseconds, which keeps the product below 2^127 up to 10^16 dollars.
  const int128 more = left.picodollars() * (ns(run.facts.counted()) / 1'000'000) / rate;
  const UnixTime start{run.facts.start_unix_ns};
  const Duration at_most = start.next_month() - start - run.facts.duration;
  if (more >= ns(at_most) / 1'000'000) return std::nullopt;
  return run.facts.duration + milliseconds(static_cast<std::int64_t>(more));
}

void add_spend_and_warmup(Table& table) {
  table.group({"spend"});
  table.add({"month_to_date"}, Unit::kMoney, "At the end, spent before the run included.",
            [](const RunView& run) -> Number {
              if (!run.facts.spend.month_to_date) return std::nullopt;
              return *run.facts.spend.month_to_date;
            });
  table.add({"tier_cap"}, Unit::kMoney, "The usage tier's monthly cap; none if it has none.",
            [](const RunView& run) -> Number {
              if (!run.facts.spend.tier_cap) return std::nullopt;
              return *run.facts.spend.tier_cap;
            });
  table.add(
      {"time_to_cap"}, Unit::kDuration,
      "From the start to the tier's monthly cap: as it happened, or if spending goes on as it did; "
      "none if the month ends before.",
      time_to_cap);
  table.add(
      {"cap_reached_at"}, Unit::kDuration, "From the start to the first refusal by the tier's cap.",
      [](const RunView& run) { return instant(run.facts.spend.cap_reached_at); },
      Combine::kSmallest);
  table.add({"alerts"}, Unit::kCount, "Spend alerts that fired.", [](const RunView& run) {
    return Number(static_cast<std::int64_t>(run.facts.spend.alerts.size()));
  });
  table.group({"warmup"});
  const auto add = [&table](std::string path, Unit unit, std::string doc, auto member) {
    table.add({std::move(path)}, unit, std::move(doc),
              [member](const RunView& run) { return Number(run.measured.warmup.*member); });
  };
  add("offered", Unit::kRequests, "Planned during warm-up: in no other number.",
      &WarmupTotals::offered);
  add("succeeded", Unit::kRequests, "Of these, answered.", &WarmupTotals::succeeded);
  add("failed", Unit::kRequests, "Of these, failed.", &WarmupTotals::failed);
  add("attempts", Unit::kAttempts, "Their HTTP exchanges.", &WarmupTotals::attempts);
  add("rate_limited", Unit::kAttempts, "Their 429 answers.", &WarmupTotals::rate_limited);
  add("cost", Unit::kMoney, "Their cost.", &WarmupTotals::cost);
}

}  // namespace rows

std::vector<Metric> metric_table(const Names& names) {
  rows::Table table;
  rows::add_fit(table);
  rows::add_requests(table);
  rows::add_attempts(table);
  rows::add_client(table);
  rows::add_wasted(table);
  rows::add_tokens(table);
  rows::add_cost(table, names);
  rows::add_latencies(table);
  rows::add_limiters(table, names);
  rows::add_workloads(table, names);
  rows::add_spend_and_warmup(table);
  rows::add_load(table);
  return table.take();
}

std::string metric_reference() {
  const Names names{.workloads = {"<workload>"},
                    .workspaces = {"<workspace>"},
                    .keys = {"<key>"},
                    .models = {"<model>"},
                    .limiters = {"<limiter>"}};
  std::string text = "| path | unit | meaning |\n| --- | --- | --- |\n";
  for (const Metric& metric : metric_table(names)) {
    text += fmt::format("| `{}` | {} | {} |\n", metric.path(), name(metric.unit), metric.doc);
  }
  return text;
}

}  // namespace sluice
