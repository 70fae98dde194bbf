#include "ingest/claude_code_calls.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "base/hash.hpp"
#include "fixtures.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

ClaudeCodeCall call(std::int64_t at, std::uint64_t id, std::int64_t output) {
  ClaudeCodeCall made;
  made.at = seconds(at);
  made.id = id;
  made.line = at;
  made.usage.output_tokens = output;
  return made;
}

TEST_CASE("ten thousand calls that repeat are each kept once with their largest output") {
  ClaudeCodeCalls calls;
  FixtureDraw draw(5);
  std::map<std::uint64_t, std::int64_t> largest;
  for (std::int64_t i = 0; i < 30'000; ++i) {
    const std::uint64_t id = mix64(1 + static_cast<std::uint64_t>(draw.below(10'000)));
    const std::int64_t output = draw.below(1000);
    const bool is_new = largest.count(id) == 0;
    if (calls.add(call(i, id, output)) != is_new) FAIL("call " << i);
    largest[id] = std::max(largest[id], output);
  }
  const std::vector<ClaudeCodeCall> sorted = calls.take_sorted();
  REQUIRE(sorted.size() == largest.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i].at < sorted[i - 1].at) FAIL("order at " << i);
    if (sorted[i].usage.output_tokens != largest[sorted[i].id]) FAIL("output at " << i);
  }
  CHECK(calls.size() == 0);
}

TEST_CASE("calls without an id are all different") {
  ClaudeCodeCalls calls;
  CHECK(calls.add(call(2, 0, 1)));
  CHECK(calls.add(call(1, 0, 1)));
  CHECK(calls.add(call(1, 7, 1)));
  CHECK_FALSE(calls.add(call(1, 7, 1)));
  CHECK(calls.take_sorted().size() == 3);
}

}  // namespace
}  // namespace sluice::ingest
