// Against an obvious server: buckets that refill all the time, answers that take their time, heads
// whose limits are of the instant of admission.
#include "live/headroom.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "base/hash.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice::live {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

struct Bucket {
  std::int64_t limit = 0;
  int128 units = int128{limit} * kMinute;  // tokens times nanoseconds of a minute
  TimePoint at{};

  std::int64_t level(TimePoint now) {
    units = std::min(units + int128{limit} * ns(now - at), int128{limit} * kMinute);
    at = now;
    return static_cast<std::int64_t>(floor_div(units, kMinute));
  }
  void take(TimePoint now, std::int64_t tokens) {
    level(now);
    units -= int128{tokens} * kMinute;
  }
};

class Server {
 public:
  Server(std::uint64_t seed, std::int64_t floor_permille)
      : floor_permille_(floor_permille), random_(seed), headroom_(plan_, floor_permille) {}

  void offer(const RequestSpec& spec, TimePoint at) {
    events_.emplace(at, [this, spec] { waiting_.push_back(spec); });
  }

  // Runs until nothing is left to do; the number of attempts that ended.
  int run() {
    while (!events_.empty()) {
      const auto event = events_.extract(events_.begin());
      now_ = event.key();
      event.mapped()();
      send_what_may_go();
    }
    return ended_;
  }
  std::size_t waiting() const { return waiting_.size(); }
  TimePoint now() const { return now_; }
  // Less a limit's floor; the smallest that any level ever was.
  std::int64_t lowest() const { return lowest_; }

 private:
  struct Flight {
    RequestSpec spec;
    HeadroomStake stake;
    wire::AnswerFields fields;
  };
  Duration random_time(std::int64_t most_ms) {
    random_ += 0x9e3779b97f4a7c15U;
    return nanoseconds(static_cast<std::int64_t>(mix64(random_) %
                                                 static_cast<std::uint64_t>(most_ms * 1'000'000)));
  }
  void take(Bucket& bucket, std::int64_t tokens) {
    bucket.take(now_, tokens);
    lowest_ = std::min(lowest_, bucket.level(now_) - bucket.limit * floor_permille_ / 1000);
  }
  wire::LimitState state(Bucket& bucket, std::int64_t unit) {
    const std::int64_t level = std::max<std::int64_t>(0, bucket.level(now_));
    return {.limit = bucket.limit, .remaining = (level + unit / 2) / unit * unit, .full_at = {}};
  }
  void later(Duration time, std::function<void()> work) {
    events_.emplace(now_ + time, std::move(work));
  }

  void send_what_may_go() {
    while (!waiting_.empty()) {
      const TimePoint ready = headroom_.ready_at(now_, waiting_.front());
      if (ready > now_) {
        // One look at that instant is enough.
        if (ready != kNever && !events_.contains(ready)) events_.emplace(ready, [] {});
        return;
      }
      Flight& flight = flights_.emplace_back();
      flight.spec = waiting_.front();
      waiting_.pop_front();
      flight.stake = headroom_.send(now_, flight.spec);
      later(random_time(50), [this, &flight] { admit(flight); });
    }
  }
  void admit(Flight& flight) {
    take(requests_, 1);
    take(input_, flight.spec.prompt_tokens);
    flight.fields.limits.requests = state(requests_, 1);
    flight.fields.limits.input_tokens = state(input_, 1000);
    flight.fields.limits.output_tokens = state(output_, 1000);
    flight.fields.limits.tokens =
        wire::LimitState{.limit = input_.limit + output_.limit, .remaining = 0, .full_at = {}};
    later(random_time(3000), [this, &flight] { answer(flight); });
  }
  void answer(Flight& flight) {
    headroom_.saw_head(now_, flight.spec, flight.stake, flight.fields);
    const Duration length = random_time(20'000);
    for (std::int64_t token = 1; token <= flight.spec.output_tokens; ++token) {
      later(length * token / (flight.spec.output_tokens + 1), [this] { take(output_, 1); });
    }
    later(length, [this, &flight] {
      headroom_.end(flight.spec, flight.stake);
      ++ended_;
    });
  }

  std::int64_t floor_permille_;
  std::uint64_t random_;
  RunPlan plan_ = testing::small_plan();
  Headroom headroom_;
  Bucket requests_{.limit = 100};
  Bucket input_{.limit = 60'000};
  Bucket output_{.limit = 9000};
  std::multimap<TimePoint, std::function<void()>> events_;
  std::deque<Flight> flights_;
  std::deque<RequestSpec> waiting_;
  TimePoint now_{};
  std::int64_t lowest_ = INT64_MAX;
  int ended_ = 0;
};

RequestSpec request(std::int64_t prompt, std::int64_t output) {
  RequestSpec spec;
  spec.prompt_tokens = prompt;
  spec.output_tokens = output;
  return spec;
}

// Headers of one attempt alone: `remaining` of 100 requests.
wire::AnswerFields requests_left(std::int64_t remaining) {
  wire::AnswerFields fields;
  fields.limits.requests = wire::LimitState{.limit = 100, .remaining = remaining, .full_at = {}};
  return fields;
}

}  // namespace

TEST_CASE("our own sends never bring a limit below its floor, and all of them go in the end") {
  const std::uint64_t seed = GENERATE(range(1, 13));
  const std::int64_t floor = GENERATE(0, 200, 700);
  CAPTURE(seed, floor);
  Server server(seed, floor);
  std::uint64_t state = seed;
  TimePoint at{};
  for (int i = 0; i < 150; ++i) {
    state += 0x9e3779b97f4a7c15U;
    const std::uint64_t bits = mix64(state);
    at += milliseconds(static_cast<std::int64_t>(bits % 300));
    server.offer(request(static_cast<std::int64_t>(1 + (bits >> 16) % 4000),
                         static_cast<std::int64_t>(1 + (bits >> 32) % 300)),
                 at);
  }
  CHECK(server.run() == 150);
  CHECK(server.waiting() == 0);
  CHECK(server.lowest() >= 0);
}

TEST_CASE("headroom does not hold back what there is plenty for") {
  Server server(1, 200);
  for (int i = 0; i < 40; ++i) server.offer(request(500, 10), kRunStart + seconds(3 * i));
  server.run();
  CHECK(server.now() < kRunStart + seconds(3 * 39 + 24));
}

TEST_CASE("before any header has come one attempt goes at a time") {
  const RunPlan plan = testing::small_plan();
  Headroom headroom(plan, 200);
  const RequestSpec spec = request(10, 10);
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart);
  HeadroomStake stake = headroom.send(kRunStart, spec);
  CHECK(headroom.ready_at(kRunStart, spec) == kNever);
  headroom.end(spec, stake);
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart);
}

TEST_CASE("a level that is at its floor is waited for as long as it refills") {
  const RunPlan plan = testing::small_plan();
  Headroom headroom(plan, 200);
  const RequestSpec spec = request(10, 10);
  HeadroomStake stake = headroom.send(kRunStart, spec);
  headroom.saw_head(kRunStart, spec, stake, requests_left(20));
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart + milliseconds(600));
}

TEST_CASE("what can never keep the floor goes alone, from a full limit") {
  const RunPlan plan = testing::small_plan();
  Headroom headroom(plan, 1000);
  const RequestSpec spec = request(10, 10);
  HeadroomStake stake = headroom.send(kRunStart, spec);
  headroom.saw_head(kRunStart, spec, stake, requests_left(99));
  CHECK(headroom.ready_at(kRunStart, spec) == kNever);
  headroom.end(spec, stake);
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart + milliseconds(600));
  CHECK(headroom.ready_at(kRunStart + seconds(1), spec) == kRunStart + seconds(1));
}

TEST_CASE("an old answer's head does not undo what a newer one said") {
  const RunPlan plan = testing::small_plan();
  Headroom headroom(plan, 0);
  const RequestSpec spec = request(10, 10);
  HeadroomStake older = headroom.send(kRunStart, spec);
  HeadroomStake newer = headroom.send(kRunStart, spec);
  headroom.saw_head(kRunStart, spec, newer, requests_left(1));
  headroom.saw_head(kRunStart, spec, older, requests_left(100));
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart + milliseconds(600));
}

TEST_CASE("a limit of a day refills as slowly as its reset says") {
  const RunPlan plan = testing::small_plan();
  Headroom headroom(plan, 0);
  const RequestSpec spec = request(10, 10);
  HeadroomStake stake = headroom.send(kRunStart, spec);
  wire::AnswerFields fields;
  fields.date = UnixTime{0};
  fields.limits.tokens = wire::LimitState{
      .limit = 86'400, .remaining = 520, .full_at = UnixTime{ns(seconds(86'400 - 520))}};
  headroom.saw_head(kRunStart, spec, stake, fields);
  // 500 may be rounded, 20 are of the attempt itself.
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart + seconds(20));
}

TEST_CASE("groups of models do not wait for each other") {
  RunPlan plan = testing::small_plan();
  plan.groups = {"one", "other"};
  plan.models.push_back(testing::small_model());
  plan.models[1].group = GroupId{1};
  Headroom headroom(plan, 200);
  RequestSpec spec = request(10, 10);
  headroom.send(kRunStart, spec);
  CHECK(headroom.ready_at(kRunStart, spec) == kNever);
  spec.model = ModelId{1};
  CHECK(headroom.ready_at(kRunStart, spec) == kRunStart);
}

}  // namespace sluice::live
