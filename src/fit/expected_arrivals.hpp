// The integral of a rate curve: how many arrivals an ArrivalSpec expects until an instant. Gaps of
// a log, measured in it, are gaps about a constant rate of one (time rescaling).
#pragma once

#include <cstdint>
#include <vector>

#include "base/calendar.hpp"
#include "base/time.hpp"
#include "policy/arrivals.hpp"

namespace sluice::fit {

class ExpectedArrivals {
 public:
  // Of a spec whose curve is not random, from 0 to `until`.
  ExpectedArrivals(const ArrivalSpec& spec, Duration until, UnixTime origin);

  double until(Duration since) const;  // arrivals expected in [0, since)
  double per_second_at(Duration since) const;

 private:
  struct Piece {
    std::int64_t begin = 0;
    double from = 0;    // arrivals per ns
    double slope = 0;   // per ns and ns
    double before = 0;  // arrivals until begin
  };
  const Piece& piece_at(Duration since) const;

  std::vector<Piece> pieces_;
};

}  // namespace sluice::fit
