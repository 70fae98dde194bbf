#include "policy/prompt_cache.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice {
namespace {

using testing::second;

constexpr std::int64_t kMinimum = 1'024;
constexpr CacheScope kScope{.workspace = WorkspaceId{1}, .model = ModelId{2}, .fast = false};

using Blocks = std::vector<CacheBlock>;

CacheBlock block(std::uint64_t chain, std::int64_t prefix_tokens,
                 CacheTtl ttl = CacheTtl::kFiveMinutes) {
  return {.chain = chain, .prefix_tokens = prefix_tokens, .ttl = ttl};
}

// A request that is processed and begins at once.
CacheSplit serve(PromptCache& cache, TimePoint now, const Blocks& blocks,
                 const CacheScope& scope = kScope) {
  const CacheSplit split = cache.start(now, scope, blocks, kMinimum);
  cache.begin(now, now, scope, blocks, kMinimum, split.blocks_read);
  return split;
}

TEST_CASE("the first request writes, the second reads") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000), block(2, 3'000)};
  CHECK(serve(cache, second(0), blocks) == CacheSplit{.write_5m = 3'000});
  CHECK(cache.size() == 2);
  CHECK(serve(cache, second(1), blocks) == CacheSplit{.read = 3'000, .blocks_read = 2});
}

TEST_CASE("a look changes nothing, not even the lifetime") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000)};
  serve(cache, second(0), blocks);
  CHECK(cache.look(second(299), kScope, blocks, kMinimum).read == 2'000);
  CHECK(cache.look(second(300), kScope, blocks, kMinimum).read == 0);
}

TEST_CASE("a place that is no breakpoint is read where an earlier breakpoint was, never written") {
  PromptCache cache;
  CacheBlock looked_up = block(1, 2'000);
  looked_up.is_breakpoint = false;
  const Blocks longer = {looked_up, block(2, 3'000)};
  CHECK(serve(cache, second(0), longer) == CacheSplit{.write_5m = 3'000});
  CHECK(cache.size() == 1);
  serve(cache, second(1), {block(7, 2'000)});
  looked_up.chain = 7;
  CHECK(serve(cache, second(2), {looked_up, block(8, 3'500)}) ==
        CacheSplit{.read = 2'000, .write_5m = 1'500, .blocks_read = 1});
}

TEST_CASE("an entry is readable from the instant at which its writer's response begins") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000)};
  CHECK(cache.start(second(0), kScope, blocks, kMinimum).write_5m == 2'000);
  CHECK(cache.start(second(1), kScope, blocks, kMinimum).write_5m == 2'000);
  cache.begin(second(2), second(0), kScope, blocks, kMinimum, 0);
  CHECK(cache.look(second(2), kScope, blocks, kMinimum).read == 2'000);
}

TEST_CASE("an entry lives from the start of the request that wrote it, not from its answer") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000)};
  cache.begin(second(200), second(0), kScope, blocks, kMinimum, 0);
  CHECK(cache.look(second(299), kScope, blocks, kMinimum).read == 2'000);
  CHECK(cache.look(second(300), kScope, blocks, kMinimum).read == 0);
}

TEST_CASE("a response that begins after its own entries' end writes nothing") {
  PromptCache cache;
  cache.begin(second(300), second(0), kScope, Blocks{block(1, 2'000)}, kMinimum, 0);
  CHECK(cache.size() == 0);
}

TEST_CASE("a read prolongs every entry within the prefix by the entry's own lifetime") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000, CacheTtl::kOneHour), block(2, 3'000)};
  CHECK(serve(cache, second(0), blocks) == CacheSplit{.write_5m = 1'000, .write_1h = 2'000});
  CHECK(serve(cache, second(299), blocks).read == 3'000);
  CHECK(cache.look(second(598), kScope, blocks, kMinimum).read == 3'000);
  CHECK(cache.look(second(599), kScope, blocks, kMinimum) ==
        CacheSplit{.read = 2'000, .write_5m = 1'000, .blocks_read = 1});
  CHECK(cache.look(second(299 + 3'599), kScope, blocks, kMinimum).read == 2'000);
  CHECK(cache.look(second(299 + 3'600), kScope, blocks, kMinimum).read == 0);
}

TEST_CASE("a growing conversation reads what the last turn wrote and writes the new turn") {
  PromptCache cache;
  Blocks blocks = {block(1, 2'000)};
  serve(cache, second(0), blocks);
  blocks.push_back(block(2, 2'500));
  CHECK(serve(cache, second(10), blocks) ==
        CacheSplit{.read = 2'000, .write_5m = 500, .blocks_read = 1});
  blocks.push_back(block(3, 4'000));
  CHECK(serve(cache, second(20), blocks) ==
        CacheSplit{.read = 2'500, .write_5m = 1'500, .blocks_read = 2});
}

TEST_CASE("prefixes below the model's minimum are neither read nor written") {
  PromptCache cache;
  const Blocks blocks = {block(1, 1'023), block(2, 1'024)};
  CHECK(serve(cache, second(0), blocks) == CacheSplit{.write_5m = 1'024});
  CHECK(cache.size() == 1);
  CHECK(serve(cache, second(1), blocks) == CacheSplit{.read = 1'024, .blocks_read = 2});
  CHECK(serve(cache, second(1), {block(1, 1'023)}) == CacheSplit{});
}

TEST_CASE("workspace, model and speed separate caches") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000)};
  serve(cache, second(0), blocks);
  CacheScope other = kScope;
  other.workspace = WorkspaceId{3};
  CHECK(cache.look(second(1), other, blocks, kMinimum).read == 0);
  other = kScope;
  other.model = ModelId{3};
  CHECK(cache.look(second(1), other, blocks, kMinimum).read == 0);
  other = kScope;
  other.fast = true;
  CHECK(cache.look(second(1), other, blocks, kMinimum).read == 0);
}

TEST_CASE("of two writers the later end and the longer lifetime win") {
  PromptCache cache;
  const Blocks hour = {block(1, 2'000, CacheTtl::kOneHour)};
  const Blocks minutes_five = {block(1, 2'000)};
  cache.begin(second(11), second(10), kScope, minutes_five, kMinimum, 0);
  cache.begin(second(12), second(0), kScope, hour, kMinimum, 0);
  cache.begin(second(13), second(5), kScope, minutes_five, kMinimum, 0);
  CHECK(cache.look(second(3'599), kScope, hour, kMinimum).read == 2'000);
  CHECK(cache.start(second(3'599), kScope, minutes_five, kMinimum).read == 2'000);
  CHECK(cache.look(second(7'198), kScope, hour, kMinimum).read == 2'000);
}

TEST_CASE("an entry may outlive its ancestors, and is still the longest live prefix") {
  PromptCache cache;
  serve(cache, second(0), {block(1, 2'000), block(2, 3'000)});
  serve(cache, second(200), {block(2, 3'000)});
  CHECK(cache.look(second(400), kScope, Blocks{block(1, 2'000)}, kMinimum).read == 0);
  CHECK(serve(cache, second(400), {block(1, 2'000), block(2, 3'000)}).read == 3'000);
}

TEST_CASE("an entry that has expired but is still held can be written anew") {
  PromptCache cache;
  const Blocks blocks = {block(1, 2'000, CacheTtl::kFiveMinutes)};
  serve(cache, second(5), blocks);
  CHECK(serve(cache, second(306), blocks) == CacheSplit{.write_5m = 2'000});
  CHECK(cache.size() == 1);
  CHECK(serve(cache, second(605), blocks).read == 2'000);
}

TEST_CASE("expired entries are dropped, however long the pause") {
  PromptCache cache;
  for (std::uint64_t chain = 1; chain <= 1'000; ++chain) {
    serve(cache, second(static_cast<std::int64_t>(chain)), {block(chain, 2'000)});
  }
  CHECK(cache.size() <= 311);
  serve(cache, second(40'000), {block(5'000, 2'000)});
  CHECK(cache.size() == 1);
  serve(cache, second(100'000'000), {block(5'001, 2'000)});
  CHECK(cache.size() == 1);
}

TEST_CASE("what is read again and again stays, and nothing else does") {
  PromptCache cache;
  for (std::int64_t now = 0; now < 20'000; now += 7) {
    serve(cache, second(now),
          {block(1, 2'000), block(100 + static_cast<std::uint64_t>(now), 3'000)});
    REQUIRE(cache.size() <= 46);
  }
}

}  // namespace
}  // namespace sluice
