// An HttpApi with all that it needs, against a server on loopback, and attempts that are made
// through it.
//
//   LiveApi live(url, plan);
//   Sent& sent = live.send(spec);
//   live.run();                       // until all attempts have ended
//   sent.exchange.outcome
#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "live/http_api.hpp"
#include "support/awaited_attempt.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice::test {

struct Sent {
  Sent(ApiPort& port, const RequestSpec& spec) : attempt(port, spec) {}
  testing::AwaitedAttempt attempt;
  Exchange exchange{};
  bool has_ended = false;
};

// Runs until it first waits, and ends by itself.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const { std::terminate(); }
  };
};

// What an attempt was when it ended.
struct SeenAttempt {
  int status = 0;
  std::int64_t sent_wall = 0;
  std::string transport;
  std::string request_id;
  bool reused = false;
  bool renews_token = false;
};

class LiveApi final : live::AttemptObserver, live::HttpApi::Listener {
 public:
  LiveApi(const std::string& url, RunPlan run_plan, live::GuardOptions limits = {},
          live::WriterOptions options = {.target_is_mock = true, .api_version = "2026-10-21"},
          live::CredentialPlan credential_plan = some_key())
      : plan(std::move(run_plan)),
        loop(timers, {.tick = {}, .keeps_lateness = true}),
        client(make_client(loop, url)),
        credentials(std::move(credential_plan)),
        guard(plan, limits),
        writer(plan, options),
        api({.loop = loop,
             .client = *client,
             .plan = plan,
             .writer = writer,
             .credentials = credentials,
             .guard = guard,
             .observer = *this,
             .format = options.format,
             .target_is_mock = options.target_is_mock}) {
    api.listen(this);
    loop.every(seconds(30), [this] {
      is_late = true;
      loop.stop();
    });
  }
  // Those that would have waited for ever.
  ~LiveApi() override {
    for (Sent& sent : all) {
      if (!sent.has_ended) sent.attempt.waiting.destroy();
    }
  }

  static live::CredentialPlan some_key() {
    live::CredentialPlan credential_plan;
    credential_plan.keys.emplace_back("sk-ant-api03-any");
    return credential_plan;
  }
  static std::unique_ptr<net::HttpClient> make_client(net::EventLoop& loop,
                                                      const std::string& url) {
    auto made = net::HttpClient::make(loop, {.target = *net::parse_url(url, "test")});
    if (!made) FAIL(made.error().text());
    return std::move(*made);
  }

  Sent& send(const RequestSpec& spec, TimePoint give_up_at = kNever) {
    Sent& sent = all.emplace_back(api, spec);
    sent.attempt.give_up_at = give_up_at;
    begin(sent);
    return sent;
  }
  // Sends one that was put into `all` by hand.
  void begin(Sent& sent) {
    sent.attempt.number = 1;
    ++open;
    perform(sent);
  }
  // Until all attempts have ended, or the API is idle after a stop.
  void run() {
    if (open > 0) loop.run();
    REQUIRE_FALSE(is_late);
  }

  RunPlan plan;
  TimerQueue timers;
  net::EventLoop loop;
  std::unique_ptr<net::HttpClient> client;
  live::Credentials credentials;
  live::RunGuard guard;
  live::RequestWriter writer;
  live::HttpApi api;
  std::deque<Sent> all;
  std::vector<SeenAttempt> seen;
  std::size_t open = 0;
  int sent_count = 0;
  int held_back = 0;
  int guard_stops = 0;
  int idles = 0;
  bool is_late = false;
  std::function<void()> on_end;  // of each attempt

 private:
  Detached perform(Sent& sent) {
    co_await sent.attempt;
    sent.exchange = api.exchange();
    sent.has_ended = true;
    if (on_end) on_end();
    if (--open == 0) loop.stop();
  }
  void on_sent(const RequestSpec&, std::int32_t, TimePoint, std::int64_t, Duration) override {
    ++sent_count;
  }
  void on_held_back() override { ++held_back; }
  void on_ended(const live::AttemptFacts& facts) override {
    seen.push_back({.status = facts.status,
                    .sent_wall = facts.sent_wall,
                    .transport = std::string(facts.transport),
                    .request_id = facts.fields.request_id,
                    .reused = facts.reused_connection,
                    .renews_token = facts.renews_token});
  }
  void on_guard_stop() override { ++guard_stops; }
  void on_idle() override {
    ++idles;
    loop.stop();
  }
};

}  // namespace sluice::test
