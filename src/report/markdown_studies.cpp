#include "report/markdown_studies.hpp"

#include <string>
#include <utility>
#include <vector>

#include "report/json_figures.hpp"

namespace sluice {
namespace {

using describe::Value;
using Mark = MarkdownPage::Mark;
using Rows = std::vector<std::vector<std::string>>;

// "95.8 % (95.6 % to 96.0 %)" of {value, low, high}.
std::string estimate_at(const Value& value, std::string_view path, Unit unit) {
  const Value* const estimate = member_at(value, path);
  if (estimate == nullptr || !estimate->is(Value::Kind::kObject)) return "-";
  const std::string text = figure_at(*estimate, "value", unit);
  const std::string range = range_text(estimate, unit);
  return range.empty() ? text : text + " (" + range + ")";
}

std::string yes_or_no(bool is_yes) { return is_yes ? "✅ yes" : "❌ no"; }

void notes(const Value& result, std::string_view path, MarkdownPage& page) {
  for (const Value& note : list_at(result, path)) page.paragraph("Note: " + text_of(note));
}

}  // namespace

void identity_fold(const Value& result, MarkdownPage& page) {
  page.fold("What was run", {{"Scenario", text_at(result, "scenario")},
                             {"Its digest", text_at(result, "scenario_digest")},
                             {"Tier", text_at(result, "tier")},
                             {"Catalog", text_at(result, "catalog_date")},
                             {"Seed", text_at(result, "seed")},
                             {"Version", text_at(result, "version")}});
}

void plan_page(const Value& plan, MarkdownPage& page) {
  const std::string verdict = text_at(plan, "verdict");
  const bool is_fine = verdict == "fits";
  const bool is_bad = verdict == "does not fit" || verdict == "impossible";
  page.title(is_fine  ? Mark::kGood
             : is_bad ? Mark::kBad
                      : Mark::kWarning,
             verdict, text_at(plan, "scenario"));
  page.paragraph(text_at(plan, "words") + ".");
  Rows demands;
  for (const Value& demand : list_at(plan, "demands")) {
    const Unit unit = unit_at(demand);
    demands.push_back({text_at(demand, "metric"),
                       (flag_at(demand, "is_least") ? "at least " : "at most ") +
                           figure_at(demand, "bound", unit),
                       estimate_at(demand, "today", unit), text_at(demand, "standing")});
  }
  page.table({"demand", "bound", "today", "standing"}, demands);
  Rows tiers;
  for (const Value& tier : list_at(plan, "tiers")) {
    tiers.push_back(
        {text_at(tier, "tier"), yes_or_no(flag_at(tier, "fits")), text_at(tier, "binding.limit"),
         figure_at(tier, "rate_limited_share", Unit::kRatio),
         figure_at(tier, "latency_p95", Unit::kDuration), figure_at(tier, "cap", Unit::kMoney),
         figure_at(tier, "cap_lasts", Unit::kDuration), text_at(tier, "gone_by")});
  }
  page.table({"tier", "rate limits fit", "tightest limit", "429s", "latency p95", "month's cap",
              "gone in", "by"},
             tiers);
  Rows answers = {{"Highest rate", estimate_at(plan, "rate.per_minute", Unit::kPerMinute)},
                  {"Cost of a month", estimate_at(plan, "money.month", Unit::kMoney)},
                  {"Cost per success", estimate_at(plan, "money.per_success", Unit::kMoney)}};
  page.table({"", "value (95 % interval)"}, answers);
  if (const std::string basis = text_at(plan, "rate.basis"); !basis.empty()) {
    page.paragraph("The highest rate is " + basis + ".");
  }
  notes(plan, "notes", page);
  identity_fold(plan, page);
}

void tune_page(const Value& tune, MarkdownPage& page) {
  const bool is_recommended = text_at(tune, "verdict") == "recommended";
  page.title(is_recommended ? Mark::kGood : Mark::kWarning,
             is_recommended ? "another policy is better" : "keep today's policy",
             text_at(tune, "scenario") + ", client " + text_at(tune, "client"));
  page.paragraph("Today: " + text_at(tune, "today"));
  page.paragraph("Found: " + text_at(tune, "chosen"));
  Rows figures;
  for (const Value& figure : list_at(tune, "figures")) {
    const Unit unit = unit_at(figure);
    figures.push_back({text_at(figure, "metric"), estimate_at(figure, "today", unit),
                       estimate_at(figure, "chosen", unit), estimate_at(figure, "difference", unit),
                       text_at(figure, "verdict")});
  }
  page.table({"metric", "today", "found", "difference (95 % interval)", "verdict"}, figures);
  Rows bounds;
  for (const Value& bound : list_at(tune, "bounds")) {
    const Unit unit = unit_at(bound);
    bounds.push_back(
        {text_at(bound, "metric"),
         (flag_at(bound, "least") ? "at least " : "at most ") + figure_at(bound, "bound", unit),
         estimate_at(bound, "value", unit), yes_or_no(flag_at(bound, "met"))});
  }
  page.table({"bound on", "bound", "value", "met"}, bounds);
  notes(tune, "notes", page);
  identity_fold(tune, page);
}

void comparison_page(const Value& comparison, MarkdownPage& page) {
  const Value* const recommended = member_at(comparison, "recommended");
  const bool is_found = recommended != nullptr && recommended->is_number();
  page.title(is_found ? Mark::kGood : Mark::kWarning, "models compared",
             text_at(comparison, "scenario"));
  page.paragraph(text_at(comparison, "verdict"));
  Rows rows;
  for (const Value& row : list_at(comparison, "rows")) {
    const std::string reason = text_at(row, "unavailable");
    rows.push_back({text_at(row, "name"), text_at(row, "kind"),
                    reason.empty() ? estimate_at(row, "figures.cost_per_month", Unit::kMoney) : "-",
                    estimate_at(row, "figures.cost_per_success", Unit::kMoney),
                    estimate_at(row, "figures.success_share", Unit::kRatio),
                    estimate_at(row, "figures.latency_p95", Unit::kDuration),
                    reason.empty() ? yes_or_no(flag_at(row, "keeps_all")) : reason});
  }
  page.table({"", "kind", "cost of a month (95 % interval)", "per success", "answered",
              "latency p95", "keeps what is asked"},
             rows);
  page.paragraph(text_at(comparison, "sensitivity.words"));
  identity_fold(comparison, page);
}

void sweep_page(const Value& sweep, MarkdownPage& page) {
  page.title(Mark::kGood, "swept", text_at(sweep, "scenario"));
  std::vector<std::string> header;
  for (const Value& axis : list_at(sweep, "axes")) header.push_back(text_at(axis, "pointer"));
  std::vector<Unit> units;
  for (const Value& metric : list_at(sweep, "metrics")) {
    header.push_back(text_at(metric, "path"));
    units.push_back(unit_at(metric));
  }
  Rows rows;
  for (const Value& cell : list_at(sweep, "cells")) {
    std::vector<std::string> row;
    for (const Value& value : list_at(cell, "values")) row.push_back(text_of(value));
    const std::vector<Value>& figures = list_at(cell, "figures");
    for (std::size_t i = 0; i < figures.size() && i < units.size(); ++i) {
      const std::string range = range_text(&figures[i], units[i]);
      const std::string mean = figure_at(figures[i], "mean", units[i]);
      row.push_back(range.empty() ? mean : mean + " (" + range + ")");
    }
    rows.push_back(std::move(row));
  }
  page.table(header, rows);
  page.paragraph("Means with their 95 % intervals, where there are several replications.");
  identity_fold(sweep, page);
}

void agreement_page(const Value& agreement, MarkdownPage& page) {
  const std::string verdict = text_at(agreement, "verdict");
  page.title(verdict == "agrees" ? Mark::kGood
             : verdict == "void" ? Mark::kWarning
                                 : Mark::kBad,
             verdict, text_at(agreement, "scenario") + ", prediction against measurement");
  const std::string reason = text_at(agreement, "void_reason");
  if (!reason.empty()) page.paragraph("Nothing is proved: " + reason);
  page.paragraph(text_at(agreement, "basis"));
  Rows rows;
  for (const Value& row : list_at(agreement, "rows")) {
    const Unit unit = unit_at(row);
    const bool is_judged = flag_at(row, "judged");
    rows.push_back({text_at(row, "metric"), figure_at(row, "predicted", unit),
                    figure_at(row, "measured", unit), text_at(row, "tolerance"),
                    is_judged ? yes_or_no(flag_at(row, "agrees")) : "not judged"});
  }
  page.table({"metric", "predicted", "measured", "tolerance", "agrees"}, rows);
  notes(agreement, "notes", page);
  identity_fold(agreement, page);
}

}  // namespace sluice
