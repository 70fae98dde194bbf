#include "policy/pacer_window.hpp"

#include <algorithm>
#include <cmath>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

PacerSpec window(Pacing pacing, std::int64_t initial = 20) {
  PacerSpec spec = pacer_preset(pacing);
  spec.window_initial = initial;
  spec.window_min = 1;
  return spec;
}

WindowSample answered(Duration response_time, std::int64_t in_flight) {
  return {.response_time = response_time, .in_flight = in_flight};
}
const WindowSample kDrop{.dropped = true, .in_flight = 20};

TEST_CASE("a window holds back what is beyond it until something ends") {
  WindowPacing<AimdWindow> pacer(window(Pacing::kAimd, 3));
  for (int i = 0; i < 3; ++i) {
    REQUIRE(pacer.ready_at(kRunStart, {}) == kRunStart);
    REQUIRE(pacer.send(kRunStart, {}, 0));
  }
  CHECK(pacer.ready_at(kRunStart, {}) == kNever);
  Outcome outcome;
  outcome.error = ErrorKind::kInvalidRequest;
  pacer.ended(kRunStart, {}, kRunStart, outcome);
  CHECK(pacer.size() == 3);
  CHECK(pacer.ready_at(kRunStart, {}) == kRunStart);
}

// The window after ten attempts of which the first ends so; on the others the client gives up.
std::int64_t size_after(WindowPacing<AimdWindow>& pacer, TimePoint first_token, ErrorKind error) {
  const TimePoint end = kRunStart + seconds(60);
  Outcome outcome;
  outcome.error = error;
  outcome.first_token = first_token;
  Outcome given_up;
  given_up.error = ErrorKind::kDeadline;
  for (int i = 0; i < 10; ++i) REQUIRE(pacer.send(kRunStart, {}, 0));
  pacer.ended(end, {}, kRunStart, outcome);
  const std::int64_t size = pacer.size();
  for (int i = 1; i < 10; ++i) pacer.ended(end, {}, kRunStart, given_up);
  CHECK(pacer.size() == size);
  return size;
}

TEST_CASE("the response time of a stream is taken to its first token") {
  WindowPacing<AimdWindow> pacer(window(Pacing::kAimd, 10));
  CHECK(size_after(pacer, kRunStart + seconds(5), ErrorKind::kNone) == 11);
  CHECK(size_after(pacer, kRunStart + milliseconds(5'001), ErrorKind::kNone) == 9);  // 9.9, cut
  CHECK(size_after(pacer, kNever, ErrorKind::kNone) == 8);  // no stream: the 60 s
}

TEST_CASE("429, 529 and timeouts are drops to a window, other errors say nothing") {
  for (const ErrorKind error : {ErrorKind::kRateLimit, ErrorKind::kOverloaded, ErrorKind::kTimeout,
                                ErrorKind::kAttemptTimeout}) {
    WindowPacing<AimdWindow> pacer(window(Pacing::kAimd, 10));
    CHECK(size_after(pacer, kNever, error) == 9);
  }
  for (const ErrorKind error :
       {ErrorKind::kApi, ErrorKind::kConnection, ErrorKind::kInvalidRequest}) {
    WindowPacing<AimdWindow> pacer(window(Pacing::kAimd, 10));
    CHECK(size_after(pacer, kNever, error) == 10);
  }
}

TEST_CASE("aimd adds one while half of its window is used and keeps nine tenths after a drop") {
  AimdWindow aimd(window(Pacing::kAimd, 20));
  aimd.add(kRunStart, answered(seconds(1), 10));
  CHECK(aimd.size() == 21);
  aimd.add(kRunStart, answered(seconds(1), 10));
  CHECK(aimd.size() == 21);
  aimd.add(kRunStart, kDrop);
  CHECK(aimd.size() == 18);
  for (int i = 0; i < 100; ++i) aimd.add(kRunStart, kDrop);
  CHECK(aimd.size() == 1);
  for (int i = 0; i < 1'000; ++i) aimd.add(kRunStart, answered(seconds(1), 200));
  CHECK(aimd.size() == 200);
  AimdWindow published(pacer_preset(Pacing::kAimd));
  for (int i = 0; i < 100; ++i) published.add(kRunStart, kDrop);
  CHECK(published.size() == 20);
}

TEST_CASE(
    "against a server with room for 50, aimd stays between nine tenths of that and one more") {
  AimdWindow aimd(window(Pacing::kAimd));
  std::int64_t least = 200;
  std::int64_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t in_flight = aimd.size();
    aimd.add(kRunStart, in_flight > 50 ? kDrop : answered(seconds(1), in_flight));
    if (i < 100) continue;
    least = std::min(least, aimd.size());
    most = std::max(most, aimd.size());
  }
  CHECK(least == 45);
  CHECK(most == 51);
}

TEST_CASE("vegas follows the queue that it estimates") {
  VegasWindow vegas(window(Pacing::kVegas, 20));
  vegas.add(kRunStart, answered(seconds(1), 20));  // the least
  CHECK(vegas.size() == 20);
  vegas.add(kRunStart, answered(seconds(1), 9));  // less than half in use
  CHECK(vegas.size() == 20);
  vegas.add(kRunStart, answered(seconds(1), 10));  // queue 0: + 6
  CHECK(vegas.size() == 26);
  vegas.add(kRunStart, answered(milliseconds(1'080), 26));  // ceil(1.93) = 2: + 1
  CHECK(vegas.size() == 27);
  vegas.add(kRunStart, answered(milliseconds(1'200), 27));  // 5: stays
  CHECK(vegas.size() == 27);
  vegas.add(kRunStart, answered(milliseconds(1'400), 27));  // 8: - 1
  CHECK(vegas.size() == 26);
  vegas.add(kRunStart, kDrop);
  CHECK(vegas.size() == 25);
  // From a hundred on log10 is 2.
  VegasWindow large(window(Pacing::kVegas, 100));
  large.add(kRunStart, answered(seconds(1), 100));
  large.add(kRunStart, answered(seconds(1), 100));
  CHECK(large.size() == 112);
}

// A server of twelve places: service takes a second, then as long as it takes for one to be free.
void answer_of_twelve_places(VegasWindow& vegas) {
  const std::int64_t in_flight = vegas.size();
  vegas.add(kRunStart, answered(std::max(seconds(1), seconds(in_flight) / 12), in_flight));
}

TEST_CASE("vegas settles where three to six attempts queue") {
  for (const std::int64_t initial : {1, 10, 40}) {
    CAPTURE(initial);
    VegasWindow vegas(window(Pacing::kVegas, initial));
    vegas.add(kRunStart, answered(seconds(1), 1));
    for (int i = 0; i < 40; ++i) answer_of_twelve_places(vegas);
    for (int i = 0; i < 150; ++i) {
      answer_of_twelve_places(vegas);
      REQUIRE(vegas.size() >= 15);
      REQUIRE(vegas.size() <= 18);
    }
  }
}

TEST_CASE("a probe under load takes the loaded time for the least, and vegas' window creeps up") {
  VegasWindow vegas(window(Pacing::kVegas, 10));
  std::int64_t last = 0;
  for (int thousands = 1; thousands <= 4; ++thousands) {
    for (int i = 0; i < 1'000 * thousands; ++i) {
      answer_of_twelve_places(vegas);
    }
    CHECK(vegas.size() > last);
    last = vegas.size();
  }
  INFO(last);
  CHECK(last > 30);
}

TEST_CASE("vegas forgets its least response time after 15 L to 30 L answers") {
  std::int64_t least = 1'000;
  std::int64_t most = 0;
  for (std::int64_t second = 0; second < 50; ++second) {
    const TimePoint now = kRunStart + seconds(second);
    VegasWindow vegas(window(Pacing::kVegas, 20));
    // The first probe is after 15 L = 300; its instant says when the next one is.
    for (int i = 0; i < 299; ++i) vegas.add(now, answered(seconds(1), 0));
    vegas.add(now, answered(seconds(2), 0));
    const double jitter = static_cast<double>(mix64(static_cast<std::uint64_t>(ns(now)))) / 0x1p64;
    const auto next = static_cast<std::int64_t>(std::ceil(300 * (1 + jitter)));
    for (int i = 1; i < next; ++i) vegas.add(now, answered(seconds(2), 0));
    vegas.add(now, answered(seconds(10), 20));  // the probe: 10 s are the least now
    REQUIRE(vegas.size() == 20);
    vegas.add(now, answered(seconds(10), 20));  // so that this is no queue
    REQUIRE(vegas.size() == 26);
    least = std::min(least, next);
    most = std::max(most, next);
  }
  CHECK(least < 330);
  CHECK(most > 570);
}

// One window: ten answers within a second, then the eleventh beyond it.
TimePoint second_of(Gradient2Window& gradient, TimePoint now, Duration time,
                    std::int64_t in_flight) {
  now += milliseconds(1'001);
  for (int i = 0; i < 9; ++i) gradient.add(now - milliseconds(10), answered(time, in_flight));
  gradient.add(now, answered(time, in_flight));
  return now;
}

TEST_CASE("gradient2 adds 0.8 a window at a steady response time and is cut by a longer one") {
  Gradient2Window gradient(window(Pacing::kGradient2, 20));
  TimePoint now = kRunStart + milliseconds(1);
  gradient.add(now, answered(seconds(1), 100));  // the first answer ends a window of its own
  for (int i = 1; i <= 10; ++i) {
    now = second_of(gradient, now, seconds(1), 100);
    CHECK(gradient.size() == 20 + 8 * i / 10);
  }
  // long = 1 + 2/601 x 3, short = 4, g = 0.5: L = 0.8 x 28 + 0.2 x (14 + 4) = 26.
  now = second_of(gradient, now, seconds(4), 100);
  CHECK(gradient.size() == 26);
  // long about 1.013, short 2, g = 0.75975: 0.8 x 26 + 0.2 x (19.75 + 4) = 25.55.
  now = second_of(gradient, now, seconds(2), 100);
  CHECK(gradient.size() == 25);
  // 1.4 times the long average is within the tolerance.
  now = second_of(gradient, now, milliseconds(1'400), 100);
  CHECK(gradient.size() == 26);
}

TEST_CASE("gradient2 waits for ten answers and for half of its window, and is blind to drops") {
  Gradient2Window gradient(window(Pacing::kGradient2, 20));
  for (int i = 1; i <= 100; ++i) {
    gradient.add(kRunStart + seconds(2 * i), answered(seconds(1), 100));
  }
  CHECK(gradient.size() == 20);
  TimePoint now = kRunStart + minutes(10);
  for (int i = 0; i < 10; ++i) now = second_of(gradient, now, seconds(1), 9);
  CHECK(gradient.size() == 20);
  for (int i = 0; i < 100; ++i) gradient.add(now += seconds(2), kDrop);
  CHECK(gradient.size() == 20);
}

}  // namespace
}  // namespace sluice
