// What goes wrong on the server's side (docs/model.md, Service: faults): refusals at admission
// (529, 500, 504) and trouble inside a stream, always, in windows, or by a two-state Markov
// process. Overload (529) is global and charges nothing against the organization's limits (docs:
// errors, 2026-08). Faults strike independently of one another; of those that strike, the first in
// the list counts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.hpp"
#include "api/outcome.hpp"
#include "base/draw.hpp"
#include "base/time.hpp"
#include "policy/sizes.hpp"

namespace sluice {

enum class FaultKind : std::uint8_t {
  kOverloaded,     // 529 at admission
  kApiError,       // 500 at admission
  kTimeout,        // 504 at admission
  kDisconnect,     // the connection breaks at a drawn point of the stream
  kErrorInStream,  // an overloaded_error inside a stream that began with 200, at a drawn point
  kStall,          // the stream pauses for `stall` at its first token
};
std::string_view name(
    FaultKind kind) noexcept;  // "overloaded", "api_error", "timeout", "disconnect", ...
std::optional<FaultKind> fault_kind_named(std::string_view name) noexcept;

struct FaultSpec {
  FaultKind kind = FaultKind::kOverloaded;
  std::int64_t probability_ppm = 0;  // of an attempt, while the fault is active
  TimePoint from = kRunStart;        // active in [from, until)
  TimePoint until = kNever;
  // Both set, each at least 1 ms: within the window it alternates, exponentially, between quiet and
  // active, starting quiet. One alone is refused where scenarios are read.
  std::optional<Duration> mean_active{};
  std::optional<Duration> mean_quiet{};
  std::optional<ModelId> model{};  // empty: all models
  Duration stall = seconds(30);    // kStall only
};

// What happens inside a response.
struct StreamFault {
  enum class Kind : std::uint8_t { kNone, kDisconnect, kErrorInStream, kStall } kind = Kind::kNone;
  std::uint32_t at_ppm =
      0;  // how far through the output it breaks off, parts per million; below a million
  Duration stall{};
};

class FaultPlan {
 public:
  // Periods of the alternating faults are drawn from `random`, keyed by the fault's position in
  // `specs`, so that they are the same whoever asks and how often.
  FaultPlan(std::vector<FaultSpec> specs, const RandomSource& random);

  bool empty() const noexcept { return faults_.empty(); }
  // `bits`: the attempt's own random bits; one word serves all admission faults, the other all
  // stream faults. `now` never goes back, over both functions.
  std::optional<ErrorKind> at_admission(TimePoint now, ModelId model, std::uint64_t bits) noexcept;
  StreamFault in_stream(TimePoint now, ModelId model, std::uint64_t bits) noexcept;

 private:
  struct Alternation {
    DurationSampler active_for;
    DurationSampler quiet_for;
    DrawStream periods;
    TimePoint changes_at;
    bool active = false;
  };
  struct Fault {
    FaultSpec spec;
    std::optional<Alternation> alternation;
  };
  // The bits of a fault that strikes, none of one that does not.
  std::optional<std::uint64_t> strike(std::size_t position, TimePoint now, ModelId model,
                                      std::uint64_t bits) noexcept;
  static bool is_active(Fault& fault, TimePoint now) noexcept;
  void advance_to(TimePoint now) noexcept;

  std::vector<Fault> faults_;
  TimePoint now_ = kRunStart;
};

}  // namespace sluice
