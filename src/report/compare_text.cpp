#include "report/compare_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/compare_words.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

using RowPlaces = std::vector<std::size_t>;

double sort_key(const ComparedRow& row) {
  const auto& cost = row.figure(Measure::kCostPerSuccess);
  return cost ? cost->value : std::numeric_limits<double>::infinity();
}

bool is_choice(const ComparedRow& row) {
  return row.kind != ComparedKind::kTier && row.kind != ComparedKind::kWhatIf;
}

template <class Accepts>
RowPlaces rows_where(const ModelComparison& c, Accepts accepts) {
  RowPlaces rows;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    if (accepts(c.rows[i])) rows.push_back(i);
  }
  return rows;
}

RowPlaces cheapest_first(const ModelComparison& c, RowPlaces rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    return sort_key(c.rows[a]) < sort_key(c.rows[b]);
  });
  return rows;
}

// Per request, so that it is written per thousand.
bool is_per_request(Measure measure) {
  return measure > Measure::kCostPerMonth && measure <= Measure::kTools;
}

std::string value_text(double value, Measure measure, Unit unit) {
  return is_per_request(measure) ? per_thousand_text(value) : number_text_of(value, unit);
}

Unit unit_of(Measure measure) {
  return compared_measures()[static_cast<std::size_t>(measure)].unit;
}

std::string figure_text(const ComparedRow& row, Measure measure, bool with_interval) {
  const auto& figure = row.figure(measure);
  const Unit unit = unit_of(measure);
  if (!figure) return row.is_unpriced && unit == Unit::kMoney ? "unpriced" : "-";
  std::string text = value_text(figure->value, measure, unit);
  if (!with_interval || !figure->interval || text.starts_with('<')) return text;
  const double half = (figure->interval->high - figure->interval->low) / 2;
  return half > 0 ? text + " ± " + value_text(half, measure, unit) : text;
}

// "+$1.20 ± $0.01", "0".
std::string difference_text(const ComparedRow& row, Measure measure) {
  const auto& difference = row.difference(measure);
  if (!difference) return row.is_unpriced && unit_of(measure) == Unit::kMoney ? "unpriced" : "-";
  const ComparedFigure& figure = difference->figure;
  if (figure.value == 0 && (!figure.interval || figure.interval->high == 0)) return "0";
  const Unit unit = unit_of(measure);
  std::string text =
      (figure.value < 0 ? "-" : "+") + value_text(std::fabs(figure.value), measure, unit);
  if (!figure.interval) return text;
  const double half = (figure.interval->high - figure.interval->low) / 2;
  return text + " ± " + value_text(half, measure, unit);
}

std::string row_label(const ModelComparison& c, std::size_t i) {
  const ComparedRow& row = c.rows[i];
  if (i == c.today && row.kind == ComparedKind::kModel) return row.name + " *";
  if (row.kind == ComparedKind::kCheapestMix) return row.name + " (found)";
  return row.name;
}

std::string tier_text(const ComparedRow& row) {
  if (!row.tier_needed) return "-";
  if (row.tier_needed->tier.empty()) return "none";
  return row.tier_needed->tier;
}

// A month of the row costs more than the cap of the tier that its rate needs.
bool goes_beyond_a_cap(const ComparedRow& row) {
  const auto& cap = row.tier_needed ? row.tier_needed->month_cap : std::nullopt;
  return cap && row.month_wanted && *row.month_wanted > *cap;
}

class Writer {
 public:
  Writer(const ModelComparison& comparison, TextStyle style)
      : c_(comparison), width_(static_cast<std::size_t>(style.width)), style_(style) {}

  std::string text() {
    heading();
    const RowPlaces shown = cheapest_first(
        c_, rows_where(c_, [](const auto& r) { return is_choice(r) && r.unavailable.empty(); }));
    costs(shown);
    service(shown);
    differences(shown);
    tiers();
    changes();
    break_evens();
    footer();
    return std::move(out_);
  }

 private:
  void line(std::string_view label, std::string_view text) {
    out_ += labelled(label, text, style_);
  }

  void heading() {
    const std::string title =
        fmt::format("{}: the same work on {}; {} runs of {}, tier {}", c_.scenario, models_text(),
                    c_.replications,
                    exact_text(Duration{static_cast<std::int64_t>(c_.duration * 1e9)}), c_.tier);
    out_ += in_colour("1", wrapped(title, width_, 0), style_) + "\n\n";
    if (c_.advice) line("verdict", words_of(*c_.advice, c_));
    line(c_.advice ? "without it" : "verdict", verdict_of(c_));
    line("hangs on", sensitivity_of(c_));
    std::vector<std::string> parts;
    for (const ComparedRequirement& r : c_.requirements) parts.push_back(words_of(r));
    const bool is_ours = !c_.requirements.empty() && c_.requirements.front().is_default;
    line("required", join(parts) + (is_ours ? " (the scenario asks for nothing)" : ""));
    out_ += "\n";
  }

  std::string models_text() const {
    std::vector<std::string> names;
    for (const ComparedRow& row : c_.rows) {
      if (row.kind == ComparedKind::kModel) names.push_back(row.name);
    }
    return join(names);
  }

  // Categories that nobody pays for are left out.
  void costs(const RowPlaces& shown) {
    std::vector<std::pair<Measure, std::string>> columns;
    for (const auto& [measure, title] :
         std::initializer_list<std::pair<Measure, const char*>>{{Measure::kInput, "input"},
                                                                {Measure::kWrite5m, "write 5m"},
                                                                {Measure::kWrite1h, "write 1h"},
                                                                {Measure::kCacheRead, "read"},
                                                                {Measure::kOutput, "output"},
                                                                {Measure::kTools, "tools"}}) {
      const bool is_paid =
          std::any_of(shown.begin(), shown.end(), [&, of = measure](std::size_t i) {
            const auto& figure = c_.rows[i].figure(of);
            return figure && figure->value != 0;
          });
      if (is_paid) columns.emplace_back(measure, title);
    }
    std::vector<std::string> header = {"$ per 1,000", "asked", "answered"};
    for (const auto& [measure, title] : columns) header.push_back(title);
    header.emplace_back("a month of this");
    TextTable table(std::move(header));
    for (const std::size_t i : shown) {
      const ComparedRow& row = c_.rows[i];
      std::vector<std::string> cells = {row_label(c_, i),
                                        figure_text(row, Measure::kCostPerRequest, false),
                                        figure_text(row, Measure::kCostPerSuccess, true)};
      for (const auto& [measure, title] : columns)
        cells.push_back(figure_text(row, measure, false));
      cells.push_back(month_text(row));
      table.add(std::move(cells));
    }
    out_ += table.text() + "\n";
  }

  // "$500.00, the cap", "$50.00, the credit".
  static std::string month_text(const ComparedRow& row) {
    const std::string month = figure_text(row, Measure::kCostPerMonth, !row.month_is_stopped);
    const auto& cost = row.figure(Measure::kCostPerMonth);
    const bool is_whole = cost && row.month_wanted && cost->value >= *row.month_wanted;
    if (!row.month_limit || is_whole) return month;  // a whole month holds enough
    if (row.month_limit == MoneyLimit::kCredit) return month + ", the credit";
    return month + (is_of_keys(*row.month_limit) ? ", key limits" : ", the cap");
  }

  void service(const RowPlaces& shown) {
    TextTable table({"service", "429s", "answered", "good", "p50", "p95", "tokens", "tier needed"});
    for (const std::size_t i : shown) {
      const ComparedRow& row = c_.rows[i];
      table.add({row_label(c_, i), figure_text(row, Measure::kRateLimited, true),
                 figure_text(row, Measure::kSuccess, false),
                 figure_text(row, Measure::kGoodput, false),
                 figure_text(row, Measure::kLatencyP50, false),
                 figure_text(row, Measure::kLatencyP95, true),
                 row.kind == ComparedKind::kModel ? fmt::format("x{:.2f}", row.token_ratio) : "-",
                 tier_text(row)});
    }
    out_ += table.text() + "\n";
  }

  std::string reduction_text(const ComparedRow& row) const {
    const auto& difference = row.difference(Measure::kCostPerSuccess);
    if (!difference || !difference->variance_reduction) return "-";
    return fmt::format("{:.3g}x", *difference->variance_reduction);
  }

  void differences(const RowPlaces& shown) {
    TextTable table({"less today", "month", "answered", "429s", "p95", "variance"});
    for (const std::size_t i : shown) {
      const ComparedRow& row = c_.rows[i];
      if (row.reference == i || i == c_.today) continue;
      const bool is_stopped = row.month_is_stopped || c_.rows[row.reference].month_is_stopped;
      table.add({row_label(c_, i),
                 is_stopped ? "stopped" : difference_text(row, Measure::kCostPerMonth),
                 difference_text(row, Measure::kCostPerSuccess),
                 difference_text(row, Measure::kRateLimited),
                 difference_text(row, Measure::kLatencyP95), reduction_text(row)});
    }
    if (!table.empty()) out_ += table.text() + "\n";
  }

  void tiers() {
    const RowPlaces rows =
        rows_where(c_, [](const auto& r) { return r.kind == ComparedKind::kTier; });
    if (rows.empty()) return;
    TextTable table({"in tier", "tier", "answered", "a month of this", "429s", "p95", "keeps all"});
    for (const std::size_t i : rows) {
      const ComparedRow& row = c_.rows[i];
      if (!row.unavailable.empty()) {
        table.add({row.name, row.tier, "not available"});
        continue;
      }
      table.add({row.name, row.tier, figure_text(row, Measure::kCostPerSuccess, true),
                 month_text(row), figure_text(row, Measure::kRateLimited, true),
                 figure_text(row, Measure::kLatencyP95, true), row.keeps_all() ? "yes" : "no"});
    }
    out_ += table.text() + "\n";
  }

  void changes() {
    const RowPlaces rows =
        rows_where(c_, [](const auto& r) { return r.kind == ComparedKind::kWhatIf; });
    if (rows.empty()) return;
    TextTable table({"what if", "on", "answered", "change", "429s", "p95"});
    for (const std::size_t i : rows) {
      const ComparedRow& row = c_.rows[i];
      if (!row.unavailable.empty()) {
        table.add({row.change, row.name, "-", "not possible: " + row.unavailable});
      } else if (row.changes_nothing) {
        table.add(
            {row.change, row.name, figure_text(row, Measure::kCostPerSuccess, false), "as it is"});
      } else {
        table.add({row.change, row.name, figure_text(row, Measure::kCostPerSuccess, false),
                   difference_text(row, Measure::kCostPerSuccess),
                   difference_text(row, Measure::kRateLimited),
                   difference_text(row, Measure::kLatencyP95)});
      }
    }
    out_ += table.text() + "\n";
  }

  static std::string number(const std::optional<double>& value, double factor = 1) {
    return value ? fmt::format("{:.3g}", *value * factor) : "never";
  }

  // Uses are of one prefix, at random times.
  void break_evens() {
    TextTable table({"caching pays from", "reads/write 5m", "1h", "1h over 5m", "uses/h 5m", "1h",
                     "1h over 5m", "batch"});
    for (const BreakEven& one : c_.break_evens) {
      const std::string until = one.batch_until_read_share
                                    ? " if < " + percent_text(*one.batch_until_read_share) + " read"
                                    : "";
      table.add({one.model, number(one.reads_per_write_5m), number(one.reads_per_write_1h),
                 number(one.extra_reads_1h), number(one.rate_5m, 60), number(one.rate_1h, 60),
                 number(one.rate_1h_over_5m, 60), percent_text(one.batch_factor) + until});
    }
    if (!table.empty()) out_ += table.text() + "\n";
    line("batch",
         "pays wherever nobody waits: given up are answers at once (most come within an hour, all "
         "within 24) and cache hits that can be relied on");
    for (const PrefixSide& side : c_.prefixes) line("prefix", words_of(side));
  }

  static std::string limit_words(const ComparedRow& row) {
    if (is_of_keys(*row.month_limit)) return "limits of keys and workspaces";
    if (row.month_limit == MoneyLimit::kTierCap) return "the limit of the " + row.tier + " tier";
    if (row.month_limit == MoneyLimit::kCredit) return "the end of the prepaid credit";
    return "the organization's own limit";
  }

  // Requests after a spending limit are refused: a month costs the limit and answers only a part.
  void stopped(const ComparedRow& row) {
    const auto dollars = [](double amount) { return number_text_of(amount, Unit::kMoney); };
    std::string text;
    if (row.month_is_stopped) {
      text = "spending stops at " + limit_words(row);
      if (row.month_stops_after) {
        text += " after " + number_text_of(*row.month_stops_after, Unit::kDuration);
      }
      if (row.month_wanted) text += ": 30 days like this want " + dollars(*row.month_wanted);
    } else if (row.month_stops_after) {
      text = fmt::format("what is left of this month is gone at {} after {}; a whole month is not",
                         limit_words(row), number_text_of(*row.month_stops_after, Unit::kDuration));
    }
    if (goes_beyond_a_cap(row) && row.tier_needed->tier != row.tier) {
      text += fmt::format("{}the {} tier that its rate needs stops at {} a month too",
                          text.empty() ? "" : "; ", row.tier_needed->tier,
                          dollars(*row.tier_needed->month_cap));
    }
    if (!text.empty()) line(row.name, text);
  }

  void footer() {
    for (const ComparedRow& row : c_.rows) {
      if (is_choice(row)) stopped(row);
    }
    for (const ComparedRow& row : c_.rows) {
      if (!is_choice(row)) continue;
      if (!row.unavailable.empty()) {
        line(row.name, "not available: " + row.unavailable);
      } else if (!row.missed.empty()) {
        std::vector<std::string> parts;
        for (const MissedRequirement& one : row.missed) parts.push_back(words_of(one, c_));
        line(row.name, "misses " + join(parts));
      }
    }
    line("assumed", join(assumptions_of(c_), "; "));
    std::string marks;
    if (c_.rows[c_.today].kind == ComparedKind::kModel) marks = "* as today";
    marks += std::string(marks.empty() ? "" : "; ") +
             "± 95 %; variance: so many times smaller by common random numbers";
    line("", marks);
  }

  const ModelComparison& c_;
  std::size_t width_;
  TextStyle style_;
  std::string out_;
};

}  // namespace

std::string render_text(const ModelComparison& comparison, TextStyle style) {
  return Writer(comparison, style).text();
}

}  // namespace sluice
