#include "report/markdown.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "report/json_figures.hpp"
#include "report/markdown_studies.hpp"

namespace sluice {
namespace {

using describe::Value;
using Mark = MarkdownPage::Mark;
using Rows = std::vector<std::vector<std::string>>;

struct Figure {
  std::string_view label;
  std::string_view path;
  Unit unit;
};

constexpr std::array kFigures = {
    Figure{"Requests offered", "requests.offered", Unit::kRequests},
    Figure{"Requests succeeded", "requests.succeeded", Unit::kRequests},
    Figure{"Success share", "requests.success_share", Unit::kRatio},
    Figure{"Requests failed", "requests.failed.total", Unit::kRequests},
    Figure{"Goodput share", "goodput.share", Unit::kRatio},
    Figure{"Attempts", "attempts.total", Unit::kAttempts},
    Figure{"Attempts per success", "attempts.per_success", Unit::kFactor},
    Figure{"429 answers", "attempts.rate_limited.total", Unit::kAttempts},
    Figure{"529 answers", "attempts.overloaded", Unit::kAttempts},
    Figure{"Latency p50", "latency.success.p50", Unit::kDuration},
    Figure{"Latency p95", "latency.success.p95", Unit::kDuration},
    Figure{"Latency p99", "latency.success.p99", Unit::kDuration},
    Figure{"Time to first token p50", "ttft.p50", Unit::kDuration},
    Figure{"Time to first token p95", "ttft.p95", Unit::kDuration},
    Figure{"Cost", "cost.total", Unit::kMoney},
    Figure{"Cost per success", "cost.per_success", Unit::kMoney},
    Figure{"Cost of 30 such days", "cost.per_month", Unit::kMoney},
    Figure{"Saved by the cache", "cost.saved_by_cache", Unit::kMoney},
    Figure{"Sent a second", "load.sent_per_second", Unit::kPerSecond},
    Figure{"Sent late, p99", "load.schedule_delay.p99", Unit::kDuration},
};

// Of a run over the wire: a client cannot look into a bucket, so only what was refused is known.
bool is_seen_by_a_client(const Value& result) {
  return !text_at(result, "identity.target").empty();
}

std::string refused_sentence(const Value& result) {
  const Value* const refused = member_at(result, "attempts.rate_limited.total");
  if (refused == nullptr || !refused->is_number() || refused->number_text() == "0") {
    return "No attempt was refused for a limit.";
  }
  return fmt::format("{} of {} attempts ({}) were refused with 429.",
                     figure_text(refused, Unit::kAttempts),
                     figure_at(result, "attempts.total", Unit::kAttempts),
                     figure_at(result, "attempts.rate_limited_share", Unit::kRatio));
}

// The limit that refused most or was used most, in a sentence.
std::string binding_sentence(const Value& result) {
  if (is_seen_by_a_client(result)) return refused_sentence(result);
  const std::string limit = text_at(result, "binding.limit");
  if (limit.empty()) return "No limit was touched.";
  const Value* const refused = member_at(result, "binding.refused");
  if (refused == nullptr || !refused->is_number() || refused->number_text() == "0") {
    return limit + " is the tightest limit; it refused nothing.";
  }
  return fmt::format("{} refused {} attempts, the first after {}.", limit,
                     figure_text(refused, Unit::kAttempts),
                     figure_at(result, "binding.first_refused", Unit::kDuration));
}

void expectations(const Value& result, MarkdownPage& page) {
  Rows rows;
  for (const Value& check : list_at(result, "expectations")) {
    const bool is_met = flag_at(check, "met");
    rows.push_back({text_at(check, "text"), text_at(check, "from"),
                    is_met ? "✅ as it should be" : "❌ no", text_at(check, "message")});
  }
  if (rows.empty()) return;
  page.heading("Expectations");
  page.table({"expectation", "from", "met", "measured"}, rows);
}

void figures(const Value& result, MarkdownPage& page) {
  const Value* const intervals = member_at(result, "intervals");
  const bool has_intervals = intervals != nullptr && !intervals->members().empty();
  Rows rows;
  for (const Figure& figure : kFigures) {
    const Value* const number = member_at(result, figure.path);
    if (number == nullptr || !number->is_number()) continue;
    std::vector<std::string> row = {std::string(figure.label), figure_text(number, figure.unit)};
    if (has_intervals) {
      row.push_back(range_text(intervals->find(figure.path), figure.unit));
    }
    rows.push_back(std::move(row));
  }
  page.heading("Figures");
  std::vector<std::string> header = {"", "value"};
  if (has_intervals) header.emplace_back("95 % interval");
  page.table(header, rows);
}

void limits(const Value& result, MarkdownPage& page) {
  const Value* const limiters = member_at(result, "limiters");
  if (is_seen_by_a_client(result)) return;
  if (limiters == nullptr || !limiters->is(Value::Kind::kObject)) return;
  Rows rows;
  for (const describe::Member& limiter : limiters->members()) {
    rows.push_back({limiter.name, figure_at(limiter.value, "limit", Unit::kCount),
                    figure_at(result, "utilisation." + limiter.name, Unit::kRatio),
                    figure_at(limiter.value, "peak_minute", Unit::kRatio),
                    figure_at(limiter.value, "level_min", Unit::kTokens),
                    figure_at(limiter.value, "refused", Unit::kAttempts)});
  }
  if (rows.empty()) return;
  page.heading("Limits");
  page.table({"limit", "a minute or day", "used", "busiest minute", "lowest level", "refused"},
             rows);
}

void workloads(const Value& result, MarkdownPage& page) {
  const Value* const all = member_at(result, "workloads");
  if (all == nullptr || !all->is(Value::Kind::kObject) || all->members().size() < 2) return;
  Rows rows;
  for (const describe::Member& workload : all->members()) {
    rows.push_back({workload.name, figure_at(workload.value, "offered", Unit::kRequests),
                    figure_at(workload.value, "succeeded", Unit::kRequests),
                    figure_at(workload.value, "failed", Unit::kRequests),
                    figure_at(workload.value, "rate_limited", Unit::kAttempts),
                    figure_at(workload.value, "latency.p95", Unit::kDuration)});
  }
  page.heading("Workloads");
  page.table({"workload", "offered", "succeeded", "failed", "429s", "latency p95"}, rows);
}

Mark mark_of(const Value& result) {
  for (const Value& check : list_at(result, "expectations")) {
    if (!flag_at(check, "met")) return Mark::kBad;
  }
  const std::string verdict = text_at(result, "verdict");
  if (verdict == "does not fit") return Mark::kBad;
  const bool is_fine = verdict == "fits" && !flag_at(result, "identity.partial") &&
                       text_at(result, "generator.verdict") != "limited";
  return is_fine ? Mark::kGood : Mark::kWarning;
}

// The file's own path is not in a result: it would say whose machine it was.
std::string command_of(const Value& identity, std::size_t replications) {
  const std::string seed = text_at(identity, "seed");
  if (!text_at(identity, "target").empty()) return "sluice replay SCENARIO --seed " + seed;
  return fmt::format("sluice simulate SCENARIO --seed {} --replications {}", seed, replications);
}

void run_page(const Value& result, MarkdownPage& page) {
  static const Value kNone;
  const Value* const found = member_at(result, "identity");
  const Value* const identity = found == nullptr ? &kNone : found;
  page.title(mark_of(result), text_at(result, "verdict"), text_at(*identity, "scenario"));
  page.paragraph(binding_sentence(result));
  if (flag_at(*identity, "partial")) {
    page.paragraph("Partial: stopped after " + figure_at(*identity, "stopped_at", Unit::kDuration) +
                   ".");
  }
  if (text_at(result, "generator.verdict") == "limited") {
    page.paragraph("The load generator fell behind, what is said of rates and latency is void: " +
                   text_at(result, "generator.reason") + ".");
  }
  for (const Value& warning : list_at(*identity, "warnings")) {
    page.paragraph("Warning: " + text_of(warning));
  }
  for (const Value& note : list_at(*identity, "notes")) page.paragraph("Note: " + text_of(note));
  expectations(result, page);
  figures(result, page);
  limits(result, page);
  workloads(result, page);
  const std::size_t replications = list_at(*identity, "replications").size();
  page.fold("What was run", {{"Command", command_of(*identity, replications)},
                             {"Scenario", text_at(*identity, "scenario")},
                             {"Its digest", text_at(*identity, "scenario_digest")},
                             {"Length", figure_at(*identity, "duration", Unit::kDuration) +
                                            " from " + text_at(*identity, "start")},
                             {"Tier", text_at(*identity, "tier")},
                             {"Catalog", text_at(*identity, "catalog_date")},
                             {"Target", text_at(*identity, "target")},
                             {"Version", text_at(*identity, "version")}});
}

struct Kind {
  std::string_view format;
  void (*write)(const Value& result, MarkdownPage& page);
};
constexpr std::array kKinds = {
    Kind{"sluice-result", run_page},  Kind{"sluice-plan", plan_page},
    Kind{"sluice-tune", tune_page},   Kind{"sluice-comparison", comparison_page},
    Kind{"sluice-sweep", sweep_page}, Kind{"sluice-agreement", agreement_page},
};

}  // namespace

std::string render_markdown(const Value& result) {
  const std::string format = text_at(result, "format");
  MarkdownPage page;
  for (const Kind& kind : kKinds) {
    if (kind.format == format) kind.write(result, page);
  }
  return std::move(page).take();
}

}  // namespace sluice
