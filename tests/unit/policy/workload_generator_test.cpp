#include "policy/workload_generator.hpp"

#include <set>

#include "support/catch.hpp"

namespace sluice {
namespace {

const RandomSource kRandom(1, 0);

WorkloadSpec plain() {
  WorkloadSpec spec;
  spec.hash = 7;
  spec.input = SizeFixed{1000};
  spec.output = SizeFixed{100};
  return spec;
}

WorkloadSpec varied() {
  WorkloadSpec spec = plain();
  spec.input = SizeLognormal{.p50 = 500, .p95 = 5000};
  spec.output = SizeUniform{1, 999};
  spec.thinking = SizeUniform{0, 99};
  spec.conversation.turns = SizeUniform{1, 9};
  spec.conversation.calls_per_turn = SizeUniform{1, 9};
  spec.conversation.think_time = DurationUniform{seconds(1), seconds(99)};
  return spec;
}

bool equal(const CallSizes& a, const CallSizes& b) {
  return a.new_input == b.new_input && a.answer == b.answer && a.thinking == b.thinking;
}

TEST_CASE("a request's sizes depend on its session and turn, not on what was asked before") {
  const WorkloadGenerator forward(varied(), kRandom);
  const WorkloadGenerator backward(varied(), kRandom);
  std::vector<CallSizes> seen;
  for (std::uint64_t session = 0; session < 100; ++session) {
    for (std::uint32_t turn = 0; turn < 5; ++turn)
      seen.push_back(forward.sizes(session, turn, false));
  }
  for (std::uint64_t session = 100; session-- > 0;) {
    for (std::uint32_t turn = 5; turn-- > 0;) {
      REQUIRE(equal(backward.sizes(session, turn, false), seen[session * 5 + turn]));
    }
    REQUIRE(forward.turns(session) == backward.turns(session));
    REQUIRE(forward.think(session, 2) == backward.think(session, 2));
  }
}

TEST_CASE("sessions, turns, names and seeds draw apart") {
  const WorkloadGenerator generator(varied(), kRandom);
  std::set<std::int64_t> inputs;
  for (std::uint64_t session = 0; session < 20; ++session) {
    for (std::uint32_t turn = 0; turn < 20; ++turn) {
      inputs.insert(generator.sizes(session, turn, false).new_input);
    }
  }
  CHECK(inputs.size() > 300);
  WorkloadSpec named = varied();
  named.hash = 8;
  const WorkloadGenerator other_name(named, kRandom);
  const WorkloadGenerator other_seed(varied(), RandomSource(2, 0));
  const CallSizes sizes = generator.sizes(3, 1, false);
  CHECK_FALSE(equal(other_name.sizes(3, 1, false), sizes));
  CHECK_FALSE(equal(other_seed.sizes(3, 1, false), sizes));
}

TEST_CASE("a workload that begins to think keeps its inputs and answers") {
  WorkloadSpec without = varied();
  without.thinking = SizeFixed{0};
  const WorkloadGenerator thinks(varied(), kRandom);
  const WorkloadGenerator plainly(without, kRandom);
  for (std::uint64_t session = 0; session < 50; ++session) {
    const CallSizes a = thinks.sizes(session, 0, false);
    const CallSizes b = plainly.sizes(session, 0, false);
    CHECK(a.new_input == b.new_input);
    CHECK(a.answer == b.answer);
    CHECK(b.thinking == 0);
  }
}

TEST_CASE("a single request holds prefix and input; max_tokens is what it produces") {
  WorkloadSpec spec = plain();
  spec.prefix_tokens = 300;
  spec.thinking = SizeFixed{40};
  spec.fast = true;
  spec.us_only = true;
  spec.stream = false;
  const WorkloadGenerator generator(spec, kRandom);
  CHECK(generator.has_single_requests());
  const RequestSpec request = generator.single(5);
  CHECK(request.prompt_tokens == 1300);
  CHECK(request.output_tokens == 140);
  CHECK(request.thinking_tokens == 40);
  CHECK(request.max_tokens == 140);
  CHECK(request.cache_blocks.empty());
  CHECK(request.fast);
  CHECK(request.us_only);
  CHECK_FALSE(request.stream);
  CHECK(request.id == RequestId{.workload_hash = 7, .turn = 0, .session = 5});
}

TEST_CASE("max_tokens cuts the answer first, then the thinking") {
  WorkloadSpec spec = plain();
  spec.thinking = SizeFixed{40};
  spec.max_tokens = 60;
  CHECK(WorkloadGenerator(spec, kRandom).single(0).output_tokens == 60);
  CHECK(WorkloadGenerator(spec, kRandom).single(0).thinking_tokens == 40);
  spec.max_tokens = 30;
  CHECK(WorkloadGenerator(spec, kRandom).single(0).output_tokens == 30);
  CHECK(WorkloadGenerator(spec, kRandom).single(0).thinking_tokens == 30);
}

TEST_CASE("an empty prompt has one token") {
  WorkloadSpec spec = plain();
  spec.input = SizeFixed{0};
  CHECK(WorkloadGenerator(spec, kRandom).single(0).prompt_tokens == 1);
}

TEST_CASE("sessions share their prefix's variant evenly, and only sessions of a workload do") {
  WorkloadSpec spec = plain();
  spec.prefix_tokens = 300;
  spec.prefix_ttl = CacheTtl::kOneHour;
  spec.prefix_variants = 3;
  const WorkloadGenerator generator(spec, kRandom);
  std::set<std::uint64_t> chains;
  for (std::uint64_t session = 0; session < 9; ++session) {
    const RequestSpec request = generator.single(session);
    REQUIRE(request.cache_blocks.size() == 1);
    CHECK(request.cache_blocks[0].prefix_tokens == 300);
    CHECK(request.cache_blocks[0].ttl == CacheTtl::kOneHour);
    CHECK(request.cache_blocks[0].chain == generator.single(session + 3).cache_blocks[0].chain);
    chains.insert(request.cache_blocks[0].chain);
  }
  CHECK(chains.size() == 3);
  spec.hash = 8;
  CHECK_FALSE(chains.contains(WorkloadGenerator(spec, kRandom).single(0).cache_blocks[0].chain));
}

TEST_CASE("a conversation's context grows by each input and each answer without its thinking") {
  WorkloadSpec spec = plain();
  spec.prefix_tokens = 300;
  spec.thinking = SizeFixed{40};
  spec.conversation.turns = SizeFixed{3};
  const WorkloadGenerator generator(spec, kRandom);
  CHECK_FALSE(generator.has_single_requests());
  Conversation conversation(generator, 4);
  std::int64_t expected = 300;
  for (std::uint32_t turn = 0; turn < 3; ++turn) {
    const CallSizes sizes = generator.sizes(4, turn, false);
    expected += 1000;
    CHECK(conversation.next(turn, sizes).prompt_tokens == expected);
    conversation.answered();
    expected += 100;
  }
}

TEST_CASE("each request of a cached conversation names the prompt before it as a breakpoint") {
  WorkloadSpec spec = plain();
  spec.prefix_tokens = 300;
  spec.prefix_ttl = CacheTtl::kOneHour;
  spec.conversation_ttl = CacheTtl::kFiveMinutes;
  const WorkloadGenerator generator(spec, kRandom);
  Conversation conversation(generator, 4);
  const CallSizes sizes = generator.sizes(4, 0, false);
  const RequestSpec first = conversation.next(0, sizes);
  REQUIRE(first.cache_blocks.size() == 2);
  const CacheBlock whole = first.cache_blocks[1];
  CHECK(whole.prefix_tokens == first.prompt_tokens);
  CHECK(whole.ttl == CacheTtl::kFiveMinutes);
  conversation.answered();
  const RequestSpec second = conversation.next(1, sizes);
  REQUIRE(second.cache_blocks.size() == 3);
  CHECK(second.cache_blocks[1] == whole);
  CHECK(second.cache_blocks[2].prefix_tokens == second.prompt_tokens);
  CHECK(second.cache_blocks[0].ttl == CacheTtl::kOneHour);
  Conversation other(generator, 5);
  CHECK_FALSE(other.next(0, sizes).cache_blocks[1].chain == whole.chain);
}

TEST_CASE("a further call of an agent loop brings a tool's result as its input") {
  WorkloadSpec spec = plain();
  spec.conversation.calls_per_turn = SizeFixed{4};
  spec.conversation.tool_result_tokens = SizeFixed{77};
  const WorkloadGenerator generator(spec, kRandom);
  CHECK(generator.calls(0, 0) == 4);
  CHECK(generator.sizes(0, 0, false).new_input == 1000);
  CHECK(generator.sizes(0, 1, true).new_input == 77);
}

TEST_CASE("a session has at least one turn and a turn at least one call, whatever is drawn") {
  WorkloadSpec spec = plain();
  spec.conversation.turns = SizeFixed{0};
  spec.conversation.calls_per_turn = SizeUniform{0, 1};
  const WorkloadGenerator generator(spec, kRandom);
  for (std::uint64_t session = 0; session < 50; ++session) {
    CHECK(generator.turns(session) == 1);
    CHECK(generator.calls(session, 0) == 1);
  }
}

TEST_CASE("the share that goes as batch is a property of each request") {
  WorkloadSpec spec = plain();
  CHECK_FALSE(WorkloadGenerator(spec, kRandom).is_batch(0, 0));
  spec.batch.share_ppm = 300'000;
  const WorkloadGenerator generator(spec, kRandom);
  int batches = 0;
  for (std::uint64_t session = 0; session < 10'000; ++session) {
    batches += generator.is_batch(session, 0) ? 1 : 0;
  }
  CHECK(batches > 2800);
  CHECK(batches < 3200);
  spec.batch.share_ppm = 1'000'000;
  for (std::uint64_t session = 0; session < 1000; ++session) {
    REQUIRE(WorkloadGenerator(spec, kRandom).is_batch(session, 0));
  }
}

TEST_CASE("sizes drawn ahead are those of each session, in any order of asking") {
  WorkloadSpec spec = varied();
  for (const bool thinks : {true, false}) {
    if (!thinks) spec.thinking = SizeFixed{0};
    const WorkloadGenerator generator(spec, kRandom);
    SizesAhead ahead(generator);
    for (const std::uint64_t from : {0ULL, 5ULL, 1000ULL, 3ULL, 1ULL << 39}) {
      for (std::uint64_t session = from; session < from + 50; session += 1 + session % 3) {
        REQUIRE(equal(ahead.of(session), generator.sizes(session, 0, false)));
      }
    }
  }
}

}  // namespace
}  // namespace sluice
