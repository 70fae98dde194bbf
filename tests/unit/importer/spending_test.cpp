// Money of a log, against prices that are worked out by hand.
#include "importer/spending.hpp"

#include "base/calendar.hpp"
#include "support/catch.hpp"
#include "support/dollars.hpp"
#include "support/shipped_catalog.hpp"
#include "unit/importer/fake_source.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;
using testing::dollars;
using testing::shipped_catalog;

Duration on(const char* time) { return Duration{UnixTime::parse(time)->nanoseconds}; }

struct Books {
  Spending spending{shipped_catalog(), "start"};
  CacheHistory history;
  void add(ImportedCall call) {
    const CachedBefore before = history.add(call, 0);
    spending.add(call, shipped_catalog().model(call.request.model), before, true);
  }
  CostSoFar result() const { return spending.result(); }
};

Money of(const std::vector<SpentOtherwise>& all, const std::string& name) {
  for (const SpentOtherwise& one : all) {
    if (one.name == name) return one.cost;
  }
  FAIL("there is no " << name);
  return {};
}

// Sonnet 5.5, $ per million tokens: 2, write 2.50 (5m) and 4 (1h), read 0.10 since 2026-10-07 and
// 0.20 before, output 10.
TEST_CASE("each call costs what its day's prices say") {
  Books books;
  books.add(cached_call(on("2026-10-06T12:00:00Z"), 1, 1'000'000, 0));
  books.add(cached_call(on("2026-11-01T12:00:00Z"), 2, 1'000'000, 1'000'000));
  const CostSoFar cost = books.result();
  // Each has 100 plain tokens and 50 of output: $0.0002 + $0.0005.
  CHECK(cost.total == dollars("0.2007") + dollars("2.6007"));
  CHECK(cost.unpriced == 0);
  REQUIRE(cost.by_day.size() == 2);
  CHECK(cost.by_day[0].name == "2026-10-06");
  CHECK(cost.by_day[0].cost == dollars("0.2007"));
  CHECK(cost.dearest_month == dollars("2.6007"));
  CHECK(cost.today == dollars("0.1007") + dollars("2.6007"));
  CHECK(cost.by_category.total() == cost.total);
}

TEST_CASE("a model that has no price is unpriced, never free") {
  Books books;
  ImportedCall call = cached_call(on("2026-11-01T00:00:00Z"), 1, 0, 0);
  call.request.model = "gpt-5";
  books.add(call);
  const CostSoFar cost = books.result();
  CHECK(cost.total == Money{});
  CHECK(cost.unpriced == 1);
  REQUIRE(cost.by_model.size() == 1);
  CHECK(cost.by_model[0].unpriced == 1);
  // 100 and 50 tokens of another tokenizer are 130 and 65 of Sonnet 5.5's.
  CHECK(of(cost.on_models, "claude-sonnet-5-5") == dollars("0.00026") + dollars("0.00065"));
}

TEST_CASE("an hour's cache reads what five minutes have lost") {
  Books books;
  books.add(cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000));
  books.add(cached_call(on("2026-11-01T12:20:00Z"), 1, 0, 1'000'000));
  const CostSoFar cost = books.result();
  const Money rest = dollars("0.0014");  // plain input and output of both
  CHECK(of(cost.with_ttls, "5m") == dollars("5") + rest);
  CHECK(of(cost.with_ttls, "1h") == dollars("4.10") + rest);
  CHECK(of(cost.with_ttls, "none") == dollars("4") + rest);
  CHECK(cost.today == of(cost.with_ttls, "5m"));
}

TEST_CASE("what was used exactly a TTL ago is lost with it") {
  Books written;
  written.add(cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000));
  written.add(cached_call(on("2026-11-01T12:05:00Z"), 1, 0, 1'000'000));
  const Money rest = dollars("0.0014");
  CHECK(of(written.result().with_ttls, "1h") == dollars("4.10") + rest);
  Books kept;
  kept.add(cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000, CacheTtl::kOneHour));
  kept.add(cached_call(on("2026-11-01T12:05:00Z"), 1, 1'000'000, 0));
  CHECK(of(kept.result().with_ttls, "5m") == dollars("5") + rest);
}

TEST_CASE("five minutes lose what an hour has kept") {
  Books books;
  books.add(cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000, CacheTtl::kOneHour));
  books.add(cached_call(on("2026-11-01T12:20:00Z"), 1, 1'000'000, 0));
  books.add(cached_call(on("2026-11-01T12:21:00Z"), 1, 1'000'000, 0));
  const CostSoFar cost = books.result();
  const Money rest = dollars("0.0021");
  CHECK(of(cost.with_ttls, "1h") == dollars("4.20") + rest);
  CHECK(of(cost.with_ttls, "5m") == dollars("5.10") + rest);
}

TEST_CASE("a batch costs half") {
  Books books;
  ImportedCall call = cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000);
  call.is_batch = true;
  books.add(call);
  CHECK(books.result().total == dollars("1.25035"));
}

// $10 for a thousand, whatever the tokens cost.
TEST_CASE("web searches are paid beside the tokens, on other models and days too") {
  Books books;
  ImportedCall call = cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000);
  call.web_searches = 3;
  call.is_batch = true;
  books.add(call);
  call.request.model = "gpt-5";
  books.add(call);
  const CostSoFar cost = books.result();
  CHECK(cost.total == dollars("1.28035"));
  CHECK(cost.today == cost.total);
  CHECK(cost.by_model[0].cost == cost.total);
  CHECK(cost.by_day[0].cost == cost.total);
  CHECK(of(cost.with_ttls, "5m") == cost.total);
  CHECK(cost.web_searches == 3);
  CHECK(cost.web_search_cost == dollars("0.03"));
  CHECK(cost.by_category.total() + cost.web_search_cost == cost.total);
  CHECK(cost.unpriced == 1);
}

TEST_CASE("inference in the US costs a tenth more, searches do not") {
  Books books;
  ImportedCall call = cached_call(on("2026-11-01T12:00:00Z"), 1, 0, 1'000'000);
  call.is_us_only = true;
  call.web_searches = 1;
  books.add(call);
  CHECK(books.result().total == dollars("2.75077") + dollars("0.01"));
}

}  // namespace
}  // namespace sluice::importer
