#include "policy/rate_limiter.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {
namespace {

// What a limiter counts. Costs are looked up by it, so that admission has no switch over types or
// charge modes.
enum Measure : std::uint8_t { kRequest, kUncachedInput, kAllInput, kOutput, kInputAndOutput };
constexpr std::size_t kMeasureCount = 5;

bool measures_output(std::uint8_t measure) noexcept { return measure >= kOutput; }

// tokens_per_minute and tokens_per_day carry no `_cache_aware` in their names: they count cache
// reads.
Measure measure_of(LimitType type) noexcept {
  switch (type) {
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return kUncachedInput;
    case LimitType::kInputTokensPerMinute:
      return kAllInput;
    case LimitType::kOutputTokensPerMinute:
    case LimitType::kFastOutputTokensPerMinute:
      return kOutput;
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return kInputAndOutput;
    case LimitType::kRequestsPerMinute:
    case LimitType::kEnqueuedBatchRequests:
      return kRequest;
  }
  return kRequest;
}

using Amounts = std::array<std::int64_t, kMeasureCount>;

// What each measure is charged at admission: tokens or requests, output only where max_tokens is
// reserved.
Amounts admission_cost(const RequestCharge& charge, ChargeMode mode) noexcept {
  const std::int64_t all_input = charge.uncached_input + charge.cached_input;
  const std::int64_t output = mode == ChargeMode::kReserveSettle ? charge.max_tokens : 0;
  return {1, charge.uncached_input, all_input, output, all_input + output};
}

// Fast requests meet their own input and output limiters instead of the standard ones.
bool meets(LimitType type, bool fast) noexcept {
  switch (type) {
    case LimitType::kRequestsPerMinute:
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return true;
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kInputTokensPerMinute:
    case LimitType::kOutputTokensPerMinute:
      return !fast;
    case LimitType::kFastInputTokensPerMinuteCacheAware:
    case LimitType::kFastOutputTokensPerMinute:
      return fast;
    case LimitType::kEnqueuedBatchRequests:
      return false;
  }
  return false;
}

}  // namespace

TokenBucket::Size bucket_size(LimitType type, std::int64_t limit, Duration burst) noexcept {
  if (type != LimitType::kTokensPerDay)
    return {.limit = limit, .period = minutes(1), .burst = burst};
  constexpr std::int64_t kMinutesPerDay = 24 * 60;
  return {.limit = limit, .period = hours(24), .burst = burst * kMinutesPerDay};
}

Duration RateLimiterSpec::longest_burst() const noexcept {
  Duration longest = burst;
  for (const std::optional<Duration>& one : bursts)
    longest = std::max(longest, one.value_or(burst));
  return longest;
}

void RateLimiterSpec::divide_bursts(std::int64_t divisor) noexcept {
  burst /= divisor;
  for (std::optional<Duration>& one : bursts) {
    if (one) *one /= divisor;
  }
}

Duration Refusal::retry_after() const noexcept {
  const std::int64_t second = ns(seconds(1));
  const std::int64_t whole = ns(wait) / second + (ns(wait) % second != 0 ? 1 : 0);
  constexpr std::int64_t kMostSeconds = ns(kNever) / 1'000'000'000;
  return seconds(std::clamp<std::int64_t>(whole, 1, kMostSeconds));
}

RateLimiter::RateLimiter(const RateLimiterSpec& spec, TimePoint now)
    : specs_(spec.limiters),
      group_count_(spec.group_count),
      output_charge_(spec.output_charge),
      refused_attempts_count_(spec.refused_attempts_count),
      max_concurrent_(spec.max_concurrent) {
  if (spec.ramp) ramp_.emplace(*spec.ramp, nanoseconds(spec.calendar_offset_ns));
  SLUICE_CHECK(specs_.size() < Refusal{}.limiter);
  buckets_.reserve(specs_.size());
  for (const LimiterSpec& limiter : specs_) {
    SLUICE_CHECK(limiter.type != LimitType::kEnqueuedBatchRequests);
    SLUICE_CHECK(!limiter.workspace || index(*limiter.workspace) < spec.workspace_count);
    SLUICE_CHECK(index(limiter.group) < spec.group_count);
    buckets_.emplace_back(bucket_size(limiter.type, limiter.limit, spec.burst_of(limiter.type)),
                          now);
  }
  // The order of ties: the organization before its workspace, then the order of the types.
  std::vector<LimiterId> order(specs_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = LimiterId(i);
  std::stable_sort(order.begin(), order.end(), [this](LimiterId left, LimiterId right) {
    const LimiterSpec& a = specs_[index(left)];
    const LimiterSpec& b = specs_[index(right)];
    if (a.workspace.has_value() != b.workspace.has_value()) return !a.workspace.has_value();
    return a.type < b.type;
  });
  routes_.resize(spec.workspace_count * spec.group_count * 2);
  for (const LimiterId id : order) {
    const LimiterSpec& limiter = specs_[index(id)];
    const std::size_t first = limiter.workspace ? index(*limiter.workspace) : 0;
    const std::size_t last = limiter.workspace ? first + 1 : spec.workspace_count;
    for (std::size_t workspace = first; workspace < last; ++workspace) {
      for (const bool fast : {false, true}) {
        const RouteId met = route(WorkspaceId(workspace), limiter.group, fast);
        add_to_route(routes_[static_cast<std::size_t>(met)], fast, id);
      }
    }
  }
}

void RateLimiter::add_to_route(Route& route, bool fast, LimiterId limiter) const {
  const LimitType type = specs_[index(limiter)].type;
  if (!meets(type, fast)) return;
  SLUICE_CHECK(route.count < kMaxPerRoute);
  const Measure measure = measure_of(type);
  route.limiters[route.count++] = {
      .limiter = limiter,
      .measure = measure,
      .asks_for_more = measures_output(measure) && output_charge_ != ChargeMode::kReserveSettle};
  if (measures_output(measure)) route.output_limiters[route.output_count++] = limiter;
}

std::optional<Refusal> RateLimiter::admit(TimePoint now, RouteId route,
                                          const RequestCharge& charge) noexcept {
  const Amounts costs = admission_cost(charge, output_charge_);
  // Charges while it looks and takes all back on a refusal: one pass where nothing is refused.
  std::int64_t lacking = 0;  // negative: something lacks
  TokenBucket* const buckets = buckets_.data();
  for (const Met& one : limiters(route)) {
    TokenBucket& bucket = buckets[index(one.limiter)];
    const std::int64_t cost = costs[one.measure];
    const int128 left = bucket.take_units(now, bucket.units(cost));
    lacking |= static_cast<std::int64_t>(left >> 64);
    if (one.asks_for_more && cost == 0 && left == 0) [[unlikely]]
      lacking = -1;
  }
  const bool admitted = lacking >= 0;
  const bool ramp_refused = ramp_ && !ramp_->admits(now, charge.uncached_input);
  const bool slot_refused = max_concurrent_ && in_flight_ >= *max_concurrent_;
  if (!admitted || ramp_refused || slot_refused) {
    const RequestCharge refused = charge;  // so that what is admitted stays in registers
    return refuse(now, route, refused, ramp_refused, slot_refused);
  }
  if (ramp_) ramp_->charge(now, charge.uncached_input);
  ++in_flight_;
  return std::nullopt;
}

// Not inline: it needs the registers for its own loop.
[[gnu::noinline]] Refusal RateLimiter::refuse(TimePoint now, RouteId route,
                                              const RequestCharge& charge, bool ramp_refused,
                                              bool slot_refused) noexcept {
  // The weakest reason first; each later one replaces it only by a longer wait. Any other wait is
  // longer than the unknown one for a slot, and the ramp limit comes before the limiters on a tie.
  Refusal refusal;
  if (slot_refused) refusal.cause = LimitCause::kConcurrency;
  if (ramp_refused) {
    ramp_->refuse(now);
    refusal.cause = LimitCause::kRamp;
    refusal.wait = ramp_->next_boundary(now) - now;
  }
  const Amounts costs = admission_cost(charge, output_charge_);
  for (const Met& one : limiters(route)) {
    TokenBucket& bucket = buckets_[index(one.limiter)];
    const int128 cost = bucket.units(costs[one.measure]);
    const int128 left = bucket.level_units();  // the cost is charged already
    // Where refused attempts count, the one request stays charged, and the wait is until the next
    // one fits.
    const bool stays_charged = refused_attempts_count_ && one.measure == kRequest;
    if (!stays_charged) bucket.take_units(-cost);
    const bool asks_for_more = one.asks_for_more && cost == 0;
    const int128 deficit = (stays_charged ? cost : 0) + (asks_for_more ? 1 : 0) - left;
    if (deficit <= 0) continue;
    const Duration wait = bucket.refill_time(deficit);
    const bool never_fits = cost > bucket.capacity_units();
    if (!refusal.never_fits && (never_fits || wait > refusal.wait)) {
      refusal.cause = cause_of(specs_[index(one.limiter)].type);
      refusal.limiter = static_cast<std::uint16_t>(index(one.limiter));
    }
    refusal.wait = std::max(refusal.wait, wait);
    refusal.never_fits |= never_fits;
  }
  return refusal;
}

void RateLimiter::correct_input(TimePoint now, RouteId route, std::int64_t uncached,
                                std::int64_t all_input) noexcept {
  const Amounts corrections = {0, uncached, all_input, 0, all_input};
  for (const Met& one : limiters(route)) {
    const std::int64_t correction = corrections[one.measure];
    if (correction != 0) buckets_[index(one.limiter)].debit(now, correction);
  }
}

void RateLimiter::drain(TimePoint now, RouteId route, std::int64_t tokens_per_minute) noexcept {
  for (const LimiterId limiter : output_limiters(route)) {
    buckets_[index(limiter)].add_drain(now, tokens_per_minute);
  }
}

void RateLimiter::finish(TimePoint now, RouteId route, const Finish& finish) noexcept {
  --in_flight_;
  if (output_charge_ == ChargeMode::kStreaming) return end_drain(now, route, finish);
  const bool reserved = output_charge_ == ChargeMode::kReserveSettle;
  const std::int64_t credit = (reserved ? finish.max_tokens : 0) - finish.output_tokens;
  for (const LimiterId limiter : output_limiters(route)) {
    buckets_[index(limiter)].credit(now, credit);
  }
}

void RateLimiter::end_drain(TimePoint now, RouteId route, const Finish& finish) noexcept {
  for (const LimiterId limiter : output_limiters(route)) {
    TokenBucket& bucket = buckets_[index(limiter)];
    bucket.remove_drain(now, finish.tokens_per_minute);
    bucket.credit_units(now, bucket.drained_units(finish.tokens_per_minute, finish.streamed) -
                                 bucket.units(finish.output_tokens));
  }
}

void RateLimiter::abandon(TimePoint now, RouteId route, const RequestCharge& charge) noexcept {
  if (output_charge_ == ChargeMode::kReserveSettle) {
    for (const LimiterId limiter : output_limiters(route)) {
      buckets_[index(limiter)].credit(now, charge.max_tokens);
    }
  }
  --in_flight_;
}

TimePoint RateLimiter::output_dry_at(TimePoint now, RouteId route) noexcept {
  TimePoint first = kNever;
  for (const LimiterId limiter : output_limiters(route)) {
    first = std::min(first, buckets_[index(limiter)].dry_at(now));
  }
  return first;
}

void RateLimiter::set_limit(TimePoint now, LimiterId limiter, std::int64_t limit) noexcept {
  TokenBucket& bucket = buckets_[index(limiter)];
  TokenBucket::Size size = bucket.size();
  size.limit = limit;
  bucket.resize(now, size);
  specs_[index(limiter)].limit = limit;
}

}  // namespace sluice
