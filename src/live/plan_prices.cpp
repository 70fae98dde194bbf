#include "live/plan_prices.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace sluice::live {

PriceList plan_prices(const RunPlan& plan) {
  std::vector<std::vector<PriceRow>> rows;
  rows.reserve(plan.models.size());
  for (const ModelPlan& model : plan.models) rows.push_back(model.prices);
  PriceList prices(std::move(rows));
  for (const ScheduledEvent& event : plan.events) {
    const auto* change = std::get_if<PriceChanged>(&event.action);
    if (change != nullptr) prices.replace(change->model, change->row);
  }
  return prices;
}

}  // namespace sluice::live
