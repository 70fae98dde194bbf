// All limiters of an organization and the atomic admission over them (docs/model.md, Admission):
// look at all of a request's limiters, charge all or none. Also the ramp limit and the concurrency
// limit, which belong to the same step. Knows nothing of caches, money or faults; ApiModel (engine)
// puts those around it.
//
//   RateLimiter limiter(spec, kRunStart);
//   RouteId route = limiter.route(workspace, group, fast);
//   if (auto refusal = limiter.admit(now, route, charge)) ... 429 with refusal->retry_after()
//   limiter.begin(first_token, route, ...); limiter.finish(end, route, ...);
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "api/ids.hpp"
#include "api/limit_type.hpp"
#include "policy/ramp_limit.hpp"
#include "policy/token_bucket.hpp"

namespace sluice {

// How output is charged (docs/model.md): `streaming` is the API today (docs: rate-limits,
// 2026-08-21).
enum class ChargeMode : std::uint8_t { kStreaming, kReserveSettle, kPost };

// One limiter as configured: scope x group x type. `workspace` empty = organization.
struct LimiterSpec {
  std::optional<WorkspaceId> workspace{};
  GroupId group{};
  LimitType type = LimitType::kRequestsPerMinute;
  std::int64_t limit = 0;
  bool operator==(const LimiterSpec&) const = default;
};

// A limit's bucket. `burst` is meant for limits per minute, for which 60 s is one period; the
// bucket of a limit per day holds as many periods of its own (an assumption: one minute's worth of
// a day would refuse any real prompt).
TokenBucket::Size bucket_size(LimitType type, std::int64_t limit, Duration burst) noexcept;

// By LimitType; empty: as of every other.
using BurstsByType = std::array<std::optional<Duration>, kLimitTypeCount>;

struct RateLimiterSpec {
  std::vector<LimiterSpec>
      limiters;  // kEnqueuedBatchRequests does not belong here (batch_limiter.hpp)
  std::size_t workspace_count = 1;
  std::size_t group_count = 1;
  Duration burst = minutes(1);
  BurstsByType bursts{};  // instead of `burst`, for limiters of that type
  ChargeMode output_charge = ChargeMode::kStreaming;
  bool refused_attempts_count = false;  // a refused attempt is charged one request all the same
  std::optional<RampSpec> ramp;
  std::optional<std::int64_t> max_concurrent;  // responses in flight, per organization
  std::int64_t calendar_offset_ns = 0;         // run start's offset within its UTC minute

  Duration burst_of(LimitType type) const noexcept {
    return bursts[static_cast<std::size_t>(type)].value_or(burst);
  }
  Duration longest_burst() const noexcept;
  // Every bucket holds a `divisor`th of what it held.
  void divide_bursts(std::int64_t divisor) noexcept;
};

// The limiters that one kind of request meets, as a handle.
enum class RouteId : std::uint32_t {};

struct RequestCharge {
  std::int64_t uncached_input = 0;  // the estimate: input plus expected cache writes
  std::int64_t cached_input = 0;    // expected cache reads
  std::int64_t max_tokens = 0;
};

struct Refusal {
  LimitCause cause = LimitCause::kRequests;
  std::uint16_t limiter = 0xffff;  // index(LimiterId), 0xffff for ramp and concurrency
  Duration wait{};                 // until this request fits, over all limiters that refused it
  bool never_fits = false;         // the cost exceeds a capacity: no wait helps

  // The header: whole seconds, rounded up, at least 1.
  Duration retry_after() const noexcept;
};

class RateLimiter {
 public:
  RateLimiter(const RateLimiterSpec& spec, TimePoint now);

  RouteId route(WorkspaceId workspace, GroupId group, bool fast) const noexcept {
    return RouteId((index(workspace) * group_count_ + index(group)) * 2 + (fast ? 1 : 0));
  }

  // Charges and returns nothing, or refuses and (switch aside) charges nothing.
  std::optional<Refusal> admit(TimePoint now, RouteId route, const RequestCharge& charge) noexcept;

  // The response begins: the estimate gives way to the true counts, and under kStreaming output
  // starts to drain at `tokens_per_minute`.
  struct Begin {
    RequestCharge estimated{};
    std::int64_t uncached_input = 0;
    std::int64_t cached_input = 0;
    std::int64_t tokens_per_minute = 0;
  };
  void begin(TimePoint now, RouteId route, const Begin& begin) noexcept {
    const std::int64_t uncached = begin.uncached_input - begin.estimated.uncached_input;
    const std::int64_t all_input = uncached + begin.cached_input - begin.estimated.cached_input;
    if (uncached != 0 || all_input != 0) correct_input(now, route, uncached, all_input);
    if (output_charge_ == ChargeMode::kStreaming) drain(now, route, begin.tokens_per_minute);
  }

  // The response ends after streaming for `streamed` since begin(), having produced
  // `output_tokens`: credits the overshoot (kStreaming), settles the reservation (kReserveSettle)
  // or charges (kPost). Frees the concurrency slot.
  struct Finish {
    std::int64_t max_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t tokens_per_minute = 0;
    Duration streamed{};
  };
  void finish(TimePoint now, RouteId route, const Finish& finish) noexcept;
  // An admitted request that never began (disconnect or server error before the first token): the
  // input stays charged at its estimate, a reservation of output is returned, the slot is freed.
  void abandon(TimePoint now, RouteId route, const RequestCharge& charge) noexcept;

  // When the route's output limiters first run dry under the present drains (for on_exhausted =
  // cut).
  TimePoint output_dry_at(TimePoint now, RouteId route) noexcept;

  // Changes one limiter's limit from now on.
  void set_limit(TimePoint now, LimiterId limiter, std::int64_t limit) noexcept;

  // Inspection: reports and response headers.
  std::size_t size() const noexcept { return specs_.size(); }
  const LimiterSpec& spec(LimiterId limiter) const noexcept { return specs_[index(limiter)]; }
  TokenBucket& bucket(LimiterId limiter) noexcept { return buckets_[index(limiter)]; }
  // The limiters that a route meets, in the order in which ties are broken.
  struct Met {
    LimiterId limiter{};
    std::uint8_t measure = 0;  // what it counts, named in rate_limiter.cpp
    // Output that is charged later needs a level above zero, which a cost of 0 would not ask for.
    bool asks_for_more = false;
  };
  std::span<const Met> limiters(RouteId route) const noexcept {
    const Route& met = routes_[static_cast<std::size_t>(route)];
    return {met.limiters.data(), met.count};
  }
  std::int64_t in_flight() const noexcept { return in_flight_; }
  // Uncached input tokens that this minute allows, where there is a ramp limit.
  std::optional<std::int64_t> ramp_limit(TimePoint now) noexcept {
    return ramp_ ? std::optional(ramp_->limit(now)) : std::nullopt;
  }

 private:
  // A route meets few limiters; fixed room keeps admission free of indirection.
  static constexpr std::size_t kMaxPerRoute = 16;
  struct Route {
    std::uint32_t count = 0;
    std::uint32_t output_count = 0;
    std::array<Met, kMaxPerRoute> limiters{};
    std::array<LimiterId, kMaxPerRoute> output_limiters{};  // those that count output
  };
  std::span<const LimiterId> output_limiters(RouteId route) const noexcept {
    const Route& met = routes_[static_cast<std::size_t>(route)];
    return {met.output_limiters.data(), met.output_count};
  }
  void add_to_route(Route& route, bool fast, LimiterId limiter) const;
  void correct_input(TimePoint now, RouteId route, std::int64_t uncached,
                     std::int64_t all_input) noexcept;
  void drain(TimePoint now, RouteId route, std::int64_t tokens_per_minute) noexcept;
  void end_drain(TimePoint now, RouteId route, const Finish& finish) noexcept;
  // Takes back what admit() charged and says why.
  Refusal refuse(TimePoint now, RouteId route, const RequestCharge& charge, bool ramp_refused,
                 bool slot_refused) noexcept;

  std::vector<LimiterSpec> specs_;
  std::vector<TokenBucket> buckets_;
  std::vector<Route> routes_;  // by workspace, group and speed
  std::size_t group_count_;
  ChargeMode output_charge_;
  bool refused_attempts_count_;
  std::optional<RampLimit> ramp_;
  std::optional<std::int64_t> max_concurrent_;
  std::int64_t in_flight_ = 0;
};

}  // namespace sluice
