// Fits of small made-up traces: what a fitted workload draws is what the trace's calls were.
#include "importer/fit_workload.hpp"

#include <fstream>
#include <string>

#include <fmt/format.h>

#include "policy/sizes.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

namespace sluice::importer {
namespace {

using scenario::CacheUse;
using testing::TemporaryFolder;

FittedWorkload fit_of(const std::string& rows, std::optional<CacheUse> cache) {
  const TemporaryFolder folder;
  const std::string path = folder / "trace.csv";
  std::ofstream(path) << rows;
  FitInput input;
  input.path = path;
  input.workload.name = "mine";
  input.workload.model = "sonnet-5.5";
  input.workload.trace_cache = cache;
  const auto fitted = fit_workload(input);
  REQUIRE(fitted);
  return *fitted;
}

double mean_of(const scenario::SizeChoice& choice) { return SizeSampler(choice.spec).mean(); }

const FittedPart& part(const FittedForm& form, const std::string& what) {
  for (const FittedPart& one : form.parts) {
    if (one.what == what) return one;
  }
  FAIL("no part " << what);
  throw;
}

bool has_part(const FittedForm& form, const std::string& what) {
  for (const FittedPart& one : form.parts) {
    if (one.what == what) return true;
  }
  return false;
}

TEST_CASE("conversations of uneven length have prompts as long as the trace's on average") {
  // 40 of one call of 30,000 tokens, 40 of forty calls that grow from 2,000 by 300.
  std::string rows = "at,input_tokens,output_tokens,session\n";
  double prompts = 0;
  double calls = 0;
  double before = 0;  // calls of a conversation before each of its calls
  for (int turn = 0; turn < 40; ++turn) {
    for (int session = 0; session < 80; ++session) {
      const bool is_long = session % 2 == 1;
      if (!is_long && turn > 0) continue;
      const int prompt = is_long ? 2000 + 300 * turn : 30'000;
      rows += fmt::format("{},{},100,{}\n", 80 * turn + session, prompt, session);
      prompts += prompt;
      before += turn;
      ++calls;
    }
  }
  const FittedWorkload fitted = fit_of(rows, std::nullopt);
  REQUIRE(fitted.conversations);
  const scenario::WorkloadConfig& config = *fitted.conversations->workload.fitted;
  CHECK(config.prefix.tokens == 0);
  const double drawn = mean_of(*config.input);
  CHECK(drawn + before / calls * (drawn + 100) == Approx(prompts / calls).epsilon(0.005));
  CHECK_FALSE(has_part(*fitted.conversations, "cache"));  // the trace says nothing of one
}

// One conversation that grows by a block a call, so many seconds apart.
std::string grown_every(int gap) {
  std::string rows = "at,input_tokens,output_tokens,session,block_ids\n";
  std::string blocks;
  for (int i = 0; i < 40; ++i) {
    blocks += fmt::format("{}{}", i == 0 ? "" : " ", i + 1);
    rows += fmt::format("{},{},10,1,{}\n", gap * i, 512 * (i + 1), blocks);
  }
  return rows;
}

TEST_CASE("calls exactly a TTL apart read nothing, and with less they read") {
  const auto late = fit_of(grown_every(300), CacheUse::kFiveMinutes);
  CHECK(late.independent.workload.fitted->prefix.tokens == 0);
  const auto in_time = fit_of(grown_every(299), CacheUse::kFiveMinutes);
  CHECK(in_time.independent.workload.fitted->prefix.tokens == 512 * 780 / 40);
  const auto hour = fit_of(grown_every(300), CacheUse::kOneHour);
  CHECK(hour.independent.workload.fitted->prefix.tokens == 512 * 780 / 40);
  REQUIRE(hour.conversations);
  CHECK(hour.conversations->workload.fitted->cache.conversation == CacheUse::kOneHour);
}

TEST_CASE("a session whose prefixes are marked reads these, and no more") {
  std::string rows =
      "at,input_tokens,output_tokens,session,cached_prefix_id,cached_prefix_tokens\n";
  for (int i = 0; i < 100; ++i) rows += fmt::format("{},{},10,{},1,500\n", i, 1000 + i, i % 5);
  const auto fitted = fit_of(rows, CacheUse::kFiveMinutes);
  const FittedPart& cache = part(fitted.independent, "cache");
  CHECK(cache.chosen.substr(0, 6) == "47.2 %");
  CHECK(cache.quality.substr(0, 36) == "endless 47.2 %, 5m 47.2 %, 1h 47.2 %");
  REQUIRE(fitted.conversations);
  const scenario::WorkloadConfig& config = *fitted.conversations->workload.fitted;
  CHECK(config.cache.prefix == CacheUse::kFiveMinutes);
  CHECK(config.cache.conversation == CacheUse::kNone);
}

TEST_CASE("a short trace says that its counts are not judged") {
  std::string rows = "at,input_tokens,output_tokens\n";
  for (int i = 0; i < 40; ++i) rows += fmt::format("{},100,10\n", 2 * i + i % 3);
  const auto fitted = fit_of(rows, std::nullopt);
  const std::string& quality = part(fitted.independent, "arrivals").quality;
  CHECK(quality.find("how counts vary is not judged") != std::string::npos);
}

}  // namespace
}  // namespace sluice::importer
