// One attempt as the fit of limits looks at it: when the server took it in, what it charged, what
// the answer showed of the limits. Made from a record, without its texts, so that a run's attempts
// stay in memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/limit_type.hpp"
#include "base/time.hpp"
#include "ingest/record_log.hpp"

namespace sluice::calibrate {

// The limits that headers show, by place.
enum class ShownKind : std::uint8_t {
  kRequests,
  kTokens,
  kInput,
  kOutput,
  kFastInput,
  kFastOutput
};
inline constexpr std::size_t kShownKinds = 6;

struct ShownLimit {
  std::int64_t limit = 0;  // 0: not shown
  std::int64_t remaining = 0;
  std::int64_t reset_unix_ns = 0;
};

enum class AttemptFate : std::uint8_t {
  kServed,    // charged, and the usage says how much
  kRefused,   // 429: charged nothing
  kFailed,    // another error before admission: charged nothing
  kDoubtful,  // broken off or given up: it may have been charged
};

struct LimitAttempt {
  Duration sent{};
  Duration head{};  // first token; `ended` where there was none
  Duration ended{};
  Duration retry_after{};  // 0: none
  std::int64_t prompt = 0;
  std::int64_t uncached_input = 0;
  std::int64_t cached_input = 0;
  std::int64_t output = 0;
  std::int64_t max_tokens = 0;
  std::array<ShownLimit, kShownKinds> shown{};
  std::int64_t date_unix_ns = 0;  // 0: none
  std::uint32_t workspace = 0;    // by position, as the caller counts them
  AttemptFate fate = AttemptFate::kFailed;
  std::optional<LimitCause> cause{};
  bool is_stream = true;

  const ShownLimit& of(ShownKind kind) const noexcept {
    return shown[static_cast<std::size_t>(kind)];
  }
  bool is_fast() const noexcept {
    return of(ShownKind::kFastInput).limit > 0 || of(ShownKind::kFastOutput).limit > 0;
  }
};

// None: it never left, so that no limit saw it.
std::optional<LimitAttempt> limit_attempt(const ingest::RecordRow& row, std::uint32_t workspace);

// How long an attempt is on its way to the server, in model time: half of the time in which
// refusals, which are answered at once, come back.
struct WayToServer {
  Duration typical{};  // in the median; without refusals a wall millisecond
  Duration spread{};   // nine of ten take no longer than this
};
WayToServer way_to_server(const std::vector<LimitAttempt>& attempts, std::int64_t speed_permille);

// How much later than planned a server says a token, in model time. Above speed 1 it is a mock,
// whose loop wakes once a wall millisecond: half of one in the mean.
Duration typical_lateness(std::int64_t speed_permille) noexcept;

}  // namespace sluice::calibrate
