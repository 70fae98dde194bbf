// The grade over a mock that decides: whole clients in virtual time, good ones and bad ones.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/draw.hpp"
#include "mock/grade_text.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

constexpr const char* kThirtyAMinute =
    R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 30}}})";

// What a client does after an answer that failed: how long it waits, or nothing when it gives up.
using Wait = std::function<std::optional<Duration>(int tries, int status, Duration retry_after)>;

struct Pending {
  TimePoint at;
  int request = 0;
  int tries = 0;
  bool operator>(const Pending& other) const { return at > other.at; }
};

// Sends requests so far apart, each until it is served or the client gives up.
class Clients {
 public:
  explicit Clients(const char* organization = kThirtyAMinute)
      : mock_(test::mock_plan(organization, {.latency = false, .grade = true})) {}

  Verdict run(int requests, Duration between, const Wait& wait) {
    std::vector<Pending> queue;
    for (int i = 0; i < requests; ++i) queue.push_back({mock_.timers().now() + between * i, i});
    while (!queue.empty()) {
      const auto next =
          std::min_element(queue.begin(), queue.end(), [](auto& a, auto& b) { return b > a; });
      Pending now = *next;
      queue.erase(next);
      mock_.run_to(now.at);
      const test::MemoryReply& reply = mock_.message(body_of(now.request));
      if (reply.status == 200) continue;
      const std::string header(reply.field("retry-after"));
      const Duration retry_after = header.empty() ? Duration{} : seconds(std::stoll(header));
      const auto waits = wait(now.tries, reply.status, retry_after);
      if (waits) queue.push_back({now.at + *waits, now.request, now.tries + 1});
    }
    mock_.run_for(minutes(5));
    return mock_.state().grader.verdict(mock_.timers().now());
  }

 private:
  static std::string body_of(int request) {
    return R"({"model": "claude-haiku-4-5", "max_tokens": 5, "messages": [{"role": "user",)"
           R"("content": "request )" +
           std::to_string(request) + R"("}]})";
  }
  test::MockClient mock_;
};

std::vector<std::string> rules_of(const Verdict& verdict) {
  std::vector<std::string> rules;
  for (const Finding& finding : verdict.findings) rules.push_back(finding.rule);
  return rules;
}
bool has(const Verdict& verdict, GradeRule rule) {
  const std::vector<std::string> rules = rules_of(verdict);
  return std::find(rules.begin(), rules.end(), text_of(rule).id) != rules.end();
}

TEST_CASE("a client that waits for retry-after and some jitter passes") {
  DrawStream stream(Bits128{1, 2});
  Clients clients;
  const Verdict verdict = clients.run(35, milliseconds(100), [&](int, int, Duration retry_after) {
    return retry_after + nanoseconds(static_cast<std::int64_t>(stream.next() % 2'000'000'000));
  });
  CAPTURE(grade_text(verdict));
  CHECK(verdict.passed);
  CHECK(verdict.refused > 0);
}

TEST_CASE("a client that never retries loses requests") {
  Clients clients;
  const Verdict verdict =
      clients.run(60, milliseconds(10), [](int, int, Duration) { return std::nullopt; });
  CHECK(rules_of(verdict) == std::vector<std::string>{"lost-requests"});
  CHECK_FALSE(verdict.passed);
}

TEST_CASE("a client that waits a fixed short time fails") {
  Clients clients;
  const Verdict verdict = clients.run(
      35, milliseconds(100), [](int, int, Duration) { return std::optional(milliseconds(200)); });
  CHECK(has(verdict, GradeRule::kRetriedTooEarly));
  CHECK_FALSE(verdict.passed);
}

TEST_CASE("many requests that obey retry-after to the moment come in waves and are amplified") {
  Clients clients;
  const Verdict verdict = clients.run(60, Duration{}, [](int, int, Duration retry_after) {
    return std::optional(retry_after + milliseconds(1));
  });
  CHECK(rules_of(verdict) == std::vector<std::string>{"synchronised-waves", "amplification"});
}

TEST_CASE("a client that retries against its spend cap fails") {
  Clients clients(R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 30}},)"
                  R"("spend": {"cap": 0}})");
  const Verdict verdict = clients.run(3, milliseconds(10), [](int tries, int, Duration) {
    return tries < 5 ? std::optional(milliseconds(100)) : std::nullopt;
  });
  // The spend cap's 429: hopeless, whatever the pace.
  CHECK(rules_of(verdict) == std::vector<std::string>{"retried-hopeless"});
}

TEST_CASE("calls that are answered without the Messages limits are neither refused nor lost") {
  test::MockClient mock(test::mock_plan(kThirtyAMinute, {.grade = true}));
  for (int i = 0; i < 30; ++i) {
    const auto& reply = mock.post(
        "/v1/messages/count_tokens",
        R"({"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "hi"}]})");
    REQUIRE(reply.status == 200);
  }
  mock.run_for(minutes(5));
  const Verdict verdict = mock.state().grader.verdict(mock.timers().now());
  CHECK(verdict.findings.empty());
  CHECK(verdict.attempts == 30);
  CHECK(verdict.refused == 0);
}

}  // namespace
}  // namespace sluice::mock
