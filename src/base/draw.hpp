// Random draws, keyed by what they are for and whom they concern: the same (seed, replication,
// purpose, entity, index) always gives the same bits, whatever else is drawn and in whatever order
// (common random numbers). Philox2x64-10 (Salmon et al., SC 2011) for keyed draws, xoshiro256++
// (Blackman, Vigna 2019) for long streams.
//
//   RandomSource random(seed, replication);
//   Bits128 bits = random.bits(Purpose::kService, {.workload_hash = h, .session = 17, .turn = 3});
//   DrawStream gaps = random.stream(Purpose::kArrival, {.workload_hash = h});
#pragma once

#include <bit>
#include <cstdint>

#include "base/hash.hpp"
#include "base/integer.hpp"

namespace sluice {

// What a draw is for. Numbers are part of the results: append, never renumber.
enum class Purpose : std::uint8_t {
  kArrival = 0,
  kSession = 1,
  kSize = 2,
  kService = 3,
  kRetry = 4,
  kFault = 5,
  kThink = 6,
  kBatch = 7,
  kTraceSpread = 8,
  kClient = 9,
  kEstimate = 10,
  kBootstrap = 11,
  kTest = 12,
};

// Whom a draw concerns. Beyond its width in the comment a member wraps, so that draws repeat, but
// nothing fails.
struct Entity {
  std::uint32_t workload_hash = 0;
  std::uint64_t session = 0;  // 40 bits
  std::uint32_t turn = 0;     // 24 bits
  std::uint32_t attempt = 0;  // 16 bits
};

struct Bits128 {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  bool operator==(const Bits128&) const = default;
};

// Ten rounds of Philox2x64: a keyed bijection of 128-bit counters. Written out, which saves a third
// of the instructions of a loop.
constexpr Bits128 philox(Bits128 counter, std::uint64_t key) noexcept {
  constexpr std::uint64_t kWeyl = 0x9e3779b97f4a7c15U;
  const auto round = [&counter](std::uint64_t round_key) {
    const uint128 product = uint128{0xd2b74407b1ce6e93U} * counter.first;
    counter = {static_cast<std::uint64_t>(product >> 64) ^ round_key ^ counter.second,
               static_cast<std::uint64_t>(product)};
  };
  round(key);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  round(key += kWeyl);
  return counter;
}

// An endless sequence of 64-bit words (xoshiro256++). A value: a copy continues where the original
// was.
class DrawStream {
 public:
  explicit constexpr DrawStream(Bits128 seed) noexcept
      : state_{seed.first, seed.second, mix64(seed.first + 0x9e3779b97f4a7c15U),
               mix64(seed.second + 0x3c6ef372fe94f82aU)} {}

  constexpr std::uint64_t next() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // A stream of its own, seeded by the next two words of this one.
  constexpr DrawStream split() noexcept {
    const std::uint64_t first = next();
    return DrawStream(philox({first, next()}, 0x73706c6974U));
  }

 private:
  std::uint64_t state_[4];
};

class RandomSource {
 public:
  constexpr RandomSource(std::uint64_t seed, std::uint64_t replication) noexcept
      : key_(hash_combine(seed, replication)) {}

  constexpr Bits128 bits(Purpose purpose, const Entity& entity,
                         std::uint8_t index = 0) const noexcept {
    const std::uint64_t what = (std::uint64_t{static_cast<std::uint8_t>(purpose)} << 56) |
                               (std::uint64_t{entity.attempt & 0xffffU} << 40) |
                               (std::uint64_t{index} << 32) | entity.workload_hash;
    const std::uint64_t whom = (entity.session << 24) | (entity.turn & 0xffffffU);
    return philox({what, whom}, key_);
  }

  constexpr DrawStream stream(Purpose purpose, const Entity& entity,
                              std::uint8_t index = 0) const noexcept {
    return DrawStream(bits(purpose, entity, index));
  }

 private:
  std::uint64_t key_;
};

// A whole number in [0, bound): the high word of bits x bound, off from uniform by less than bound
// / 2^64.
constexpr std::uint64_t uniform_below(std::uint64_t bits, std::uint64_t bound) noexcept {
  return static_cast<std::uint64_t>((uint128{bits} * bound) >> 64);
}

// In [0, 1), a multiple of 2^-53: for table building, retry and pacer state, not for times or
// tokens.
constexpr double unit_interval(std::uint64_t bits) noexcept {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

}  // namespace sluice
