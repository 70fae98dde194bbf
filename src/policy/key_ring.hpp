// Which API keys work when: keys are revoked at an instant, or rotated, in which case the old value
// works on for an overlap and clients pick up the new value after a while; in between, if pick-up
// is later, they get 401.
#pragma once

#include <cstddef>
#include <vector>

#include "api/ids.hpp"
#include "base/time.hpp"

namespace sluice {

class KeyRing {
 public:
  explicit KeyRing(std::size_t keys) : keys_(keys) {}

  bool works(TimePoint now, KeyId key) const noexcept {
    const State& state = keys_[index(key)];
    if (now >= state.revoked_at) return false;
    return now < state.old_stops_at || now >= state.new_used_from;
  }
  // A new key, which works from the start; ids count up.
  KeyId add() {
    keys_.emplace_back();
    return KeyId(keys_.size() - 1);
  }
  void revoke(TimePoint now, KeyId key) noexcept { keys_[index(key)].revoked_at = now; }
  void rotate(TimePoint now, KeyId key, Duration overlap, Duration pickup) noexcept {
    keys_[index(key)].old_stops_at = now + overlap;
    keys_[index(key)].new_used_from = now + pickup;
  }

 private:
  struct State {
    TimePoint revoked_at = kNever;
    TimePoint old_stops_at = kNever;
    TimePoint new_used_from = kRunStart;
  };
  std::vector<State> keys_;
};

}  // namespace sluice
