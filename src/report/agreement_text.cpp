#include "report/agreement_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

constexpr std::size_t kRowsMost = 16;  // so that all fits on one screen

constexpr std::array<std::string_view, 11> kMainRows = {
    "requests.offered",    "requests.succeeded", "attempts.total",   "attempts.rate_limited.total",
    "tokens.output",       "cost.total",         "goodput.requests", "latency.success.p50",
    "latency.success.p99", "ttft.p50",           "ttft.p99"};

bool is_main(const AgreementRow& row) {
  return std::find(kMainRows.begin(), kMainRows.end(), row.path) != kMainRows.end();
}

std::vector<const AgreementRow*> chosen(const Agreement& agreement, bool all) {
  std::vector<const AgreementRow*> rows;
  const auto add = [&](auto accepts) {
    for (const AgreementRow& row : agreement.rows) {
      if (accepts(row)) rows.push_back(&row);
    }
  };
  if (all) {
    add([](const AgreementRow&) { return true; });
    return rows;
  }
  add([](const AgreementRow& row) { return !row.agrees; });
  add([](const AgreementRow& row) { return row.agrees && is_main(row); });
  rows.resize(std::min(rows.size(), kRowsMost));
  return rows;
}

std::string value_text(const std::optional<MetricNumber>& number, Unit unit) {
  return number ? number_text(*number, unit) : "-";
}

// "+12 (+1.4 %)".
std::string difference_text(const AgreementRow& row) {
  if (row.difference == 0) return row.predicted && row.measured ? "0" : "-";
  const char* sign = row.difference > 0 ? "+" : "-";
  std::string text = sign + number_text_of(std::fabs(row.difference), row.unit);
  const double base = row.predicted ? std::fabs(as_double(*row.predicted)) : 0;
  if (base == 0) return text;
  const double share = std::fabs(row.difference) / base;
  return text + (share < 0.001 ? " (< 0.1 %)" : fmt::format(" ({}{})", sign, percent_text(share)));
}

// "42 (3 sqrt(196))".
std::string tolerance_text(const AgreementRow& row) {
  if (!row.is_judged || row.allowed == 0) return row.tolerance;
  return number_text_of(row.allowed, row.unit) + " (" + row.tolerance + ")";
}

std::string_view verdict_text(const AgreementRow& row) {
  if (!row.is_judged) return "not judged";
  return row.agrees ? "ok" : "DIFFERS";
}

std::string verdict_sentence(const Agreement& agreement) {
  std::string text;
  const std::size_t wrong = agreement.disagreeing();
  if (wrong == 0) {
    text = fmt::format("all {} metrics within their tolerance", agreement.judged());
  } else {
    text = fmt::format("{} of {} metrics beyond their tolerance", wrong, agreement.judged());
  }
  const std::size_t few = agreement.rows.size() - agreement.judged();
  if (few > 0) text += fmt::format("; {} more have too few values to be judged", few);
  return text;
}

}  // namespace

std::string render_text(const Agreement& agreement, const std::string& title,
                        const AgreementStyle& style) {
  const auto width = static_cast<std::size_t>(style.text.width);
  const auto line = [&style](std::string_view label, std::string_view code, std::string_view text) {
    return labelled(label, text, style.text, code);
  };
  std::string out = in_colour("1", wrapped(title, width, 0), style.text) + "\n\n";
  if (!agreement.void_reason.empty()) {
    out += line("VOID", "1;31", "nothing is proved: " + agreement.void_reason);
  } else if (agreement.agrees()) {
    out += line("AGREES", "1;32", verdict_sentence(agreement));
  } else {
    out += line("DIFFERS", "1;31", verdict_sentence(agreement));
  }
  out += line("basis", "", agreement.basis) + "\n";

  const std::vector<const AgreementRow*> rows = chosen(agreement, style.all);
  TextTable table({"metric", "predicted", "measured", "difference", "tolerance", "verdict"});
  for (const AgreementRow* row : rows) {
    table.add({row->path, value_text(row->predicted, row->unit),
               value_text(row->measured, row->unit), difference_text(*row), tolerance_text(*row),
               std::string(verdict_text(*row))});
  }
  out += table.text();
  const std::size_t hidden = agreement.rows.size() - rows.size();
  if (hidden > 0) out += fmt::format("  {} more with --all\n", hidden);
  return out;
}

}  // namespace sluice
