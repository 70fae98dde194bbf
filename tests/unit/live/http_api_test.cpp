// Against the mock, over sockets.
#include "live/http_api.hpp"

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "mock/mock_server.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"
#include "unit/live/live_api.hpp"

namespace sluice::live {
namespace {

using test::LiveApi;
using test::Sent;

// On a thread of its own.
class MockThread {
 public:
  explicit MockThread(const std::string& organization, const mock::MockOptions& options = {})
      : plan(test::mock_plan(organization, options)) {
    auto started = mock::MockServer::start(plan, {.port = 0});
    if (!started) FAIL(started.error().text());
    server_ = std::move(*started);
    url = server_->url();
    thread_ = std::thread([this] { server_->run(); });
  }
  ~MockThread() {
    server_->loop().stop();
    thread_.join();
  }
  MockThread(const MockThread&) = delete;
  MockThread& operator=(const MockThread&) = delete;

  mock::MockPlan plan;
  std::string url;

 private:
  std::unique_ptr<mock::MockServer> server_;
  std::thread thread_;
};

RequestSpec request(const RunPlan& plan, std::uint64_t session = 1) {
  const WorkloadGenerator generator(plan.workloads[0], RandomSource(plan.seed, 0));
  return generator.single(session);
}

constexpr mock::MockOptions kAtOnce{.latency = false};

}  // namespace

namespace {

struct HeardHead : HeadWatch {
  HeardHead() { came = &hear; }
  static void hear(AttemptInFlight& attempt, const RateLimitView& view) {
    auto& heard = *static_cast<HeardHead*>(attempt.head);
    heard.views.push_back(view);
  }
  std::vector<RateLimitView> views;
};

}  // namespace

TEST_CASE("who listens hears what a head says of the limits, of an answer and of a refusal") {
  MockThread mock(R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 2}}})",
                  kAtOnce);
  LiveApi live(mock.url, mock.plan.run);
  HeardHead heard;
  for (std::uint64_t session = 0; session < 3; ++session) {
    RequestSpec spec = request(live.plan, session);
    spec.stream = session == 0;
    live.all.emplace_back(live.api, spec);
    live.all.back().attempt.head = &heard;
    live.begin(live.all.back());
    live.run();
  }
  REQUIRE(heard.views.size() == 3);
  CHECK(live.all[2].exchange.outcome.error == ErrorKind::kRateLimit);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(heard.views[i].requests);
    CHECK(heard.views[i].requests->limit == 2);
    CHECK(heard.views[i].requests->remaining == std::array{1, 0, 0}[i]);
    // A mock's clock is not ours: half a bucket takes half a minute.
    const Duration full_in = heard.views[i].requests->full_at - live.timers.now();
    CHECK(full_in <= seconds(i == 0 ? 30 : 60));
    CHECK(full_in > seconds(i == 0 ? 25 : 55));
  }
}

TEST_CASE("a stream's outcome has the server's usage, its price, and its times") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run);
  RequestSpec spec = request(live.plan);
  spec.stream = GENERATE(true, false);
  const Sent& sent = live.send(spec);
  CHECK(live.api.in_flight() == 1);
  live.run();
  const Outcome& outcome = sent.exchange.outcome;
  CHECK(outcome.error == ErrorKind::kNone);
  CHECK(outcome.began);
  CHECK(outcome.usage == Usage{.input_tokens = 1000, .output_tokens = 100});
  CHECK(sent.exchange.billed);
  CHECK(sent.exchange.cost.total() == *Money::from_decimal("0.0015"));
  CHECK(live.guard.spent() == sent.exchange.cost.total());
  CHECK(outcome.sent <= outcome.first_token);
  CHECK(outcome.first_token <= outcome.first_answer);
  CHECK(outcome.first_answer <= outcome.ended);
  CHECK(live.seen[0].status == 200);
  CHECK(live.seen[0].request_id.starts_with("req_"));
  CHECK(live.sent_count == 1);
  CHECK(live.api.in_flight() == 0);
}

TEST_CASE("connections and attempts are used again") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run);
  for (std::uint64_t i = 0; i < 20; ++i) {
    live.send(request(live.plan, i));
    live.run();
  }
  CHECK(live.client->counters().connections_opened == 1);
  CHECK(live.seen.back().reused);
  for (const Sent& sent : live.all) CHECK(sent.exchange.outcome.ok());
}

TEST_CASE("a refusal by a limit says which, and when to come again") {
  MockThread mock(R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 1}}})",
                  kAtOnce);
  LiveApi live(mock.url, mock.plan.run);
  live.send(request(live.plan, 1));
  live.run();
  const Sent& second = live.send(request(live.plan, 2));
  live.run();
  const Outcome& outcome = second.exchange.outcome;
  CHECK(outcome.error == ErrorKind::kRateLimit);
  CHECK(outcome.limit == LimitCause::kRequests);
  REQUIRE(outcome.retry_after);
  CHECK(*outcome.retry_after > seconds(50));
  CHECK(outcome.should_retry == true);
  CHECK_FALSE(outcome.began);
  CHECK_FALSE(second.exchange.billed);
  CHECK(live.guard.spent() == live.all[0].exchange.cost.total());
}

TEST_CASE("a key that is refused ends the run") {
  MockThread mock(R"({"tier": "scale"})", {.any_key = false, .latency = false});
  LiveApi live(mock.url, mock.plan.run);
  const Sent& refused = live.send(request(live.plan, 1));
  live.run();
  CHECK(refused.exchange.outcome.error == ErrorKind::kAuthentication);
  const Sent& never = live.send(request(live.plan, 2));
  if (live.idles == 0) live.run();
  CHECK_FALSE(never.has_ended);
  CHECK(live.api.held() == 1);
  CHECK(live.guard_stops == 1);
  CHECK(live.idles == 1);
  CHECK(live.guard.stop() == StopReason::kAuthentication);
}

TEST_CASE("money for one attempt at a time sends one at a time, in order") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run, {.max_cost = Money::from_decimal("0.0100").value()});
  std::size_t most = 0;
  live.on_end = [&] { most = std::max(most, live.api.in_flight()); };
  for (std::uint64_t i = 0; i < 12; ++i) live.send(request(live.plan, i));
  CHECK(live.api.in_flight() == 6);
  CHECK(live.held_back == 6);
  live.run();
  CHECK(live.guard.stop() == StopReason::kSpendCap);
  CHECK(live.guard.spent() <= Money::from_decimal("0.0100").value());
  CHECK(live.guard_stops == 1);
  CHECK(live.idles == 1);
  // In the order in which they came, as far as the money went.
  std::size_t ended = 0;
  while (ended < 12 && live.all[ended].has_ended) ++ended;
  CHECK(ended == 6);
  CHECK(live.api.held() == 6);
}

TEST_CASE("headroom holds back until the first header has come") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run, {.headroom_permille = 200});
  for (std::uint64_t i = 0; i < 5; ++i) live.send(request(live.plan, i));
  CHECK(live.api.in_flight() == 1);
  CHECK(live.api.held() == 4);
  live.run();
  for (const Sent& sent : live.all) CHECK(sent.exchange.outcome.ok());
  CHECK(live.guard.lowest_headroom());
}

TEST_CASE("an attempt is given up in time, held back or under way") {
  MockThread mock(R"({"tier": "scale"})");  // answers take about a second
  LiveApi live(mock.url, mock.plan.run, {.headroom_permille = 200});
  const Sent& under_way = live.send(request(live.plan, 1), kRunStart + milliseconds(80));
  const Sent& held = live.send(request(live.plan, 2), kRunStart + milliseconds(40));
  live.run();
  CHECK(under_way.exchange.outcome.error == ErrorKind::kAttemptTimeout);
  CHECK(held.exchange.outcome.error == ErrorKind::kAttemptTimeout);
  CHECK(held.exchange.outcome.ended >= kRunStart + milliseconds(40));
  CHECK(under_way.exchange.outcome.ended >= kRunStart + milliseconds(80));
  REQUIRE(live.seen.size() == 2);
  CHECK(live.seen[0].transport == "held back until its time was over");
  CHECK(live.seen[0].sent_wall == 0);
  CHECK(live.seen[1].sent_wall > 0);
  CHECK(live.guard.spent() > Money{});  // it may have been billed
}

TEST_CASE("after stop() what is in flight ends and nothing else is sent") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run);
  const Sent& under_way = live.send(request(live.plan, 1));
  live.api.stop();
  const Sent& late = live.send(request(live.plan, 2));
  live.run();
  CHECK(under_way.exchange.outcome.ok());
  CHECK_FALSE(late.has_ended);
  CHECK(live.idles == 1);
  CHECK(live.guard_stops == 0);
}

TEST_CASE("an idle API says so when it is stopped") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run);
  live.api.stop();
  live.loop.run();
  CHECK(live.idles == 1);
}

TEST_CASE("chat completions are answered like messages") {
  MockThread mock(R"({"tier": "scale"})", kAtOnce);
  LiveApi live(mock.url, mock.plan.run, {},
               {.format = wire::AnswerFormat::kChat, .target_is_mock = true});
  const Sent& sent = live.send(request(live.plan));
  live.run();
  CHECK(sent.exchange.outcome.error == ErrorKind::kNone);
  CHECK(sent.exchange.outcome.usage == Usage{.input_tokens = 1000, .output_tokens = 100});
}

}  // namespace sluice::live
