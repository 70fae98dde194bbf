// How ApiModel and the prompt cache work together: what is charged, billed and when.
#include "engine/api_model.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::at;
using testing::small_plan;

const CacheBlock kPrefix[] = {{.chain = 7, .prefix_tokens = 800, .ttl = CacheTtl::kFiveMinutes}};

// A request with a cached prefix of 800 of its 1000 tokens, in steps.
struct Visit {
  Visit(ApiModel& model, std::uint64_t session) : api(model) {
    spec.id = {.workload_hash = 1, .turn = 0, .session = session};
    spec.prompt_tokens = 1000;
    spec.output_tokens = 10;
    spec.max_tokens = 10;
    spec.cache_blocks = kPrefix;
  }
  bool start(Duration now) { return api.admit(at(now), spec, 1, admitted, refusal); }
  void begin() { api.begin(admitted.first_token, spec, admitted); }
  Usage finish() {
    api.finish(admitted.ends, spec, admitted, exchange);
    return exchange.outcome.usage;
  }

  ApiModel& api;
  RequestSpec spec;
  Admitted admitted;
  Outcome refusal;
  Exchange exchange;
};

constexpr Usage kWritten{
    .input_tokens = 200, .cache_creation_5m_input_tokens = 800, .output_tokens = 10};
constexpr Usage kRead{.input_tokens = 200, .cache_read_input_tokens = 800, .output_tokens = 10};

TEST_CASE("requests that start before the first answer begins all write; later ones read") {
  const RunPlan plan = small_plan();
  ApiModel api(plan, RandomSource(1, 0));
  Visit first(api, 1);
  Visit second(api, 2);
  REQUIRE(first.start({}));
  REQUIRE(second.start(milliseconds(999)));
  first.begin();
  Visit third(api, 3);
  REQUIRE(third.start(first.admitted.first_token - kRunStart));
  second.begin();
  third.begin();
  CHECK(first.finish() == kWritten);
  CHECK(second.finish() == kWritten);
  CHECK(third.finish() == kRead);
}

TEST_CASE("a cache entry lives five minutes from the start of the request that wrote or read it") {
  const RunPlan plan = small_plan();
  ApiModel api(plan, RandomSource(1, 0));
  const auto visit = [&](Duration start, std::uint64_t session) {
    Visit one(api, session);
    REQUIRE(one.start(start));
    one.begin();
    return one.finish();
  };
  CHECK(visit({}, 1) == kWritten);
  CHECK(visit(minutes(5) - nanoseconds(1), 2) == kRead);   // lives on from here
  CHECK(visit(minutes(10) - nanoseconds(2), 3) == kRead);  // and from here
  CHECK(visit(minutes(15) - nanoseconds(2), 4) == kWritten);
}

TEST_CASE("a refused request touches no cache entry") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1000);
  ApiModel api(plan, RandomSource(1, 0));
  Visit writer(api, 1);
  REQUIRE(writer.start({}));
  writer.begin();
  writer.finish();
  Visit refused(api, 2);
  refused.spec.prompt_tokens = 5000;  // 4200 uncached: never fits
  CHECK_FALSE(refused.start(minutes(4)));
  Visit late(api, 3);
  REQUIRE(late.start(minutes(5)));
  CHECK(late.admitted.cache_read == 0);
}

TEST_CASE("a refused request writes nothing") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 999);
  ApiModel api(plan, RandomSource(1, 0));
  Visit refused(api, 1);
  CHECK_FALSE(refused.start({}));
  CHECK(api.cache().size() == 0);
}

TEST_CASE("an answer that never begins leaves nothing in the cache") {
  const RunPlan plan = small_plan();
  ApiModel api(plan, RandomSource(1, 0));
  Visit one(api, 1);
  REQUIRE(one.start({}));
  api.finish(at(milliseconds(10)), one.spec, one.admitted, one.exchange);
  CHECK(api.cache().size() == 0);
}

TEST_CASE("cache-aware limits do not count cache reads, plain ones do, writes count in both") {
  RunPlan plan = small_plan();
  const LimiterId aware = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 60'000);
  const LimiterId plain = add_limit(plan, LimitType::kInputTokensPerMinute, 60'000);
  ApiModel api(plan, RandomSource(1, 0));
  Visit writer(api, 1);
  REQUIRE(writer.start({}));
  writer.begin();
  writer.finish();
  CHECK(api.limiter().bucket(aware).taken(at(seconds(3))) == 1000);
  CHECK(api.limiter().bucket(plain).taken(at(seconds(3))) == 1000);
  Visit reader(api, 2);
  REQUIRE(reader.start(seconds(3)));
  reader.begin();
  reader.finish();
  CHECK(api.limiter().bucket(aware).taken(at(seconds(6))) == 1200);
  CHECK(api.limiter().bucket(plain).taken(at(seconds(6))) == 2000);
}

TEST_CASE("a read costs less than it would uncached, a write more, and the report says how much") {
  const RunPlan plan = small_plan();
  ApiModel api(plan, RandomSource(1, 0));
  Visit writer(api, 1);
  REQUIRE(writer.start({}));
  writer.begin();
  writer.finish();
  const Money milli = Money::from_picodollars(1'000'000'000);
  CHECK(writer.exchange.cost.total() == milli * (200 * 2 + 800 * 3 + 10 * 10));
  CHECK(writer.exchange.saved_by_cache == milli * -800);
  Visit reader(api, 2);
  REQUIRE(reader.start(seconds(3)));
  reader.begin();
  reader.finish();
  CHECK(reader.exchange.cost.total() == milli * (200 * 2 + 800 * 1 + 10 * 10));
  CHECK(reader.exchange.saved_by_cache == milli * 800);
}

TEST_CASE("a prefix below the model's minimum is neither written nor read") {
  RunPlan plan = small_plan();
  plan.models[0].cache_minimum_tokens = 801;
  ApiModel api(plan, RandomSource(1, 0));
  Visit one(api, 1);
  REQUIRE(one.start({}));
  one.begin();
  CHECK(one.finish() == Usage{.input_tokens = 1000, .output_tokens = 10});
  CHECK(api.cache().size() == 0);
}

TEST_CASE("workspaces, models and speeds do not share cache entries") {
  RunPlan plan = small_plan();
  plan.workspaces.push_back("other");
  plan.limits.workspace_count = 2;
  plan.models.push_back(plan.models[0]);
  plan.models[0].prices[0].fast_permille = 2000;
  ApiModel api(plan, RandomSource(1, 0));
  Visit writer(api, 1);
  REQUIRE(writer.start({}));
  writer.begin();
  Visit workspace(api, 2);
  workspace.spec.workspace = WorkspaceId{1};
  Visit model(api, 3);
  model.spec.model = ModelId{1};
  Visit fast(api, 4);
  fast.spec.fast = true;
  Visit same(api, 5);
  for (Visit* visit : {&workspace, &model, &fast, &same}) REQUIRE(visit->start(seconds(2)));
  CHECK(workspace.admitted.cache_read == 0);
  CHECK(model.admitted.cache_read == 0);
  CHECK(fast.admitted.cache_read == 0);
  CHECK(same.admitted.cache_read == 800);
}

}  // namespace
}  // namespace sluice
