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

TEST_CASE("prefix, turns, gap and growth are found from sessions and from blocks alone") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const std::vector<Talk> all = talks(seed, seconds(60), 4);
    for (const Knows knows : {Knows::kSessions, Knows::kBlocks}) {
      INFO("seed " << seed << (knows == Knows::kBlocks ? ", blocks" : ", sessions"));
      int opened = 0;
      const FittedCache fitted = fit_of(all, knows, &opened);
      CHECK(opened * kTurns == fitted.calls);
      REQUIRE(fitted.conversations);
      CHECK(fitted.conversations->found_by_blocks == (knows == Knows::kBlocks));
      CHECK(fitted.conversations->turns.spec == SizeSpec{SizeFixed{kTurns}});
      CHECK(fitted.conversations->gap.spec == DurationSpec{DurationFixed{seconds(60)}});
      CHECK(fitted.conversations->growth.spec == SizeSpec{SizeFixed{kInput + kOutput}});
      CHECK(fitted.prefix_tokens == Approx(kPrefix).epsilon(0.02));
      CHECK(fitted.prefix_variants == 4);
      CHECK(fitted.variants_seen == 4);
      CHECK(fitted.input.mean == Approx(kInput).epsilon(0.03));
      // Of 9600 prompt tokens a conversation reads 2000, 2500 and 3200.
      CHECK(fitted.reads.endless == Approx(7700.0 / 9600).epsilon(0.01));
      CHECK(fitted.fitted.endless == Approx(fitted.reads.endless).epsilon(0.01));
      CHECK(fitted.fitted.five_minutes == Approx(fitted.reads.five_minutes).epsilon(0.01));
      CHECK(fitted.fitted.one_hour == Approx(fitted.reads.one_hour).epsilon(0.01));
    }
  }
}

TEST_CASE("thinking longer than the TTL loses the conversation but not the prefix") {
  const FittedCache fitted = fit_of(talks(1, minutes(10), 1), Knows::kSessions);
  CHECK(fitted.reads.five_minutes == Approx(6000.0 / 9600).epsilon(0.02));
  CHECK(fitted.reads.one_hour == Approx(7700.0 / 9600).epsilon(0.01));
  CHECK(fitted.fitted.five_minutes == Approx(fitted.reads.five_minutes).epsilon(0.02));
  CHECK(fitted.fitted.one_hour == Approx(fitted.reads.one_hour).epsilon(0.02));
  CHECK(fitted.prefix_variants == 1);
}

TEST_CASE("what a log says of billed tokens alone is a prefix of that share") {
  CacheFitter fitter;
  for (std::int64_t i = 0; i < 1000; ++i) {
    CHECK(fitter.add({.at = seconds(i),
                      .prompt_tokens = 1000,
                      .output_tokens = 10,
                      .usage = Usage{.input_tokens = 300,
                                     .cache_creation_5m_input_tokens = 100,
                                     .cache_read_input_tokens = 600}}));
  }
  const FittedCache fitted = fitter.fit();
  CHECK(fitted.evidence == CacheEvidence::kUsage);
  CHECK(fitted.billed_read_share == Approx(0.6));
  CHECK(fitted.billed_write_share == Approx(0.1));
  CHECK(fitted.prefix_tokens == Approx(600).margin(2));
  CHECK_FALSE(fitted.conversations);
  CHECK(fitted.input.mean == Approx(400).margin(2));
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

TEST_CASE("a prompt shorter than the one before is a restart and reads nothing of its own") {
  CacheFitter fitter;
  for (const std::int64_t prompt : {1000, 3000, 900, 1500}) {
    fitter.add({.at = seconds(prompt), .prompt_tokens = prompt, .session = 1});
    fitter.add({.at = seconds(prompt), .prompt_tokens = 10, .session = prompt});
  }
  CHECK(fitter.fit().conversations->restarts == 1);
}

TEST_CASE("no call, one call and empty prompts are fitted by nothing") {
  CHECK(CacheFitter{}.fit().calls == 0);
  CacheFitter one;
  one.add({.prompt_tokens = 5, .session = 1});
  CHECK(one.fit().calls == 1);
  CHECK_FALSE(one.fit().conversations);
  CacheFitter empty;
  for (int i = 0; i < 3; ++i) empty.add({.session = 1});
  CHECK(empty.fit().prefix_tokens == 0);
  CHECK(empty.fit().input.spec == SizeSpec{SizeFixed{0}});
}

}  // namespace
}  // namespace sluice::fit
