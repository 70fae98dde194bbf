#include "base/draw.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include <Random123/philox.h>

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("philox2x64 gives the published known answers") {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0};
  CHECK(philox({0, 0}, 0) == Bits128{0xca00a0459843d731U, 0x66c24222c9a845b5U});
  CHECK(philox({kOnes, kOnes}, kOnes) == Bits128{0x65b021d60cd8310fU, 0x4d02f3222f86df20U});
  CHECK(philox({0x243f6a8885a308d3U, 0x13198a2e03707344U}, 0xa4093822299f31d0U) ==
        Bits128{0x0a5e742c2997341cU, 0xb0f883d38000de5dU});
}

TEST_CASE("philox2x64 agrees with Random123") {
  r123::Philox2x64 reference;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t a = mix64(3 * i + 1);
    const std::uint64_t b = mix64(3 * i + 2);
    const std::uint64_t key = mix64(3 * i + 3);
    const auto expected = reference({{a, b}}, {{key}});
    CHECK(philox({a, b}, key) == Bits128{expected[0], expected[1]});
  }
}

TEST_CASE("xoshiro256++ follows its recurrence from the seeded state") {
  // The state after seeding, then the reference code of Blackman and Vigna.
  std::array<std::uint64_t, 4> s{1, 2, mix64(1 + 0x9e3779b97f4a7c15U),
                                 mix64(2 + 0x3c6ef372fe94f82aU)};
  const auto rotated = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
  DrawStream stream(Bits128{1, 2});
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t expected = rotated(s[0] + s[3], 23) + s[0];
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 45);
    REQUIRE(stream.next() == expected);
  }
}

TEST_CASE("every part of a key changes the draw") {
  const Entity entity{.workload_hash = 7, .session = 17, .turn = 3, .attempt = 1};
  const RandomSource random(1, 0);
  std::set<std::uint64_t> seen;
  const auto add = [&](Bits128 bits) {
    CHECK(seen.insert(bits.first).second);
    CHECK(seen.insert(bits.second).second);
  };
  add(random.bits(Purpose::kSize, entity));
  add(random.bits(Purpose::kService, entity));
  add(random.bits(Purpose::kSize, entity, 1));
  add(random.bits(Purpose::kSize, {.workload_hash = 8, .session = 17, .turn = 3, .attempt = 1}));
  add(random.bits(Purpose::kSize, {.workload_hash = 7, .session = 18, .turn = 3, .attempt = 1}));
  add(random.bits(Purpose::kSize, {.workload_hash = 7, .session = 17, .turn = 4, .attempt = 1}));
  add(random.bits(Purpose::kSize, {.workload_hash = 7, .session = 17, .turn = 3, .attempt = 2}));
  add(RandomSource(2, 0).bits(Purpose::kSize, entity));
  add(RandomSource(1, 1).bits(Purpose::kSize, entity));
  add(RandomSource(0, 1).bits(Purpose::kSize, entity));
}

TEST_CASE("a draw does not depend on other draws") {
  const RandomSource random(5, 2);
  const Entity entity{.workload_hash = 7, .session = 17, .turn = 3};
  const Bits128 before = random.bits(Purpose::kRetry, entity);
  for (std::uint64_t i = 0; i < 100; ++i) random.bits(Purpose::kSize, {.session = i});
  CHECK(random.bits(Purpose::kRetry, entity) == before);
}

TEST_CASE("a member beyond its width never leaks into its neighbour") {
  const RandomSource random(5, 2);
  const Bits128 plain = random.bits(Purpose::kSize, {.session = 1, .turn = 2, .attempt = 3});
  CHECK(random.bits(Purpose::kSize,
                    {.session = 1, .turn = 2 + (1U << 24), .attempt = 3 + (1U << 16)}) == plain);
}

TEST_CASE("a copied stream continues alike and a split one does not") {
  DrawStream stream = RandomSource(1, 0).stream(Purpose::kArrival, {});
  DrawStream copy = stream;
  CHECK(stream.next() == copy.next());
  DrawStream child = stream.split();
  CHECK(child.next() != stream.next());
}

TEST_CASE("each bit of keyed draws is set half of the time") {
  const RandomSource random(99, 0);
  constexpr int kDraws = 20'000;
  std::array<int, 128> ones{};
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Bits128 bits = random.bits(Purpose::kSize, {.session = i});
    for (std::size_t b = 0; b < 64; ++b) {
      ones[b] += static_cast<int>((bits.first >> b) & 1U);
      ones[64 + b] += static_cast<int>((bits.second >> b) & 1U);
    }
  }
  // Five standard errors: 128 bits are looked at.
  for (const int count : ones) CHECK(std::abs(count - kDraws / 2) < 2.5 * std::sqrt(kDraws));
}

TEST_CASE("uniform_below covers its range evenly and stays within it") {
  CHECK(uniform_below(0, 10) == 0);
  CHECK(uniform_below(~std::uint64_t{0}, 10) == 9);
  CHECK(uniform_below(12345, 1) == 0);
  DrawStream stream = RandomSource(3, 0).stream(Purpose::kTest, {});
  std::vector<int> counts(10);
  for (int i = 0; i < 100'000; ++i) ++counts[uniform_below(stream.next(), 10)];
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 4 * std::sqrt(9'000));
  CHECK(unit_interval(0) == 0);
  CHECK(unit_interval(~std::uint64_t{0}) < 1);
  CHECK(unit_interval(std::uint64_t{1} << 63) == 0.5);
}

TEST_CASE("draws are the same in every build") {
  std::uint64_t digest = 0;
  const RandomSource random(2026, 1);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Bits128 bits = random.bits(Purpose::kService, {.workload_hash = 9, .session = i});
    digest = hash_combine(digest, bits.first ^ bits.second);
  }
  DrawStream stream = random.stream(Purpose::kArrival, {.workload_hash = 9});
  for (int i = 0; i < 1000; ++i) digest = hash_combine(digest, stream.next());
  CHECK(digest == 0xbf0726c2842a3072U);
}

}  // namespace
}  // namespace sluice
