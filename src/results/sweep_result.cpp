#include "results/sweep_result.hpp"

#include <algorithm>
#include <utility>

namespace sluice {

SweepFigure figure(const SweepResult& result, std::size_t cell, std::size_t metric) {
  const SweepValues& all = result.cells[cell].metrics[metric];
  std::vector<double> values;
  for (const std::optional<double>& value : all) {
    if (value) values.push_back(*value);
  }
  SweepFigure figure{.count = values.size(),
                     .mean = {},
                     .interval = stats::t_interval(values),
                     .against_first = {}};
  if (!values.empty()) figure.mean = stats::mean(values);
  if (cell == 0) return figure;
  const SweepValues& first = result.cells.front().metrics[metric];
  std::vector<double> here;
  std::vector<double> there;
  for (std::size_t i = 0; i < std::min(all.size(), first.size()); ++i) {
    if (!all[i] || !first[i]) continue;
    here.push_back(*all[i]);
    there.push_back(*first[i]);
  }
  figure.against_first = stats::paired_difference(here, there);
  return figure;
}

std::vector<std::string> axis_names(const std::vector<SweepAxis>& axes) {
  std::vector<std::string> names;
  for (const SweepAxis& axis : axes) {
    names.push_back(axis.pointer.substr(axis.pointer.rfind('/') + 1));
  }
  std::vector<std::string> unique;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const bool tells = std::count(names.begin(), names.end(), names[i]) == 1;
    unique.push_back(tells && !names[i].empty() ? names[i] : axes[i].pointer);
  }
  return unique;
}

}  // namespace sluice
