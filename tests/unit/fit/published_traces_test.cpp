// Fits of the two published traces, which are not part of this project: see docs/traces.md for
// SLUICE_TRACES.
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/calendar.hpp"
#include "fit/arrivals.hpp"
#include "fit/cache.hpp"
#include "fit/sizes.hpp"
#include "support/catch.hpp"

namespace sluice::fit {
namespace {

std::optional<std::ifstream> published(const std::string& file) {
  const char* const folder = std::getenv("SLUICE_TRACES");
  if (folder != nullptr) {
    std::ifstream stream(std::string(folder) + "/" + file);
    if (stream) return stream;
  }
  WARN("skipped: set SLUICE_TRACES to a folder that holds " << file);
  return std::nullopt;
}

// The whole numbers of a text, in order.
std::vector<std::uint64_t> numbers_in(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < text.size();) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), number);
    if (error == std::errc{}) {
      numbers.push_back(number);
      i = static_cast<std::size_t>(end - text.data());
    } else {
      ++i;
    }
  }
  return numbers;
}

TEST_CASE("the Azure trace is bursty about seven or so steps of its rate") {
  auto file = published("azure_llm_2023_conv.csv");
  if (!file) return;
  ArrivalFitter arrivals({.has_dates = true});
  SizeFitter input;
  SizeFitter output;
  SizePairFitter pairs;
  std::string line;
  std::getline(*file, line);
  while (std::getline(*file, line)) {
    const std::size_t comma = line.find(',');
    std::string date = line.substr(0, comma);
    date[10] = 'T';
    const auto numbers = numbers_in(std::string_view(line).substr(comma));
    REQUIRE(numbers.size() == 2);
    arrivals.add(Duration{UnixTime::parse(date + "Z").value().nanoseconds});
    input.add(static_cast<std::int64_t>(numbers[0]));
    output.add(static_cast<std::int64_t>(numbers[1]));
    pairs.add(static_cast<std::int64_t>(numbers[0]), static_cast<std::int64_t>(numbers[1]));
  }
  const FittedArrivals fitted = arrivals.fit();
  CHECK(fitted.arrivals == 19'366);
  CHECK(fitted.per_second == Approx(5.53).epsilon(0.001));
  CHECK_FALSE(fitted.spread);
  REQUIRE(std::holds_alternative<ArrivalSteps>(fitted.spec));
  const auto& steps = std::get<ArrivalSteps>(fitted.spec);
  CHECK(steps.process == BaseProcess::kGamma);
  CHECK(steps.burstiness.ppb == Approx(0.9e9).margin(0.02e9));
  CHECK(steps.steps.size() <= 12);
  const ArrivalCandidate& chosen = fitted.candidates[fitted.chosen];
  CHECK(chosen.ks < 0.02);
  for (std::size_t i = 0; i < fitted.dispersion.size(); ++i) {
    CHECK(chosen.dispersion[i].mean == Approx(fitted.dispersion[i].of_log).epsilon(0.05));
  }
  CHECK(input.fit().candidates.back().ks < 0.025);
  CHECK(SizeSampler(output.fit().spec).mean() == Approx(output.histogram().mean()).epsilon(1e-9));
  CHECK(pairs.rank_correlation() == Approx(0.07).margin(0.03));
}

TEST_CASE("the Mooncake trace comes in steps of 3 s and its reads within 5 minutes are kept") {
  auto file = published("mooncake_fast25_conversation.jsonl");
  if (!file) return;
  ArrivalFitter arrivals;
  CacheFitter cache;
  std::string line;
  while (std::getline(*file, line)) {
    const std::vector<std::uint64_t> numbers = numbers_in(line);
    REQUIRE(numbers.size() >= 3);
    const Duration at = milliseconds(static_cast<std::int64_t>(numbers[0]));
    arrivals.add(at);
    cache.add({.at = at,
               .prompt_tokens = static_cast<std::int64_t>(numbers[1]),
               .output_tokens = static_cast<std::int64_t>(numbers[2]),
               .blocks = std::span(numbers).subspan(3)});
  }
  const FittedArrivals fitted = arrivals.fit();
  CHECK(fitted.arrivals == 12'031);
  CHECK(fitted.spread == seconds(3));
  const ArrivalCandidate& chosen = fitted.candidates[fitted.chosen];
  CHECK(chosen.counts_agree == true);
  CHECK(chosen.ks < 0.01);
  const FittedCache reuse = cache.fit();
  CHECK(reuse.reads_context);
  CHECK(reuse.reads.endless == Approx(0.37).margin(0.01));
  CHECK(reuse.fitted.five_minutes == Approx(reuse.reads.five_minutes).epsilon(0.01));
  CHECK(reuse.fitted.endless == Approx(reuse.reads.endless).epsilon(0.1));
  REQUIRE(reuse.conversations);
  CHECK(reuse.conversations->turns_mean == Approx(1.4).margin(0.1));
}

}  // namespace
}  // namespace sluice::fit
