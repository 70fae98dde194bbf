#include "report/chrome_trace.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "describe/json.hpp"
#include "report/trace_lanes.hpp"
#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using describe::Value;
using testing::TinyRun;

TracedId id_of(std::uint64_t session, std::uint16_t workload = 0) {
  return {.workload = WorkloadId{workload}, .turn = 0, .session = session};
}

// A request that is refused `refusals` times and then answered; all in odd nanoseconds.
void add(RunTrace& trace, TracedId id, TimePoint planned, int refusals, Duration service) {
  TimePoint now = planned + nanoseconds(1'234'567);
  TracedAttempt attempt{.request = id, .planned = planned};
  for (int i = 0; i < refusals; ++i) {
    attempt.number = i + 1;
    attempt.sent = attempt.ended = now;
    attempt.error = ErrorKind::kRateLimit;
    attempt.limit = LimitCause::kRequests;
    attempt.retry_after = seconds(1);
    trace.add(attempt);
    now += milliseconds(700) + nanoseconds(333);
  }
  attempt = {.request = id, .planned = planned, .number = refusals + 1};
  attempt.sent = now;
  attempt.first_token = now + service / 3;
  attempt.ended = now + service;
  trace.add(attempt);
  trace.add(TracedRequest{.id = id, .planned = planned, .ended = attempt.ended});
}

RunTrace random_trace(std::uint64_t seed) {
  RunTrace trace;
  std::uint64_t state = seed;
  const auto draw = [&](std::uint64_t below) { return (state = mix64(state + 1)) % below; };
  for (std::uint64_t i = 0; i < 300; ++i) {
    const TimePoint planned =
        kRunStart + nanoseconds(static_cast<std::int64_t>(draw(20'000'000'000)));
    add(trace, id_of(i, static_cast<std::uint16_t>(i % 2)), planned, static_cast<int>(draw(4)),
        nanoseconds(static_cast<std::int64_t>(draw(3'000'000'000))));
  }
  return trace;
}

RunResult result_with(RunTrace trace) {
  RunResult result = TinyRun({.requests = 10}).result();
  result.trace = std::move(trace);
  return result;
}

std::vector<Value> events_of(const RunResult& result) {
  const auto parsed = describe::parse_json(render_chrome_trace(result), "trace");
  REQUIRE(parsed.has_value());
  return parsed->find("traceEvents")->items();
}

struct Slice {
  std::int64_t begin;
  std::int64_t end;
};

bool is(const Value& event, std::string_view phase) {
  return event.find("ph")->as_string() == phase;
}

}  // namespace

TEST_CASE("within a lane slices either nest or stand apart, in the order of the file") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  CAPTURE(seed);
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<Slice>> lanes;
  for (const Value& event : events_of(result_with(random_trace(seed)))) {
    if (!is(event, "X")) continue;
    const std::int64_t begin = event.find("ts")->as_integer();
    lanes[{event.find("pid")->as_integer(), event.find("tid")->as_integer()}].push_back(
        {begin, begin + event.find("dur")->as_integer()});
  }
  CHECK(lanes.size() > 10);
  for (const auto& [lane, slices] : lanes) {
    std::vector<Slice> open;
    for (const Slice& slice : slices) {
      while (!open.empty() && open.back().end <= slice.begin) open.pop_back();
      if (open.empty()) {
        open.push_back(slice);
        continue;
      }
      CHECK(open.back().begin <= slice.begin);
      CHECK(slice.end <= open.back().end);
      open.push_back(slice);
    }
  }
}

TEST_CASE("there are as many lanes as requests were under way at once") {
  RunTrace trace;
  for (std::uint64_t i = 0; i < 5; ++i) {
    add(trace, id_of(i), kRunStart + milliseconds(10) * static_cast<std::int64_t>(i), 0,
        seconds(1));
  }
  add(trace, id_of(9), kRunStart + seconds(60), 0, seconds(1));
  const std::vector<TracedLife> lives = lives_of(trace);
  REQUIRE(lives.size() == 6);
  for (std::size_t i = 0; i < 5; ++i) CHECK(lives[i].lane == i);
  CHECK(lives[5].lane == 0);
}

TEST_CASE("a request holds its queueing, attempts, waits and the 429 with its cause") {
  RunTrace trace;
  add(trace, id_of(7), kRunStart + seconds(1), 1, milliseconds(900));
  std::vector<std::string> names;
  for (const Value& event : events_of(result_with(trace))) {
    if (is(event, "X")) names.push_back(event.find("name")->as_string());
    if (is(event, "i") && event.find("s")->as_string() == "t") {
      names.push_back("! " + event.find("name")->as_string());
    }
  }
  CHECK(names == std::vector<std::string>{"request: ok", "queueing", "attempt 1", "! 429 requests",
                                          "backoff", "attempt 2", "to first token", "output"});
}

TEST_CASE("a request that never ended is drawn as far as it came, and says so") {
  RunTrace trace;
  TracedAttempt attempt{.request = id_of(1), .planned = kRunStart};
  attempt.sent = kRunStart + seconds(1);
  attempt.ended = kRunStart + seconds(2);
  attempt.error = ErrorKind::kOverloaded;
  trace.add(attempt);
  const std::vector<Value> events = events_of(result_with(trace));
  const auto request = std::find_if(events.begin(), events.end(), [](const Value& event) {
    return event.find("name")->as_string() == "request: not ended";
  });
  REQUIRE(request != events.end());
  CHECK(request->find("dur")->as_integer() == 2'000'000);
}

TEST_CASE("a trace that is full keeps no more and says how much it left out") {
  RunTrace trace;
  trace.most = 10;
  for (std::uint64_t i = 0; i < 10; ++i) {
    add(trace, id_of(i), kRunStart + seconds(static_cast<std::int64_t>(i)), 0, milliseconds(5));
  }
  CHECK(trace.attempts.size() + trace.requests.size() == 10);
  CHECK(trace.attempts_left_out == 5);
  const std::string text = render_chrome_trace(result_with(trace));
  CHECK(text.find("\"attempts_left_out\":5") != std::string::npos);
  CHECK(text.find("the trace is full: 5 attempts") != std::string::npos);
}

TEST_CASE("names in a trace are JSON text, levels are counters, events are instants") {
  RunTrace trace;
  trace.add(TracedLevel{kRunStart + seconds(2), 1, -40});
  RunResult result = result_with(trace);
  result.facts.names.workloads[0] = "a\"b";
  result.facts.names.limiters[1] = "l\\m";
  const std::vector<Value> events = events_of(result);
  const auto counter =
      std::find_if(events.begin(), events.end(), [](const Value& event) { return is(event, "C"); });
  REQUIRE(counter != events.end());
  CHECK(counter->find("name")->as_string() == "l\\m");
  CHECK(counter->find("args")->find("level")->as_integer() == -40);
  CHECK(std::any_of(events.begin(), events.end(), [](const Value& event) {
    return is(event, "i") && event.find("name")->as_string() == "key-2 rotated";
  }));
}

TEST_CASE("a result without a trace is a trace without slices") {
  const std::vector<Value> events = events_of(TinyRun({.requests = 10}).result());
  CHECK(std::none_of(events.begin(), events.end(),
                     [](const Value& event) { return is(event, "X"); }));
}
