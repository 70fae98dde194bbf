#include "report/runs_text.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/runs_numbers.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

std::string bold(const std::string& text, TextStyle style) { return in_colour("1", text, style); }

// "2026-11-21 12:30", UTC.
std::string minute_of(UnixTime time) {
  std::string text = time.text().substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string begin_of(const std::string& digest) { return digest.substr(0, 12); }

// Columns to the left, two apart; the first, a number, to the right.
std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - display_width(row[i]), ' ');
      line += "  " + (i == 0 ? padding + row[i] : row[i] + padding);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string verdict_text(const SavedRun& run) {
  return run.verdict + (run.is_partial ? " (partial)" : "");
}

std::string seeds_text(const SavedRun& run) {
  if (run.seed.empty()) return "-";
  return run.replications > 1 ? fmt::format("{} x {}", run.seed, run.replications) : run.seed;
}

// Digests say enough by their beginnings.
std::string identity_value(const DiffOfIdentity& entry, const std::string& value) {
  const bool is_digest = entry.what.starts_with("scenario") || entry.what == "catalog";
  return is_digest ? begin_of(value) : value;
}

std::string diff_head(const RunDiff& diff, TextStyle style) {
  std::string text = bold(one_line(diff.first) + " and " + one_line(diff.second), style) + "\n";
  if (diff.is_identical) {
    return text + "\nidentical: the results are equal, byte by byte\n";
  }
  std::vector<std::string> entries;
  for (const DiffOfIdentity& entry : diff.identity) {
    entries.push_back(fmt::format("{} {} -> {}", entry.what, identity_value(entry, entry.first),
                                  identity_value(entry, entry.second)));
  }
  constexpr std::string_view kNotTheSame = "  Not the same: ";
  if (entries.empty()) return text + "  The same scenario, catalog, version and seed.\n";
  return text + std::string(kNotTheSame) +
         wrapped(join(entries), static_cast<std::size_t>(style.width), kNotTheSame.size()) + "\n";
}

std::vector<std::string> cells_of(const DiffRow& row) {
  const auto value = [](const std::optional<SavedMetric>& metric) {
    return metric ? saved_number_text(*metric) : std::string("-");
  };
  return {row.path, value(row.first), value(row.second), difference_text(row),
          std::string(name(row.verdict))};
}

TextTable diff_header(const RunDiff& diff) {
  return TextTable({"", fmt::format("run {}", diff.first.id), fmt::format("run {}", diff.second.id),
                    "difference", ""});
}

std::string main_table(const RunDiff& diff) {
  TextTable table = diff_header(diff);
  for (const DiffRow& row : diff.rows) {
    if (row.is_main) table.add(cells_of(row));
  }
  return table.empty() ? std::string() : table.text();
}

// What differs most. The same number by another name, as the cost of the only workload, is not
// shown twice.
std::string other_table(const RunDiff& diff, bool all) {
  constexpr std::size_t kMost = 15;
  TextTable table = diff_header(diff);
  std::set<std::vector<std::string>> seen;
  std::size_t shown = 0;
  std::size_t left_out = 0;
  for (const DiffRow& row : diff.rows) {
    std::vector<std::string> cells = cells_of(row);
    const bool is_new = seen.insert({cells.begin() + 1, cells.end()}).second;
    if (row.is_main) continue;
    const bool says_little =
        row.verdict == DiffVerdict::kEqual || row.verdict == DiffVerdict::kNotShown;
    if (!all && (!is_new || says_little || shown == kMost)) {
      left_out += says_little ? 0 : 1;
      continue;
    }
    table.add(std::move(cells));
    ++shown;
  }
  if (table.empty()) return {};
  if (left_out == 0) return table.text();
  return table.text() + fmt::format("  {} more with --all\n", left_out);
}

// How far the words can be trusted: one in twenty numbers differs by chance alone.
std::string diff_foot(const RunDiff& diff) {
  const std::int64_t judged = diff.judged();
  if (judged == 0) {
    return "\n  Nothing says how far chance moves these numbers: with --replications 10 a run "
           "knows.\n";
  }
  const double by_chance = static_cast<double>(judged) * 0.05;
  return fmt::format(
      "\n  {} of {} numbers with intervals differ (95 %); {} would by chance.\n", diff.differing(),
      judged,
      by_chance < 1 ? std::string("less than one") : fmt::format("about {:.0f}", by_chance));
}

std::string sparklines(const RunTrend& trend) {
  std::vector<std::string> kinds;
  for (const SavedRun& run : trend.runs) {
    if (std::find(kinds.begin(), kinds.end(), run.kind) == kinds.end()) kinds.push_back(run.kind);
  }
  std::vector<std::vector<std::string>> rows;
  for (const TrendLine& line : trend.lines) {
    for (const std::string& kind : kinds) {
      std::vector<std::optional<double>> values;
      for (std::size_t i = 0; i < trend.runs.size(); ++i) {
        if (trend.runs[i].kind != kind) continue;
        const auto& value = line.values[i];
        values.push_back(value ? std::optional<double>(value->value) : std::nullopt);
      }
      rows.push_back({line.path + (kinds.size() > 1 ? " (" + kind + ")" : ""), sparkline(values),
                      range_text(values, line.unit)});
    }
  }
  return columns(rows);
}

}  // namespace

std::string one_line(const SavedRun& run) {
  return fmt::format("run {} ({} {}, {})", run.id, run.kind, run.scenario, minute_of(run.saved_at));
}

std::string render_text(const std::vector<SavedRun>& runs, std::int64_t total, TextStyle style) {
  if (runs.empty()) {
    return total == 0 ? "no such run is kept; simulate, replay and others do with --save\n" : "";
  }
  std::vector<std::vector<std::string>> rows = {
      {"run", "saved (UTC)", "command", "name", "scenario", "tier", "seed", "verdict", "version"}};
  for (const SavedRun& run : runs) {
    rows.push_back({std::to_string(run.id), minute_of(run.saved_at), run.kind, run.scenario,
                    begin_of(run.scenario_digest), run.tier.empty() ? "-" : run.tier,
                    seeds_text(run), verdict_text(run), run.version});
  }
  std::string text = columns(rows);
  if (style.colour)
    text = bold(text.substr(0, text.find('\n')), style) + text.substr(text.find('\n'));
  const std::int64_t shown = static_cast<std::int64_t>(runs.size());
  if (shown < total) {
    text += fmt::format("  the newest {} of {}; --limit 0 shows all\n", with_thousands(shown),
                        with_thousands(total));
  }
  return text;
}

std::string render_text(const SavedRun& run, const SavedDocument& document, TextStyle style) {
  return bold(fmt::format("Run {}: {}, saved {} by sluice {}", run.id, run.kind,
                          minute_of(run.saved_at) + " UTC", run.version),
              style) +
         "\n\n" + document.text;
}

std::string render_text(const RunDiff& diff, bool all, TextStyle style) {
  std::string text = diff_head(diff, style);
  if (diff.is_identical) return text;
  const std::string main = main_table(diff);
  if (!main.empty()) text += "\n" + main;
  const std::string others = other_table(diff, all);
  if (!others.empty()) {
    const char* heading = all ? "All others" : "Others, what differs most first";
    text += "\n" + bold(main.empty() ? "Numbers" : heading, style) + "\n" + others;
  }
  return text + diff_foot(diff);
}

std::string render_text(const RunTrend& trend, TextStyle style) {
  const std::int64_t shown = static_cast<std::int64_t>(trend.runs.size());
  std::string text =
      bold(fmt::format("{}: {} run{}", trend.scenario,
                       shown == trend.total ? with_thousands(shown)
                                            : "the newest " + with_thousands(shown) + " of " +
                                                  with_thousands(trend.total),
                       trend.total == 1 ? "" : "s"),
           style) +
      "\n\n";
  std::vector<std::string> header = {"run", "saved (UTC)", "command", "verdict"};
  for (const TrendLine& line : trend.lines) header.push_back(line.path);
  header.emplace_back("new here");
  std::vector<std::vector<std::string>> rows = {std::move(header)};
  for (std::size_t i = 0; i < trend.runs.size(); ++i) {
    const SavedRun& run = trend.runs[i];
    std::vector<std::string> row = {std::to_string(run.id), minute_of(run.saved_at), run.kind,
                                    verdict_text(run)};
    for (const TrendLine& line : trend.lines) {
      row.push_back(line.values[i] ? saved_number_text(*line.values[i]) : "-");
    }
    row.push_back(join(trend.changes(i)));
    rows.push_back(std::move(row));
  }
  return text + columns(rows) + "\n" + sparklines(trend);
}

}  // namespace sluice
