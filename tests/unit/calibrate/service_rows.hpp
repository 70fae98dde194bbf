// Rows as a replay against the mock would write them, from a model of service times that a test
// chooses: what the load tester measures is late by up to a wall millisecond and the way there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/draw.hpp"
#include "base/hash.hpp"
#include "ingest/record_log.hpp"
#include "policy/latency_model.hpp"

namespace sluice::testing {

inline constexpr const char* kModelName = "claude-haiku-4-5-20251001";

inline std::int64_t between(std::uint64_t bits, std::int64_t low, std::int64_t high) {
  return low +
         static_cast<std::int64_t>((uint128{bits} * static_cast<std::uint64_t>(high - low)) >> 64);
}

struct HiddenTimes {
  DurationLognormal ttft;
  SizeLognormal output_per_second;
  std::int64_t prefill_per_second = 1;
  std::int64_t cached_per_second = 1;

  LatencySpec spec() const {
    SizeLognormal per_minute = output_per_second;
    per_minute.p50 *= 60;
    per_minute.p95 *= 60;
    per_minute.min = 1;
    return {.ttft_base = ttft,
            .prefill_tokens_per_second = prefill_per_second,
            .cached_tokens_per_second = cached_per_second,
            .output_tokens_per_minute = per_minute};
  }
};

// One of the many, chosen by `seed`: half a second to two and a half, 30 to 200 tokens a second.
inline HiddenTimes hidden_times(std::uint64_t seed) {
  DrawStream draw = RandomSource(seed, 0).stream(Purpose::kTest, {});
  HiddenTimes made;
  made.ttft.p50 = milliseconds(between(draw.next(), 500, 2500));
  made.ttft.p95 = made.ttft.p50 * between(draw.next(), 130, 250) / 100;
  made.output_per_second.p50 = between(draw.next(), 30, 200);
  made.output_per_second.p95 = made.output_per_second.p50 * between(draw.next(), 120, 180) / 100;
  made.prefill_per_second = between(draw.next(), 10'000, 60'000);
  made.cached_per_second = between(draw.next(), 100'000, 500'000);
  return made;
}

struct RowOptions {
  std::uint64_t seed = 1;
  std::int64_t count = 3000;
  std::int64_t speed = 60;
  SizeSpec input = SizeLognormal{.p50 = 2000, .p95 = 20'000, .min = 1, .max = 100'000};
  SizeSpec cached = SizeFixed{0};
  SizeSpec output = SizeUniform{.low = 100, .high = 800};
  std::int64_t busy_us = 0;  // of wall time: one instant in five is up to so much later
};

// Answers that ended well, one every 200 ms of model time.
inline std::vector<ingest::RecordRow> answered_rows(const HiddenTimes& hidden,
                                                    const RowOptions& options) {
  const RandomSource random(options.seed, 1);
  const LatencyModel model(hidden.spec());
  const SizeSampler input(options.input);
  const SizeSampler cached(options.cached);
  const SizeSampler output(options.output);
  DrawStream draw = random.stream(Purpose::kTest, {});
  const std::int64_t stretch = options.speed > 1 ? options.speed : 1;
  const auto held = [&] {
    if (options.busy_us == 0 || between(draw.next(), 0, 5) != 0) return Duration{};
    return nanoseconds(between(draw.next(), 0, options.busy_us * 1000) * stretch);
  };
  const auto late = [&] {  // of wall time: the way, and up to a tick
    return nanoseconds(
               (between(draw.next(), 30'000, 120'000) + between(draw.next(), 0, 1'000'000)) *
               stretch) +
           held();
  };
  std::vector<ingest::RecordRow> rows;
  for (std::int64_t i = 0; i < options.count; ++i) {
    ingest::RecordRow row;
    row.line = i + 1;
    row.workload = "chat";
    row.session = static_cast<std::uint64_t>(i);
    row.model = kModelName;
    row.workspace = "default";
    row.speed_permille = options.speed * 1000;
    row.stream = true;
    row.status = 200;
    row.usage.input_tokens = input(draw.next());
    row.usage.cache_read_input_tokens = cached(draw.next());
    row.usage.output_tokens = output(draw.next());
    const Service service = model.draw(row.usage, draw.next(), draw.next());
    const Duration sent = milliseconds(200) * i;
    const Duration begins = sent + service.ttft;
    row.due = sent - held();
    row.sent = sent;
    row.first_token = begins + late();
    row.ended = begins + service.streaming(row.usage.output_tokens) + late();
    rows.push_back(row);
  }
  return rows;
}

}  // namespace sluice::testing
