#include "ingest/trace_summary.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "fixtures.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

Result<TraceSummary> summary_of(std::string_view text, TraceOptions options = {}) {
  options.path = std::string("t");
  SLUICE_TRY(auto reader, TraceReader::read_text(text, options));
  return summarize(*reader);
}

SizeSummary obvious_sizes(std::vector<std::int64_t> sizes) {
  std::sort(sizes.begin(), sizes.end());
  SizeSummary summary;
  summary.p50 = sizes[(sizes.size() * 50 + 99) / 100 - 1];
  summary.p95 = sizes[(sizes.size() * 95 + 99) / 100 - 1];
  summary.max = sizes.back();
  for (const std::int64_t size : sizes) summary.total += size;
  return summary;
}

TEST_CASE("a summary agrees with sorting all sizes and remembering all blocks") {
  for (int rows = 1; rows < 400; rows += 13) {
    const std::string text = mooncake_fixture(rows, static_cast<std::uint64_t>(rows));
    const ReadAll all = read_all(text);
    std::vector<std::int64_t> input;
    std::vector<std::int64_t> output;
    std::set<std::uint64_t> seen;
    std::int64_t blocks = 0;
    for (const TraceRequest& request : all.requests) {
      input.push_back(request.input_tokens);
      output.push_back(request.output_tokens);
      blocks += static_cast<std::int64_t>(request.block_ids.size());
      seen.insert(request.block_ids.begin(), request.block_ids.end());
    }
    const Result<TraceSummary> summary = summary_of(text);
    REQUIRE(summary);
    CHECK(summary->format == TraceFormat::kMooncake);
    CHECK(summary->requests == rows);
    CHECK(summary->duration == all.requests.back().at - all.requests.front().at);
    CHECK(summary->input == obvious_sizes(input));
    CHECK(summary->output == obvious_sizes(output));
    CHECK(summary->blocks == blocks);
    CHECK(summary->blocks_reused == blocks - static_cast<std::int64_t>(seen.size()));
    CHECK(summary->block_sample_of == 1);
  }
}

TEST_CASE("beyond half a million distinct blocks the reuse share is that of an even sample") {
  std::string text;
  std::uint64_t fresh = 1'000'000;
  for (int row = 0; row < 1200; ++row) {
    text += "{\"timestamp\":0,\"input_length\":1,\"output_length\":1,\"hash_ids\":[0";
    for (std::uint64_t block = 1; block < 1000; ++block) {
      text += fmt::format(",{}", block < 300 ? block : fresh++);
    }
    text += "]}\n";
  }
  const Result<TraceSummary> summary = summary_of(text, {.spread = Duration{}});
  REQUIRE(summary);
  CHECK(summary->block_sample_of >= 2);
  const double share =
      static_cast<double>(summary->blocks_reused) / static_cast<double>(summary->blocks);
  CHECK(share == Approx(0.3).margin(0.03));
}

TEST_CASE("a summary counts the rows that were skipped and passes an error on") {
  constexpr std::string_view kText = "at,input_tokens,output_tokens\n1,1,1\nx,1,1\n";
  CHECK(summary_of(kText, {.skip_bad_rows = true})->bad_rows == 1);
  CHECK(summary_of(kText).error().where == "t:3");
}

// The published traces are not part of the project: the folder that holds them is named by
// SLUICE_TRACES.
struct Published {
  std::string path;  // empty: absent
};

Published published(const std::string& file) {
  const char* const folder = std::getenv("SLUICE_TRACES");
  const std::string path = folder == nullptr ? std::string() : std::string(folder) + "/" + file;
  if (!path.empty() && ::access(path.c_str(), R_OK) == 0) return {path};
  WARN("skipped: set SLUICE_TRACES to a folder that holds " << file);
  return {};
}

TEST_CASE("azure_llm_2023_conv.csv has the published counts and quantiles") {
  const Published trace = published("azure_llm_2023_conv.csv");
  if (trace.path.empty()) return;
  const auto reader = TraceReader::open({.path = trace.path});
  REQUIRE(reader);
  const Result<TraceSummary> summary = summarize(**reader);
  REQUIRE(summary);
  CHECK(summary->format == TraceFormat::kAzure);
  CHECK(summary->requests == 19'366);
  CHECK(ns(summary->duration) == 3'501'721'937'000);
  CHECK(summary->input.p50 == 1020);
  CHECK(summary->input.p95 == 4083);
  CHECK(summary->input.max == 14'050);
  CHECK(summary->output.p50 == 129);
  CHECK(summary->output.p95 == 451);
  CHECK(summary->output.max == 1000);
}

TEST_CASE(
    "mooncake_fast25_conversation.jsonl has the published counts, quantiles and prefix reuse") {
  const Published trace = published("mooncake_fast25_conversation.jsonl");
  if (trace.path.empty()) return;
  const auto reader = TraceReader::open({.path = trace.path});
  REQUIRE(reader);
  const Result<TraceSummary> summary = summarize(**reader);
  REQUIRE(summary);
  CHECK(summary->format == TraceFormat::kMooncake);
  CHECK(summary->requests == 12'031);
  CHECK(summary->input.p50 == 6909);
  CHECK(summary->input.p95 == 39'552);
  CHECK(summary->input.max == 126'195);
  CHECK(summary->output.p50 == 350);
  CHECK(summary->output.p95 == 698);
  CHECK(summary->output.max == 2000);
  CHECK(summary->blocks == 288'500);
  CHECK(summary->blocks_reused == 105'710);  // 36.6 %
}

}  // namespace
}  // namespace sluice::ingest
