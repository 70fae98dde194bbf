// What tokens cost by the scenario: its catalog's prices and the price changes among its events,
// which say themselves from when they hold.
#pragma once

#include "policy/price_list.hpp"
#include "policy/run_plan.hpp"

namespace sluice::live {

PriceList plan_prices(const RunPlan& plan);

}  // namespace sluice::live
