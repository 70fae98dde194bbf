#include "fit/cache.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/hash.hpp"
#include "base/rate.hpp"
#include "support/catch.hpp"
#include "unit/fit/draws.hpp"

namespace sluice::fit {
namespace {

constexpr std::int64_t kPrefix = 2000;
constexpr std::int64_t kInput = 500;
constexpr std::int64_t kOutput = 200;
constexpr std::int64_t kTurns = 3;
constexpr std::int64_t kBlock = 100;

struct Talk {
  Duration at{};
  std::int64_t session = 0;
  std::int64_t turn = 0;
  std::uint64_t variant = 0;

  std::int64_t prompt() const { return kPrefix + (turn + 1) * kInput + turn * kOutput; }
  // Blocks of the shared prefix are the variant's, the others the session's own.
  std::vector<std::uint64_t> blocks() const {
    std::vector<std::uint64_t> ids;
    for (std::int64_t i = 0; i < prompt() / kBlock; ++i) {
      const auto owner = static_cast<std::uint64_t>(session) + 1000;
      ids.push_back(
          hash_combine(i < kPrefix / kBlock ? variant : owner, static_cast<std::uint64_t>(i)));
    }
    return ids;
  }
};

// Conversations of three turns that begin at random, two hundred an hour for ten hours.
std::vector<Talk> talks(std::uint64_t seed, Duration think, std::uint64_t variants) {
  std::vector<Talk> all;
  std::int64_t session = 0;
  for (const Duration begin : arrivals_of(ArrivalPoisson{per_hour(200)}, seed, hours(10))) {
    const std::uint64_t variant = bits_of(seed, static_cast<std::uint64_t>(session)) % variants;
    for (std::int64_t turn = 0; turn < kTurns; ++turn) {
      all.push_back({begin + think * turn, session, turn, variant});
    }
    ++session;
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Talk& a, const Talk& b) { return a.at < b.at; });
  return all;
}

enum class Knows { kSessions, kBlocks };

FittedCache fit_of(const std::vector<Talk>& all, Knows knows, int* opened = nullptr) {
  CacheFitter fitter;
  for (const Talk& talk : all) {
    CacheCall call{.at = talk.at, .prompt_tokens = talk.prompt(), .output_tokens = kOutput};
    std::vector<std::uint64_t> blocks;
    if (knows == Knows::kBlocks) {
      blocks = talk.blocks();
      call.blocks = blocks;
      call.block_tokens = kBlock;
    } else {
      call.session = talk.session;
      call.prefix_id = talk.variant;
      call.prefix_tokens = kPrefix;
    }
    const bool opens = fitter.add(call);
    if (opened != nullptr) *opened += opens;
  }
  return fitter.fit();
}

TEST_CASE("prefix, turns and gap are found from sessions and from blocks alone") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const std::vector<Talk> all = talks(seed, seconds(60), 4);
    for (const Knows knows : {Knows::kSessions, Knows::kBlocks}) {
      INFO("seed " << seed << (knows == Knows::kBlocks ? ", blocks" : ", sessions"));
      int opened = 0;
      const FittedCache fitted = fit_of(all, knows, &opened);
      CHECK(opened * kTurns == static_cast<std::int64_t>(all.size()));
      REQUIRE(fitted.conversations);
      CHECK(fitted.conversations->turns.spec == SizeSpec{SizeFixed{kTurns}});
      CHECK(fitted.conversations->gap.spec == DurationSpec{DurationFixed{seconds(60)}});
      CHECK(fitted.prefix_tokens == Approx(kPrefix).epsilon(0.02));
      CHECK(fitted.prefix_variants == 4);
      CHECK(fitted.input.mean == Approx(kInput).epsilon(0.03));
      CHECK(fitted.reads_context == (knows == Knows::kBlocks));
      // Of 9600 prompt tokens a conversation reads 2000, 2500 and 3200; by its prefix alone 6000.
      const double read = knows == Knows::kBlocks ? 7700 : 6000;
      CHECK(fitted.reads.endless == Approx(read / 9600).epsilon(0.01));
      CHECK(fitted.fitted.endless == Approx(fitted.reads.endless).epsilon(0.01));
      CHECK(fitted.fitted.five_minutes == Approx(fitted.reads.five_minutes).epsilon(0.01));
      CHECK(fitted.fitted.one_hour == Approx(fitted.reads.one_hour).epsilon(0.01));
    }
  }
}

TEST_CASE("thinking longer than the TTL loses the conversation but not the prefix") {
  const FittedCache fitted = fit_of(talks(1, minutes(10), 1), Knows::kBlocks);
  CHECK(fitted.reads.five_minutes == Approx(6000.0 / 9600).epsilon(0.02));
  CHECK(fitted.reads.one_hour == Approx(7700.0 / 9600).epsilon(0.01));
  CHECK(fitted.fitted.five_minutes == Approx(fitted.reads.five_minutes).epsilon(0.02));
  CHECK(fitted.fitted.one_hour == Approx(fitted.reads.one_hour).epsilon(0.02));
  CHECK(fitted.prefix_variants == 1);
}

// One conversation that grows by a block a call.
FittedCache grown_every(Duration gap, bool has_prefix) {
  CacheFitter fitter;
  std::vector<std::uint64_t> blocks;
  for (std::int64_t i = 0; i < 40; ++i) {
    blocks.push_back(static_cast<std::uint64_t>(i));
    CacheCall call{.at = gap * i, .prompt_tokens = 512 * (i + 1), .session = 1};
    if (has_prefix) {
      call.prefix_id = 1;
      call.prefix_tokens = 256;
    } else {
      call.blocks = blocks;
    }
    fitter.add(call);
  }
  return fitter.fit();
}

TEST_CASE("what was used exactly a TTL ago is not read") {
  constexpr double kPrompts = 512 * 820;  // 40 x 41 / 2 blocks
  const auto blocks_at = [](Duration gap) { return grown_every(gap, false); };
  constexpr double kReread = 512 * 780 / kPrompts;
  for (const Duration ttl : {minutes(5), hours(1)}) {
    INFO("TTL " << ns(ttl));
    const FittedCache late = blocks_at(ttl);
    const FittedCache in_time = blocks_at(ttl - nanoseconds(1));
    const auto of_ttl = [&](const ReadShares& shares) {
      return ttl == hours(1) ? shares.one_hour : shares.five_minutes;
    };
    CHECK(of_ttl(late.reads) == 0);
    CHECK(of_ttl(in_time.reads) == Approx(kReread));
    CHECK(late.fitted.endless == Approx(kReread));
    CHECK(of_ttl(late.fitted) == 0);
    CHECK(of_ttl(in_time.fitted) > 0.9 * kReread);  // less than all: a prefix has a part in it
    CHECK(late.reads.endless == Approx(kReread));
  }
  CHECK(grown_every(minutes(5), true).reads.five_minutes == 0);
  CHECK(grown_every(minutes(5) - nanoseconds(1), true).reads.five_minutes ==
        Approx(256 * 39 / kPrompts));
}

TEST_CASE("a session alone reads nothing: what is cached is said by prefixes and blocks") {
  CacheFitter fitter;
  for (std::int64_t i = 0; i < 100; ++i) {
    fitter.add({.at = seconds(i), .prompt_tokens = 1000 + 10 * i, .session = i % 4});
  }
  const FittedCache fitted = fitter.fit();
  CHECK(fitted.reads.endless == 0);
  CHECK(fitted.fitted.endless == 0);
  CHECK(fitted.prefix_tokens == 0);
  CHECK(fitted.reuse_gaps.empty());
  CHECK_FALSE(fitted.reads_context);
  CHECK(fitted.conversations);
}

TEST_CASE("prompts with their context are as long as the log's where conversations are uneven") {
  CacheFitter fitter;
  double prompts = 0;
  double calls = 0;
  double before = 0;  // calls of a conversation before each
  for (std::int64_t turn = 0; turn < 40; ++turn) {
    for (std::int64_t session = 0; session < 80; ++session) {
      const bool is_long = session % 2 == 1;
      if (!is_long && turn > 0) continue;
      const std::int64_t prompt = is_long ? 2000 + 300 * turn : 30'000;
      fitter.add({.at = seconds(80 * turn + session),
                  .prompt_tokens = prompt,
                  .output_tokens = 100,
                  .session = session});
      prompts += static_cast<double>(prompt);
      before += static_cast<double>(turn);
      ++calls;
    }
  }
  const double mean = fitter.fit().input.mean;
  CHECK(mean + before / calls * (mean + 100) == Approx(prompts / calls).epsilon(0.002));
}

TEST_CASE("prompts that share nothing have no prefix") {
  CacheFitter fitter;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::vector<std::uint64_t> blocks{hash_combine(i, 1), hash_combine(i, 2)};
    fitter.add(
        {.at = seconds(static_cast<std::int64_t>(i)), .prompt_tokens = 1024, .blocks = blocks});
  }
  const FittedCache fitted = fitter.fit();
  CHECK(fitted.reads.endless == 0);
  CHECK(fitted.prefix_tokens == 0);
  CHECK(fitted.prefix_variants == 1);
  CHECK_FALSE(fitted.conversations);
  CHECK(fitted.input.spec == SizeSpec{SizeFixed{1024}});
}

TEST_CASE("a prompt shorter than the one before begins the conversation anew") {
  CacheFitter fitter;
  Duration at{};
  for (const std::int64_t prompt : {1000, 3000, 900, 1500}) {
    fitter.add({.at = at, .prompt_tokens = prompt, .session = 1});
    at += seconds(1);
  }
  // New are 1000, 2000, all of 900, and 600, together 4500 of 6400. A call has 1.5 before it on
  // average, so that these are made smaller by 1600 / (1125 x 2.5).
  const FittedCache fitted = fitter.fit();
  CHECK(fitted.input.min == 341);
  CHECK(fitted.input.max == 1138);
  CHECK(fitted.input.mean == Approx(640).margin(0.5));
}

TEST_CASE("a call that is out of order counts as one of the same instant") {
  CacheFitter fitter;
  const std::vector<std::uint64_t> blocks{1, 2};
  for (const int at : {10, 4, 20}) {
    fitter.add({.at = seconds(at), .prompt_tokens = 1024, .session = 1, .blocks = blocks});
  }
  const FittedCache fitted = fitter.fit();
  CHECK(fitted.reads.five_minutes == Approx(2.0 / 3));
  CHECK(fitted.reuse_gaps.front().gap == Duration{});
}

TEST_CASE("no call, one call and empty prompts are fitted by nothing") {
  CHECK(CacheFitter{}.fit().input.count == 0);
  CacheFitter one;
  one.add({.prompt_tokens = 5, .session = 1});
  CHECK(one.fit().input.spec == SizeSpec{SizeFixed{5}});
  CHECK_FALSE(one.fit().conversations);
  CacheFitter empty;
  for (int i = 0; i < 3; ++i) empty.add({.session = 1});
  CHECK(empty.fit().prefix_tokens == 0);
  CHECK(empty.fit().input.spec == SizeSpec{SizeFixed{0}});
}

}  // namespace
}  // namespace sluice::fit
