#include "report/open_metrics.hpp"

#include <array>
#include <utility>

#include "base/calendar.hpp"
#include "report/open_metrics_text.hpp"

namespace sluice {
namespace {

using Text = OpenMetricsText;

std::string metric_seconds(Duration duration) {
  return open_metrics_seconds(static_cast<uint128>(ns(duration)));
}

// Writes all families of one result.
class RunMetrics {
 public:
  explicit RunMetrics(const RunResult& result)
      : result_(result), facts_(result.facts), measured_(result.measured) {}

  std::string take() && {
    identity();
    requests();
    attempts();
    tokens();
    money();
    latencies();
    if (!facts_.load) limiters();  // a client cannot look into a bucket
    if (facts_.load) load(*facts_.load);
    expectations();
    return std::move(text_).take();
  }

 private:
  void gauge(std::string_view name, std::string_view unit, std::string_view help,
             std::string_view value) {
    text_.family({name, "gauge", unit, help});
    text_.sample("", {}, value);
  }
  void counter(std::string_view name, std::string_view help, std::int64_t value) {
    text_.family({name, "counter", "", help});
    text_.sample("_total", {}, value);
  }
  // `write` gets each workload's name and totals.
  template <class Write>
  void each_workload(const Write& write) {
    for (std::size_t i = 0; i < measured_.workloads.size(); ++i) {
      write(facts_.names.workloads[i], measured_.workloads[i]);
    }
  }
  // `write` gets a workload's and a model's name, and what was booked to both.
  template <class Write>
  void each_booking(const Write& write);

  void identity();
  void requests();
  void attempts();
  void tokens();
  void money();
  void latencies();
  void limiters();
  void load(const LoadFacts& load);
  void expectations();

  const RunResult& result_;
  const RunFacts& facts_;
  const Measurements& measured_;
  Text text_;
};

template <class Write>
void RunMetrics::each_booking(const Write& write) {
  for (std::size_t w = 0; w < facts_.names.workloads.size(); ++w) {
    for (std::size_t m = 0; m < facts_.names.models.size(); ++m) {
      const Ledger::Line line = measured_.ledger.total([&](const Ledger::Account& account) {
        return index(account.workload) == w && index(account.model) == m;
      });
      if (line.responses > 0) write(facts_.names.workloads[w], facts_.names.models[m], line);
    }
  }
}

void RunMetrics::identity() {
  text_.family({"sluice_run", "info", "", "What was run."});
  text_.sample("_info",
               {{"scenario", facts_.scenario_name},
                {"scenario_digest", facts_.scenario_digest},
                {"catalog_date", facts_.catalog_date},
                {"tier", facts_.tier},
                {"version", facts_.version},
                {"seed", std::to_string(facts_.seed)},
                {"start", UnixTime{facts_.start_unix_ns}.text()},
                {"verdict", name(result_.binding.verdict)}},
               std::int64_t{1});
  gauge("sluice_run_replications", "", "All counts are sums over so many replications.",
        std::to_string(result_.replications.size()));
  gauge("sluice_run_partial", "", "1: the run was interrupted, or still goes on.",
        result_.partial() ? "1" : "0");
  gauge("sluice_run_duration_seconds", "seconds", "Of one replication, with arrivals, model time.",
        metric_seconds(facts_.duration));
  gauge("sluice_run_warmup_seconds", "seconds", "Left out of all that follows, model time.",
        metric_seconds(facts_.counts_from - kRunStart));
}

void RunMetrics::requests() {
  text_.family({"sluice_requests_offered", "counter", "", "Requests that users wanted."});
  each_workload([&](const std::string& workload, const WorkloadTotals& of) {
    text_.sample("_total", {{"workload", workload}}, of.requests.offered);
  });
  text_.family({"sluice_requests_ended", "counter", "", "By how they ended; ok: succeeded."});
  each_workload([&](const std::string& workload, const WorkloadTotals& of) {
    for (std::size_t i = 0; i < kErrorKindCount; ++i) {
      const std::int64_t count = of.requests.ended[i];
      const std::string_view how = i == 0 ? "ok" : name(static_cast<ErrorKind>(i));
      if (i == 0 || count > 0) {
        text_.sample("_total", {{"workload", workload}, {"outcome", how}}, count);
      }
    }
  });
  text_.family({"sluice_requests_good", "counter", "", "Succeeded within the objectives."});
  each_workload([&](const std::string& workload, const WorkloadTotals& of) {
    text_.sample("_total", {{"workload", workload}}, of.requests.good);
  });
  gauge("sluice_requests_in_flight_max", "", "Between planned arrival and end, of one replication.",
        std::to_string(measured_.in_flight_max));
}

void RunMetrics::attempts() {
  text_.family({"sluice_attempts", "counter", "", "HTTP exchanges, by outcome; ok: succeeded."});
  each_workload([&](const std::string& workload, const WorkloadTotals& of) {
    for (std::size_t i = 0; i < kErrorKindCount; ++i) {
      const std::int64_t count = of.attempts.ended[i];
      const std::string_view how = i == 0 ? "ok" : name(static_cast<ErrorKind>(i));
      if (i == 0 || count > 0) {
        text_.sample("_total", {{"workload", workload}, {"outcome", how}}, count);
      }
    }
  });
  text_.family({"sluice_rate_limited", "counter", "", "Attempts that were refused with 429."});
  each_workload([&](const std::string& workload, const WorkloadTotals& of) {
    for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
      const std::string_view cause = name(static_cast<LimitCause>(i));
      text_.sample("_total", {{"workload", workload}, {"cause", cause}},
                   of.attempts.rate_limited[i]);
    }
  });
}

void RunMetrics::tokens() {
  text_.family({"sluice_tokens", "counter", "", "Billed tokens, as the answers' usage has them."});
  each_booking(
      [&](const std::string& workload, const std::string& model, const Ledger::Line& line) {
        const std::array<std::pair<std::string_view, std::int64_t>, 5> kinds{
            {{"input", line.usage.input_tokens},
             {"cache_creation_5m", line.usage.cache_creation_5m_input_tokens},
             {"cache_creation_1h", line.usage.cache_creation_1h_input_tokens},
             {"cache_read", line.usage.cache_read_input_tokens},
             {"output", line.usage.output_tokens}}};
        for (const auto& [kind, count] : kinds) {
          text_.sample("_total", {{"workload", workload}, {"model", model}, {"kind", kind}}, count);
        }
      });
}

void RunMetrics::money() {
  text_.family({"sluice_cost_dollars", "counter", "dollars",
                "What the answers cost; of models without a price: 0."});
  each_booking(
      [&](const std::string& workload, const std::string& model, const Ledger::Line& line) {
        const CostBreakdown cost = line.cost();
        for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
          const std::string_view category = name(static_cast<CostCategory>(i));
          text_.sample("_total", {{"workload", workload}, {"model", model}, {"category", category}},
                       cost.by_category[i].exact());
        }
      });
  text_.family({"sluice_cache_saved_dollars", "gauge", "dollars",
                "What cached prompts saved, less what writing them cost more; may be negative."});
  each_booking(
      [&](const std::string& workload, const std::string& model, const Ledger::Line& line) {
        text_.sample("", {{"workload", workload}, {"model", model}}, line.saved_by_cache().exact());
      });
  if (facts_.spend.month_to_date) {
    gauge("sluice_spend_month_dollars", "dollars", "Spent in the calendar month, at the end.",
          facts_.spend.month_to_date->exact());
  }
}

void RunMetrics::latencies() {
  text_.family({"sluice_request_duration_seconds", "histogram", "seconds",
                "From the planned arrival to the end, without batches."});
  each_workload([&](const std::string& workload, const WorkloadTotals& of) {
    text_.histogram({{"workload", workload}, {"outcome", "first_try"}}, of.latency.first_try);
    text_.histogram({{"workload", workload}, {"outcome", "retried"}}, of.latency.retried);
    text_.histogram({{"workload", workload}, {"outcome", "failed"}}, of.latency.failed);
  });
  const auto each = [&](std::string_view name, std::string_view help, auto member) {
    text_.family({name, "histogram", "seconds", help});
    each_workload([&](const std::string& workload, const WorkloadTotals& of) {
      text_.histogram({{"workload", workload}}, of.latency.*member);
    });
  };
  each("sluice_ttft_seconds", "From the planned arrival to the first token, of successes.",
       &Latencies::ttft);
  each("sluice_queueing_seconds", "From the planned arrival to the first send.",
       &Latencies::queueing);
  each("sluice_backoff_seconds", "Waited between attempts, of requests with more than one.",
       &Latencies::backoff);
}

void RunMetrics::limiters() {
  const auto each = [&](std::string_view name, std::string_view type, std::string_view unit,
                        std::string_view help, const auto& value) {
    text_.family({name, type, unit, help});
    for (std::size_t i = 0; i < facts_.limiters.size(); ++i) {
      text_.sample(type == "counter" ? "_total" : "", {{"limiter", facts_.names.limiters[i]}},
                   value(measured_.limiters[i], facts_.limiters[i]));
    }
  };
  each("sluice_limiter_limit", "gauge", "", "Per minute or day, as at the end.",
       [](const LimiterTotals& of, const LimiterFacts&) { return of.limit; });
  each("sluice_limiter_capacity", "gauge", "", "What its bucket can hold.",
       [](const LimiterTotals& of, const LimiterFacts&) { return of.capacity; });
  each("sluice_limiter_level_min", "gauge", "", "The lowest reading; negative: in debt.",
       [](const LimiterTotals& of, const LimiterFacts&) {
         return of.capacity == 0 ? std::int64_t{0} : of.level_min;
       });
  each("sluice_limiter_used_ratio", "gauge", "ratio", "Of what the limit allows, over the run.",
       [](const LimiterTotals& of, const LimiterFacts& facts) {
         return decimal_text(MetricNumber(utilisation(of.use, period(facts))));
       });
  text_.family({"sluice_limiter_busiest_minute_ratio", "gauge", "ratio",
                "The same in its busiest minute, mean of the replications."});
  for (const std::string& limiter : facts_.names.limiters) {
    const auto peak = lookup(result_, "limiters." + limiter + ".peak_minute");
    if (!peak) continue;
    text_.sample("", {{"limiter", limiter}}, decimal_text(peak->number));
  }
  each("sluice_limiter_refused", "counter", "", "Attempts that this limit refused.",
       [](const LimiterTotals& of, const LimiterFacts&) { return of.refused; });
}

void RunMetrics::load(const LoadFacts& load) {
  gauge("sluice_load_ok", "", "1: the load generator kept its schedule; 0: its claims are void.",
        judge(load).ok ? "1" : "0");
  gauge("sluice_load_speed_ratio", "ratio", "Model time over wall time.",
        decimal_text(MetricNumber(static_cast<double>(load.speed_permille) / 1000)));
  text_.family({"sluice_load_schedule_delay_seconds", "histogram", "seconds",
                "From the instant for which an attempt was due to its last byte, wall time."});
  text_.histogram({}, load.schedule_delay);
  counter("sluice_load_sent", "Attempts that left.", load.sent);
  counter("sluice_load_dropped_late", "Sessions dropped as too late.", load.dropped_late);
  counter("sluice_load_held_back", "Attempts that waited for headroom, money or a token.",
          load.held_back);
  counter("sluice_load_connections_opened", "Connections opened.", load.connections_opened);
}

void RunMetrics::expectations() {
  if (result_.expectations.empty()) return;
  text_.family({"sluice_expectation_met", "gauge", "", "1: it is as it should be."});
  for (std::size_t i = 0; i < result_.expectations.size(); ++i) {
    const ExpectationCheck& check = result_.expectations[i];
    text_.sample("",
                 {{"number", std::to_string(i + 1)},
                  {"from", check.is_failure ? "--fail-if" : "expect"},
                  {"expectation", check.text}},
                 std::int64_t{check.is_met() ? 1 : 0});
  }
}

}  // namespace

std::string render_open_metrics(const RunResult& result) { return RunMetrics(result).take(); }

}  // namespace sluice
