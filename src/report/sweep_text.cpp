#include "report/sweep_text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace sluice {
namespace {

std::string figure_text(const SweepFigure& figure, Unit unit) {
  if (!figure.mean) return "-";
  std::string text = number_text_of(*figure.mean, unit);
  if (!figure.interval || figure.interval->half_width() == 0) return text;
  return text + " ± " + number_text_of(figure.interval->half_width(), unit);
}

std::size_t width_of(const std::string& table) {
  return display_width(std::string_view(table).substr(0, table.find('\n')));
}

// The metrics [from, to) of all cells.
std::string cells_table(const SweepResult& result, std::size_t from, std::size_t to) {
  std::vector<std::string> header = axis_names(result.axes);
  if (header.empty()) header.emplace_back("scenario");
  for (std::size_t m = from; m < to; ++m) header.push_back(result.metrics[m].path);
  TextTable table(header);
  for (std::size_t cell = 0; cell < result.cells.size(); ++cell) {
    std::vector<std::string> row = result.cells[cell].values;
    if (row.empty()) row.push_back(result.title);
    for (std::size_t m = from; m < to; ++m) {
      row.push_back(figure_text(figure(result, cell, m), result.metrics[m].unit));
    }
    table.add(std::move(row));
  }
  return table.text();
}

// As many metrics side by side as the width holds, the others below.
std::string cells_text(const SweepResult& result, std::size_t width) {
  std::string text;
  for (std::size_t from = 0; from < result.metrics.size();) {
    std::size_t to = result.metrics.size();
    std::string table = cells_table(result, from, to);
    while (to > from + 1 && width_of(table) > width) table = cells_table(result, from, --to);
    text += (text.empty() ? "" : "\n") + table;
    from = to;
  }
  return text;
}

// The first axis downwards, the second to the right.
std::string grid_text(const SweepResult& result) {
  const std::vector<std::string> names = axis_names(result.axes);
  const SweepAxis& down = result.axes[0];
  const SweepAxis& right = result.axes[1];
  std::vector<std::string> header{names[0]};
  for (const std::string& value : right.values) header.push_back(names[1] + " " + value);
  TextTable table(header);
  for (std::size_t y = 0; y < down.values.size(); ++y) {
    std::vector<std::string> row{down.values[y]};
    for (std::size_t x = 0; x < right.values.size(); ++x) {
      row.push_back(
          figure_text(figure(result, y * right.values.size() + x, 0), result.metrics[0].unit));
    }
    table.add(std::move(row));
  }
  return table.text();
}

std::string replications_text(const SweepResult& result) {
  std::size_t least = result.cells.front().metrics.front().size();
  std::size_t most = least;
  std::size_t imprecise = 0;
  for (const SweepCell& cell : result.cells) {
    least = std::min(least, cell.metrics.front().size());
    most = std::max(most, cell.metrics.front().size());
    if (!cell.precise) imprecise += 1;
  }
  std::string text = least == most ? fmt::format("{}", most) : fmt::format("{} to {}", least, most);
  text += most == 1 ? " replication of every cell" : " replications of every cell";
  if (most > 1) text += ", means ± half of their 95 % intervals";
  if (result.precision) {
    text += imprecise == 0
                ? fmt::format("; every figure is within {}", percent_text(*result.precision))
                : fmt::format("; {} of {} cells have figures that are not within {}", imprecise,
                              result.cells.size(), percent_text(*result.precision));
  }
  return text + ".";
}

// What common random numbers did for the differences to the first cell: the median over cells and
// metrics.
std::optional<std::string> reduction_text(const SweepResult& result) {
  std::vector<double> factors;
  for (std::size_t cell = 1; cell < result.cells.size(); ++cell) {
    for (std::size_t m = 0; m < result.metrics.size(); ++m) {
      const auto paired = figure(result, cell, m).against_first;
      if (paired && paired->variance > 0) {
        factors.push_back(paired->variance_independent / paired->variance);
      }
    }
  }
  if (factors.empty()) return std::nullopt;
  const auto middle = factors.begin() + static_cast<std::ptrdiff_t>(factors.size() / 2);
  std::nth_element(factors.begin(), middle, factors.end());
  return fmt::format(
      "Common random numbers cut the variance of differences to the first cell {:.3g}-fold in the "
      "median.",
      *middle);
}

}  // namespace

std::string render_text(const SweepResult& result, TextStyle style) {
  const auto width = static_cast<std::size_t>(style.width);
  const bool is_grid = result.axes.size() == 2 && result.metrics.size() == 1;
  std::string text = result.title;
  if (is_grid) text += ": " + result.metrics.front().path;
  text += "\n\n" + (is_grid ? grid_text(result) : cells_text(result, width)) + "\n";
  const std::vector<std::string> names = axis_names(result.axes);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != result.axes[i].pointer) {
      text += fmt::format("  {} is {}\n", names[i], result.axes[i].pointer);
    }
  }
  text += "  " + wrapped(replications_text(result), width, 2) + "\n";
  if (const auto reduction = reduction_text(result)) {
    text += "  " + wrapped(*reduction, width, 2) + "\n";
  }
  for (const std::string& note : result.notes) text += "  note: " + wrapped(note, width, 8) + "\n";
  text +=
      fmt::format("  scenario {}, catalog {}, sluice {}\n", result.scenario_digest.substr(0, 12),
                  result.catalog_digest.substr(0, 12), result.version);
  return text;
}

}  // namespace sluice
