#include "app/ui_runs.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/ui_bounds.hpp"
#include "app/version.hpp"
#include "app/web_server.hpp"
#include "experiment/monitor.hpp"
#include "experiment/run.hpp"

namespace sluice::app {
namespace {

using describe::Value;

constexpr std::string_view kType = "application/x-ndjson";
constexpr Duration kProgressEvery = milliseconds(200);

Value milliseconds_between(std::int64_t begin, std::int64_t end) {
  return Value::rounded(static_cast<double>(end - begin) / 1e6, 3);
}

}  // namespace

// Lives until the worker has handed it back. The worker reads the scenario and writes the answer;
// the reply is the loop's.
struct UiRuns::Run final : net::ReplyListener {
  Run(UiScenario asked, net::HttpReply& to) : scenario(std::move(asked)), reply(&to) {
    monitor.in_flight_at_most = kUiInFlightAtMost;
  }

  void on_drained() override {}
  void on_gone() override {
    reply = nullptr;
    monitor.stop = true;
  }

  const UiScenario scenario;
  Monitor monitor;
  std::string answer;
  net::HttpReply* reply;
  bool has_begun = false;
};

UiRuns::UiRuns(net::EventLoop& loop, const UiBase& base) : loop_(loop), base_(base) {
  loop_.every(kProgressEvery, [this] { tell_progress(); });
  worker_ = std::thread([this] { work(); });
}

UiRuns::~UiRuns() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    for (const auto& run : runs_) run->monitor.stop = true;
  }
  wake_.notify_one();
  worker_.join();
  for (const auto& run : runs_) {
    if (run->reply != nullptr) run->reply->drop();
  }
}

void UiRuns::start(UiScenario scenario, net::HttpReply& reply) {
  runs_.push_back(std::make_unique<Run>(std::move(scenario), reply));
  Run* const run = runs_.back().get();
  reply.listen(run);
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(run);
  }
  wake_.notify_one();
}

void UiRuns::work() {
  for (;;) {
    Run* run = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
      if (is_over_) return;
      run = waiting_.front();
      waiting_.pop_front();
    }
    if (!run->monitor.stopped()) run->answer = answer_to(*run);
    loop_.post([this, run] { finish(*run); });
  }
}

std::string UiRuns::answer_to(Run& run) const {
  Value answer = Value::object();
  const auto wrong = [&](const Errors& errors) {
    answer.set("errors", to_value(errors, run.scenario.path));
    return describe::to_json(answer, 0) + "\n";
  };
  const std::int64_t begin = net::steady_now();
  const auto loaded = load(run.scenario, base_);
  if (!loaded) return wrong(loaded.error());
  const auto bounded = within_ui_bounds(loaded->scenario, run.scenario.path);
  if (!bounded) return wrong(bounded.error());
  const std::int64_t at_simulate = net::steady_now();
  auto result = run_scenario(loaded->scenario, {.version = std::string(version())}, run.monitor);
  if (!result) return wrong({result.error()});
  if (run.monitor.is_flooded) {
    return wrong({too_many_in_flight(loaded->scenario, run.scenario.path)});
  }
  if (run.monitor.stopped()) return {};  // nobody waits for it
  const std::int64_t at_write = net::steady_now();
  result->facts.effective_scenario = loaded->scenario.echo;
  for (const Expectation& expectation : loaded->expectations) {
    result->expectations.push_back(evaluate(expectation, *result));
  }
  std::string text = "{\"result\":" + describe::to_json(to_value(*result), 0);
  Value times = Value::object();
  times.set("load", milliseconds_between(begin, at_simulate))
      .set("simulate", milliseconds_between(at_simulate, at_write))
      .set("write", milliseconds_between(at_write, net::steady_now()));
  return text + ",\"milliseconds\":" + describe::to_json(times, 0) + "}\n";
}

void UiRuns::finish(Run& run) {
  if (run.reply != nullptr) {
    if (run.has_begun) {
      run.reply->write(run.answer);
      run.reply->finish();
    } else {
      send_web(*run.reply, 200, kType, run.answer);
    }
  }
  std::erase_if(runs_, [&](const auto& other) { return other.get() == &run; });
}

void UiRuns::tell_progress() {
  for (const auto& run : runs_) {
    const std::int64_t ppm = run->monitor.done_ppm;
    if (run->reply == nullptr || ppm == 0) continue;
    if (!std::exchange(run->has_begun, true)) run->reply->begin(200, web_fields(kType));
    run->reply->write(fmt::format("{{\"progress\":{}.{:06}}}\n", ppm / 1'000'000, ppm % 1'000'000));
  }
}

}  // namespace sluice::app
