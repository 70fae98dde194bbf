// A charge and a refund whose instants are too near to each other for a client to know which came
// first. It matters where the refund finds no room: had the charge come first, nothing would have
// been lost of it, and every later level would be higher, until the bucket is full again. The
// levels that are seen until then decide, weighed together: one alone may be off for another
// reason.
#pragma once

#include <algorithm>
#include <cstdint>

#include "policy/token_bucket.hpp"

namespace sluice::calibrate {

class DoubtfulOrder {
 public:
  // `window`, ns: instants that are nearer than that may be in the other order.
  explicit DoubtfulOrder(std::int64_t window) : window_(window) {}

  // To be called before the bucket is changed: by so many units, < 0 for a refund, at `at` ns.
  void change(std::int64_t at, int128 units, int128 level, int128 capacity) noexcept {
    if (units >= 0) {
      if (near(lost_, at)) set(std::min(lost_.units, units));
      charge_ = {at, units};
      lost_ = {};
      return;
    }
    const int128 lost = std::max(int128{}, level - units - capacity);
    if (near(charge_, at) && lost == 0) {
      // Before the charge there was less room.
      const int128 lost_then = std::max(int128{}, level + charge_.units - units - capacity);
      if (lost_then > 0) set(-lost_then);
    }
    charge_ = {};
    lost_ = {at, lost};
  }
  // To be called with every level: in a full bucket nothing is left of what was lost before.
  void pass(int128 level, int128 capacity) noexcept {
    doubt_ = level >= capacity ? int128{} : std::min(doubt_, capacity - level);
  }
  // So many units more would be in the bucket if the order was the other.
  int128 doubt() const noexcept { return doubt_; }
  // What levels say in sum, > 0 for the other order: each has its share in it.
  double weigh(double share) noexcept { return evidence_ += share; }
  void decide() noexcept { set(0); }

 private:
  struct Change {
    std::int64_t at = 0;
    int128 units = 0;  // 0: none
  };
  bool near(const Change& before, std::int64_t at) const noexcept {
    return before.units > 0 && at - before.at <= window_;
  }

  void set(int128 doubt) noexcept {
    doubt_ = doubt;
    evidence_ = 0;
  }

  std::int64_t window_;
  Change charge_;
  Change lost_;  // what a refund found no room for
  int128 doubt_ = 0;
  double evidence_ = 0;
};

}  // namespace sluice::calibrate
