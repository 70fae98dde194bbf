// What one call costs within the mock, without a socket: a message answered at once, a stream that
// is written whole, and one event of a stream that comes token by token.
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "mock/message_exchanges.hpp"
#include "mock/mock.hpp"
#include "scenario/load.hpp"

namespace {

using namespace sluice;

// Takes everything and keeps nothing.
class DevNull final : public net::HttpReply {
 public:
  void listen(net::ReplyListener* /*listener*/) noexcept override {}
  void send(int /*status*/, std::string_view fields, std::string_view body) override {
    bytes += fields.size() + body.size();
  }
  void begin(int /*status*/, std::string_view fields) override { bytes += fields.size(); }
  bool write(std::string_view text) override {
    bytes += text.size();
    ++writes;
    return true;
  }
  void finish() override {}
  void drop() override {}

  std::size_t bytes = 0;
  std::size_t writes = 0;
};

mock::MockPlan plan(bool latency) {
  const auto loaded = scenario::load_scenario_text(
      R"({"sluice": 1, "duration": "1h", "organization": {"tier": "custom",
          "limits": {"haiku-4.5": {"requests_per_minute": 1000000000,
            "input_tokens_per_minute_cache_aware": 100000000000,
            "output_tokens_per_minute": 100000000000}}},
          "workloads": [{"name": "some", "model": "haiku-4.5", "input": 1000, "output": 100,
                         "arrivals": {"type": "poisson", "rate": "1/min"}}]})",
      "bench.json", {.whole_catalog = true});
  if (!loaded) std::abort();
  return mock::make_mock_plan(*loaded, {.latency = latency});
}

constexpr std::string_view kBody =
    R"({"model":"claude-haiku-4-5","max_tokens":256,"messages":[{"role":"user","content":)"
    R"("Write one sentence about rate limits, and say why a client should wait."}]})";
constexpr std::string_view kStream =
    R"({"model":"claude-haiku-4-5","max_tokens":60000,"stream":true,"messages":)"
    R"([{"role":"user","content":"Write a long text about rate limits."}]})";

struct Caller {
  explicit Caller(bool latency) : mock(plan(latency), timers) {}

  void call(std::string_view body, std::string_view name, DevNull& reply) {
    std::string padded(body);
    padded.append(net::kBodyPadding, '\0');
    const net::HeaderField headers[] = {
        {"host", "127.0.0.1:8080"},          {"content-type", "application/json"},
        {"anthropic-version", "2026-10-21"}, {"x-api-key", "sk-ant-api03-whatever-it-may-be"},
        {"content-length", "200"},           {"sluice-request", name}};
    const std::size_t count = name.empty() ? 5 : 6;
    mock.handle({.method = "POST",
                 .path = "/v1/messages",
                 .query = {},
                 .headers = std::span(headers, count),
                 .body = std::string_view(padded).substr(0, body.size())},
                reply);
  }

  TimerQueue timers;
  mock::Mock mock;
};

void message_at_once(benchmark::State& state) {
  Caller caller(false);
  DevNull reply;
  for (auto _ : state) {
    caller.timers.advance_to(caller.timers.now() + nanoseconds(20'000));
    caller.call(kBody, "bench/1/0/0; output=20", reply);
  }
  state.counters["bytes"] =
      static_cast<double>(reply.bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(message_at_once);

void foreign_message_at_once(benchmark::State& state) {
  Caller caller(false);
  DevNull reply;
  for (auto _ : state) {
    caller.timers.advance_to(caller.timers.now() + nanoseconds(20'000));
    caller.call(kBody, "", reply);
  }
  state.counters["bytes"] =
      static_cast<double>(reply.bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(foreign_message_at_once);

// 1,000 streams at once; an item is one event.
void stream_event(benchmark::State& state) {
  std::size_t writes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Caller caller(true);
    DevNull reply;
    for (int i = 0; i < 1000; ++i) {
      caller.call(kStream, "bench/" + std::to_string(i) + "/0/0; output=1000", reply);
    }
    state.ResumeTiming();
    caller.timers.run_until(kRunStart + minutes(5), [](std::uint64_t) { return true; });
    writes += reply.writes;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(writes));
}
BENCHMARK(stream_event)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace

BENCHMARK_MAIN();
