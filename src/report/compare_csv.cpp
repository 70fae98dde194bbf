#include "report/compare_csv.hpp"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "report/csv_field.hpp"

namespace sluice {
namespace {

constexpr std::string_view kHeader =
    "row,kind,name,change,tier,keeps_all,measure,unit,value,low,high,difference,difference_low,"
    "difference_high,variance_reduction\n";

std::string number(std::optional<double> value) {
  return value ? fmt::format("{:.9g}", *value) : std::string{};
}

// Value and both ends.
std::string cells(const ComparedFigure* figure) {
  if (figure == nullptr) return ",,";
  const auto& interval = figure->interval;
  return fmt::format("{},{},{}", number(figure->value), interval ? number(interval->low) : "",
                     interval ? number(interval->high) : "");
}

}  // namespace

std::string render_csv(const ModelComparison& comparison) {
  std::string out{kHeader};
  for (std::size_t i = 0; i < comparison.rows.size(); ++i) {
    const ComparedRow& row = comparison.rows[i];
    for (const MeasureInfo& info : compared_measures()) {
      const auto& figure = row.figure(info.measure);
      const auto& difference = row.difference(info.measure);
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", i, name(row.kind),
                         csv_field(row.name), row.change, row.tier, row.keeps_all() ? 1 : 0,
                         info.name, name(info.unit), cells(figure ? &*figure : nullptr),
                         cells(difference ? &difference->figure : nullptr),
                         number(difference ? difference->variance_reduction : std::nullopt));
    }
  }
  return out;
}

}  // namespace sluice
