#include "results/cell_figures.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include "base/hash.hpp"
#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;

// A run whose requests end in one of a few cells, and beside it what each cell should say.
struct Run {
  Recorder recorder{{.models = 3, .duration = minutes(10), .counts_from = kRunStart + minutes(1)}};
  std::map<std::int64_t, std::vector<std::int64_t>> latencies;
  std::map<std::int64_t, std::vector<std::int64_t>> queueing;

  explicit Run(std::uint64_t seed) {
    std::uint64_t state = seed;
    const auto draw = [&state](std::uint64_t below) {
      state = mix64(state + 0x9e3779b97f4a7c15U);
      return static_cast<std::int64_t>(state % below);
    };
    for (int i = 0; i < 500; ++i) {
      RequestRecord request;
      request.planned = kRunStart + milliseconds(draw(600'000));
      request.first_sent = request.planned + milliseconds(draw(2) * draw(5'000));
      request.attempts = 1 + static_cast<std::int32_t>(draw(3));
      request.last_sent = request.first_sent + seconds(request.attempts - 1);
      request.first_token = request.first_answer = request.last_sent + milliseconds(draw(900));
      request.ended = request.first_token + milliseconds(draw(30'000));
      request.error = draw(5) == 0 ? ErrorKind::kOverloaded : ErrorKind::kNone;
      request.batch = draw(9) == 0;
      if (draw(20) == 0) {
        request.error = ErrorKind::kQueueFull;
        request.first_sent = request.last_sent = kNever;
        request.ended = request.planned;
      }
      recorder.offered(request.workload, request.planned);
      recorder.request(request);
      if (request.batch) continue;
      const std::int64_t cell = (request.ended - kRunStart) / recorder.measured().traffic.width();
      if (request.first_sent != kNever) {
        queueing[cell].push_back(ns(request.first_sent - request.planned));
      }
      if (request.error == ErrorKind::kNone) {
        latencies[cell].push_back(ns(request.ended - request.planned));
      }
    }
  }
};

}  // namespace

TEST_CASE("a cell's latencies and queueing are those of the requests that ended in it") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Run run(seed);
    const auto cells = run.recorder.measured().traffic.cells();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      INFO("seed " << seed << ", cell " << i);
      auto& latencies = run.latencies[static_cast<std::int64_t>(i)];
      REQUIRE(latency_at(cells[i], Ppm{500'000}).has_value() == !latencies.empty());
      REQUIRE(latency_max(cells[i]).has_value() == !latencies.empty());
      if (!latencies.empty()) {
        std::sort(latencies.begin(), latencies.end());
        const std::int64_t median = latencies[(latencies.size() + 1) / 2 - 1];
        REQUIRE(std::abs(ns(*latency_at(cells[i], Ppm{500'000})) - median) <= median / 32 + 4);
        REQUIRE(ns(*latency_max(cells[i])) == latencies.back());
        REQUIRE(latency_at(cells[i], Ppm{1'000'000}) <= latency_max(cells[i]));
      }
      const auto& queueing = run.queueing[static_cast<std::int64_t>(i)];
      REQUIRE(queueing_max(cells[i]).has_value() == !queueing.empty());
      if (queueing.empty()) continue;
      const std::int64_t sum = std::accumulate(queueing.begin(), queueing.end(), std::int64_t{0});
      REQUIRE(ns(*queueing_mean(cells[i])) == sum / static_cast<std::int64_t>(queueing.size()));
      REQUIRE(ns(*queueing_max(cells[i])) == *std::max_element(queueing.begin(), queueing.end()));
    }
  }
}

TEST_CASE("in flight is what was planned and has not ended, and nothing at a run's end") {
  const RunResult result = testing::TinyRun({}).result();
  const std::vector<std::int64_t> counts = in_flight(result.measured.traffic.cells());
  REQUIRE(counts.size() == result.measured.traffic.cells().size());
  CHECK(counts.back() == 0);
  CHECK(*std::max_element(counts.begin(), counts.end()) > 0);
  CHECK(*std::min_element(counts.begin(), counts.end()) >= 0);
}

TEST_CASE("a cell without requests has no figures") {
  const TrafficCell cell;
  CHECK_FALSE(latency_at(cell, Ppm{500'000}));
  CHECK_FALSE(ttft_at(cell, Ppm{500'000}));
  CHECK_FALSE(latency_mean(cell));
  CHECK_FALSE(queueing_mean(cell));
  CHECK_FALSE(queueing_max(cell));
}
