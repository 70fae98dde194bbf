// A bucket that really stood behind the answers contradicts none of them; another one does.
#include "calibrate/limit_trial.hpp"

#include <array>
#include <cmath>

#include "api/rate_limit_view.hpp"
#include "base/draw.hpp"
#include "policy/rate_limiter.hpp"
#include "support/catch.hpp"

namespace sluice::calibrate {
namespace {

constexpr std::int64_t kLimit = 60'000;
constexpr double kCapacity = 20'000;

struct Seen {
  RateLimiter limiter;
  DrawStream draws;
  std::vector<LimitAttempt> attempts;

  Seen(LimitType type, std::uint64_t seed)
      : limiter(spec(type), kRunStart), draws(RandomSource(seed, 0).stream(Purpose::kTest, {})) {}

  static RateLimiterSpec spec(LimitType type) {
    RateLimiterSpec spec;
    spec.limiters = {{.type = type, .limit = kLimit}};
    spec.burst = seconds(20);
    return spec;
  }

  // An attempt that is over at once, as a server without delays answers it.
  void attempt(TimePoint now) {
    LimitAttempt seen;
    seen.sent = seen.head = seen.ended = now - kRunStart;
    seen.prompt = seen.uncached_input =
        100 + static_cast<std::int64_t>(uniform_below(draws.next(), 4000));
    const RouteId route = limiter.route(WorkspaceId{}, GroupId{}, false);
    const auto refusal = limiter.admit(now, route, {.uncached_input = seen.uncached_input});
    seen.fate = refusal ? AttemptFate::kRefused : AttemptFate::kServed;
    if (refusal) {
      seen.cause = refusal->cause;
      seen.retry_after = refusal->retry_after();
    }
    TokenBucket& bucket = limiter.bucket(LimiterId{});
    const std::int64_t full = ns(bucket.full_at(now));
    const std::int64_t second = ns(seconds(1));
    seen.shown[static_cast<std::size_t>(ShownKind::kInput)] = {
        .limit = kLimit,
        .remaining = to_nearest_thousand(std::max<std::int64_t>(0, bucket.level(now))),
        .reset_unix_ns = (full + second - 1) / second * second};
    attempts.push_back(seen);
  }
};

std::vector<LimitStep> input_steps(const std::vector<LimitAttempt>& attempts) {
  StepOptions options;
  options.place = {.type = LimitType::kInputTokensPerMinuteCacheAware,
                   .shown = ShownKind::kInput,
                   .limit = kLimit};
  return limit_steps(attempts, options);
}

// About twice what the limit lets through, for some minutes.
std::vector<LimitAttempt> crowd(std::uint64_t seed) {
  Seen seen(LimitType::kInputTokensPerMinuteCacheAware, seed);
  TimePoint now = kRunStart;
  for (int i = 0; i < 500; ++i) {
    now += milliseconds(static_cast<std::int64_t>(uniform_below(seen.draws.next(), 2000)));
    seen.attempt(now);
  }
  return seen.attempts;
}

TEST_CASE("the bucket behind the answers contradicts none of them") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LimitTrial trial(input_steps(crowd(seed)), 0);
    const Misfit misfit = trial.run({.refill = kLimit, .capacity = kCapacity});
    INFO("seed " << seed);
    CHECK(misfit.levels == 0);
    CHECK(misfit.resets == Approx(0).margin(1e-6));
    CHECK(misfit.looks == 500);
    CHECK(misfit.resets_seen == 500);
    CHECK(std::abs(misfit.clock) < 1);
  }
}

TEST_CASE("another bucket contradicts them") {
  LimitTrial trial(input_steps(crowd(1)), 0);
  for (const double factor : {0.9, 0.97, 1.03, 1.1}) {
    CHECK(trial.run({.refill = kLimit, .capacity = kCapacity * factor}).levels > 0);
    CHECK(trial.run({.refill = kLimit * factor, .capacity = kCapacity}).levels > 0);
  }
}

TEST_CASE("what instants may be off by is no misfit") {
  const std::vector<LimitStep> steps = input_steps(crowd(1));
  const BucketGuess near{.refill = kLimit, .capacity = kCapacity + 400};
  CHECK(LimitTrial(steps, 0).run(near).levels > 0);
  CHECK(LimitTrial(steps, 0.5).run(near).levels == 0);  // half a second refills 500 tokens
}

TEST_CASE("a bucket that lacked refill at the start has resets that much further ahead") {
  LimitTrial trial(input_steps(crowd(2)), 0);
  const Misfit full = trial.run({.refill = kLimit, .capacity = kCapacity});
  const Misfit lacking = trial.run({.refill = kLimit, .capacity = kCapacity, .missing = 5});
  CHECK(lacking.clock < full.clock);
  CHECK(lacking.lowest < full.lowest);
}

// One answer of 600 tokens of output, of at most 1000, from the first second to the eleventh.
std::vector<LimitStep> output_steps(ChargeMode mode) {
  LimitAttempt attempt;
  attempt.head = seconds(1);
  attempt.ended = seconds(11);
  attempt.output = 600;
  attempt.max_tokens = 1000;
  attempt.fate = AttemptFate::kServed;
  StepOptions options;
  options.place = {
      .type = LimitType::kOutputTokensPerMinute, .shown = ShownKind::kOutput, .limit = kLimit};
  options.mode = mode;
  return limit_steps({attempt}, options);
}

TEST_CASE("however output is charged, all of it is in the end") {
  for (const ChargeMode mode :
       {ChargeMode::kStreaming, ChargeMode::kReserveSettle, ChargeMode::kPost}) {
    std::int64_t taken = 0;
    for (const LimitStep& step : output_steps(mode)) {
      const bool is_charge =
          step.kind == LimitStep::Kind::kTake || step.kind == LimitStep::Kind::kEndDrain;
      if (is_charge) taken += step.amount;
    }
    CHECK(taken == 600 * kMilli);
  }
}

TEST_CASE("a reservation is taken at arrival, a stream drains, the rest waits for the end") {
  const auto first = [](ChargeMode mode) { return output_steps(mode).front(); };
  CHECK(first(ChargeMode::kReserveSettle).kind == LimitStep::Kind::kTake);
  CHECK(first(ChargeMode::kReserveSettle).amount == 1000 * kMilli);
  CHECK(first(ChargeMode::kPost).kind == LimitStep::Kind::kLook);
  const std::vector<LimitStep> streaming = output_steps(ChargeMode::kStreaming);
  CHECK(streaming[2].kind == LimitStep::Kind::kDrain);
  CHECK(streaming[2].at == ns(seconds(1)));
  CHECK(streaming[2].speed == 3600 * kMilli);  // 600 tokens in ten seconds
  CHECK(output_steps(ChargeMode::kPost).back().at == ns(seconds(11)));
}

}  // namespace
}  // namespace sluice::calibrate
