#include <algorithm>
#include <queue>
#include <vector>

#include "base/draw.hpp"
#include "policy/pacer.hpp"
#include "policy/token_bucket.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

struct Limits {
  std::int64_t requests = 50;
  std::int64_t input = 30'000;
  std::int64_t output = 8'000;
  Duration burst = minutes(1);
};

// What a session of the model sends: uniform between half and one and a half of these.
struct Traffic {
  std::int64_t input = 1'000;
  std::int64_t output = 200;
  std::int64_t max_tokens = 4'096;
  Duration first_token = seconds(1);
  std::int64_t output_per_second = 80;
  std::int64_t cached_permille = 0;
};

struct Tally {
  std::int64_t sent = 0;
  std::int64_t refused = 0;
  std::int64_t input = 0;
  std::int64_t output = 0;
};

// Processes with endless work and one organization's buckets, as the API has them: input estimated
// at arrival, output as it streams, heads that tell of the instant of arrival.
class Fleet {
 public:
  Fleet(std::size_t processes, const Limits& limits, const Traffic& traffic)
      : requests_({.limit = limits.requests, .burst = limits.burst}, kRunStart),
        input_({.limit = limits.input, .burst = limits.burst}, kRunStart),
        output_({.limit = limits.output, .burst = limits.burst}, kRunStart),
        traffic_(traffic),
        draws_(RandomSource(7, 0).stream(Purpose::kTest, {})),
        pacers_(processes, Pacer(pacer_preset(Pacing::kHeaderPaced))),
        next_(processes),
        tallies_(processes) {
    for (Work& work : next_) work = draw();
  }

  // Runs until `end`; what happens from `from` on is counted.
  const std::vector<Tally>& run(TimePoint end, TimePoint from = kRunStart) {
    from_ = from;
    for (TimePoint now = kRunStart; now < end;) {
      while (!events_.empty() && events_.top().at <= now) fire(now);
      TimePoint soonest = events_.empty() ? kNever : events_.top().at;
      for (std::size_t i = 0; i < pacers_.size(); ++i) {
        TimePoint ready = pacers_[i].ready_at(now, next_[i].attempt);
        if (ready <= now) {
          send(i, now);
          ready = now;
        }
        soonest = std::min(soonest, ready);
      }
      REQUIRE(soonest >= now);
      if (soonest == kNever) break;
      now = soonest;
    }
    return tallies_;
  }

 private:
  struct Work {
    PacedAttempt attempt;
    Usage usage;
  };
  struct Event {
    TimePoint at;
    std::int64_t number;  // ties: first come
    enum class Kind : std::uint8_t { kHead, kEnd } kind;
    std::size_t process;
    TimePoint sent;
    Work work;
    Outcome outcome;
    RateLimitView view;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  std::int64_t around(std::int64_t mean) {
    return mean / 2 + static_cast<std::int64_t>(
                          uniform_below(draws_.next(), static_cast<std::uint64_t>(mean + 1)));
  }
  Work draw() {
    Work work;
    const std::int64_t prompt = around(traffic_.input);
    work.attempt = {.input_tokens = prompt, .output_tokens = traffic_.max_tokens};
    work.usage.cache_read_input_tokens = prompt * traffic_.cached_permille / 1000;
    work.usage.input_tokens = prompt - work.usage.cache_read_input_tokens;
    work.usage.output_tokens = around(traffic_.output);
    return work;
  }
  static LimitView view_of(TokenBucket& bucket, TimePoint now, std::int64_t unit) {
    const std::int64_t left = std::max<std::int64_t>(0, bucket.level(now));
    return {.limit = bucket.size().limit,
            .remaining = (left + unit / 2) / unit * unit,
            .full_at = bucket.full_at(now)};
  }
  RateLimitView view(TimePoint now) {
    return {.requests = view_of(requests_, now, 1),
            .input_tokens = view_of(input_, now, 1000),
            .output_tokens = view_of(output_, now, 1000)};
  }
  std::int64_t per_minute() const { return traffic_.output_per_second * 60; }

  void send(std::size_t i, TimePoint now) {
    const Work work = next_[i];
    next_[i] = draw();
    REQUIRE(pacers_[i].send(now, work.attempt, draws_.next()));
    Event event{now, 0, Event::Kind::kEnd, i, now, work, {}, {}};
    const std::int64_t uncached = work.usage.uncached_input_tokens();
    if (now >= from_) ++tallies_[i].sent;
    if (!requests_.holds(now, 1) || !input_.holds(now, uncached) || !output_.is_positive(now)) {
      if (now >= from_) ++tallies_[i].refused;
      event.at = now + milliseconds(50);
      event.outcome.error = ErrorKind::kRateLimit;
      push(event);
      return;
    }
    requests_.debit(now, 1);
    input_.debit(now, uncached);
    event.view = view(now);
    event.kind = Event::Kind::kHead;
    event.at = now + traffic_.first_token;
    push(event);
  }

  void fire(TimePoint now) {
    Event event = events_.top();
    events_.pop();
    Pacer& pacer = pacers_[event.process];
    if (event.kind == Event::Kind::kHead) {
      pacer.heard(now, event.view, event.sent);
      output_.add_drain(now, per_minute());
      event.kind = Event::Kind::kEnd;
      event.outcome.usage = event.work.usage;
      event.outcome.first_token = now;
      event.at = now + nanoseconds(event.work.usage.output_tokens * ns(seconds(1)) /
                                   traffic_.output_per_second);
      push(event);
      return;
    }
    if (event.outcome.ok()) {
      output_.remove_drain(now, per_minute());
      if (now >= from_) tallies_[event.process].input += event.work.usage.uncached_input_tokens();
      if (now >= from_) tallies_[event.process].output += event.work.usage.output_tokens;
    }
    pacer.ended(now, event.work.attempt, event.sent, event.outcome);
  }

  void push(Event event) {
    event.number = ++number_;
    events_.push(event);
  }

  TokenBucket requests_;
  TokenBucket input_;
  TokenBucket output_;
  Traffic traffic_;
  DrawStream draws_;
  std::vector<Pacer> pacers_;
  std::vector<Work> next_;
  std::vector<Tally> tallies_;
  std::priority_queue<Event> events_;
  std::int64_t number_ = 0;
  TimePoint from_ = kRunStart;
};

Tally sum(const std::vector<Tally>& tallies) {
  Tally total;
  for (const Tally& tally : tallies) {
    total.sent += tally.sent;
    total.refused += tally.refused;
    total.input += tally.input;
    total.output += tally.output;
  }
  return total;
}

constexpr Limits kWide{.requests = 5'000, .input = 3'000'000, .output = 800'000};
constexpr Duration kSettling = minutes(5);
constexpr Duration kMeasured = minutes(20);

Tally settled(std::size_t processes, const Limits& limits, const Traffic& traffic) {
  Fleet fleet(processes, limits, traffic);
  return sum(fleet.run(kRunStart + kSettling + kMeasured, kRunStart + kSettling));
}

// What is left in the bucket at either end of the measured time, and one big prompt.
constexpr double kWithin = 0.03;

TEST_CASE("one process alone is never refused and uses all of the limit that binds") {
  const double minutes_measured = 20;
  SECTION("requests") {
    const Tally tally = settled(1, {.input = 3'000'000, .output = 800'000}, {});
    CHECK(tally.refused == 0);
    CHECK(static_cast<double>(tally.sent) / minutes_measured == Approx(50).epsilon(kWithin));
  }
  SECTION("input tokens") {
    Limits limits = kWide;
    limits.input = 30'000;
    const Tally tally = settled(1, limits, {});
    CHECK(tally.refused == 0);
    CHECK(static_cast<double>(tally.input) / minutes_measured == Approx(30'000).epsilon(kWithin));
  }
  SECTION("output tokens, though max_tokens is twenty times the answer") {
    Limits limits = kWide;
    limits.output = 8'000;
    const Tally tally = settled(1, limits, {});
    CHECK(tally.refused == 0);
    CHECK(static_cast<double>(tally.output) / minutes_measured == Approx(8'000).epsilon(kWithin));
  }
  SECTION("input tokens of which nine in ten are read from the cache") {
    Limits limits = kWide;
    limits.input = 30'000;
    const Tally tally = settled(1, limits, {.input = 10'000, .cached_permille = 900});
    CHECK(tally.refused == 0);
    CHECK(static_cast<double>(tally.input) / minutes_measured == Approx(30'000).epsilon(kWithin));
  }
  SECTION("prompts of up to half of a minute's input") {
    Limits limits = kWide;
    limits.input = 30'000;
    const Tally tally = settled(1, limits, {.input = 10'000});
    CHECK(tally.refused == 0);
    CHECK(static_cast<double>(tally.input) / minutes_measured == Approx(30'000).epsilon(0.06));
  }
  SECTION("buckets that hold ten seconds' worth") {
    const Limits limits{
        .requests = 600, .input = 3'000'000, .output = 800'000, .burst = seconds(10)};
    const Tally tally = settled(1, limits, {});
    CHECK(tally.refused == 0);
    CHECK(static_cast<double>(tally.sent) / minutes_measured == Approx(600).epsilon(kWithin));
  }
}

TEST_CASE("one process that starts at full speed is hardly ever refused on the way") {
  Fleet fleet(1, {}, {});
  const Tally tally = sum(fleet.run(kRunStart + minutes(5)));
  CHECK(tally.sent > 150);
  CHECK(tally.refused * 100 <= tally.sent);
}

TEST_CASE("processes that know nothing of each other share a limit evenly and use all of it") {
  Fleet fleet(4, {.requests = 600, .input = 3'000'000, .output = 8'000'000}, {});
  const std::vector<Tally>& tallies =
      fleet.run(kRunStart + kSettling + kMeasured, kRunStart + kSettling);
  const Tally total = sum(tallies);
  CHECK(total.refused * 100 <= total.sent);
  CHECK(static_cast<double>(total.sent - total.refused) / 20 == Approx(600).epsilon(kWithin));
  for (const Tally& tally : tallies) {
    CHECK(static_cast<double>(tally.sent) * 4 ==
          Approx(static_cast<double>(total.sent)).epsilon(0.05));
  }
}

// A pacer that has heard that `left` of 60 requests a minute are left, at `now`.
Pacer paced(TimePoint now, std::int64_t left) {
  Pacer pacer(pacer_preset(Pacing::kHeaderPaced));
  REQUIRE(pacer.send(now, {}, 0));
  pacer.heard(
      now,
      {.requests = LimitView{.limit = 60, .remaining = left, .full_at = now + seconds(60 - left)}},
      now);
  return pacer;
}

TEST_CASE("an attempt waits its share of what is left over the time until the bucket is full") {
  const TimePoint now = kRunStart + seconds(100);
  // 54 of 60 are for use: 24 of them left after 30 s of refill: 1/24 of 30 s.
  CHECK(paced(now, 30).ready_at(now, {}) == now + milliseconds(1250));
  // 44 left, 10 s until full: rounded up to the nanosecond.
  CHECK(paced(now, 50).ready_at(now, {}) == now + nanoseconds(227'272'728));
  // A full bucket is not paced.
  CHECK(paced(now, 60).ready_at(now, {}) == now);
  // Half of one left for use, then one: it has to come back first.
  CHECK(paced(now, 6).ready_at(now, {}) == now + seconds(1));
  CHECK(paced(now, 0).ready_at(now, {}) == now + seconds(7));
  // What is sent takes from it: 23 left, 31 s until full.
  Pacer pacer = paced(now, 30);
  const TimePoint next = now + milliseconds(1250);
  REQUIRE(pacer.ready_at(next, {}) == next);
  REQUIRE(pacer.send(next, {}, 0));
  CHECK(pacer.ready_at(next, {}) == next + nanoseconds(1'226'804'124));
}

TEST_CASE("attempts that were sent after the instant a head tells of count against it") {
  Pacer pacer(pacer_preset(Pacing::kHeaderPaced));
  const TimePoint first = kRunStart + seconds(10);
  const TimePoint second = kRunStart + seconds(11);
  const TimePoint now = kRunStart + seconds(12);
  REQUIRE(pacer.send(first, {}, 0));
  REQUIRE(pacer.send(second, {}, 0));
  // As of the first send; one more has gone since.
  const RateLimitView view{
      .requests = LimitView{.limit = 60, .remaining = 30, .full_at = first + seconds(30)}};
  pacer.heard(now, view, first);
  // 29 s until full, 54 - 29 left for use: 29/25 s after the second.
  CHECK(pacer.ready_at(now, {}) == second + milliseconds(1160));
  // A head of the second knows of it; an older one that comes late changes nothing.
  pacer.heard(now,
              {.requests = LimitView{.limit = 60, .remaining = 31, .full_at = first + seconds(30)}},
              second);
  CHECK(pacer.ready_at(now, {}) == std::max(now, second + nanoseconds(1'076'923'077)));
  const TimePoint ready = pacer.ready_at(now, {});
  pacer.heard(now,
              {.requests = LimitView{.limit = 60, .remaining = 1, .full_at = now + seconds(59)}},
              first);
  CHECK(pacer.ready_at(now, {}) == ready);
}

TEST_CASE("until a head is heard one attempt goes at a time, and without heads nothing is paced") {
  Pacer pacer(pacer_preset(Pacing::kHeaderPaced));
  CHECK(pacer.wants_heads());
  const TimePoint now = kRunStart + seconds(1);
  CHECK(pacer.ready_at(now, {}) == now);
  REQUIRE(pacer.send(now, {}, 0));
  CHECK(pacer.ready_at(now, {}) == kNever);
  Outcome outcome;
  outcome.error = ErrorKind::kConnection;
  pacer.ended(now, {}, now, outcome);
  CHECK(pacer.ready_at(now, {}) == now);
  REQUIRE(pacer.send(now, {}, 0));
  CHECK(pacer.ready_at(now, {}) == kNever);
  pacer.ended(now, {}, now, Outcome{});
  REQUIRE(pacer.send(now, {}, 0));
  CHECK(pacer.ready_at(now, {}) == now);
}

TEST_CASE("a limit of one token a minute makes it wait, but not beyond the run's instants") {
  Pacer pacer(pacer_preset(Pacing::kHeaderPaced));
  const PacedAttempt huge{.input_tokens = 1'000'000, .output_tokens = 128'000};
  for (int i = 0; i < 3; ++i) REQUIRE(pacer.send(kRunStart, huge, 0));
  const LimitView one{.limit = 1, .remaining = 0, .full_at = kRunStart + minutes(1)};
  pacer.heard(kRunStart, {.input_tokens = one, .output_tokens = one}, kRunStart);
  const TimePoint ready = pacer.ready_at(kRunStart, huge);
  CHECK(ready > kRunStart + hours(24 * 300));
  CHECK(ready < kRunStart + hours(24 * 3 * 366));
}

TEST_CASE("an attempt that is refused gives back what it was taken for") {
  const TimePoint now = kRunStart + seconds(100);
  Pacer pacer = paced(now, 30);
  const TimePoint next = now + seconds(2);
  REQUIRE(pacer.send(next, {}, 0));
  const TimePoint before = pacer.ready_at(next, {});
  Outcome outcome;
  outcome.error = ErrorKind::kRateLimit;
  pacer.ended(next, {}, next, outcome);
  CHECK(pacer.ready_at(next, {}) < before);
  // 28 s until full, 26 left, since the one that was refused.
  CHECK(pacer.ready_at(next, {}) == next + nanoseconds(1'076'923'077));
}

}  // namespace
}  // namespace sluice
