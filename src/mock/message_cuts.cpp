#include "mock/message_cuts.hpp"

#include <algorithm>

#include "mock/message_exchange.hpp"
#include "mock/state.hpp"

namespace sluice::mock {

MessageCuts::MessageCuts(MockState& state) : state_(state), is_on_(state.api.cuts()) {}

void MessageCuts::joined(MessageExchange& exchange) {
  if (!is_on_) return;
  drawing_.push_back(&exchange);
  watch_next();
}

void MessageCuts::left(MessageExchange& exchange) {
  if (!is_on_) return;
  drawing_.erase(std::remove(drawing_.begin(), drawing_.end(), &exchange), drawing_.end());
  watch_next();
}

void MessageCuts::watch_next() {
  if (!is_on_) return;
  const TimePoint now = state_.timers.now();
  TimePoint due = kNever;
  for (const MessageExchange* one : drawing_) {
    due = std::min(due, state_.api.cut_at(now, one->admitted));
  }
  if (due == due_) return;
  due_ = due;
  ++number_;
  if (due == kNever) return;
  if (free_.empty()) free_.push_back(&alarms_.emplace_back());
  Alarm& alarm = *free_.back();
  free_.pop_back();
  alarm.fire = &on_alarm;
  alarm.cuts = this;
  alarm.number = number_;
  state_.timers.push(due, alarm);
}

void MessageCuts::on_alarm(TimedCall& call) {
  auto& alarm = static_cast<Alarm&>(call);
  MessageCuts& cuts = *alarm.cuts;
  const bool counts = cuts.is_on_ && alarm.number == cuts.number_;
  cuts.free_.push_back(&alarm);
  if (!counts) return;
  cuts.due_ = kNever;
  cuts.cut_dry();
  cuts.watch_next();
}

// Found first and cut then: the end of the first frees the bucket for the others.
void MessageCuts::cut_dry() {
  const TimePoint now = state_.timers.now();
  const auto is_dry = [&](const MessageExchange* one) {
    return state_.api.cut_at(now, one->admitted) <= now;
  };
  const auto first_dry = std::stable_partition(drawing_.begin(), drawing_.end(),
                                               [&](const auto* one) { return !is_dry(one); });
  const std::vector<MessageExchange*> dry(first_dry, drawing_.end());
  drawing_.erase(first_dry, drawing_.end());
  for (MessageExchange* exchange : dry) exchange->cut(now);
}

void MessageCuts::abandon() {
  is_on_ = false;
  drawing_.clear();
}

}  // namespace sluice::mock
