#include "live/record_reader.hpp"

#include "base/hash.hpp"
#include "engine/client.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "unit/live/recorded_attempt.hpp"

namespace {

using namespace sluice;
using namespace sluice::testing;

// The API behind which every attempt is recorded: it answers, refuses, breaks off or takes too
// long, as the request's name says.
class RecordingApi final : public ApiPort {
 public:
  RecordingApi(TimerQueue& timers, FramePool& frames, const RunPlan& plan, std::string& lines)
      : ApiPort(timers), frames_(frames), plan_(plan), lines_(lines) {}

  FramePool& frames() noexcept { return frames_; }
  bool start(AttemptInFlight& attempt) override {
    scope_.start(serve(attempt));
    return false;
  }

 private:
  Task serve(AttemptInFlight& attempt) {
    const TimePoint sent = timers_.now();
    const std::uint64_t bits =
        mix64(attempt.spec.id.session * 16 + static_cast<std::uint64_t>(attempt.number));
    TimePoint ends = sent + milliseconds(100 + static_cast<std::int64_t>(bits % 2000));
    const bool gives_up = ends >= attempt.give_up_at;
    if (gives_up) ends = attempt.give_up_at;
    co_await timers_.until(ends);
    write(attempt, sent, gives_up, bits >> 32);
    attempt.ended(attempt);
  }

  void write(const AttemptInFlight& attempt, TimePoint sent, bool gives_up, std::uint64_t bits) {
    exchange_.reset();
    Outcome& outcome = exchange_.outcome;
    outcome.sent = sent;
    outcome.ended = timers_.now();
    int status = 0;
    if (gives_up) {
      outcome.error = ErrorKind::kAttemptTimeout;
    } else if (bits % 4 == 0) {
      status = 429;
      outcome.error = ErrorKind::kRateLimit;
      outcome.limit = static_cast<LimitCause>(bits / 4 % kLimitCauseCount);
      outcome.retry_after = seconds(1);
    } else if (bits % 16 == 1) {
      status = 400;
      outcome.error = ErrorKind::kInvalidRequest;
    } else {
      status = 200;
      outcome.began = true;
      outcome.first_token = sent + milliseconds(50);
      outcome.first_answer = sent + milliseconds(bits % 8 == 2 ? 90 : 50);
      outcome.usage = {.input_tokens = static_cast<std::int64_t>(bits % 1000),
                       .output_tokens = 1 + static_cast<std::int64_t>(bits % 90)};
      exchange_.priced = bits % 32 != 2;
      exchange_.billed = exchange_.priced;
      exchange_.cost.by_category[0] = Money::from_picodollars(outcome.usage.input_tokens * 3);
      exchange_.cost.by_category[4] = Money::from_picodollars(outcome.usage.output_tokens * 15);
      exchange_.saved_by_cache = Money::from_picodollars(7);
      if (bits % 16 == 3) outcome.error = ErrorKind::kOverloaded;  // within the stream
    }
    live::append_record(lines_,
                        {.spec = attempt.spec,
                         .number = attempt.number,
                         .planned = attempt.planned,
                         .due = sent,
                         .sent = sent,
                         .sent_wall = kOrigin + ns(sent) + 1,
                         .exchange = exchange_,
                         .status = status,
                         .fields = fields_,
                         .answer = answer_,
                         .transport = "",
                         .reused_connection = false,
                         .renews_token = false},
                        plan_, kClock);
  }

  FramePool& frames_;
  const RunPlan& plan_;
  std::string& lines_;
  wire::AnswerFields fields_;
  wire::ReadAnswer answer_;
  TaskScope scope_;
};

// A run before that API, and its records.
class RecordedRun {
 public:
  explicit RecordedRun(RunPlan given)
      : plan(std::move(given)),
        random_(1, 0),
        recorder({.duration = plan.duration, .counts_from = kRunStart + minutes(1)}),
        api_(timers_, frames_, plan, lines),
        client_(plan.clients[0], random_, timers_, frames_, api_, recorder) {
    for (std::uint64_t i = 0; i < 2000; ++i) {
      scope_.start(request(i, kRunStart + milliseconds(static_cast<std::int64_t>(i) * 290)));
    }
    timers_.run_until(kNever, [](std::uint64_t) { return true; });
  }

  FramePool& frames() noexcept { return frames_; }
  RunFacts facts() const {
    RunFacts facts;
    facts.duration = plan.duration;
    facts.counts_from = kRunStart + minutes(1);
    facts.names = {.workloads = {"workload"},
                   .workspaces = {"default"},
                   .keys = {"key-1"},
                   .models = {"model"},
                   .limiters = {}};
    return facts;
  }

  RunPlan plan;
  std::string lines;

 private:
  Task request(std::uint64_t session, TimePoint planned) {
    co_await timers_.until(planned);
    recorder.offered(WorkloadId{}, planned);
    RequestSpec spec;
    spec.id = {.workload_hash = 1, .turn = 0, .session = session};
    Client::Order order{.planned = planned};
    if (plan.workloads[0].deadline) order.deadline = planned + *plan.workloads[0].deadline;
    Client::Performance request(client_, spec, order);
    co_await request;
  }

  FramePool frames_;
  TimerQueue timers_;
  RandomSource random_;

 public:
  Recorder recorder;

 private:
  RecordingApi api_;
  Client client_;
  TaskScope scope_;
};

Error problem_of(const std::string& text) {
  const TemporaryFolder folder;
  const RecordedRun none(some_plan());
  const auto result =
      live::result_of_records(folder.write("records.jsonl", text), none.plan, none.facts());
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

}  // namespace

TEST_CASE("records give back the run's counts, usage, cost and latencies") {
  RunPlan plan = some_plan();
  plan.clients[0].attempt_timeout = milliseconds(1'900);
  SECTION("without a deadline") {}
  SECTION("with a deadline that ends attempts and waits") {
    plan.workloads[0].deadline = milliseconds(4'400);
  }
  const RecordedRun run(plan);
  const TemporaryFolder folder;
  const auto back =
      live::result_of_records(folder.write("records.jsonl", run.lines), run.plan, run.facts());
  REQUIRE(back.has_value());
  const Measurements& measured = run.recorder.measured();
  const Measurements& read = back->result.measured;
  const WorkloadTotals& totals = measured.workloads[0];
  CHECK(totals.requests.failed() > 50);
  CHECK(totals.latency.retried.count() > 50);
  CHECK(read.workloads[0].requests == totals.requests);
  CHECK(read.workloads[0].attempts == totals.attempts);
  CHECK(read.workloads[0].latency == totals.latency);
  CHECK(read.ledger == measured.ledger);
  CHECK(read.warmup == measured.warmup);
  CHECK(read.first_rate_limited == measured.first_rate_limited);
}

TEST_CASE("a request that still waited to be tried again when the run was stopped has not ended") {
  const TemporaryFolder folder;
  const RecordedRun none(some_plan());
  RunFacts facts = none.facts();
  facts.counts_from = kRunStart;
  facts.stopped_at = kRunStart + seconds(3);
  const auto result =
      live::result_of_records(folder.write("records.jsonl", line_of(refused())), none.plan, facts);
  REQUIRE(result.has_value());
  CHECK(as_double(lookup(result->result, "requests.offered")->number) == 1);
  CHECK(as_double(lookup(result->result, "requests.failed")->number) == 0);
  CHECK(as_double(lookup(result->result, "requests.unfinished")->number) == 1);
}

TEST_CASE("a line that is not a record is an error with file and line, and says what would be") {
  const std::string line = line_of(Attempt());
  Attempt second;
  second.spec.id.session = 18;
  const std::string good = line_of(second);
  const auto error = [&](const std::string& bad) {
    const Error problem = problem_of(good + bad);
    CHECK(problem.where.ends_with("records.jsonl:2"));
    return problem.message;
  };
  CHECK(error("{\"workload\":\n").find("not JSON") == 0);
  CHECK(error(replaced(line, "\"speed\":1", "\"speed\":60")) ==
        "\"speed\" is not that of the lines before: records are of one run");
  CHECK(error("[]\n").find("is missing") != std::string::npos);
  CHECK(error(replaced(line, "\"workload\":\"workload\"", "\"workload\":\"chat\"")) ==
        "\"chat\" is not a workload of this scenario, which has workload");
  CHECK(
      error(replaced(line, "\"outcome\":\"ok\"", "\"outcome\":\"fine\"")).find("not an outcome") !=
      std::string::npos);
  CHECK(error(replaced(line, "\"attempt\":1", "\"attempt\":\"one\"")) ==
        "\"attempt\" is not a whole number");
  CHECK(error(replaced(line, "\"total\":4.800000000001", "\"total\":4.8")) ==
        "\"cost\": \"total\" is not the sum of the categories");
  CHECK(error(replaced(line, "\"planned\":1.000000000,", "")).find("\"planned\" is missing") == 0);
  CHECK(error(replaced(line, "\"attempt\":1", "\"attempt\":2")) ==
        "attempt 2 of workload workload, session 17, turn 3 follows on nothing: attempts of a "
        "request "
        "come in their order");
}

TEST_CASE("a file without a record is an error") {
  CHECK(problem_of("").message ==
        "has no record of an attempt; expected a line an attempt, as sluice replay --records "
        "writes them");
}

TEST_CASE("a file of records that is not there is an error") {
  const RecordedRun none(some_plan());
  const auto result = live::result_of_records("/nowhere/records", none.plan, none.facts());
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kIo);
}
