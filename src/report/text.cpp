#include "report/text.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "report/load_text.hpp"
#include "report/month_text.hpp"
#include "report/number_text.hpp"
#include "report/text_charts.hpp"
#include "report/text_table.hpp"
#include "report/verdict_text.hpp"

namespace sluice {
namespace {

constexpr std::size_t kUseColumns = 24;  // of a limit's use over time
// Of the offered requests; as binding.hpp has it for limits.
constexpr double kLossWorthAWord = 0.001;

class TextReport {
 public:
  TextReport(const RunResult& result, TextStyle style)
      : result_(result), style_(style), metric_(result) {}

  std::string text() {
    title();
    fit();
    load_generator();
    got_through();
    workloads();
    cost();
    felt();
    utilisation();
    identity();
    return std::move(out_);
  }

 private:
  static constexpr std::string_view kBold = "1";
  static constexpr std::string_view kRed = "1;31";
  static constexpr std::string_view kGreen = "1;32";
  static constexpr std::string_view kYellow = "1;33";

  std::string in(std::string_view code, std::string_view text) const {
    return in_colour(code, text, style_);
  }
  std::string text_of(std::string_view path) const { return metric_text(metric_(path)); }
  // Without its interval, where a table has no room; the JSON report has it.
  std::string plain(std::string_view path) const {
    const auto value = metric_(path);
    return value ? number_text(value->number, value->unit) : "-";
  }
  double number_of(std::string_view path) const {
    const auto value = metric_(path);
    return value ? as_double(value->number) : 0;
  }
  bool any(std::string_view path) const { return number_of(path) != 0; }

  void heading(const std::string& text) { out_ += "\n" + in(kBold, text) + "\n"; }
  void line(std::string_view label, const std::string& text) {
    out_ += labelled(label, text, style_);
  }

  std::string parts(const std::string& group) const { return parts_text(metric_, group); }

  void title();
  void fit();
  void lost();
  void binding_strip();
  void load_generator();
  void got_through();
  void workloads();
  void cost();
  void costs_by(const std::string& label, const std::string& group);
  void felt();
  void felt_row(TextTable& table, const std::string& label, const std::string& path) const;
  void utilisation();
  void identity();

  const RunResult& result_;
  TextStyle style_;
  MetricReader metric_;
  std::string out_;
};

void TextReport::title() {
  const RunFacts& facts = result_.facts;
  std::string text = facts.scenario_name + ": " + exact_text(facts.duration) + " from " +
                     UnixTime{facts.start_unix_ns}.text();
  if (!facts.tier.empty()) text += ", " + facts.tier + " tier";
  if (facts.counts_from > kRunStart) {
    text += ", the first " + exact_text(facts.counts_from - kRunStart) + " left out as warm-up";
  }
  const std::size_t replications = result_.replications.size();
  if (replications > 1)
    text += fmt::format(", mean of {} replications ± 95 % interval", replications);
  out_ += in(kBold, wrapped(text, static_cast<std::size_t>(style_.width), 0)) + "\n";
  if (result_.partial()) {
    const Duration ran = *facts.stopped_at - kRunStart;
    line("PARTIAL", (ran < facts.duration || facts.load ? "stopped at " + short_text(ran)
                                                        : "stopped before the last replication") +
                        "; the numbers are of what ran");
  }
}

void TextReport::fit() {
  const Binding& binding = result_.binding;
  std::string_view colour = kGreen;
  std::string verdict = "FITS";
  if (number_of("requests.offered") > 0 && number_of("requests.succeeded") == 0) {
    colour = kRed;
    verdict = "NOTHING GOT THROUGH";
  } else if (binding.verdict == Verdict::kFitsByRetrying) {
    colour = kYellow;
    verdict = "FITS WITH RETRIES";
  } else if (binding.verdict == Verdict::kDoesNotFit) {
    colour = kRed;
    verdict = "DOES NOT FIT";
  } else if (result_.partial()) {
    colour = kYellow;
    verdict = "FITS SO FAR";
  } else if (number_of("requests.failed") > number_of("requests.offered") * kLossWorthAWord) {
    colour = kYellow;
    verdict = "FITS, BUT LOSES REQUESTS";
  }
  out_ +=
      "\n" + in(colour, verdict) + "\n  " +
      wrapped(verdict_sentence(result_, metric_) + ".", static_cast<std::size_t>(style_.width), 2) +
      "\n";
  lost();
  if (any("fit.backlog") && binding.verdict != Verdict::kFits) {
    line("Backlog", text_of("fit.backlog") + " requests had not ended when arrivals stopped");
  }
  if (any("attempts.never_fits")) {
    line("Never fit", text_of("attempts.never_fits") +
                          " attempts cost more than a limit can hold: no waiting helps them");
  }
  if (binding.refuses() && !result_.facts.load) binding_strip();
}

// FITS speaks of limits only, so what was lost to anything else stands beside it.
void TextReport::lost() {
  const bool on_limit = any("requests.failed_on_limit");
  const std::string limited = text_of("requests.failed_on_limit");
  if (on_limit) {
    line("Lost", limited + (limited == "1" ? " request" : " requests") + " failed on a limit");
  }
  const double others = number_of("requests.failed") - number_of("requests.failed_on_limit");
  if (others <= 0) return;
  const MetricNumber number = result_.replications.size() > 1
                                  ? MetricNumber(others)
                                  : MetricNumber(static_cast<std::int64_t>(others));
  const std::string count = number_text(number, Unit::kRequests);
  line(on_limit ? "" : "Lost",
       count + (count == "1" ? " request" : " requests") + " failed for other reasons");
}

// One character per cell: the letter of the limit that refused most there, or a dot.
void TextReport::binding_strip() {
  const Binding& binding = result_.binding;
  const std::size_t columns =
      std::min(binding.by_cell.size(), static_cast<std::size_t>(style_.width) - kLabelWidth - 4);
  if (columns == 0) return;
  std::string strip;
  std::map<char, std::string> legend;
  const auto cells = result_.measured.traffic.cells();
  for (std::size_t column = 0; column < columns; ++column) {
    // Of the cells that share this column: the first that refused.
    char letter = '.';
    for (std::size_t cell = column * cells.size() / columns;
         cell < (column + 1) * cells.size() / columns && letter == '.'; ++cell) {
      std::int64_t refused = 0;
      for (const std::int64_t count : cells[cell].rate_limited) refused += count;
      if (refused == 0 || !binding.by_cell[cell]) continue;
      letter = static_cast<char>('a' + static_cast<int>(*binding.by_cell[cell] % 26));
      legend[letter] = binding.limits[*binding.by_cell[cell]].name;
    }
    strip += letter;
  }
  line("When", strip);
  std::vector<std::string> entries;
  for (const auto& [letter, name] : legend) entries.push_back(std::string(1, letter) + " " + name);
  const Duration whole = result_.measured.traffic.width() * static_cast<std::int64_t>(cells.size());
  line("", "from 0 s to " + short_text(whole) + ": " + join(entries) + "; . nothing refused");
}

void TextReport::load_generator() {
  if (!result_.facts.load) return;
  const bool is_ok = judge(*result_.facts.load).ok;
  out_ +=
      "\n" + in(is_ok ? kGreen : kRed, is_ok ? "Load generator: ok" : "Load generator: LIMITED");
  out_ += "\n";
  for (const LabelledText& entry : load_lines(result_, metric_)) line(entry.label, entry.text);
}

void TextReport::got_through() {
  heading("What got through");
  line("Requests",
       fmt::format("{} offered ({}), {} succeeded ({}, {}), {} failed", text_of("requests.offered"),
                   text_of("requests.offered_per_minute"), text_of("requests.succeeded"),
                   text_of("requests.success_share"), text_of("requests.succeeded_per_minute"),
                   text_of("requests.failed")));
  if (any("requests.failed")) line("Failed", parts("requests.failed"));
  if (any("requests.failed_on_limit")) {
    line("", "on a limit: " + parts("requests.failed_on_limit"));
  }
  if (any("requests.unfinished")) line("", text_of("requests.unfinished") + " had not ended");
  line("Attempts", text_of("attempts.total") + ", " + text_of("attempts.per_success") +
                       " per success, at most " + text_of("attempts.per_request_max") +
                       " for one request");
  const std::string causes = parts("attempts.rate_limited");
  line("Refused", text_of("attempts.rate_limited") + " with 429" +
                      (causes.empty() ? "" : ": " + causes) + "; " +
                      text_of("attempts.overloaded") + " with 529");
  if (style_.charts) {
    for (const std::string& bar : refusal_bars(result_.measured)) {
      out_ += std::string(kLabelWidth + 2, ' ') + bar + "\n";
    }
  }
  if (result_.facts.latency_within || result_.facts.ttft_within) {
    std::vector<std::string> objectives;
    if (result_.facts.latency_within) {
      objectives.push_back("latency within " + exact_text(*result_.facts.latency_within));
    }
    if (result_.facts.ttft_within) {
      objectives.push_back("TTFT within " + exact_text(*result_.facts.ttft_within));
    }
    line("Goodput",
         fmt::format("{} ({}, {}): {}", text_of("goodput.requests"), text_of("goodput.share"),
                     text_of("goodput.per_minute"), join(objectives)));
  }
  if (any("client.shed")) line("Shed", text_of("client.shed") + " by the client itself, not sent");
  if (any("client.paced.max")) {
    line("Paced", fmt::format("waited for the client's pacer: p50 {}, p95 {}, at most {}",
                              text_of("client.paced.p50"), text_of("client.paced.p95"),
                              text_of("client.paced.max")));
  }
  if (any("requests.fell_back")) {
    line("Fell back", text_of("requests.fell_back") + " went to the fallback model");
  }
  if (any("wasted.time") || any("wasted.cost")) {
    line("Wasted", fmt::format("{} attempts, {} input and {} output tokens, {}, {} of waiting",
                               text_of("wasted.attempts"), text_of("wasted.input_tokens"),
                               text_of("wasted.output_tokens"), text_of("wasted.cost"),
                               text_of("wasted.time")));
  }
}

void TextReport::workloads() {
  const std::vector<std::string>& names = result_.facts.names.workloads;
  if (names.size() < 2) return;
  heading("Workload by workload, with the latency of what succeeded");
  TextTable table(
      {"", "offered", "succeeded", "failed", "attempts", "429s", "p50", "p95", "TTFT p95"});
  for (const std::string& name : names) {
    std::vector<std::string> cells = {name};
    for (const char* const column : {"offered", "succeeded", "failed", "attempts", "rate_limited",
                                     "latency.p50", "latency.p95", "ttft.p95"}) {
      cells.push_back(plain("workloads." + name + "." + column));
    }
    table.add(std::move(cells));
  }
  out_ += table.text();
}

void TextReport::costs_by(const std::string& label, const std::string& group) {
  const std::string text = parts(group);
  if (!text.empty()) line(label, text);
}

void TextReport::cost() {
  heading("What it costs");
  line("Total", text_of("cost.total") + ", " + text_of("cost.per_success") +
                    " per successful request, " + text_of("cost.per_month") +
                    " if 30 days go on like this" + cap_text(result_.facts.spend, metric_));
  costs_by("By category", "cost.by_category");
  const Names& names = result_.facts.names;
  if (names.workloads.size() > 1) costs_by("By workload", "cost.by_workload");
  if (names.models.size() > 1) costs_by("By model", "cost.by_model");
  if (names.workspaces.size() > 1) costs_by("By workspace", "cost.by_workspace");
  if (names.keys.size() > 1) costs_by("By key", "cost.by_key");
  line("Tokens",
       fmt::format("{} input, {} output", text_of("tokens.prompt"), text_of("tokens.output")));
  if (any("tokens.cache_read") || any("tokens.cache_write_5m") || any("tokens.cache_write_1h")) {
    line("Cache", fmt::format("{} of the input read from it; saved {}",
                              text_of("tokens.cache_read_share"), text_of("cost.saved_by_cache")));
  }
  if (any("cost.batch")) line("Batches", text_of("cost.batch"));
  if (any("cost.unpriced_responses")) {
    line("UNPRICED", text_of("cost.unpriced_responses") +
                         " responses of models without a price are not in these sums");
  }
  const SpendFacts& spend = result_.facts.spend;
  if (spend.month_to_date) {
    line("This month", month_text(result_.facts, metric_));
  }
  for (const TimedText& alert : spend.alerts) {
    line("Alert", short_text(alert.at - kRunStart) + ": " + alert.text);
  }
}

void TextReport::felt_row(TextTable& table, const std::string& label,
                          const std::string& path) const {
  const auto count = metric_(path + ".count");
  if (!count || as_double(count->number) == 0) return;
  std::vector<std::string> cells = {label};
  std::vector<std::string> intervals = {""};
  for (const char* const column : {".p50", ".p95", ".p99", ".max"}) {
    const auto value = metric_(path + column);
    cells.push_back(value ? number_text(value->number, value->unit) : "-");
    intervals.push_back(interval_text(value));
  }
  cells.push_back(number_text(count->number, count->unit));
  table.add(std::move(cells));
  const bool has_intervals = std::any_of(intervals.begin(), intervals.end(),
                                         [](const std::string& text) { return !text.empty(); });
  if (has_intervals) table.add(std::move(intervals));
}

void TextReport::felt() {
  heading("How it felt, from the planned arrival");
  TextTable table({"", "p50", "p95", "p99", "max", "requests"});
  felt_row(table, "Latency, succeeded", "latency.success");
  // A row that would repeat the one it belongs to is left out.
  const bool waited = any("latency.retried.count") || any("queueing.max");
  if (any("latency.retried.count")) felt_row(table, "  at the first try", "latency.first_try");
  felt_row(table, "  after retries", "latency.retried");
  felt_row(table, "Latency, failed", "latency.failed");
  if (any("latency.failed.count")) felt_row(table, "All, failures at deadline", "latency.offered");
  if (waited) felt_row(table, "Latency from the last send", "latency.from_send");
  felt_row(table, "Time to first token", "ttft");
  if (waited) felt_row(table, "  from the last send", "ttft_from_send");
  if (number_of("first_answer.mean") != number_of("ttft.mean")) {
    felt_row(table, "Time to first answer", "first_answer");
  }
  if (any("queueing.max")) felt_row(table, "Queueing in the client", "queueing");
  felt_row(table, "Waited between attempts", "backoff");
  felt_row(table, "Gap between tokens", "inter_token");
  felt_row(table, "Batches", "latency.batch");
  out_ += table.empty() ? "  nothing ended\n" : table.text();
}

void TextReport::utilisation() {
  const RunFacts& facts = result_.facts;
  if (facts.limiters.empty() || facts.load) return;  // a client cannot look into a bucket
  heading("How full the limits were");
  TextTable table({"", "limit", "mean", "busiest minute", "lowest", "429s", "binding"});
  for (std::size_t i = 0; i < facts.limiters.size(); ++i) {
    const std::string& name = facts.names.limiters[i];
    const std::string below = "limiters." + name + ".";
    table.add({name + (facts.limiters[i].is_guess ? " (guess)" : ""),
               with_thousands(facts.limiters[i].limit) +
                   (period(facts.limiters[i]) == minutes(1) ? "/min" : "/day"),
               plain("utilisation." + name), plain(below + "peak_minute"),
               plain(below + "level_min"), plain(below + "refused"),
               plain(below + "binding_share")});
    if (style_.charts) table.add({"  " + use_over_time(result_, i, kUseColumns)});
  }
  out_ += table.text();
  if (style_.charts) out_ += "  " + use_legend(result_) + "\n";
  // Limits without a bucket: the batch queue, spending, the ramp, concurrency.
  for (std::size_t i = facts.limiters.size(); i < result_.binding.limits.size(); ++i) {
    const BindingLimit& limit = result_.binding.limits[i];
    if (limit.refused == 0) continue;
    line(limit.name, with_thousands(limit.refused) + " attempts refused");
  }
}

void TextReport::identity() {
  const RunFacts& facts = result_.facts;
  heading("Identity");
  line("Scenario", facts.scenario_name + ", sha256 " + facts.scenario_digest.substr(0, 16));
  line("Catalog", facts.catalog_date + ", sha256 " + facts.catalog_digest.substr(0, 16));
  line("Run",
       fmt::format("seed {}, {} replication{}, sluice {}", facts.seed, result_.replications.size(),
                   result_.replications.size() == 1 ? "" : "s", facts.version));
  line("Result", "sha256 " + digest(result_).substr(0, 16));
  for (const TimedText& event : facts.happened) {
    line("Event", short_text(event.at - kRunStart) + ": " + event.text);
  }
  for (const std::string& guess : facts.guesses) line("Guess", guess);
  for (const std::string& warning : facts.warnings) line("Warning", warning);
  for (const std::string& note : facts.notes) line("Note", note);
}

}  // namespace

std::string render_text(const RunResult& result, TextStyle style) {
  return TextReport(result, style).text();
}

}  // namespace sluice
