#include "ingest/trace_reader.hpp"

#include <algorithm>
#include <map>

#include "fixtures.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

constexpr std::string_view kFive =
    "at,input_tokens,output_tokens\n"
    "100,10,1\n101,20,2\n103,30,3\n103,40,4\n107,50,5\n";

std::vector<std::int64_t> seconds_of(const ReadAll& all) {
  std::vector<std::int64_t> at;
  for (const TraceRequest& request : all.requests) at.push_back(ns(request.at) / 1'000'000'000);
  return at;
}

using Seconds = std::vector<std::int64_t>;

TEST_CASE("times are counted from the first kept request") {
  CHECK(seconds_of(read_all(kFive)) == Seconds{0, 1, 3, 3, 7});
  CHECK(seconds_of(read_all(kFive, {.window_start = milliseconds(500)})) == Seconds{0, 2, 2, 6});
}

TEST_CASE("a window holds its start and not its end") {
  const ReadAll all = read_all(kFive, {.window_start = seconds(1), .window_length = seconds(6)});
  CHECK(seconds_of(all) == Seconds{0, 2, 2});
  CHECK(all.requests[0].line == 3);
}

TEST_CASE("a window without requests is an error that says what the trace spans") {
  CHECK(read_all(kFive, {.window_start = seconds(8)}).error ==
        "t: no request lies in the window, which begins at 8 s; the rows read span 7 s");
}

TEST_CASE("time_scale multiplies the gaps and token_scale the tokens") {
  const ReadAll all = read_all(kFive, {.time_scale_ppm = 2'000'000, .token_scale_ppm = 1'350'000});
  CHECK(seconds_of(all) == Seconds{0, 2, 6, 6, 14});
  std::vector<std::int64_t> input;
  std::vector<std::int64_t> output;
  for (const TraceRequest& request : all.requests) {
    input.push_back(request.input_tokens);
    output.push_back(request.output_tokens);
  }
  CHECK(input == std::vector<std::int64_t>{14, 27, 41, 54, 68});  // halves up
  CHECK(output == std::vector<std::int64_t>{1, 3, 4, 5, 7});
}

TEST_CASE("a scaled count stays above zero, and max_tokens above what was produced") {
  const ReadAll all = read_all(
      "at,input_tokens,output_tokens,thinking_tokens,max_tokens,cached_prefix_id,cached_prefix_"
      "tokens\n"
      "0,1,1,1,2,p,1\n0,0,0,0,1,,\n",
      {.token_scale_ppm = 1});
  REQUIRE(all.requests.size() == 2);
  CHECK(all.requests[0].input_tokens == 1);
  CHECK(all.requests[0].cached_prefix_tokens == 1);
  CHECK(all.requests[0].max_tokens == 2);
  CHECK(all.requests[1].input_tokens == 0);
}

TEST_CASE("until ends the requests before that scaled time") {
  CHECK(seconds_of(read_all(kFive, {.time_scale_ppm = 2'000'000, .until = seconds(6)})) ==
        Seconds{0, 2});
}

TEST_CASE("a loop goes on after the last request and one mean gap") {
  const ReadAll all = read_all(kFive, {.loop = true, .until = seconds(18)});
  // 7 s over 4 gaps: the second pass begins at 8.75 s, the third at 17.5 s.
  CHECK(seconds_of(all) == Seconds{0, 1, 3, 3, 7, 8, 9, 11, 11, 15, 17});
  CHECK(all.requests[5].at == milliseconds(8750));
  CHECK(all.requests[5].pass == 1);
  CHECK(all.requests[5].line == 2);
  CHECK(all.requests[10].input_tokens == 10);
}

TEST_CASE("a loop over a window repeats with the window's length") {
  const ReadAll all = read_all(kFive, {.window_start = seconds(1),
                                       .window_length = seconds(4),
                                       .loop = true,
                                       .until = seconds(10)});
  CHECK(seconds_of(all) == Seconds{0, 2, 2, 4, 6, 6, 8});
}

TEST_CASE("a trace of one instant cannot loop without a window") {
  constexpr std::string_view kOne = "at,input_tokens,output_tokens\n5,1,1\n";
  CHECK(read_all(kOne, {.loop = true}).error.find("cannot loop; give window_length") !=
        std::string::npos);
  const ReadAll all =
      read_all(kOne, {.window_length = seconds(2), .loop = true, .until = seconds(5)});
  CHECK(seconds_of(all) == Seconds{0, 2, 4});
}

TEST_CASE("a file loops as its text does, with the same block ids in every pass") {
  const std::string text = mooncake_fixture(50, 4);
  const TemporaryFile file(text);
  const TraceOptions options{
      .path = file.path(), .loop = true, .until = minutes(2), .random = RandomSource(7, 0)};
  const ReadAll expected = read_all(text, options);
  const auto reader = TraceReader::open(options);
  REQUIRE(reader);
  std::vector<TraceRequest> requests;
  for (TraceRequest request; (*reader)->next(request).value();) requests.push_back(request);
  CHECK(requests == expected.requests);
  REQUIRE(requests.size() > 100);
  CHECK(requests[3].block_ids == requests[53].block_ids);
  CHECK((*reader)->requests() == static_cast<std::int64_t>(requests.size()));
  CHECK(std::is_sorted(requests.begin(), requests.end(),
                       [](const auto& a, const auto& b) { return a.at < b.at; }));
}

// Where the rows of each timestamp may lie: from it to 3 s later, or to the next timestamp if that
// is nearer.
TEST_CASE(
    "rows of one timestamp are spread over three seconds in their order, up to the next one") {
  std::string text;
  FixtureDraw draw(11);
  std::vector<std::int64_t> stamps;
  for (std::int64_t stamp = 0; stamps.size() < 3000;) {
    for (std::int64_t rows = 1 + draw.below(20); rows > 0; --rows) {
      stamps.push_back(stamp);
      text += fmt::format("{{\"timestamp\":{},\"input_length\":1,\"output_length\":1}}\n", stamp);
    }
    stamp += 1000 + draw.below(5000);
  }
  const ReadAll all = read_all(text, {.random = RandomSource(5, 0)});
  REQUIRE(all.requests.size() == stamps.size());
  std::int64_t early = 0;
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    const auto next = std::upper_bound(stamps.begin(), stamps.end(), stamps[i]);
    const std::int64_t end =
        next == stamps.end() ? stamps[i] + 3000 : std::min(stamps[i] + 3000, *next);
    const Duration at = all.requests[i].at;
    CHECK(all.requests[i].line == static_cast<std::int64_t>(i) + 1);
    CHECK(at >= milliseconds(stamps[i]));
    CHECK(at < milliseconds(end));
    if (i > 0) CHECK(at >= all.requests[i - 1].at);
    early += at < milliseconds((stamps[i] + end) / 2) ? 1 : 0;
  }
  CHECK(early > 1350);  // half of 3000, within five standard errors
  CHECK(early < 1650);
  CHECK(read_all(text, {.random = RandomSource(5, 0)}).requests == all.requests);
  CHECK(read_all(text, {.random = RandomSource(6, 0)}).requests != all.requests);
  CHECK(read_all(text, {.random = RandomSource(5, 1)}).requests != all.requests);
  CHECK(read_all(text, {.random = RandomSource(5, 0), .workload_hash = 1}).requests !=
        all.requests);
}

TEST_CASE("the spread does not leave the window") {
  const std::string text = mooncake_fixture(300, 8);
  const ReadAll all = read_all(text, {.window_start = seconds(6),
                                      .window_length = seconds(10),
                                      .loop = true,
                                      .until = seconds(200)});
  CHECK(all.error.empty());
  REQUIRE(all.requests.size() > 20);
  for (std::size_t i = 1; i < all.requests.size(); ++i) {
    REQUIRE(all.requests[i - 1].at <= all.requests[i].at);
  }
}

TEST_CASE("more rows at one instant than can be spread are an error that names the way out") {
  std::string text = "at,input_tokens,output_tokens\n";
  for (int i = 0; i < 17'000; ++i) text += "1,1,1\n";
  CHECK(read_all(text, {.spread = seconds(1)}).error.find("give a spread of 0") !=
        std::string::npos);
  CHECK(read_all(text).requests.size() == 17'000);
}

TEST_CASE("malformed rows are skipped and counted once, if asked, with the first ten kept") {
  std::string text(kFive);
  for (int i = 0; i < 12; ++i) text += "106,1,1\n";
  text += "108,60,6\n";
  const TraceOptions options{
      .path = "t", .loop = true, .until = seconds(30), .skip_bad_rows = true};
  const ReadAll all = read_all(text, options);
  CHECK(all.error.empty());
  CHECK(all.bad_rows == 12);
  CHECK(all.requests[5].input_tokens == 60);
  CHECK(all.requests.size() > 12);
  const auto reader = TraceReader::read_text(text, options);
  for (TraceRequest request; (*reader)->next(request).value();) continue;
  REQUIRE((*reader)->bad_row_examples().size() == 10);
  CHECK((*reader)->bad_row_examples()[0].text() ==
        "t:7: the row's time goes back by 1 s from the row before it; sort the file by time");
}

TEST_CASE("a file of malformed rows alone is an error even when they are skipped") {
  CHECK(read_all("at,input_tokens,output_tokens\nx,1,1\n", {.skip_bad_rows = true}).error ==
        "t: all 1 rows are malformed; the first: t:2: at is \"x\"; expected a decimal number");
}

TEST_CASE("an error is final") {
  const auto reader =
      TraceReader::read_text("at,input_tokens,output_tokens\nx,1,1\n1,1,1\n", {.path = "t"});
  REQUIRE(reader);
  TraceRequest request;
  const Result<bool> first = (*reader)->next(request);
  REQUIRE_FALSE(first);
  CHECK((*reader)->next(request).error() == first.error());
}

TEST_CASE("an option out of range is refused by its name") {
  const auto where = [](TraceOptions options) {
    const auto reader = TraceReader::read_text(kFive, std::move(options));
    return reader ? std::string() : reader.error().where;
  };
  CHECK(where({}) == "path");
  CHECK(where({.path = "t", .window_start = nanoseconds(-1)}) == "window_start");
  CHECK(where({.path = "t", .window_length = Duration{}}) == "window_length");
  CHECK(where({.path = "t", .time_scale_ppm = 0}) == "time_scale");
  CHECK(where({.path = "t", .token_scale_ppm = 1'000'000'001}) == "token_scale");
  CHECK(where({.path = "t", .until = Duration{}}) == "until");
  CHECK(where({.path = "t", .spread = nanoseconds(-1)}) == "spread");
  CHECK(where({.path = "t", .block_tokens = 0}) == "block_tokens");
  CHECK(where({.path = "t"}).empty());
}

TEST_CASE("a loop without an end stops at a hundred years with an error, not with an overflow") {
  const ReadAll all = read_all("at,input_tokens,output_tokens\n0,1,1\n3153600000,1,1\n",
                               {.time_scale_ppm = 1'000'000'000, .loop = true});
  CHECK(all.requests.size() == 1);
  CHECK(all.error.find("beyond a hundred years") != std::string::npos);
}

TEST_CASE("the tokens of the first blocks are scaled and end with the prompt") {
  const auto reader = TraceReader::read_text(
      "{\"timestamp\":0,\"input_length\":1300,\"output_length\":1,\"hash_ids\":[4,5,6]}",
      {.path = "t", .token_scale_ppm = 1'300'000});
  TraceRequest request;
  REQUIRE((*reader)->next(request).value());
  CHECK(request.input_tokens == 1690);
  CHECK((*reader)->prefix_tokens(request, 0) == 0);
  CHECK((*reader)->prefix_tokens(request, 1) == 666);
  CHECK((*reader)->prefix_tokens(request, 2) == 1331);
  CHECK((*reader)->prefix_tokens(request, 3) == 1690);
  CHECK((*reader)->prefix_tokens(request, 9) == 1690);
}

TEST_CASE("a file of fifty megabytes streams through less than one") {
  const std::string chunk = mooncake_fixture(1000, 2);
  TemporaryFile file("");
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
  std::string moved;
  for (std::int64_t shift = 0; bytes < 50'000'000; shift += 1'000'000'000) {
    moved.clear();
    for (const std::string& line : split(chunk, '\n')) {
      if (line.empty()) continue;
      const std::size_t begin = line.find(": ") + 2;
      const std::size_t end = line.find(',');
      moved += fmt::format("{}{}{}\n", line.substr(0, begin),
                           std::stoll(line.substr(begin, end - begin)) + shift, line.substr(end));
      ++rows;
    }
    file.append(moved);
    bytes += static_cast<std::int64_t>(moved.size());
  }
  const auto reader = TraceReader::open({.path = file.path()});
  REQUIRE(reader);
  std::size_t most = 0;
  TraceRequest request;
  while ((*reader)->next(request).value()) most = std::max(most, (*reader)->buffer_bytes());
  CHECK((*reader)->requests() == rows);
  CHECK(most < 1'000'000);
}

}  // namespace
}  // namespace sluice::ingest
