// Admission against a model that writes the rules of docs/model.md out limiter by limiter, and the
// three ways to charge output against a count of tokens.
#include <algorithm>
#include <optional>
#include <vector>

#include "policy/rate_limiter.hpp"
#include "property/property_random.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice {
namespace {

using testing::nanosecond;

constexpr std::int64_t kMinuteNs = 60'000'000'000;

// One limiter of the obvious model: a level in units, no drains.
struct PlainLimiter {
  LimiterSpec spec;
  int128 capacity;
  int128 level;
  std::int64_t period;
  std::int64_t updated = 0;

  PlainLimiter(const LimiterSpec& from, Duration burst)
      : spec(from),
        capacity(static_cast<int128>(from.limit) * ns(burst)),
        level(0),
        period(kMinuteNs) {
    if (from.type == LimitType::kTokensPerDay) {  // holds a day where the others hold a minute
      capacity *= 1'440;
      period *= 1'440;
    }
    level = capacity;
  }

  void advance(std::int64_t now) {
    level = std::min(capacity, level + static_cast<int128>(spec.limit) * (now - updated));
    updated = now;
  }
};

struct Asked {
  WorkspaceId workspace;
  GroupId group;
  bool fast;
  RequestCharge charge;
};

bool applies(const LimiterSpec& spec, const Asked& asked) {
  if (spec.group != asked.group) return false;
  if (spec.workspace && *spec.workspace != asked.workspace) return false;
  const bool fast_only = spec.type == LimitType::kFastInputTokensPerMinuteCacheAware ||
                         spec.type == LimitType::kFastOutputTokensPerMinute;
  const bool standard_only = spec.type == LimitType::kInputTokensPerMinuteCacheAware ||
                             spec.type == LimitType::kInputTokensPerMinute ||
                             spec.type == LimitType::kOutputTokensPerMinute;
  return asked.fast ? !standard_only : !fast_only;
}

std::int64_t input_cost(LimitType type, const RequestCharge& charge) {
  switch (type) {
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return charge.uncached_input;
    case LimitType::kInputTokensPerMinute:
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return charge.uncached_input + charge.cached_input;
    default:
      return 0;
  }
}

struct Verdict {
  std::int64_t wait = 0;
  bool never_fits = false;
  std::size_t limiter = 0;
};

std::optional<Verdict> plain_admit(std::vector<PlainLimiter>& limiters, ChargeMode mode,
                                   std::int64_t now, const Asked& asked) {
  std::vector<std::size_t> met;
  for (const bool of_workspace : {false, true}) {
    for (std::size_t type = 0; type < kLimitTypeCount; ++type) {
      for (std::size_t i = 0; i < limiters.size(); ++i) {
        const LimiterSpec& spec = limiters[i].spec;
        if (spec.workspace.has_value() == of_workspace &&
            spec.type == static_cast<LimitType>(type) && applies(spec, asked)) {
          met.push_back(i);
        }
      }
    }
  }
  std::optional<Verdict> refused;
  for (const bool charging : {false, true}) {
    if (charging && refused) break;
    for (const std::size_t i : met) {
      PlainLimiter& limiter = limiters[i];
      limiter.advance(now);
      const LimitType type = limiter.spec.type;
      std::int64_t cost =
          type == LimitType::kRequestsPerMinute ? 1 : input_cost(type, asked.charge);
      const bool later = counts_output(type) && mode != ChargeMode::kReserveSettle;
      if (counts_output(type) && !later) cost += asked.charge.max_tokens;
      const int128 units = static_cast<int128>(cost) * limiter.period;
      if (charging) {
        limiter.level -= units;
        continue;
      }
      const bool admitted = limiter.level >= units && (!later || limiter.level > 0);
      if (admitted) continue;
      const int128 deficit = (later && units == 0 ? 1 : units) - limiter.level;
      Verdict verdict{.wait = static_cast<std::int64_t>(ceil_div(deficit, limiter.spec.limit)),
                      .never_fits = units > limiter.capacity,
                      .limiter = i};
      if (!refused) {
        refused = verdict;
        continue;
      }
      const bool is_later = verdict.never_fits
                                ? !refused->never_fits
                                : !refused->never_fits && verdict.wait > refused->wait;
      if (is_later) refused->limiter = i;
      refused->never_fits |= verdict.never_fits;
      refused->wait = std::max(refused->wait, verdict.wait);
    }
  }
  return refused;
}

RateLimiterSpec any_spec(PropertyRandom& random) {
  RateLimiterSpec spec;
  spec.workspace_count = 3;
  spec.group_count = 2;
  spec.burst = Duration{random.between(1'000'000'000, 2 * kMinuteNs)};
  spec.output_charge = static_cast<ChargeMode>(random.below(3));
  for (std::size_t group = 0; group < 2; ++group) {
    for (std::size_t type = 0; type + 1 < kLimitTypeCount; ++type) {
      for (std::uint16_t scope = 0; scope < 3; ++scope) {
        if (!random.one_in(3)) continue;
        LimiterSpec limiter{.group = GroupId(group),
                            .type = static_cast<LimitType>(type),
                            .limit = random.between(1, 1'000)};
        if (scope > 0) limiter.workspace = WorkspaceId{scope};
        // In no particular order.
        const auto place = random.below(static_cast<std::int64_t>(spec.limiters.size()) + 1);
        spec.limiters.insert(spec.limiters.begin() + place, limiter);
      }
    }
  }
  return spec;
}

TEST_CASE("admission decides and charges as the rules written out one by one") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    PropertyRandom random(seed);
    const RateLimiterSpec spec = any_spec(random);
    RateLimiter limiter(spec, kRunStart);
    std::vector<PlainLimiter> model;
    for (const LimiterSpec& one : spec.limiters) model.emplace_back(one, spec.burst);
    std::int64_t now = 0;
    for (int request = 0; request < 200; ++request) {
      now += random.below(2'000'000'000);
      const std::int64_t most = random.one_in(3) ? 1'500 : 20;
      const Asked asked{.workspace = WorkspaceId(random.below(3)),
                        .group = GroupId(random.below(2)),
                        .fast = random.one_in(4),
                        .charge = {.uncached_input = random.below(most),
                                   .cached_input = random.below(most),
                                   .max_tokens = random.below(most)}};
      const RouteId route = limiter.route(asked.workspace, asked.group, asked.fast);
      const RateLimiter before = limiter;
      const auto refusal = limiter.admit(nanosecond(now), route, asked.charge);
      const auto expected = plain_admit(model, spec.output_charge, now, asked);
      REQUIRE(refusal.has_value() == expected.has_value());
      for (std::size_t i = 0; i < model.size(); ++i) {
        model[i].advance(now);
        REQUIRE(limiter.bucket(LimiterId(i)).level_units(nanosecond(now)) == model[i].level);
      }
      if (!refusal) continue;
      REQUIRE(ns(refusal->wait) == expected->wait);
      REQUIRE(refusal->never_fits == expected->never_fits);
      REQUIRE(refusal->limiter == expected->limiter);
      REQUIRE(refusal->cause == cause_of(model[expected->limiter].spec.type));
      if (refusal->never_fits) continue;
      // A lone client that obeys the wait is admitted then, and not a nanosecond sooner.
      RateLimiter sooner = before;
      REQUIRE(sooner.admit(nanosecond(now) + refusal->wait - Duration{1}, route, asked.charge));
      REQUIRE_FALSE(sooner.admit(nanosecond(now) + refusal->wait, route, asked.charge));
    }
  }
}

struct Response {
  std::int64_t begins;
  std::int64_t tokens;  // produced, by the end or by the interruption
  std::int64_t speed;   // tokens a minute
  std::int64_t streamed;
};

// Complete responses last ceil(N x 60e9 / v) ns; interrupted ones have produced floor(v x elapsed /
// 60e9).
Response any_response(PropertyRandom& random) {
  Response response{.begins = random.below(5 * kMinuteNs),
                    .tokens = random.between(1, 3'000),
                    .speed = random.between(1, random.one_in(2) ? 10'000 : 50),
                    .streamed = 0};
  const int128 units = static_cast<int128>(response.tokens) * kMinuteNs;
  response.streamed = static_cast<std::int64_t>(ceil_div(units, response.speed));
  if (random.one_in(3)) {
    response.streamed = random.below(response.streamed);
    response.tokens = static_cast<std::int64_t>(static_cast<int128>(response.speed) *
                                                response.streamed / kMinuteNs);
  }
  return response;
}

struct Step {
  std::int64_t time;
  bool begins;
  std::size_t response;
};

std::vector<Step> steps_of(const std::vector<Response>& responses) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    steps.push_back({responses[i].begins, true, i});
    steps.push_back({responses[i].begins + responses[i].streamed, false, i});
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.time < b.time; });
  return steps;
}

RateLimiterSpec output_only(ChargeMode mode, std::int64_t limit) {
  RateLimiterSpec spec;
  spec.limiters = {{.type = LimitType::kOutputTokensPerMinute, .limit = limit},
                   {.type = LimitType::kTokensPerDay, .limit = limit}};
  spec.output_charge = mode;
  return spec;
}

TEST_CASE("every charge mode charges exactly the tokens that were produced") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    PropertyRandom random(seed);
    std::vector<Response> responses;
    for (int i = 0; i < 40; ++i) responses.push_back(any_response(random));
    std::int64_t produced = 0;
    for (const Response& response : responses) produced += response.tokens;
    for (const ChargeMode mode :
         {ChargeMode::kStreaming, ChargeMode::kReserveSettle, ChargeMode::kPost}) {
      // So large a bucket admits all; so small a drain share leaves it full at times, which must
      // not matter.
      RateLimiter limiter(output_only(mode, 1'000'000'000), kRunStart);
      const RouteId route = limiter.route(WorkspaceId{0}, GroupId{0}, false);
      TimePoint now = kRunStart;
      for (const Step& step : steps_of(responses)) {
        now = nanosecond(step.time);
        const Response& response = responses[step.response];
        if (step.begins) {
          const RequestCharge charge{.max_tokens = 4'000};
          REQUIRE_FALSE(limiter.admit(now, route, charge));
          limiter.begin(now, route, {.estimated = charge, .tokens_per_minute = response.speed});
        } else {
          limiter.finish(now, route,
                         {.max_tokens = 4'000,
                          .output_tokens = response.tokens,
                          .tokens_per_minute = response.speed,
                          .streamed = Duration{response.streamed}});
        }
      }
      REQUIRE(limiter.in_flight() == 0);
      for (const LimiterId id : {LimiterId{0}, LimiterId{1}}) {
        TokenBucket& bucket = limiter.bucket(id);
        REQUIRE(bucket.taken(now) == produced);
        bucket.credit_units(now, 1);
        REQUIRE(bucket.taken(now) == produced - 1);  // floor: not one unit more was taken
      }
    }
  }
}

TEST_CASE("a draining bucket is ahead of one event per token by less than one token a response") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    PropertyRandom random(seed);
    std::vector<Response> responses;
    for (int i = 0; i < 6; ++i) responses.push_back(any_response(random));
    const std::int64_t limit = random.between(1, 2'000);
    RateLimiter limiter(output_only(ChargeMode::kStreaming, limit), kRunStart);
    const RouteId route = limiter.route(WorkspaceId{0}, GroupId{0}, false);
    // Deep in debt, so that neither bucket is ever full.
    const std::int64_t debt = 10'000'000'000;
    TokenBucket& bucket = limiter.bucket(LimiterId{0});
    bucket.debit(kRunStart, debt);
    const int128 start = bucket.level_units(kRunStart);
    for (const Step& step : steps_of(responses)) {
      const Response& response = responses[step.response];
      if (step.begins) {
        limiter.begin(nanosecond(step.time), route, {.tokens_per_minute = response.speed});
      } else {
        limiter.finish(nanosecond(step.time), route,
                       {.output_tokens = response.tokens,
                        .tokens_per_minute = response.speed,
                        .streamed = Duration{response.streamed}});
      }
      // Token k of a response falls at ceil(k x 60e9 / v) after its begin.
      int128 by_token = start + static_cast<int128>(limit) * step.time;
      std::int64_t streaming = 0;
      for (const Response& one : responses) {
        const std::int64_t elapsed = step.time - one.begins;
        if (elapsed < 0) continue;
        const bool ended = elapsed >= one.streamed;
        if (!ended) ++streaming;
        const std::int64_t produced = static_cast<std::int64_t>(
            static_cast<int128>(one.speed) * std::min(elapsed, one.streamed) / kMinuteNs);
        by_token -= bucket.units(ended ? one.tokens : produced);
      }
      const int128 ahead = by_token - bucket.level_units(nanosecond(step.time));
      REQUIRE(ahead >= 0);
      REQUIRE(ahead <= bucket.units(streaming));
    }
  }
}

}  // namespace
}  // namespace sluice
