// Calls of any log come in the order of time, with all that was known of them.
#include "importer/ordered_calls.hpp"

#include <limits>

#include "support/catch.hpp"
#include "unit/importer/fake_source.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;
using ingest::LogFormat;

std::vector<ImportedCall> all_of(OrderedCalls& calls) {
  std::vector<ImportedCall> all;
  ImportedCall call;
  for (;;) {
    const auto more = calls.next(call);
    REQUIRE(more);
    if (!*more) return all;
    all.push_back(call);
  }
}

ImportedCall full_call() {
  ImportedCall call = cached_call(seconds(-3), -77, 12'345, 678, CacheTtl::kOneHour);
  call.request.thinking_tokens = 9;
  call.request.max_tokens = 4096;
  call.request.cached_prefix_id = std::numeric_limits<std::uint64_t>::max();
  call.request.cached_prefix_tokens = 17;
  call.request.block_ids = {0, 127, 128, std::numeric_limits<std::uint64_t>::max()};
  call.request.line = 99;
  call.file = 3;
  call.covers = hours(1);
  call.is_subagent = call.is_batch = call.is_fast = call.failed = true;
  call.is_us_only = true;
  call.is_long_context = false;
  call.web_searches = 4;
  call.other_tier = "priority";
  call.cost.emplace().by_category = {Money::from_dollars(-7), Money::from_picodollars(3)};
  return call;
}

TEST_CASE("a log out of order is sorted, equal times stay as they were") {
  FakeSource source({call_at(seconds(5), 1, 0), call_at(seconds(2), 2, 0),
                     call_at(seconds(5), 3, 0), call_at(seconds(-1), 4, 0)},
                    facts_of(LogFormat::kLiteLlm, false));
  OrderedCalls calls(source);
  std::vector<std::int64_t> order;
  for (const ImportedCall& call : all_of(calls)) order.push_back(call.request.input_tokens);
  CHECK(order == std::vector<std::int64_t>{4, 2, 1, 3});
}

TEST_CASE("sorting loses nothing of a call") {
  const ImportedCall full = full_call();
  ImportedCall plain = call_at(seconds(9), 1, 2);
  FakeSource source({plain, full}, facts_of(LogFormat::kLiteLlm, false));
  OrderedCalls calls(source);
  const auto all = all_of(calls);
  REQUIRE(all.size() == 2);
  CHECK(all[0].request == full.request);
  CHECK(all[0].usage == full.usage);
  CHECK(all[0].file == full.file);
  CHECK(all[0].covers == full.covers);
  CHECK(all[0].is_us_only);
  CHECK(all[0].is_long_context == full.is_long_context);
  CHECK(all[0].web_searches == full.web_searches);
  CHECK(all[0].other_tier == full.other_tier);
  REQUIRE(all[0].cost);
  CHECK(all[0].cost->by_category == full.cost->by_category);
  CHECK(all[1].web_searches == 0);
  CHECK_FALSE(all[1].cost);
  CHECK((all[0].is_subagent && all[0].is_batch && all[0].is_fast && all[0].failed));
  CHECK(all[1].request == plain.request);
  CHECK_FALSE(all[1].usage);
}

TEST_CASE("a sorted call takes about forty bytes") {
  std::vector<ImportedCall> many;
  for (int i = 0; i < 10'000; ++i) many.push_back(cached_call(seconds(10'000 - i), i, 30'000, 500));
  FakeSource source(std::move(many), facts_of(LogFormat::kClaudeCode, false));
  OrderedCalls calls(source);
  CHECK(all_of(calls).size() == 10'000);
  CHECK(calls.bytes() < 10'000 * 80);
}

TEST_CASE("a source that claims order and breaks it is an error with its line") {
  ImportedCall late = call_at(seconds(1), 1, 1);
  late.request.line = 7;
  FakeSource source({call_at(seconds(2), 1, 1), late}, facts_of(LogFormat::kAzure, true));
  OrderedCalls calls(source);
  ImportedCall call;
  REQUIRE(calls.next(call));
  const auto second = calls.next(call);
  REQUIRE_FALSE(second);
  CHECK(second.error().text() ==
        "line 7: the row's time goes back by 1s from the row before it; sort the log by time");
}

}  // namespace
}  // namespace sluice::importer
