#include "calibrate/cache_delay.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "calibrate/estimate_names.hpp"

namespace sluice::calibrate {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kNearlyExpired = 0.95;  // of a lifetime: what is older may be gone
// A clear answer: the two bounds are no further apart.
constexpr double kWidest = 1.0;
// How far two instants may seem swapped, in wall time: a tick of the server and the way there.
constexpr double kSlack = 0.002;

// What the requests of a model say: it was read so long after the first answer began, and not yet.
struct Bounds {
  double hit = kNever;    // the shortest gap with a hit
  double miss = -kNever;  // the longest with a miss
  double slack = kSlack;
  std::int64_t hits = 0;
  std::int64_t misses = 0;
  std::string late;  // why a workload is left out
};

// One chain of requests that keep a prefix alive, in the order of their sends.
class Chain {
 public:
  template <class Request>
  void meet(const Request& request, double lateness, Bounds& bounds) {
    const double now = request.sent;
    if (now - touched_ > kNearlyExpired * lives_) begun_ = kNever;
    if (begun_ < kNever) judge(request.has_read, now - begun_, bounds);
    if (request.has_written || request.has_read) {
      touched_ = now;
      if (request.lives > 0) lives_ = request.lives;
    }
    // The server began so much before the client saw it.
    if (request.has_written) {
      begun_ = std::min(begun_, request.began - lateness * request.stretch);
    }
  }

 private:
  void judge(bool has_read, double gap, Bounds& bounds) {
    if (has_read) {
      ++bounds.hits;
      bounds.hit = std::min(bounds.hit, gap);
    } else {
      ++bounds.misses;
      bounds.miss = std::max(bounds.miss, gap);
    }
  }

  double begun_ = kNever;  // the first answer of those that wrote what lives now
  double touched_ = -kNever;
  double lives_ = 300;
};

Estimate estimate_of(const std::string& model, const Bounds& bounds) {
  Estimate made;
  made.what = kCacheDelay;
  made.of = model;
  made.unit = "s";
  made.evidence = fmt::format("{} hits, {} misses near a first answer", bounds.hits, bounds.misses);
  if (!bounds.late.empty() && (bounds.hits == 0 || bounds.misses == 0)) {
    made.reason = bounds.late;
  } else if (bounds.slack > kWidest / 2) {
    made.reason =
        fmt::format("instants are known to {:.2f} s only: replay it slower", bounds.slack);
  } else if (bounds.hits == 0) {
    made.reason = "no request read a prefix that another had just written";
  } else if (bounds.misses == 0) {
    made.reason = fmt::format("no request came too soon: at most {:.2f} s",
                              std::max(bounds.hit, 0.0) + bounds.slack);
  } else if (bounds.miss > bounds.hit + bounds.slack) {
    made.reason = fmt::format(
        "requests missed {:.1f} s after the first answer began, others had "
        "hit after {:.1f} s: they do not share one prefix",
        bounds.miss, bounds.hit);
  } else if (bounds.hit - std::max(bounds.miss, 0.0) > kWidest) {
    made.reason = fmt::format("between {:.2f} s and {:.2f} s: no request came in between",
                              std::max(bounds.miss, 0.0), bounds.hit);
  } else {
    const double low = std::max(bounds.miss - bounds.slack, 0.0);
    const double high = std::max(bounds.hit, bounds.miss) + bounds.slack;
    const double value = std::clamp((bounds.miss + bounds.hit) / 2, low, high);
    made.interval = {.value = value, .low = low, .high = high};
    made.is_identifiable = true;
  }
  return made;
}

}  // namespace

void CacheDelay::add(const ingest::RecordRow& row) {
  const std::size_t part = noise_.add(row);
  // Later turns read what their own session wrote, long after.
  if (!row.ok() || !row.stream || !row.sent || !row.first_token || row.turn != 0) return;
  const Usage& usage = row.usage;
  const std::int64_t written = usage.cache_creation_input_tokens();
  if (written == 0 && usage.cache_read_input_tokens == 0) return;
  places_[{row.model, run_, row.workspace, row.workload}].push_back(
      {.sent = seconds_between({}, *row.sent),
       .began = seconds_between({}, *row.first_token),
       .lives = written == 0                                ? 0.0
                : usage.cache_creation_1h_input_tokens != 0 ? 3600.0
                                                            : 300.0,
       .has_read = usage.cache_read_input_tokens != 0,
       .has_written = written != 0,
       .stretch = MeasuringNoise::stretch(row.speed_permille),
       .part = part});
}

std::vector<Estimate> CacheDelay::estimates() const {
  std::map<std::string, Bounds> by_model;
  const double lateness = noise_.lateness();
  const double slack = std::max(kSlack, noise_.more() + noise_.less());
  const std::vector<bool> is_late = noise_.late();
  for (const auto& [place, requests] : places_) {
    std::vector<Request> sorted = requests;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Request& a, const Request& b) { return a.sent < b.sent; });
    Chain chain;
    Bounds& bounds = by_model[std::get<0>(place)];
    // A workload's answers are of one part: a place is of a run and of a workload.
    if (is_late[sorted.front().part]) {
      bounds.late = noise_.late_text();
      continue;
    }
    for (const Request& request : sorted) {
      chain.meet(request, lateness, bounds);
      bounds.slack = std::max(bounds.slack, slack * request.stretch);
    }
  }
  std::vector<Estimate> made;
  for (const auto& [model, bounds] : by_model) made.push_back(estimate_of(model, bounds));
  return made;
}

}  // namespace sluice::calibrate
