// Rows of usage reports become calls of an assumed size.
#include "importer/split_calls.hpp"

#include "support/catch.hpp"
#include "unit/importer/fake_source.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;
using ingest::LogFormat;

ImportedCall report_row(Duration at, Duration covers, const Usage& usage, const char* model) {
  ImportedCall row = call_at(at, usage.prompt_tokens(), usage.output_tokens);
  row.request.model = model;
  row.usage = usage;
  row.covers = covers;
  return row;
}

struct Split {
  std::vector<ImportedCall> calls;
  std::int64_t rows_split = 0;
};
Split split(std::vector<ImportedCall> rows, std::int64_t request_tokens) {
  FakeSource source(std::move(rows), facts_of(LogFormat::kUsageReport, true, true));
  OrderedCalls ordered(source);
  SplitCalls calls(ordered, request_tokens);
  Split all;
  ImportedCall call;
  for (;;) {
    call.clear();
    const auto more = calls.next(call);
    REQUIRE(more);
    if (!*more) break;
    all.calls.push_back(call);
  }
  all.rows_split = calls.rows_split();
  return all;
}

TEST_CASE("the parts of a report's row sum to it and are as large as was assumed") {
  const Usage usage{.input_tokens = 10'007,
                    .cache_creation_5m_input_tokens = 333,
                    .cache_creation_1h_input_tokens = 1,
                    .cache_read_input_tokens = 90'001,
                    .output_tokens = 4'999};
  ImportedCall row = report_row(hours(24), hours(1), usage, "m");
  row.web_searches = 7;
  const Split all = split({row}, 5'000);
  REQUIRE(all.calls.size() == 20);
  CHECK(all.rows_split == 1);
  Usage sum;
  std::int64_t searches = 0;
  for (const ImportedCall& call : all.calls) {
    sum += *call.usage;
    searches += call.web_searches;
    CHECK(call.covers == Duration{});
    CHECK(call.request.input_tokens == call.usage->prompt_tokens());
    CHECK(call.request.input_tokens >= 5'000);
    CHECK(call.request.input_tokens <= 5'030);
    CHECK(call.request.at >= hours(24));
    CHECK(call.request.at < hours(25));
  }
  CHECK(sum == usage);
  CHECK(searches == 7);
}

TEST_CASE("rows of one bucket and calls between them come in the order of time") {
  const Usage usage{.input_tokens = 50'000, .output_tokens = 10};
  const Split all =
      split({report_row(hours(0), hours(1), usage, "a"), report_row(hours(0), hours(1), usage, "b"),
             call_at(minutes(30), 7, 7), report_row(hours(1), hours(1), usage, "a")},
            10'000);
  REQUIRE(all.calls.size() == 16);
  for (std::size_t i = 1; i < all.calls.size(); ++i) {
    CHECK(all.calls[i].request.at >= all.calls[i - 1].request.at);
  }
  CHECK(all.rows_split == 3);
}

TEST_CASE("a row without tokens is one call, and no rows are none") {
  CHECK(split({report_row(hours(0), hours(1), {}, "a")}, 5'000).calls.size() == 1);
  CHECK(split({}, 5'000).calls.empty());
}

TEST_CASE("a row of the long context window becomes calls of that length") {
  ImportedCall row = report_row(hours(1), hours(1), {.input_tokens = 1'000'000}, "m");
  row.is_long_context = true;
  const Split all = split({row}, 5'000);
  CHECK(all.calls.size() == 4);
  for (const ImportedCall& call : all.calls) CHECK(call.request.input_tokens > 200'000);
}

TEST_CASE("a report of more calls than can be meant is an error that says what to do") {
  const ImportedCall row =
      report_row(hours(1), hours(24), {.input_tokens = 1'000'000'000'000}, "m");
  FakeSource source({row}, facts_of(LogFormat::kUsageReport, true, true));
  OrderedCalls ordered(source);
  SplitCalls calls(ordered, 5'000);
  ImportedCall call;
  const auto more = calls.next(call);
  REQUIRE_FALSE(more);
  CHECK(more.error().text().find("--request-tokens") != std::string::npos);
}

}  // namespace
}  // namespace sluice::importer
