// Does the traffic fit, and which limit binds when? Read from the time series: in every cell the
// binding limit is the one that refused most attempts, or, where none refused, the one that was
// used most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "metrics/measurements.hpp"
#include "results/run_facts.hpp"

namespace sluice {

enum class Verdict : std::uint8_t {
  kFits,            // no attempt was refused for a limit
  kFitsByRetrying,  // refused attempts, but the requests got through
  kDoesNotFit,      // more than 1 request in 1000 failed on a limit, or they piled up until the
                    // arrivals ended
};

// "fits", "fits with retries", "does not fit".
std::string_view name(Verdict verdict) noexcept;

// A limit that may bind: the run's limiters in their order, then "ramp", "concurrency", "spend",
// "batch_queue".
struct BindingLimit {
  std::string name;
  std::int64_t refused = 0;  // attempts
  TimePoint first_refused = kNever;
  std::int64_t cells_refusing = 0;  // cells in which it refused something
  std::int64_t cells_bound = 0;     // cells in which it was the binding one
  double peak_minute = 0;           // utilisation in its busiest minute; 0 where there is none

  bool operator==(const BindingLimit&) const = default;
};

struct Binding {
  Verdict verdict = Verdict::kFits;
  std::vector<BindingLimit> limits;
  std::optional<std::size_t> main;  // refused most; if none refused, the busiest in one minute
  std::vector<std::optional<std::size_t>> by_cell;  // into `limits`; none where nothing was used
  std::int64_t cells = 0;                           // with arrivals or any use of a limit
  std::int64_t backlog = 0;  // requests planned but not ended when arrivals stopped

  bool refuses() const noexcept { return main && limits[*main].refused > 0; }
  // 1 - peak utilisation of `main`: how much of the tightest limit was free at the worst minute.
  double headroom() const noexcept { return main ? 1 - limits[*main].peak_minute : 1; }
  bool operator==(const Binding&) const = default;
};

Binding analyse(const Measurements& measured, const RunFacts& facts);

// taken x period / allowed; 0 where nothing was allowed.
double utilisation(const LimitUse& use, Duration period) noexcept;

}  // namespace sluice
