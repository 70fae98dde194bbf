#include "calibrate/limit_calibrator.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "base/text.hpp"
#include "calibrate/limit_evidence.hpp"
#include "calibrate/limit_places.hpp"
#include "calibrate/limit_search.hpp"

namespace sluice::calibrate {
namespace {

constexpr std::array kModes = {ChargeMode::kStreaming, ChargeMode::kReserveSettle,
                               ChargeMode::kPost};

// What a bucket lacked at the start is noticed from here on, s: resets are whole seconds.
constexpr double kNoticed = 1.5;

// One group's attempts and what is the same for all of its limiters.
struct Work {
  const std::string& group;
  std::vector<LimitAttempt> attempts;
  const std::vector<std::string>& workspaces;
  WayToServer way;
  Duration lateness;
  const Stalls& stalls;
  std::int64_t reset_base_unix_ns;
  std::int64_t speed_permille;
  bool has_reads;
};

// How far an instant at the server may be from where it is put, s.
double tolerance_of(const Work& work, const FoundLimiter& found) {
  Duration tolerance = work.way.spread;
  if (counts_output(found.place.type)) tolerance += work.lateness;
  return static_cast<double>(ns(tolerance)) / 1e9;
}

// A limiter with the steps of its best reading (charge mode, cache-aware or plain).
struct Reading {
  FoundLimiter found;
  ChargeMode mode = ChargeMode::kStreaming;
  LimitTrial trial;
  LimitFit rough;
};

std::vector<LimitAttempt> of_workspace(const Work& work, std::uint32_t workspace) {
  std::vector<LimitAttempt> own;
  std::copy_if(work.attempts.begin(), work.attempts.end(), std::back_inserter(own),
               [&](const LimitAttempt& attempt) { return attempt.workspace == workspace; });
  return own;
}

std::vector<LimitStep> steps_of(const Work& work, const FoundLimiter& found, ChargeMode mode) {
  const StepOptions options{.place = found.place,
                            .mode = mode,
                            .delay = work.way.typical,
                            .lateness = work.lateness,
                            .stalls = &work.stalls,
                            .reset_base_unix_ns = work.reset_base_unix_ns};
  if (!found.workspace) return limit_steps(work.attempts, options);
  return limit_steps(of_workspace(work, *found.workspace), options);
}

// What went through between the first refusal and the last, a minute: while it refuses, a bucket
// gives what it is refilled with.
double admitted_while_refusing(std::span<const LimitStep> steps) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = 0;
  for (const LimitStep& step : steps) {
    if (!step.has_retry_after) continue;
    first = std::min(first, step.at);
    last = std::max(last, step.at);
  }
  double taken = 0;
  for (const LimitStep& step : steps) {
    const bool is_charge =
        step.kind == LimitStep::Kind::kTake || step.kind == LimitStep::Kind::kEndDrain;
    if (is_charge && step.at > first && step.at <= last) taken += static_cast<double>(step.amount);
  }
  return last > first ? taken / kMilli * 60e9 / static_cast<double>(last - first) : 0;
}

double first_refill(const FoundLimiter& found, const LimitTrial& trial) {
  if (found.place.limit > 0) return static_cast<double>(found.place.limit);
  return admitted_while_refusing(trial.steps());
}

// The reading with the least loss comes first; losses are by the scales of the best.
std::vector<Reading> readings(const Work& work, const FoundLimiter& found) {
  std::vector<Reading> all;
  const auto read = [&](const FoundLimiter& as, ChargeMode mode) {
    LimitTrial trial(steps_of(work, as, mode), tolerance_of(work, as));
    const double refill = first_refill(as, trial);
    if (trial.steps().empty() || refill <= 0) return;
    Reading made{as, mode, std::move(trial), {}};
    made.rough = LimitSearch(made.trial).capacity_only({refill, 0});
    all.push_back(std::move(made));
  };
  if (counts_output(found.place.type)) {
    for (const ChargeMode mode : kModes) read(found, mode);
  } else {
    read(found, ChargeMode::kStreaming);
    if (work.has_reads && found.place.type == LimitType::kInputTokensPerMinuteCacheAware) {
      FoundLimiter plain = found;
      plain.place.type = LimitType::kInputTokensPerMinute;
      read(plain, ChargeMode::kStreaming);
    }
  }
  if (all.empty()) return all;
  const auto mean_level = [](const Reading& reading) { return reading.rough.scales.level; };
  const MisfitScales scales =
      std::min_element(all.begin(), all.end(), [&](const Reading& a, const Reading& b) {
        return mean_level(a) < mean_level(b);
      })->rough.scales;
  for (Reading& reading : all) {
    reading.rough.loss = LimitSearch(reading.trial).loss(reading.rough.best, scales);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Reading& a, const Reading& b) { return a.rough.loss < b.rough.loss; });
  return all;
}

struct Fitted {
  FittedLimiter limiter;
  std::vector<Reading> readings;  // the best first
};

void fit(Fitted& fitted, double missing) {
  Reading& best = fitted.readings.front();
  fitted.limiter.found = best.found;
  fitted.limiter.missing = missing;
  fitted.limiter.fit = best.rough;
  if (is_untouched(best.found, best.rough)) return;
  const std::int64_t limit = best.found.place.limit;
  const auto said = limit > 0 ? std::optional(static_cast<double>(limit)) : std::nullopt;
  fitted.limiter.fit = LimitSearch(best.trial).whole({best.rough.best.refill, missing}, said);
}

std::vector<TriedMode> tried_modes(const std::vector<Reading>& readings) {
  std::vector<TriedMode> tried;
  for (const Reading& reading : readings) {
    const Misfit& misfit = reading.rough.misfit;
    tried.push_back(
        {.mode = reading.mode,
         .loss = reading.rough.loss,
         .off_by = misfit.levels / static_cast<double>(std::max<std::size_t>(1, misfit.looks))});
  }
  return tried;
}

// How much the server's clock is ahead of the run's, s, by the dates of answers in real time, which
// are whole seconds, rounded down.
std::optional<double> clock_by_dates(const Work& work) {
  std::vector<double> ends;
  for (const LimitAttempt& attempt : work.attempts) {
    if (attempt.date_unix_ns == 0) continue;
    const Duration head = attempt.is_stream ? attempt.head : attempt.ended;
    const auto date = static_cast<double>(attempt.date_unix_ns - work.reset_base_unix_ns) / 1e9;
    const double clock = date - static_cast<double>(ns(head - work.way.typical)) / 1e9;
    ends.push_back(clock);
    ends.push_back(clock + 1);
  }
  if (ends.empty()) return std::nullopt;
  std::sort(ends.begin(), ends.end());
  return (ends[ends.size() / 2 - 1] + ends[ends.size() / 2]) / 2;
}

// The clock by which a bucket that was full at the start says its resets. Dates tell it where they
// are of the same clock, which a mock's are not: theirs then lie far apart. Else the limiter that
// lacked least is taken to have been full.
double clock_of_full(const std::vector<Work>& works,
                     const std::vector<std::vector<Fitted>>& fitted) {
  constexpr double kSameClock = 600;  // s
  double earliest = std::numeric_limits<double>::infinity();
  for (const auto& group : fitted) {
    for (const Fitted& one : group) {
      const Misfit& misfit = one.limiter.fit.misfit;
      if (misfit.resets_seen > 0) earliest = std::min(earliest, misfit.clock);
    }
  }
  for (const Work& work : works) {
    if (work.speed_permille != 1000) continue;
    const std::optional<double> clock = clock_by_dates(work);
    if (clock && *clock < earliest - kNoticed && earliest - *clock < kSameClock) return *clock;
  }
  return earliest;
}

// Buckets that were not full when the run began show it: their resets lie further ahead, by the
// refill that they lacked.
void mend_starts(const std::vector<Work>& works, std::vector<std::vector<Fitted>>& fitted) {
  const double clock = clock_of_full(works, fitted);
  for (std::vector<Fitted>& group : fitted) {
    for (Fitted& one : group) {
      if (one.limiter.fit.misfit.resets_seen == 0) continue;
      const double missing = one.limiter.fit.misfit.clock - clock;
      if (missing > kNoticed) fit(one, missing);
    }
  }
}

std::vector<Fitted> fit_group(const Work& work) {
  std::vector<Fitted> all;
  for (const FoundLimiter& found : find_limiters(work.attempts)) {
    Fitted one;
    one.readings = readings(work, found);
    if (one.readings.empty()) continue;
    one.limiter.group = work.group;
    one.limiter.has_reads = work.has_reads;
    if (found.workspace) one.limiter.workspace = work.workspaces[*found.workspace];
    fit(one, 0);
    all.push_back(std::move(one));
  }
  return all;
}

std::int64_t earliest_reset(const std::vector<LimitAttempt>& attempts) {
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  for (const LimitAttempt& attempt : attempts) {
    for (const ShownLimit& shown : attempt.shown) {
      if (shown.limit > 0 && shown.reset_unix_ns != 0)
        earliest = std::min(earliest, shown.reset_unix_ns);
    }
  }
  return earliest;
}

}  // namespace

void LimitCalibrator::add(const ingest::RecordRow& row) {
  auto known = std::find(workspaces_.begin(), workspaces_.end(), row.workspace);
  if (known == workspaces_.end()) known = workspaces_.insert(known, row.workspace);
  const auto attempt = limit_attempt(row, static_cast<std::uint32_t>(known - workspaces_.begin()));
  speed_permille_ = row.speed_permille;
  if (!attempt) return;
  stalls_.add(row.due, attempt->sent, row.speed_permille);
  const auto group = groups_.find(row.model);
  Group& of = by_group_[group == groups_.end() ? row.model : group->second];
  if (of.attempts.size() == kMost) {
    ++of.left_out;
    of.left_out_from = std::min(of.left_out_from, attempt->sent);
    return;
  }
  of.attempts.push_back(*attempt);
}

// What was charged after the first attempt that is left out was sent is not known as a whole.
std::vector<LimitAttempt> LimitCalibrator::known(const Group& group) {
  std::vector<LimitAttempt> known;
  std::copy_if(group.attempts.begin(), group.attempts.end(), std::back_inserter(known),
               [&](const LimitAttempt& attempt) { return attempt.sent < group.left_out_from; });
  return known;
}

void LimitCalibrator::finish(Calibration& calibration) const {
  const Stalls stalls = stalls_.merged();
  std::int64_t base = std::numeric_limits<std::int64_t>::max();
  for (const auto& [name, group] : by_group_) base = std::min(base, earliest_reset(group.attempts));
  std::vector<Work> works;
  std::vector<std::vector<Fitted>> fitted;
  for (const auto& [name, group] : by_group_) {
    const bool has_reads =
        std::any_of(group.attempts.begin(), group.attempts.end(),
                    [](const LimitAttempt& attempt) { return attempt.cached_input > 0; });
    works.push_back({.group = name,
                     .attempts = known(group),
                     .workspaces = workspaces_,
                     .way = way_to_server(group.attempts, speed_permille_),
                     .lateness = typical_lateness(speed_permille_),
                     .stalls = stalls,
                     .reset_base_unix_ns = base,
                     .speed_permille = speed_permille_,
                     .has_reads = has_reads});
    fitted.push_back(fit_group(works.back()));
    if (group.left_out == 0) continue;
    const auto used = static_cast<std::int64_t>(works.back().attempts.size());
    const auto all = static_cast<std::int64_t>(group.attempts.size()) + group.left_out;
    calibration.notes.push_back(fmt::format("{}: the limits rest on the first {} of {} attempts",
                                            name, with_thousands(used), with_thousands(all)));
  }
  mend_starts(works, fitted);
  for (std::vector<Fitted>& group : fitted) {
    for (Fitted& one : group) {
      calibration.limits.push_back(limiter_calibration(one.limiter));
      if (one.limiter.found.place.type != LimitType::kOutputTokensPerMinute) continue;
      calibration.charge_modes.push_back(
          charge_mode_estimate(one.limiter.group, one.limiter, tried_modes(one.readings)));
    }
  }
}

}  // namespace sluice::calibrate
