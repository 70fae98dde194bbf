// Peer: the reference model RM-1 (bench/README.md) the way one writes it without a second thought.
// A std::priority_queue of std::function, requests behind shared_ptr, distributions of <random>,
// levels and times in double. Nothing of sluice is used. Prints one line of JSON.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <utility>
#include <vector>

namespace {

struct Options {
  std::int64_t requests = 1'000'000;
  double pending = 10'000;
  std::uint64_t seed = 1;
};

// Log-linear, 7 bits of mantissa, over microseconds.
class Histogram {
 public:
  void record(double seconds) {
    ++cells_[index(static_cast<std::uint64_t>(seconds * 1e6))];
    ++count_;
  }
  double quantile(double share) const {
    const auto rank = static_cast<std::int64_t>(share * static_cast<double>(count_));
    std::int64_t below = 0;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      below += cells_[i];
      if (below > rank) return static_cast<double>(lower(i)) * 1e-6;
    }
    return 0;
  }

 private:
  static constexpr int kBits = 7;
  static std::size_t index(std::uint64_t value) {
    if (value < (1u << kBits)) return value;
    const int shift = 63 - __builtin_clzll(value) - kBits;
    return (static_cast<std::size_t>(shift) << kBits) + (value >> shift);
  }
  static std::uint64_t lower(std::size_t i) {
    if (i < (1u << kBits)) return i;
    const std::size_t shift = (i >> kBits) - 1;
    return (i - (shift << kBits)) << shift;
  }
  std::vector<std::int64_t> cells_ = std::vector<std::int64_t>(60 << kBits);
  std::int64_t count_ = 0;
};

class Simulator {
 public:
  void schedule(double delay, std::function<void()> action) {
    events_.push(Event{now_ + delay, next_++, std::move(action)});
  }
  void run() {
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.time;
      event.action();
    }
  }
  double now() const { return now_; }

 private:
  struct Event {
    double time;
    std::uint64_t sequence;
    std::function<void()> action;
    bool operator<(const Event& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };
  std::priority_queue<Event> events_;
  double now_ = 0;
  std::uint64_t next_ = 0;
};

struct Bucket {
  double rate;
  double capacity = 2 * rate;
  double level = capacity;
  double updated = 0;

  void refill(double now) {
    level = std::min(capacity, level + (now - updated) * rate);
    updated = now;
  }
};

struct Request {
  double first_attempt;
  std::int64_t input_tokens;
  std::int64_t output_tokens;
  int attempt = 0;
};

class Model {
 public:
  Model(Simulator& simulator, const Options& options)
      : simulator_(simulator),
        options_(options),
        random_(options.seed),
        gap_(options.pending / 5),
        buckets_{Bucket{rate()}, Bucket{0.9 * rate() * 1000 * std::exp(0.5)},
                 Bucket{rate() * 250 * std::exp(0.32)}} {}

  void arrive() {
    if (generated_ == options_.requests) return;
    ++generated_;
    auto request = std::make_shared<Request>();
    request->first_attempt = simulator_.now();
    request->input_tokens =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(input_(random_)), 1, 200'000);
    request->output_tokens =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(output_(random_)), 1, 8'192);
    attempt(request);
    simulator_.schedule(gap_(random_), [this] { arrive(); });
  }

  void print(double cpu_seconds) const {
    const auto n = static_cast<double>(options_.requests);
    std::printf(
        "{\"engine\": \"naive\", \"requests\": %lld, \"accepted_share\": %.5f, "
        "\"retries_per_request\": %.5f, \"p50\": %.3f, \"p99\": %.3f, \"cost\": %.6f, "
        "\"cpu_seconds\": %.4f, \"ns_per_request\": %.1f}\n",
        static_cast<long long>(options_.requests), static_cast<double>(accepted_) / n,
        static_cast<double>(retries_) / n, latency_.quantile(0.5), latency_.quantile(0.99),
        static_cast<double>(microdollars_) * 1e-6, cpu_seconds, cpu_seconds * 1e9 / n);
  }

 private:
  double rate() const { return options_.pending / 5; }

  void attempt(const std::shared_ptr<Request>& request) {
    const std::array<double, 3> cost = {1, static_cast<double>(request->input_tokens),
                                        static_cast<double>(request->output_tokens)};
    bool fits = true;
    for (std::size_t i = 0; i < 3; ++i) {
      buckets_[i].refill(simulator_.now());
      fits = fits && buckets_[i].level >= cost[i];
    }
    if (fits) {
      for (std::size_t i = 0; i < 3; ++i) buckets_[i].level -= cost[i];
      ++accepted_;
      simulator_.schedule(0.4 + 50e-6 * cost[1] + 0.0125 * cost[2],
                          [this, request] { complete(request); });
    } else if (request->attempt < 5) {
      std::uniform_real_distribution<double> wait(0,
                                                  std::min(8.0, 0.5 * std::exp2(request->attempt)));
      ++request->attempt;
      ++retries_;
      simulator_.schedule(wait(random_), [this, request] { attempt(request); });
    }
  }

  void complete(const std::shared_ptr<Request>& request) {
    latency_.record(simulator_.now() - request->first_attempt);
    microdollars_ += 3 * request->input_tokens + 15 * request->output_tokens;
  }

  Simulator& simulator_;
  const Options options_;
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_;
  std::lognormal_distribution<double> input_{std::log(1000.0), 1.0};
  std::lognormal_distribution<double> output_{std::log(250.0), 0.8};
  std::array<Bucket, 3> buckets_;
  Histogram latency_;
  std::int64_t generated_ = 0;
  std::int64_t accepted_ = 0;
  std::int64_t retries_ = 0;
  std::int64_t microdollars_ = 0;
};

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--requests") == 0) {
      options.requests = std::atoll(argv[i + 1]);
    } else if (std::strcmp(argv[i], "--pending") == 0) {
      options.pending = std::atof(argv[i + 1]);
    } else if (std::strcmp(argv[i], "--seed") == 0) {
      options.seed = static_cast<std::uint64_t>(std::atoll(argv[i + 1]));
    } else {
      return false;
    }
  }
  return argc % 2 == 1 && options.requests > 0 && options.pending > 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: %s [--requests N] [--pending P] [--seed S]\n", argv[0]);
    return 2;
  }
  const std::clock_t start = std::clock();
  Simulator simulator;
  Model model(simulator, options);
  model.arrive();
  simulator.run();
  model.print(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  return 0;
}
