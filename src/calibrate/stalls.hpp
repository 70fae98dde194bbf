// The times in which the machine of a load run stood still, as sends tell that left late. What the
// mock planned for such a time it did when that was over, and charged as of the plan: a first token
// or an end that was seen then happened some time during the stall. Where a bucket leaves its full
// state in one, seconds of model time would be taken for capacity.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace sluice::calibrate {

// Model time, ns of the run: from when the first send was due that left late until it and those
// that had piled up left. A send that leaves on the way, however late, ends one: the machine ran.
struct Stall {
  std::int64_t from = 0;
  std::int64_t to = 0;

  std::int64_t middle() const noexcept { return from + (to - from) / 2; }
};

class Stalls {
 public:
  // A send, in any order. Only above speed 1 does it tell: below, the clock is the users'.
  void add(Duration due, Duration sent, std::int64_t speed_permille);
  // In order, as around() needs them, of all sends that were added.
  Stalls merged() const;
  // In which of them that happened which was seen at `seen`; nothing: it happened when it was seen.
  std::optional<Stall> around(std::int64_t seen) const noexcept;

 private:
  struct Send {
    std::int64_t due = 0;
    std::int64_t sent = 0;
  };
  std::vector<Send> sends_;
  std::vector<Stall> all_;  // after merged()
  std::int64_t tick_ = 0;   // of the mock, in model time: so long after a stall is it seen
};

}  // namespace sluice::calibrate
