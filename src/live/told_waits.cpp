#include "live/told_waits.hpp"

namespace sluice::live {

void ToldWaits::tell(const RequestId& id, TimePoint until) {
  const std::uint64_t number = told_++;
  if (order_.size() < kMost) {
    order_.push_back(id);
  } else {
    RequestId& oldest = order_[number % kMost];
    const auto found = waits_.find(oldest);
    if (found != waits_.end() && found->second.number + kMost == number) waits_.erase(found);
    oldest = id;
  }
  waits_.insert_or_assign(id, Wait{.until = until, .number = number});
}

std::optional<TimePoint> ToldWaits::take(const RequestId& id) {
  const auto found = waits_.find(id);
  if (found == waits_.end()) return std::nullopt;
  const TimePoint until = found->second.until;
  waits_.erase(found);
  return until;
}

}  // namespace sluice::live
