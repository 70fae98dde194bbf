#include "mock/message_exchanges.hpp"

#include <algorithm>

#include "mock/state.hpp"

namespace sluice::mock {
namespace {

constexpr std::int64_t kEventsPerWallSecond = 20;  // of one stream, where time runs faster

Duration least_step(std::int64_t speed_permille) {
  if (speed_permille <= 1000) return Duration{};
  return nanoseconds(1'000'000 * speed_permille / kEventsPerWallSecond);
}

}  // namespace

MessageExchanges::MessageExchanges(MockState& of)
    : state(of), cuts(of), step_least(least_step(of.plan.options.speed_permille)) {}

MessageExchange& MessageExchanges::take() {
  if (free_.empty()) {
    all_.emplace_back().owner = this;
    free_.push_back(&all_.back());
  }
  MessageExchange& exchange = *free_.back();
  free_.pop_back();
  exchange.renew();
  return exchange;
}

void MessageExchanges::give_back(MessageExchange& exchange) { free_.push_back(&exchange); }

void MessageExchanges::abandon_all() {
  cuts.abandon();
  for (MessageExchange& exchange : all_) exchange.abandon();
}

bool MessageExchanges::has_events_pending() const noexcept {
  if (cuts.has_events_pending()) return true;
  return std::any_of(all_.begin(), all_.end(),
                     [](const MessageExchange& one) { return one.has_events_pending(); });
}

}  // namespace sluice::mock
