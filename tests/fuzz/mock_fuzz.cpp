// Any sequence of calls, at any instants, is answered: exactly one answer each, and never a crash.
// The bytes say which call comes next, with which headers and body, how far the clock jumps, and
// which clients go or read on.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "mock/mock.hpp"
#include "scenario/load.hpp"
#include "support/memory_reply.hpp"

namespace {

using namespace sluice;
using test::MemoryReply;

const mock::MockPlan& plan() {
  static const auto kPlan = [] {
    const auto loaded = scenario::load_scenario_text(
        R"({"sluice": 1, "duration": "1h", "organization": {"tier": "start",
            "workspaces": [{"name": "team"}],
            "limits": {"sonnet-5.5": {"requests_per_minute": 5, "output_tokens_per_minute": 900}}},
            "workloads": [{"name": "some", "model": "haiku-4.5", "input": 1000, "output": 100,
                           "arrivals": {"type": "poisson", "rate": "1/min"}}]})",
        "fuzz.json", {.whole_catalog = true});
    SLUICE_CHECK(loaded.has_value());
    return mock::make_mock_plan(*loaded,
                                {.is_clock_manual = true, .grade = true, .journal_entries = 20});
  }();
  return kPlan;
}

// Bytes as choices; none are left: 0.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  bool is_empty() const { return bytes_.empty(); }
  std::size_t below(std::size_t bound) {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte % bound;
  }
  // Up to a line feed.
  std::string_view line() {
    const std::size_t end = bytes_.find('\n');
    const std::string_view text = bytes_.substr(0, end);
    bytes_.remove_prefix(end == std::string_view::npos ? bytes_.size() : end + 1);
    return text;
  }

 private:
  std::string_view bytes_;
};

constexpr std::string_view kMethods[] = {"POST", "GET", "DELETE", "PUT"};
constexpr std::string_view kPaths[] = {
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/chat/completions",
    "/v1/messages/batches",
    "/v1/models",
    "/v1/oauth/token",
    "/v1/organizations/api_keys",
    "/v1/organizations/workspaces",
    "/v1/organizations/usage_report/messages",
    "/v1/organizations/cost_report",
    "/v1/organizations/rate_limits",
    "/_sluice/state",
    "/_sluice/journal",
    "/_sluice/grade",
    "/_sluice/config",
    "/_sluice/faults",
    "/_sluice/keys",
    "/_sluice/reset",
    "/_sluice/clock",
    "/metrics",
};
constexpr std::string_view kBodies[] = {
    R"({"model":"claude-sonnet-5-5","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]})",
    R"({"model":"claude-haiku-4-5","max_tokens":500,"stream":true,)"
    R"("messages":[{"role":"user","content":"Hi"}]})",
    R"({"model":"claude-opus-4-6","max_tokens":900,"stream":true,"thinking":{"type":"adaptive"},)"
    R"("tools":[{"name":"t","input_schema":{"type":"object"}}],)"
    R"("messages":[{"role":"user","content":"Hi"}]})",
    R"({"requests":[{"custom_id":"a","params":{"model":"claude-haiku-4-5","max_tokens":5,)"
    R"("messages":[{"role":"user","content":"Hi"}]}}]})",
};
constexpr std::string_view kFaults[] = {"429; retry-after=7",
                                        "529",
                                        "500",
                                        "504",
                                        "disconnect",
                                        "truncate",
                                        "stall; seconds=90",
                                        "malformed-sse",
                                        "error-in-stream",
                                        "slow; tokens-per-second=1",
                                        "refusal"};

class Run {
 public:
  explicit Run(std::string_view bytes) : choices_(bytes), mock_(plan(), timers_) {
    mock_.on_set_time([this](TimePoint to) { run_to(to); });
  }

  void run() {
    while (!choices_.is_empty() && replies_.size() < 200) act();
    for (MemoryReply& reply : replies_) {
      if (!reply.is_over()) reply.drain();
    }
    run_to(timers_.now() + hours(100));
    for (MemoryReply& reply : replies_) {
      if (!reply.is_over()) reply.drain();
      SLUICE_CHECK(reply.is_over());
    }
  }

 private:
  void act() {
    switch (choices_.below(8)) {
      case 0:
        return run_to(timers_.now() + milliseconds(static_cast<int>(choices_.below(256)) * 100));
      case 1:
        return run_to(timers_.now() + minutes(static_cast<int>(choices_.below(256)) * 10));
      case 2:
        if (MemoryReply* const reply = one_of_them()) reply->go_away();
        return;
      case 3:
        if (MemoryReply* const reply = one_of_them()) reply->drain();
        return;
      default:
        return call();
    }
  }

  // One that has not been answered.
  MemoryReply* one_of_them() {
    if (replies_.empty()) return nullptr;
    MemoryReply& reply = replies_[choices_.below(replies_.size())];
    return reply.is_over() ? nullptr : &reply;
  }

  void call() {
    const std::string_view method = kMethods[choices_.below(std::size(kMethods))];
    std::string path(kPaths[choices_.below(std::size(kPaths))]);
    if (choices_.below(4) == 0) path += choices_.line();
    const std::size_t mark = std::min(path.find('?'), path.size());
    std::vector<net::HeaderField> headers;
    if (choices_.below(16) != 0) headers.push_back({"anthropic-version", "2026-10-21"});
    const std::size_t who = choices_.below(8);
    if (who == 0) headers.push_back({"x-api-key", plan().admin_secret});
    if (who != 1) headers.push_back({"authorization", "Bearer any"});
    if (choices_.below(4) == 0) {
      headers.push_back({"sluice-fault", kFaults[choices_.below(std::size(kFaults))]});
    }
    if (choices_.below(8) == 0) headers.push_back({"sluice-request", choices_.line()});
    if (choices_.below(16) == 0) headers.push_back({"sluice-fault", choices_.line()});
    const std::size_t kind = choices_.below(std::size(kBodies) + 1);
    std::string body(kind < std::size(kBodies) ? kBodies[kind] : choices_.line());
    const std::size_t size = body.size();
    body.append(net::kBodyPadding, '\0');
    MemoryReply& reply = replies_.emplace_back();
    reply.room = choices_.below(4) == 0 ? 300 : 1'000'000'000;
    mock_.handle({.method = method,
                  .path = std::string_view(path).substr(0, mark),
                  .query = mark < path.size() ? std::string_view(path).substr(mark + 1) : "",
                  .headers = headers,
                  .body = std::string_view(body).substr(0, size)},
                 reply);
  }

  void run_to(TimePoint to) {
    timers_.run_until(to, [](std::uint64_t) { return true; });
    timers_.advance_to(to);
  }

  Choices choices_;
  TimerQueue timers_;
  mock::Mock mock_;
  std::deque<MemoryReply> replies_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size}).run();
  return 0;
}
