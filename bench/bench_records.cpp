// What a load run pays for knowing itself: the line of one attempt, measuring one send and its end,
// and reading a line back.
#include <string>

#include <benchmark/benchmark.h>

#include "live/load_meter.hpp"
#include "live/record.hpp"
#include "live/record_writer.hpp"

namespace {

using namespace sluice;

constexpr std::int64_t kOrigin = 5'000'000'000;
constexpr live::RecordClock kClock{.started_at = {1'795'238'473'250'000'000}, .origin = kOrigin};

RunPlan some_plan() {
  RunPlan plan;
  plan.workspaces = {"default"};
  plan.keys = {{.name = "team-a"}};
  plan.models.emplace_back().name = "claude-sonnet-5";
  plan.clients.emplace_back();
  plan.workloads.emplace_back().name = "chat";
  return plan;
}

// An answer of a stream with all that the API sends along.
class Attempt {
 public:
  explicit Attempt(bool is_refused) {
    spec_.id.session = 12'345;
    spec_.prompt_tokens = 1800;
    spec_.output_tokens = 250;
    spec_.max_tokens = 1024;
    fields_.request_id = "req_011CSHoEeqs5C35K2UUqR7Fy";
    fields_.date = kClock.started_at;
    const wire::LimitState limit{.limit = 400'000, .remaining = 389'000, .full_at = *fields_.date};
    fields_.limits.requests = limit;
    fields_.limits.tokens = limit;
    fields_.limits.input_tokens = limit;
    fields_.limits.output_tokens = limit;
    Outcome& outcome = exchange_.outcome;
    outcome.sent = kRunStart + nanoseconds(12'345'678'901);
    outcome.ended = outcome.sent + milliseconds(2'345);
    if (is_refused) {
      outcome.error = ErrorKind::kRateLimit;
      outcome.limit = LimitCause::kInputTokens;
      outcome.retry_after = seconds(7);
      answer_.error = wire::ApiError{
          .kind = ErrorKind::kRateLimit,
          .message =
              "This request would exceed your organization's rate limit of 400,000 input "
              "tokens per minute. For details, refer to the documentation.",
          .error_code = ""};
      return;
    }
    outcome.first_token = outcome.sent + milliseconds(345);
    outcome.first_answer = outcome.first_token;
    outcome.usage = {.input_tokens = 800, .cache_read_input_tokens = 1000, .output_tokens = 250};
    exchange_.billed = true;
    exchange_.cost.by_category = {Money::from_picodollars(2'400'000'000),
                                  Money{},
                                  Money{},
                                  Money::from_picodollars(300'000'000),
                                  Money::from_picodollars(3'750'000'000),
                                  Money{}};
    answer_.stop_reason = "end_turn";
  }

  live::AttemptFacts facts(std::int64_t sent_wall) const {
    return {.spec = spec_,
            .number = 1,
            .planned = exchange_.outcome.sent,
            .due = exchange_.outcome.sent,
            .sent = exchange_.outcome.sent,
            .sent_wall = sent_wall,
            .exchange = exchange_,
            .status = exchange_.outcome.ok() ? 200 : 429,
            .fields = fields_,
            .answer = answer_,
            .transport = "",
            .reused_connection = true,
            .renews_token = false};
  }

 private:
  RequestSpec spec_;
  Exchange exchange_;
  wire::AnswerFields fields_;
  wire::ReadAnswer answer_;
};

void append_record(benchmark::State& state) {
  const RunPlan plan = some_plan();
  const Attempt attempt(state.range(0) != 0);
  std::string lines;
  for (auto _ : state) {
    lines.clear();
    live::append_record(lines, attempt.facts(kOrigin + 12'345'678'901), plan, kClock);
    benchmark::DoNotOptimize(lines.data());
  }
  state.counters["bytes"] = static_cast<double>(lines.size());
}
BENCHMARK(append_record)->ArgName("refused")->Arg(0)->Arg(1);

void parse_record(benchmark::State& state) {
  const RunPlan plan = some_plan();
  std::string line;
  live::append_record(line, Attempt(false).facts(kOrigin + 1), plan, kClock);
  for (auto _ : state) benchmark::DoNotOptimize(live::parse_record(line, "line", plan));
}
BENCHMARK(parse_record);

// A send and its end; one in ten is refused, waits and comes back.
void measure_attempt(benchmark::State& state) {
  live::LoadMeter meter(kOrigin, 1000, minutes(10));
  const Attempt answered(false);
  const Attempt refused(true);
  RequestSpec spec;
  std::int64_t wall = 0;
  for (auto _ : state) {
    wall += 100'000;
    spec.id.session = static_cast<std::uint64_t>(wall / 1'000'000);
    const bool is_refused = wall % 1'000'000 == 0;
    const std::int32_t number = is_refused ? 2 : 1;
    meter.on_sent(spec, number, kRunStart + nanoseconds(wall), kOrigin + wall + 40'000,
                  nanoseconds(40'000));
    meter.on_ended((is_refused ? refused : answered).facts(kOrigin + wall));
  }
  benchmark::DoNotOptimize(meter.facts().sent);
}
BENCHMARK(measure_attempt);

}  // namespace

BENCHMARK_MAIN();
