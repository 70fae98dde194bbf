#include "policy/fault_plan.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "support/catch.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

constexpr testing::TestDraws kFaultDraws{.seed = 20261120};
constexpr ModelId kFaultyModel{3};

FaultPlan plan(std::vector<FaultSpec> specs) {
  return FaultPlan(std::move(specs), kFaultDraws.source());
}

// Within four standard errors of a binomial count.
bool is_near(std::int64_t count, double trials, double probability) {
  const double error = std::sqrt(trials * probability * (1 - probability));
  return std::abs(static_cast<double>(count) - trials * probability) <= 4 * error;
}

TEST_CASE("an empty plan lets everything pass") {
  FaultPlan none = plan({});
  CHECK(none.empty());
  CHECK_FALSE(none.at_admission(kRunStart, kFaultyModel, 0).has_value());
  CHECK(none.in_stream(kRunStart, kFaultyModel, 0).kind == StreamFault::Kind::kNone);
  CHECK_FALSE(plan({{}}).empty());
}

TEST_CASE("a certain fault always strikes and an impossible one never does") {
  FaultPlan certain = plan({{.kind = FaultKind::kOverloaded, .probability_ppm = 1'000'000}});
  FaultPlan impossible = plan({{.kind = FaultKind::kOverloaded, .probability_ppm = 0}});
  DrawStream draws = kFaultDraws.stream(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t bits = i == 0 ? 0 : i == 1 ? ~std::uint64_t{0} : draws.next();
    REQUIRE(certain.at_admission(kRunStart, kFaultyModel, bits) == ErrorKind::kOverloaded);
    REQUIRE_FALSE(impossible.at_admission(kRunStart, kFaultyModel, bits).has_value());
  }
}

TEST_CASE("a fault is active from its beginning and until, not at, its end") {
  FaultPlan window = plan({{.kind = FaultKind::kApiError,
                            .probability_ppm = 1'000'000,
                            .from = TimePoint(seconds(10)),
                            .until = TimePoint(seconds(20))}});
  const auto strikes = [&window](Duration at) {
    return window.at_admission(TimePoint(at), kFaultyModel, 5).has_value();
  };
  CHECK_FALSE(strikes(seconds(0)));
  CHECK_FALSE(strikes(seconds(10) - nanoseconds(1)));
  CHECK(strikes(seconds(10)));
  CHECK(strikes(seconds(20) - nanoseconds(1)));
  CHECK_FALSE(strikes(seconds(20)));
}

TEST_CASE("a fault of one model spares the others") {
  FaultPlan one =
      plan({{.kind = FaultKind::kTimeout, .probability_ppm = 1'000'000, .model = kFaultyModel}});
  CHECK(one.at_admission(kRunStart, kFaultyModel, 5) == ErrorKind::kTimeout);
  CHECK_FALSE(one.at_admission(kRunStart, ModelId{4}, 5).has_value());
}

TEST_CASE("each kind strikes where it belongs") {
  struct Row {
    FaultKind kind;
    std::optional<ErrorKind> refusal;
    StreamFault::Kind trouble;
  };
  const std::array<Row, 6> rows = {{
      {FaultKind::kOverloaded, ErrorKind::kOverloaded, StreamFault::Kind::kNone},
      {FaultKind::kApiError, ErrorKind::kApi, StreamFault::Kind::kNone},
      {FaultKind::kTimeout, ErrorKind::kTimeout, StreamFault::Kind::kNone},
      {FaultKind::kDisconnect, std::nullopt, StreamFault::Kind::kDisconnect},
      {FaultKind::kErrorInStream, std::nullopt, StreamFault::Kind::kErrorInStream},
      {FaultKind::kStall, std::nullopt, StreamFault::Kind::kStall},
  }};
  for (const Row& row : rows) {
    INFO(name(row.kind));
    FaultPlan one = plan({{.kind = row.kind, .probability_ppm = 1'000'000, .stall = seconds(7)}});
    CHECK(one.at_admission(kRunStart, kFaultyModel, 9) == row.refusal);
    const StreamFault fault = one.in_stream(kRunStart, kFaultyModel, 9);
    CHECK(fault.kind == row.trouble);
    CHECK(fault.stall == (row.kind == FaultKind::kStall ? seconds(7) : Duration{}));
    CHECK(fault_kind_named(name(row.kind)) == row.kind);
  }
  CHECK_FALSE(fault_kind_named("flood").has_value());
}

TEST_CASE("a fault strikes as often as its probability says") {
  for (const std::int64_t ppm : {1'000L, 50'000L, 500'000L, 999'000L}) {
    FaultPlan one = plan({{.kind = FaultKind::kOverloaded, .probability_ppm = ppm}});
    DrawStream draws = kFaultDraws.stream(2);
    constexpr int kTrials = 200'000;
    std::int64_t struck = 0;
    for (int i = 0; i < kTrials; ++i) {
      struck += one.at_admission(kRunStart, kFaultyModel, draws.next()) ? 1 : 0;
    }
    INFO(ppm << " ppm, seed " << kFaultDraws.seed);
    CHECK(is_near(struck, kTrials, static_cast<double>(ppm) / 1e6));
  }
}

TEST_CASE("several faults served by one word strike independently, the first in the list first") {
  FaultPlan both = plan({{.kind = FaultKind::kOverloaded, .probability_ppm = 300'000},
                         {.kind = FaultKind::kApiError, .probability_ppm = 300'000},
                         {.kind = FaultKind::kTimeout, .probability_ppm = 500'000}});
  DrawStream draws = kFaultDraws.stream(3);
  constexpr int kTrials = 200'000;
  std::array<std::int64_t, kErrorKindCount> count{};
  for (int i = 0; i < kTrials; ++i) {
    const auto error = both.at_admission(kRunStart, kFaultyModel, draws.next());
    ++count[static_cast<std::size_t>(error.value_or(ErrorKind::kNone))];
  }
  const auto of = [&count](ErrorKind kind) { return count[static_cast<std::size_t>(kind)]; };
  INFO("seed " << kFaultDraws.seed);
  CHECK(is_near(of(ErrorKind::kOverloaded), kTrials, 0.3));
  CHECK(is_near(of(ErrorKind::kApi), kTrials, 0.7 * 0.3));
  CHECK(is_near(of(ErrorKind::kTimeout), kTrials, 0.7 * 0.7 * 0.5));
  CHECK(is_near(of(ErrorKind::kNone), kTrials, 0.7 * 0.7 * 0.5));
}

TEST_CASE("adding a fault behind another changes nothing about the first") {
  const FaultSpec first{.kind = FaultKind::kOverloaded,
                        .probability_ppm = 200'000,
                        .mean_active = seconds(5),
                        .mean_quiet = seconds(5)};
  FaultPlan alone = plan({first});
  FaultPlan joined = plan({first, {.kind = FaultKind::kApiError, .probability_ppm = 500'000}});
  DrawStream draws = kFaultDraws.stream(4);
  for (int i = 0; i < 20'000; ++i) {
    const TimePoint now(milliseconds(10 * i));
    const std::uint64_t bits = draws.next();
    const bool struck = alone.at_admission(now, kFaultyModel, bits).has_value();
    REQUIRE(struck == (joined.at_admission(now, kFaultyModel, bits) == ErrorKind::kOverloaded));
  }
}

TEST_CASE("a stream breaks anywhere in its output alike, whatever the fault's probability") {
  for (const std::int64_t ppm : {20'000L, 1'000'000L}) {
    FaultPlan one = plan({{.kind = FaultKind::kDisconnect, .probability_ppm = ppm}});
    DrawStream draws = kFaultDraws.stream(6);
    std::array<std::int64_t, 10> tenths{};
    std::int64_t struck = 0;
    for (int i = 0; i < 400'000; ++i) {
      const StreamFault fault = one.in_stream(kRunStart, kFaultyModel, draws.next());
      if (fault.kind == StreamFault::Kind::kNone) continue;
      REQUIRE(fault.at_ppm < 1'000'000);
      ++tenths[fault.at_ppm / 100'000];
      ++struck;
    }
    INFO(ppm << " ppm, seed " << kFaultDraws.seed);
    for (const std::int64_t count : tenths) {
      CHECK(is_near(count, static_cast<double>(struck), 0.1));
    }
  }
}

struct Periods {
  std::vector<double> active;  // seconds
  std::vector<double> quiet;
};

Periods observe(FaultPlan& alternating, Duration step, Duration length) {
  Periods periods;
  bool was_active = false;
  TimePoint since = kRunStart;
  for (TimePoint now = kRunStart; now < kRunStart + length; now += step) {
    const bool active = alternating.at_admission(now, kFaultyModel, 0).has_value();
    if (active == was_active) continue;
    (was_active ? periods.active : periods.quiet)
        .push_back(static_cast<double>(ns(now - since)) / 1e9);
    was_active = active;
    since = now;
  }
  return periods;
}

void check_exponential(const std::vector<double>& values, double mean) {
  const auto count = static_cast<double>(values.size());
  REQUIRE(count > 100);
  double sum = 0;
  std::int64_t longer = 0;
  for (const double value : values) {
    sum += value;
    longer += value > mean ? 1 : 0;
  }
  // An exponential's standard deviation is its mean, and e^-1 of the values are above it.
  CHECK(std::abs(sum / count - mean) <= 4 * mean / std::sqrt(count));
  CHECK(is_near(longer, count, std::exp(-1.0)));
}

TEST_CASE(
    "an alternating fault begins quiet and its periods are exponential with the means given") {
  FaultPlan alternating = plan({{.kind = FaultKind::kOverloaded,
                                 .probability_ppm = 1'000'000,
                                 .mean_active = seconds(30),
                                 .mean_quiet = seconds(120)}});
  CHECK_FALSE(alternating.at_admission(kRunStart, kFaultyModel, 0).has_value());
  const Periods periods = observe(alternating, milliseconds(50), hours(100));
  INFO("seed " << kFaultDraws.seed);
  check_exponential(periods.active, 30);
  check_exponential(periods.quiet, 120);
}

TEST_CASE("an alternating fault is in the same state whoever asks and how often") {
  const FaultSpec spec{.kind = FaultKind::kOverloaded,
                       .probability_ppm = 1'000'000,
                       .from = TimePoint(minutes(1)),
                       .until = TimePoint(hours(20)),
                       .mean_active = seconds(20),
                       .mean_quiet = seconds(40)};
  FaultPlan often = plan({spec});
  FaultPlan seldom = plan({spec});
  FaultPlan other_model_first = plan({spec});
  std::int64_t active = 0;
  for (std::int64_t s = 0; s < 80'000; ++s) {
    const TimePoint now(seconds(s));
    const bool state =
        often.at_admission(now, kFaultyModel, static_cast<std::uint64_t>(s)).has_value();
    active += state ? 1 : 0;
    if (s % 997 != 0) continue;
    REQUIRE(seldom.at_admission(now, kFaultyModel, 1).has_value() == state);
    (void)other_model_first.in_stream(now, ModelId{1}, 0);
    REQUIRE(other_model_first.at_admission(now, ModelId{2}, 2).has_value() == state);
  }
  // A third of the time in the window, within what 1200 cycles leave open.
  CHECK(std::abs(static_cast<double>(active) / (72'000 - 60) - 1.0 / 3) < 0.05);
}

TEST_CASE("two alternating faults of one plan, and two seeds, alternate at different times") {
  const FaultSpec spec{.kind = FaultKind::kOverloaded,
                       .probability_ppm = 1'000'000,
                       .mean_active = seconds(10),
                       .mean_quiet = seconds(10)};
  FaultSpec second = spec;
  second.kind = FaultKind::kDisconnect;
  FaultPlan pair = plan({spec, second});
  FaultPlan reseeded({spec}, RandomSource(kFaultDraws.seed + 1, 0));
  std::int64_t differs = 0;
  std::int64_t differs_by_seed = 0;
  for (std::int64_t s = 0; s < 20'000; ++s) {
    const TimePoint now(seconds(s));
    const bool first = pair.at_admission(now, kFaultyModel, 0).has_value();
    const bool other = pair.in_stream(now, kFaultyModel, 0).kind != StreamFault::Kind::kNone;
    differs += first != other ? 1 : 0;
    differs_by_seed += first != reseeded.at_admission(now, kFaultyModel, 0).has_value() ? 1 : 0;
  }
  CHECK((differs > 8'000 && differs < 12'000));
  CHECK((differs_by_seed > 8'000 && differs_by_seed < 12'000));
}

}  // namespace
}  // namespace sluice
