// Each closed form against a pair of simulations: on either side of the break-even point the one or
// the other is cheaper.
#include "experiment/compare_break_even.hpp"

#include <string>

#include <fmt/format.h>

#include "experiment/scenario_text.hpp"
#include "experiment/trials.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

// `uses` prompts that share 10,000 tokens, one every `gap` from the start on.
std::string every(std::string_view gap, std::string_view cache, std::int64_t uses,
                  std::string_view more = "") {
  return fmt::format(
      R"({{"sluice": 1, "duration": "40h", "organization": {{"tier": "start"}},
          "workloads": [{{"name": "w", "model": "opus-5.5", "prefix": 10000, "input": 10,
          "output": 10, "max_requests": {}, "cache": {{"prefix": "{}"}},
          "arrivals": {{"type": "constant", "rate": "{}"}}{}}}]}})",
      uses, cache, gap, more);
}

std::string at_random(std::string_view rate, std::string_view cache) {
  return fmt::format(
      R"({{"sluice": 1, "duration": "40d", "organization": {{"tier": "start"}},
          "workloads": [{{"name": "w", "model": "opus-5.5", "prefix": 10000, "input": 10,
          "output": 10, "cache": {{"prefix": "{}"}},
          "arrivals": {{"type": "poisson", "rate": "{}"}}}}]}})",
      cache, rate);
}

double cost_of(const std::string& text) {
  const auto scenario = ScenarioText::of(text, "test", {});
  REQUIRE(scenario.has_value());
  const auto loaded = scenario->load();
  if (!loaded) INFO(loaded.error().front().text());
  REQUIRE(loaded.has_value());
  Monitor monitor;
  TrialRunner runner({"cost.per_success"}, {}, monitor);
  const Trial trial{&*loaded, 0};
  const auto samples = runner.run({&trial, 1});
  REQUIRE(samples.has_value());
  return samples->front().front().value();
}

PriceRow price() {
  const auto text = ScenarioText::of(every("1/min", "5m", 1), "test", {});
  REQUIRE(text.has_value());
  const auto loaded = text->load();
  REQUIRE(loaded.has_value());
  return loaded->plan.models.front().prices.front();
}

BreakEven opus() { return break_even("opus", price(), {10'010, 10}); }

// So many uses of one entry that there are just fewer, or just more, reads per write than n.
std::int64_t uses_below(double n) { return static_cast<std::int64_t>(n) + 1; }
std::int64_t uses_above(double n) { return static_cast<std::int64_t>(n) + 2; }

TEST_CASE("caching for five minutes pays from its reads per write on") {
  const double n = *opus().reads_per_write_5m;
  CHECK(n == Approx((5.0 - 4.0) / (4.0 - 0.2)));
  CHECK(cost_of(every("1/min", "5m", uses_below(n))) >
        cost_of(every("1/min", "none", uses_below(n))));
  CHECK(cost_of(every("1/min", "5m", uses_above(n))) <
        cost_of(every("1/min", "none", uses_above(n))));
}

TEST_CASE("caching for an hour pays from its reads per write on") {
  const double n = *opus().reads_per_write_1h;
  CHECK(n == Approx((8.0 - 4.0) / (4.0 - 0.2)));
  CHECK(cost_of(every("1/min", "1h", uses_below(n))) >
        cost_of(every("1/min", "none", uses_below(n))));
  CHECK(cost_of(every("1/min", "1h", uses_above(n))) <
        cost_of(every("1/min", "none", uses_above(n))));
}

TEST_CASE("of reuse every ten minutes an hour pays from its extra reads on") {
  const double n = *opus().extra_reads_1h;
  CHECK(n == Approx((8.0 - 5.0) / (5.0 - 0.2)));
  CHECK(cost_of(every("6/h", "1h", uses_below(n))) > cost_of(every("6/h", "5m", uses_below(n))));
  CHECK(cost_of(every("6/h", "1h", uses_above(n))) < cost_of(every("6/h", "5m", uses_above(n))));
}

std::string rate_text(double per_minute) { return fmt::format("{:.3f}/h", per_minute * 60); }

TEST_CASE("random reuse pays from its rate on, for each lifetime") {
  const BreakEven one = opus();
  const struct {
    double rate;
    const char* longer;
    const char* shorter;
  } pairs[] = {{*one.rate_5m, "5m", "none"},
               {*one.rate_1h, "1h", "none"},
               {*one.rate_1h_over_5m, "1h", "5m"}};
  for (const auto& pair : pairs) {
    CAPTURE(pair.longer, pair.shorter, pair.rate);
    const std::string below = rate_text(pair.rate * 0.7);
    const std::string above = rate_text(pair.rate * 1.4);
    CHECK(cost_of(at_random(below, pair.longer)) > cost_of(at_random(below, pair.shorter)));
    CHECK(cost_of(at_random(above, pair.longer)) < cost_of(at_random(above, pair.shorter)));
  }
}

TEST_CASE("the best lifetime is the cheapest of the three when it is simulated") {
  for (const double rate : {0.002, 0.02, 0.2, 2.0}) {
    CAPTURE(rate);
    const std::string best = best_lifetime(price(), rate);
    const double cost = cost_of(at_random(rate_text(rate), best));
    for (const char* other : {"none", "5m", "1h"}) {
      // At high rates both lifetimes cost nearly the same.
      CHECK(cost <= cost_of(at_random(rate_text(rate), other)) * 1.001);
    }
  }
}

TEST_CASE("a batch costs its factor of every price") {
  const BreakEven one = opus();
  CHECK(one.batch_factor == 0.5);
  const std::string plain = every("1/min", "none", 50);
  const std::string batch =
      every("1/min", "none", 50, R"(, "batch": {"share": 1, "completion": "10m"})");
  CHECK(cost_of(batch) == Approx(one.batch_factor * cost_of(plain)));
}

TEST_CASE("a batch without cache is cheaper than cached answers up to its read share") {
  const PriceRow row = price();
  const double prompt = 10'000;
  const double output = 1'000;
  const auto share = break_even("opus", row, {prompt, output}).batch_until_read_share;
  REQUIRE(share.has_value());
  const double batch = 0.5 * (prompt * 4 + output * 20);
  const auto cached = [&](double h) { return prompt * ((1 - h) * 4 + h * 0.2) + output * 20; };
  CHECK(cached(*share) == Approx(batch));
  CHECK(cached(*share * 0.99) > batch);
  CHECK_FALSE(break_even("opus", row, {100, 10'000}).batch_until_read_share.has_value());
}

}  // namespace
}  // namespace sluice
