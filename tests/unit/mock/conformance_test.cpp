// The mock decides as ApiModel does: a table of limits and calls at instants, run against a bare
// ApiModel and through the whole mock under a manual clock, and the journal replayed.
#include <optional>
#include <string>
#include <vector>

#include "mock/limit_headers.hpp"
#include "support/catch.hpp"
#include "support/journal_replay.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::JournalReplay;
using test::MemoryReply;
using test::MockClient;

struct CallAt {
  std::int64_t at_ms = 0;
  int words = 10;  // of the prompt
  std::int64_t output = 10;
  bool stream = false;
  int status = 200;
  std::string retry_after{};
  std::string requests_left{};
  std::string input_left{};   // to the nearest thousand
  std::string output_left{};  // the same
};

struct Case {
  const char* name;
  const char* organization;
  std::vector<CallAt> calls;
};

// Prompts are so many words and a few that frame them.
const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"a limit on requests refills one at a time",
       R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 2}}})",
       {{.at_ms = 0, .requests_left = "1"},
        {.at_ms = 1, .requests_left = "0"},
        {.at_ms = 2, .status = 429, .retry_after = "30", .requests_left = "0"},
        {.at_ms = 29'000, .status = 429, .retry_after = "1"},
        {.at_ms = 30'000, .requests_left = "0"},
        {.at_ms = 90'001, .requests_left = "1"}}},
      {"input is charged as the prompt has it, and refused until it fits",
       R"({"tier": "custom",
           "limits": {"haiku-4.5": {"input_tokens_per_minute_cache_aware": 10000}}})",
       {{.at_ms = 0, .words = 4990, .input_left = "5000"},
        {.at_ms = 1, .words = 4990, .input_left = "0"},
        {.at_ms = 2, .words = 990, .status = 429, .retry_after = "6", .input_left = "0"},
        {.at_ms = 12'000, .words = 990, .input_left = "1000"}}},
      {"output is charged as it is produced, into debt if need be",
       R"({"tier": "custom", "limits": {"haiku-4.5": {"output_tokens_per_minute": 6000}}})",
       {{.at_ms = 0, .output = 9000, .stream = true, .output_left = "6000"},
        {.at_ms = 1, .output = 10, .stream = true, .output_left = "6000"},
        {.at_ms = 300'000, .output = 10, .output_left = "6000"}}},
      {"the limit that would be ready last is blamed",
       R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 1,
           "input_tokens_per_minute_cache_aware": 1000}}})",
       {{.at_ms = 0, .words = 900, .requests_left = "0"},
        {.at_ms = 10, .words = 900, .status = 429, .retry_after = "60"},
        {.at_ms = 20, .words = 5000, .status = 429}}},
      {"answers in flight are limited",
       R"({"tier": "custom", "max_concurrent": 2,
           "limits": {"haiku-4.5": {"requests_per_minute": 100}}})",
       {{.at_ms = 0, .output = 500},
        {.at_ms = 1, .output = 500},
        {.at_ms = 2, .status = 429, .requests_left = "98"},
        {.at_ms = 60'000, .output = 10}}},
  };
  return kCases;
}

std::string body_of(const CallAt& call) {
  std::string body = R"({"model":"claude-haiku-4-5","max_tokens":20000,"messages":[{"role":"user",)"
                     R"("content":")";
  for (int i = 0; i < call.words; ++i) body += i == 0 ? "time" : " time";
  body += "\"}]";
  if (call.stream) body += ",\"stream\":true";
  return body + "}";
}

std::string seen(const CallAt& expected, const std::string& status, const std::string& retry,
                 const std::string& requests, const std::string& input, const std::string& output) {
  std::string text = status + " " + (expected.retry_after.empty() ? "" : retry);
  if (!expected.requests_left.empty()) text += " requests " + requests;
  if (!expected.input_left.empty()) text += " input " + input;
  if (!expected.output_left.empty()) text += " output " + output;
  return text;
}

std::string expected_of(const CallAt& call) {
  return seen(call, std::to_string(call.status), call.retry_after, call.requests_left,
              call.input_left, call.output_left);
}

std::string answer_of(const CallAt& call, const MemoryReply& reply) {
  const auto field = [&](const char* name) { return std::string(reply.field(name)); };
  return seen(call, std::to_string(reply.status), field("retry-after"),
              field("anthropic-ratelimit-requests-remaining"),
              field("anthropic-ratelimit-input-tokens-remaining"),
              field("anthropic-ratelimit-output-tokens-remaining"));
}

std::string rounded(const std::optional<wire::LimitState>& state) {
  return state ? std::to_string((state->remaining + 500) / 1000 * 1000) : "";
}

// The same call to a bare model, whose own levels say what the headers should. Output is read when
// the headers of that kind of answer leave.
class BareModel {
 public:
  explicit BareModel(const MockPlan& plan) : api_(plan.run, RandomSource(plan.run.seed, 0)) {}

  void ask(const ServedRequest& served) {
    run_to(served.arrived);
    Flight& flight = flights_.emplace_back();
    flight.model = this;
    flight.spec = served.spec;
    Outcome refusal;
    flight.is_admitted =
        api_.admit(served.arrived, flight.spec, served.attempt, flight.admitted, refusal);
    flight.retry_after = refusal.retry_after;
    flight.status = flight.is_admitted ? 200 : http_status(refusal.error);
    flight.limits =
        LimitSnapshot(api_.limiter(), flight.admitted.route, served.arrived, ClientClock{});
    if (!flight.is_admitted) return;
    flight.fire = &on_first_token;
    timers_.push(flight.admitted.first_token, flight);
  }
  void run_to(TimePoint time) {
    timers_.run_until(time, [](std::uint64_t) { return true; });
    timers_.advance_to(time);
  }
  std::string answer(std::size_t i, const CallAt& call) const {
    const Flight& flight = flights_[i];
    const auto headers = flight.limits.headers();
    return seen(call, std::to_string(flight.status),
                flight.retry_after ? std::to_string(ns(*flight.retry_after) / 1'000'000'000) : "",
                headers.requests ? std::to_string(headers.requests->remaining) : "",
                rounded(headers.input_tokens), rounded(headers.output_tokens));
  }

 private:
  struct Flight : TimedCall {
    BareModel* model = nullptr;
    RequestSpec spec;
    Admitted admitted;
    LimitSnapshot limits;
    std::optional<Duration> retry_after;
    int status = 0;
    bool is_admitted = false;

    void read_output() {
      limits.read_output(model->api_.limiter(), admitted.route, model->timers_.now(),
                         ClientClock{});
    }
  };
  static void on_first_token(TimedCall& call) {
    auto& flight = static_cast<Flight&>(call);
    if (flight.spec.stream) flight.read_output();
    flight.model->api_.begin(flight.model->timers_.now(), flight.spec, flight.admitted);
    flight.fire = &on_end;
    flight.model->timers_.push(flight.admitted.ends, flight);
  }
  static void on_end(TimedCall& call) {
    auto& flight = static_cast<Flight&>(call);
    Exchange exchange;
    flight.model->api_.finish(flight.model->timers_.now(), flight.spec, flight.admitted, exchange);
    if (!flight.spec.stream) flight.read_output();
  }

  TimerQueue timers_;
  ApiModel api_;
  std::deque<Flight> flights_;
};

TEST_CASE("the mock, a bare model and the table agree on statuses and headers") {
  for (const Case& one : cases()) {
    const MockPlan plan = test::mock_plan(one.organization);
    MockClient mock(plan);
    BareModel bare(mock.state().plan);
    std::vector<const MemoryReply*> replies;
    for (std::size_t i = 0; i < one.calls.size(); ++i) {
      const CallAt& call = one.calls[i];
      mock.run_to(kRunStart + milliseconds(call.at_ms));
      const std::string name =
          "table/" + std::to_string(i) + "/0/0; output=" + std::to_string(call.output);
      replies.push_back(&mock.message(body_of(call), {{"sluice-request", name}}));
      bare.ask(*mock.state().journal.list(i, 1).at(0));
    }
    mock.run_for(minutes(30));
    bare.run_to(mock.timers().now());
    for (std::size_t i = 0; i < one.calls.size(); ++i) {
      INFO(one.name << ", call " << i);
      CHECK(answer_of(one.calls[i], *replies[i]) == expected_of(one.calls[i]));
      CHECK(bare.answer(i, one.calls[i]) == expected_of(one.calls[i]));
    }
    JournalReplay replay(plan);
    replay.run(mock.state().journal.list(0, 100), mock.timers().now());
    INFO(one.name);
    CHECK(replay.differences() == std::vector<std::string>{});
  }
}

TEST_CASE("the clock can be set by a call, and events fire at their own instants") {
  MockClient mock(test::mock_plan(R"({"tier": "start"})"));
  const MemoryReply& reply = mock.message(body_of({}), {{"sluice-request", "a/1/0/0; output=5"}});
  CHECK(mock.post("/_sluice/clock", R"({"advance":"10m"})").status == 200);
  CHECK(reply.state == MemoryReply::State::kFinished);
  CHECK(mock.timers().now() == kRunStart + minutes(10));
  CHECK(mock.state().journal.list(0, 1).at(0)->outcome.ended < kRunStart + minutes(1));
  CHECK(mock.post("/_sluice/clock", R"({"to":"2026-11-20T22:20:00Z"})").status == 200);
  CHECK(mock.timers().now() == kRunStart + minutes(20));
  CHECK(mock.post("/_sluice/clock", R"({"to":"2026-11-20T22:19:00Z"})").status == 400);
  CHECK(mock.post("/_sluice/clock", R"({"by":"1s"})").status == 400);
}

}  // namespace
}  // namespace sluice::mock
