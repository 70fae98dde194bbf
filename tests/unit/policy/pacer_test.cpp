#include "policy/pacer.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/draw.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("every pacing has a name, a formula and a source, and is found by its name") {
  std::set<std::string_view> names;
  REQUIRE(pacings().size() == kPacingCount);
  for (std::size_t i = 0; i < kPacingCount; ++i) {
    const PacingInfo& info = pacings()[i];
    CAPTURE(name(info.pacing));
    CHECK(info.pacing == static_cast<Pacing>(i));
    CHECK(pacing_named(name(info.pacing)) == info.pacing);
    CHECK_FALSE(info.formula.empty());
    CHECK_FALSE(info.source.empty());
    CHECK(pacer_preset(info.pacing).pacing == info.pacing);
    names.insert(name(info.pacing));
  }
  CHECK(names.size() == kPacingCount);
  CHECK_FALSE(pacing_named("aws"));
  CHECK_FALSE(pacing_named(""));
}

TEST_CASE("the presets carry the constants of their sources") {
  CHECK(pacer_preset(Pacing::kAimd).window_min == 20);
  CHECK(pacer_preset(Pacing::kAimd).window_max == 200);
  CHECK(pacer_preset(Pacing::kVegas).window_min == 1);
  CHECK(pacer_preset(Pacing::kVegas).window_max == 1000);
  CHECK(pacer_preset(Pacing::kGradient2).window_initial == 20);
  CHECK(pacer_preset(Pacing::kSreThrottle).accept_multiplier_permille == 2000);
  CHECK(pacer_preset(Pacing::kSreThrottle).memory == minutes(2));
  CHECK(pacer_preset(Pacing::kCookbook).share_permille == 750);
  CHECK(pacer_preset(Pacing::kCookbook).burst == minutes(1));
}

TEST_CASE("without pacing everything goes at once") {
  Pacer pacer;
  CHECK(pacer.is_none());
  CHECK_FALSE(pacer.wants_heads());
  for (int i = 0; i < 1000; ++i) {
    CHECK(pacer.ready_at(kRunStart, {}) == kRunStart);
    CHECK(pacer.send(kRunStart, {}, 0));
  }
  CHECK_FALSE(Pacer(pacer_preset(Pacing::kFixed)).is_none());
}

TEST_CASE("fixed pacing sends one attempt every 1 / rate, exactly") {
  PacerSpec spec = pacer_preset(Pacing::kFixed);
  spec.requests_per_minute = 7;
  Pacer pacer(spec);
  TimePoint now = kRunStart + seconds(3);
  for (std::int64_t i = 0; i < 70; ++i) {
    now = std::max(now, pacer.ready_at(now, {}));
    // 60/7 s each, the fraction rounded up, and no drift in ten minutes.
    CHECK(now == kRunStart + seconds(3) + nanoseconds((i * 60'000'000'000 + 6) / 7));
    REQUIRE(pacer.send(now, {}, 0));
  }
}

TEST_CASE("fixed pacing does not make up for time that went unused") {
  PacerSpec spec = pacer_preset(Pacing::kFixed);
  spec.requests_per_minute = 60;
  Pacer pacer(spec);
  REQUIRE(pacer.send(kRunStart, {}, 0));
  const TimePoint late = kRunStart + seconds(10);
  CHECK(pacer.ready_at(late, {}) == late);
  REQUIRE(pacer.send(late, {}, 0));
  CHECK(pacer.ready_at(late, {}) == late + seconds(1));
  CHECK(Pacer(pacer_preset(Pacing::kFixed)).ready_at(late, {}) == late);
}

// A random life: attempts that are sent as soon as they may be, some refused, all ended once.
class Life {
 public:
  explicit Life(std::uint64_t seed) : draws_(RandomSource(seed, 0).stream(Purpose::kTest, {})) {}

  // What the pacer said on the way, and what it sheds.
  std::vector<std::int64_t> live(Pacer& pacer, int steps) {
    std::vector<std::int64_t> said;
    for (int i = 0; i < steps; ++i) {
      const PacedAttempt attempt{.input_tokens = below(3'000), .output_tokens = below(1'000)};
      const TimePoint ready = pacer.ready_at(now_, attempt);
      said.push_back(ns(ready));
      if (in_flight_.empty()) REQUIRE(ready != kNever);
      if (ready == kNever || (!in_flight_.empty() && below(3) == 0)) {
        end(pacer);
        continue;
      }
      REQUIRE(ready >= now_);
      now_ = ready;
      // Asked again then it may say later by what it has rounded, but not for ever.
      for (int again = 0; pacer.ready_at(now_, attempt) > now_; ++again) {
        REQUIRE(again < 100);
        now_ = std::min(pacer.ready_at(now_, attempt), now_ + hours(1));
      }
      const bool goes = pacer.send(now_, attempt, draws_.next());
      said.push_back(goes ? 1 : 0);
      if (goes) in_flight_.push_back({attempt, now_});
      now_ += milliseconds(below(20));
    }
    while (!in_flight_.empty()) end(pacer);
    return said;
  }

 private:
  struct Sent {
    PacedAttempt attempt;
    TimePoint at;
  };
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(
        uniform_below(draws_.next(), static_cast<std::uint64_t>(bound)));
  }
  void end(Pacer& pacer) {
    const auto which = in_flight_.begin() + below(static_cast<std::int64_t>(in_flight_.size()));
    const Sent sent = *which;
    in_flight_.erase(which);
    now_ += milliseconds(below(200));
    Outcome outcome;
    switch (below(6)) {
      case 0:
        outcome.error = ErrorKind::kRateLimit;
        break;
      case 1:
        outcome.error = ErrorKind::kConnection;
        break;
      case 2:
        outcome.error = ErrorKind::kDeadline;
        break;
      default:
        pacer.heard(now_,
                    {.requests = LimitView{.limit = 600,
                                           .remaining = 1 + below(500),
                                           .full_at = sent.at + seconds(below(60))}},
                    sent.at);
        outcome.first_token = now_;
        outcome.usage = {.input_tokens = sent.attempt.input_tokens, .output_tokens = below(500)};
    }
    pacer.ended(now_, sent.attempt, sent.at, outcome);
  }

  DrawStream draws_;
  TimePoint now_ = kRunStart;
  std::vector<Sent> in_flight_;
};

PacerSpec limited(Pacing pacing) {
  PacerSpec spec = pacer_preset(pacing);
  spec.requests_per_minute = 600;
  spec.input_tokens_per_minute = 300'000;
  spec.output_tokens_per_minute = 80'000;
  return spec;
}

TEST_CASE("no pacing waits for ever with nothing in flight, and each can be reached") {
  for (const PacingInfo& info : pacings()) {
    CAPTURE(name(info.pacing));
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      Pacer pacer(limited(info.pacing));
      (void)Life(seed).live(pacer, 2'000);
    }
  }
}

TEST_CASE("the same life gives the same answers, and a copy goes on as the original does") {
  for (const PacingInfo& info : pacings()) {
    CAPTURE(name(info.pacing));
    Pacer one(limited(info.pacing));
    Pacer other(limited(info.pacing));
    Life life(3);
    Life twin(3);
    CHECK(life.live(one, 500) == twin.live(other, 500));
    Pacer copy = one;
    Life rest = life;
    CHECK(life.live(one, 500) == rest.live(copy, 500));
  }
}

}  // namespace
}  // namespace sluice
