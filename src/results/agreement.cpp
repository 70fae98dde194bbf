#include "results/agreement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "results/load_facts.hpp"
#include "results/run_result.hpp"

namespace sluice {
namespace {

constexpr double kSigmas = 3;
constexpr double kSecondsPerSpeed = 0.005;  // 5 ms of wall time, as model time

enum class Rule : std::uint8_t { kNone, kCount, kLooseCount, kSum, kPercentile };

struct Percentile {
  std::string_view name;
  double share;
};
constexpr std::array kPercentiles = {Percentile{"p50", 0.5}, Percentile{"p90", 0.9},
                                     Percentile{"p95", 0.95}, Percentile{"p99", 0.99}};

const Percentile* percentile_named(std::string_view name) {
  const auto found = std::find_if(kPercentiles.begin(), kPercentiles.end(),
                                  [name](const Percentile& p) { return p.name == name; });
  return found == kPercentiles.end() ? nullptr : &*found;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// How the metric of these segments is compared; most are not, being shares or sums of others.
Rule rule_of(const std::vector<std::string>& segments, bool has_gaps) {
  const std::string& group = segments.front();
  const std::string& last = segments.back();
  if (group == "requests") {
    if (segments.size() > 2) return Rule::kCount;  // by how they failed
    return is_one_of(last, {"offered", "succeeded", "first_try"}) ? Rule::kCount : Rule::kNone;
  }
  if (group == "attempts") {
    if (segments.size() == 2) {
      return is_one_of(last, {"total", "never_fits", "refused_by_own_limit"}) ? Rule::kCount
                                                                              : Rule::kNone;
    }
    return segments[1] == "first_rate_limited" ? Rule::kNone : Rule::kCount;
  }
  if (group == "goodput") return last == "requests" ? Rule::kLooseCount : Rule::kNone;
  if (group == "tokens") return last == "cache_read_share" ? Rule::kNone : Rule::kSum;
  if (group == "cost") {
    if (segments.size() > 2) return Rule::kSum;
    return is_one_of(last, {"total", "saved_by_cache"}) ? Rule::kSum : Rule::kNone;
  }
  if (group == "workloads" && segments.size() == 3) {
    if (last == "good") return Rule::kLooseCount;
    if (last == "cost") return Rule::kSum;
    return last == "cost_per_success" ? Rule::kNone : Rule::kCount;
  }
  if (percentile_named(last) == nullptr) return Rule::kNone;
  const bool is_latency =
      group == "latency" && is_one_of(segments[1], {"success", "first_try", "retried"});
  const bool is_compared = is_latency || group == "ttft" || (group == "inter_token" && has_gaps);
  return is_compared ? Rule::kPercentile : Rule::kNone;
}

const Histogram& histogram_of(const std::vector<std::string>& segments, const RunView& run) {
  if (segments[0] == "ttft") return run.all.latency.ttft;
  if (segments[0] == "inter_token") return run.all.latency.inter_token;
  if (segments[1] == "first_try") return run.all.latency.first_try;
  if (segments[1] == "retried") return run.all.latency.retried;
  return run.success;
}

// Answered attempts behind a sum: those of the workload, model, key or workspace that it is of.
std::int64_t answers_behind(const std::vector<std::string>& segments, const RunView& run) {
  const Names& names = run.facts.names;
  const std::string& kind = segments[segments.size() > 2 ? 1 : 0];
  const auto count = [&](const std::vector<std::string>& all, const std::string& name,
                         auto member) {
    const auto at = static_cast<std::size_t>(std::find(all.begin(), all.end(), name) - all.begin());
    return run.measured.ledger
        .total([at, member](const Ledger::Account& a) { return index(a.*member) == at; })
        .responses;
  };
  const std::string& last = segments.back();
  if (segments[0] == "workloads") {
    return count(names.workloads, segments[1], &Ledger::Account::workload);
  }
  if (kind == "by_workload") return count(names.workloads, last, &Ledger::Account::workload);
  if (kind == "by_model") return count(names.models, last, &Ledger::Account::model);
  if (kind == "by_workspace") return count(names.workspaces, last, &Ledger::Account::workspace);
  if (kind == "by_key") return count(names.keys, last, &Ledger::Account::key);
  return run.ledger.responses;
}

std::string percent(std::int64_t permille) { return decimal_text(int128{permille}, 1) + " %"; }

class Comparison {
 public:
  Comparison(const RunView& predicted, const RunView& measured, const AgreementOptions& options,
             bool is_exact)
      : predicted_(predicted), measured_(measured), options_(options), is_exact_(is_exact) {}

  void judge(AgreementRow& row, Rule rule, const std::vector<std::string>& segments) const {
    const bool must_be_equal = is_exact_ && (rule == Rule::kCount || rule == Rule::kSum);
    if (must_be_equal) {
      row.tolerance = "equal";
      row.agrees = row.predicted == row.measured;
      return;
    }
    if (rule == Rule::kPercentile) {
      allow_percentile(row, segments);
    } else {
      allow_share(row, rule, segments);
    }
    const bool is_within = row.predicted.has_value() == row.measured.has_value() &&
                           std::fabs(row.difference) <= row.allowed;
    row.agrees = !row.is_judged || is_within;
  }

 private:
  void allow_share(AgreementRow& row, Rule rule, const std::vector<std::string>& segments) const {
    const double size = std::max(std::fabs(value(row.predicted)), std::fabs(value(row.measured)));
    const std::int64_t count = rule == Rule::kSum ? std::max(answers_behind(segments, predicted_),
                                                             answers_behind(segments, measured_))
                                                  : std::llround(size);
    const double share = static_cast<double>(options_.count_permille) / 1000;
    const double noise = count == 0 ? 0 : kSigmas / std::sqrt(static_cast<double>(count));
    row.allowed = std::max(share * std::fabs(value(row.predicted)), noise * size);
    row.tolerance = share * std::fabs(value(row.predicted)) >= noise * size
                        ? percent(options_.count_permille)
                    : rule == Rule::kSum ? fmt::format("3 / sqrt({}) of it", with_thousands(count))
                                         : fmt::format("3 sqrt({})", with_thousands(count));
  }

  void allow_percentile(AgreementRow& row, const std::vector<std::string>& segments) const {
    const double share = static_cast<double>(options_.percentile_permille) / 1000;
    const double relative = share * value(row.predicted);
    const double lateness = kSecondsPerSpeed * static_cast<double>(options_.speed_permille) / 1000;
    row.allowed = std::max(relative, lateness);
    row.tolerance = relative >= lateness
                        ? percent(options_.percentile_permille)
                        : "5 ms x " + decimal_text(int128{options_.speed_permille}, 3);
    if (!is_exact_) allow_ranks(row, segments);
  }

  // Three standard deviations of the rank, as values of the predicted histogram.
  void allow_ranks(AgreementRow& row, const std::vector<std::string>& segments) const {
    const Histogram& values = histogram_of(segments, predicted_);
    const auto count = static_cast<double>(values.count());
    const double share = percentile_named(segments.back())->share;
    const double rank = std::ceil(count * share);
    const double spread = kSigmas * std::sqrt(count * share * (1 - share));
    if (rank - spread < 1 || rank + spread > count) {
      row.is_judged = false;
      row.tolerance = fmt::format("{} values are too few",
                                  with_thousands(static_cast<std::int64_t>(values.count())));
      return;
    }
    const double other = row.difference > 0 ? std::floor(rank + spread) : std::ceil(rank - spread);
    const auto at_other = values.value_at_rank(static_cast<std::uint64_t>(other));
    const double noise =
        std::fabs(static_cast<double>(at_other.value_or(0)) / 1e9 - value(row.predicted));
    if (noise <= row.allowed) return;
    row.allowed = noise;
    row.tolerance = fmt::format("{:.0f} ranks of {}", std::floor(spread),
                                with_thousands(static_cast<std::int64_t>(values.count())));
  }

  static double value(const std::optional<MetricNumber>& number) {
    return number ? as_double(*number) : 0;
  }

  const RunView& predicted_;
  const RunView& measured_;
  const AgreementOptions& options_;
  bool is_exact_;
};

std::int64_t attempts_not_answered(const RunView& run) {
  return run.all.attempts.count() - run.all.attempts.ended[0];
}

bool is_cache_equal(const Usage& a, const Usage& b) {
  return a.cache_read_input_tokens == b.cache_read_input_tokens &&
         a.cache_creation_5m_input_tokens == b.cache_creation_5m_input_tokens &&
         a.cache_creation_1h_input_tokens == b.cache_creation_1h_input_tokens;
}

struct Basis {
  bool is_exact = false;
  std::string words;
};

Basis basis_of(const RunView& predicted, const RunView& measured, const AgreementOptions& options) {
  if (!options.draws_are_equal)
    return {false, "the two runs are not known to share their draws of sizes and times"};
  const std::int64_t refused = attempts_not_answered(predicted);
  const std::int64_t really = attempts_not_answered(measured);
  const bool has_failures = predicted.all.requests.failed() + measured.all.requests.failed() > 0;
  if (refused + really > 0 || has_failures) {
    return {false, fmt::format("{} attempts were predicted to fail and {} did, so that draws may "
                               "differ",
                               with_thousands(refused), with_thousands(really))};
  }
  if (options.answers_lead_on && predicted.all.requests.offered != measured.all.requests.offered) {
    return {false, "requests follow answers, and some fell on the other side of the run's end"};
  }
  if (!is_cache_equal(predicted.ledger.usage, measured.ledger.usage)) {
    return {false, "requests at one instant met the cache in another order"};
  }
  return {true,
          "nothing was refused, nothing failed and the cache was hit equally: counts, tokens "
          "and cost must be equal"};
}

std::string void_reason(const RunResult& measured) {
  if (!measured.facts.load) return {};
  const LoadFacts& load = *measured.facts.load;
  if (load.stopped != StopReason::kNone) return std::string(sentence(load.stopped));
  const LoadVerdict verdict = judge(load);
  return verdict.ok ? std::string{} : verdict.reason;
}

bool is_nothing(const std::optional<MetricNumber>& number) {
  return !number || as_double(*number) == 0;
}

}  // namespace

std::size_t Agreement::judged() const noexcept {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [](const AgreementRow& row) { return row.is_judged; }));
}

std::size_t Agreement::disagreeing() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const AgreementRow& row) { return !row.agrees; }));
}

Agreement compare(const RunResult& predicted, const RunResult& measured,
                  const AgreementOptions& options) {
  SLUICE_CHECK(predicted.facts.names == measured.facts.names);
  const RunView before(predicted.facts, predicted.measured, predicted.binding);
  const RunView after(measured.facts, measured.measured, measured.binding);
  Basis basis = basis_of(before, after, options);
  Agreement agreement;
  agreement.is_exact = basis.is_exact;
  agreement.basis = std::move(basis.words);
  agreement.void_reason = void_reason(measured);

  const Comparison comparison(before, after, options, agreement.is_exact);
  const bool has_gaps = options.speed_permille == 1000;
  for (const Metric& metric : metric_table(predicted.facts.names)) {
    const Rule rule = rule_of(metric.segments, has_gaps);
    if (rule == Rule::kNone) continue;
    AgreementRow row;
    row.path = metric.path();
    row.unit = metric.unit;
    row.predicted = metric.value(before);
    row.measured = metric.value(after);
    if (is_nothing(row.predicted) && is_nothing(row.measured)) continue;
    if (row.predicted && row.measured) {
      row.difference = as_double(*row.measured) - as_double(*row.predicted);
    }
    comparison.judge(row, rule, metric.segments);
    agreement.rows.push_back(std::move(row));
  }
  return agreement;
}

}  // namespace sluice
