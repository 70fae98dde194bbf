#include "calibrate/calibrator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::calibrate {
namespace {

bool same_limiter(const LimiterCalibration& a, const LimiterCalibration& b) {
  return a.workspace == b.workspace && a.group == b.group && a.type == b.type;
}

double relative_width(const Estimate& estimate) {
  const stats::Interval& interval = estimate.interval;
  return interval.value == 0 ? interval.half_width() : interval.half_width() / interval.value;
}

void contradict(Estimate& estimate, const std::string& reason) {
  estimate.is_identifiable = false;
  estimate.word.clear();
  estimate.evidence.clear();
  estimate.reason = reason;
}

void contradict(LimiterCalibration& limiter, const std::string& reason) {
  limiter.limit_said = 0;
  limiter.is_contradicted = true;
  for (Estimate* const one : {&limiter.refill, &limiter.capacity, &limiter.burst}) {
    contradict(*one, reason);
  }
}

// Further apart than both intervals twice as wide: not by chance.
bool are_apart(const Estimate& a, const Estimate& b) {
  if (!a.is_identifiable || !b.is_identifiable) return false;
  const double distance = std::abs(a.interval.value - b.interval.value);
  return distance > 2 * (a.interval.half_width() + b.interval.half_width());
}

std::string contradiction(const std::string& a, const std::string& b) {
  return fmt::format("the records contradict each other: {} and {}; calibrate them apart", a, b);
}

std::string number_of(const Estimate& estimate) {
  return fmt::format("{} {}", with_thousands(std::llround(estimate.interval.value)), estimate.unit);
}

// The one that says more.
void keep_better(Estimate& kept, const Estimate& other) {
  if (!other.is_identifiable) return;
  if (kept.is_identifiable && relative_width(kept) <= relative_width(other)) return;
  kept = other;
}

void merge(LimiterCalibration& known, const LimiterCalibration& limiter) {
  known.answers += limiter.answers;
  known.refusals += limiter.refusals;
  if (known.is_contradicted) return;
  if (limiter.is_contradicted) return contradict(known, limiter.refill.reason);
  if (known.limit_said == 0) known.limit_said = limiter.limit_said;
  if (limiter.limit_said != 0 && limiter.limit_said != known.limit_said) {
    return contradict(known, contradiction(with_thousands(known.limit_said),
                                           with_thousands(limiter.limit_said) + " a minute"));
  }
  // Buckets that are refilled otherwise are other buckets.
  if (are_apart(known.refill, limiter.refill)) {
    return contradict(known, contradiction(number_of(known.refill), number_of(limiter.refill)));
  }
  if (are_apart(known.capacity, limiter.capacity)) {
    return contradict(known, contradiction(number_of(known.capacity), number_of(limiter.capacity)));
  }
  keep_better(known.refill, limiter.refill);
  keep_better(known.capacity, limiter.capacity);
  keep_better(known.burst, limiter.burst);
}

void merge_mode(Estimate& known, const Estimate& mode) {
  if (!mode.is_identifiable) return;
  if (!known.is_identifiable) {
    // What two runs have contradicted, a third does not settle.
    if (known.reason.find("contradict") == std::string::npos) known = mode;
    return;
  }
  if (known.word != mode.word) contradict(known, contradiction(known.word, mode.word));
}

void merge(Calibration& all, const Calibration& one) {
  for (const LimiterCalibration& limiter : one.limits) {
    const auto known = std::find_if(all.limits.begin(), all.limits.end(), [&](const auto& other) {
      return same_limiter(limiter, other);
    });
    if (known == all.limits.end()) {
      all.limits.push_back(limiter);
    } else {
      merge(*known, limiter);
    }
  }
  for (const Estimate& mode : one.charge_modes) {
    const auto known = std::find_if(all.charge_modes.begin(), all.charge_modes.end(),
                                    [&](const Estimate& other) { return other.of == mode.of; });
    if (known == all.charge_modes.end()) {
      all.charge_modes.push_back(mode);
    } else {
      merge_mode(*known, mode);
    }
  }
  for (const std::string& note : one.notes) {
    if (std::find(all.notes.begin(), all.notes.end(), note) == all.notes.end()) {
      all.notes.push_back(note);
    }
  }
}

std::string speeds_text(const std::set<std::int64_t>& speeds) {
  std::vector<std::string> texts;
  for (const std::int64_t permille : speeds) {
    texts.push_back(fmt::format("{:g}", static_cast<double>(permille) / 1000));
  }
  return join(texts);
}

}  // namespace

void Calibrator::begin_run(std::string file) {
  facts_.files.push_back(std::move(file));
  limits_.emplace_back(known_.groups);
  speeds_.emplace_back();
  run_span_ = {};
  service_.begin_run();
  errors_.begin_run();
  cache_.begin_run();
}

void Calibrator::add(const ingest::RecordRow& row) {
  facts_.first_at = facts_.records == 0 ? row.ended_at : std::min(facts_.first_at, row.ended_at);
  facts_.last_at = std::max(facts_.last_at, row.ended_at);
  facts_.speed_permille = facts_.records == 0 ? row.speed_permille
                                              : std::max(facts_.speed_permille, row.speed_permille);
  ++facts_.records;
  if (row.ok()) {
    ++facts_.answered;
  } else if (row.outcome == ErrorKind::kRateLimit) {
    ++facts_.refused;
  } else {
    ++facts_.failed;
  }
  if (row.ended > run_span_) {
    facts_.span += row.ended - run_span_;
    run_span_ = row.ended;
  }
  speeds_.back().insert(row.speed_permille);
  models_.insert(row.model);
  workspaces_.insert(row.workspace);
  limits_.back().add(row);
  service_.add(row);
  errors_.add(row);
  cache_.add(row);
}

Calibration Calibrator::finish() const {
  Calibration found;
  found.facts = facts_;
  found.facts.models.assign(models_.begin(), models_.end());
  found.facts.workspaces.assign(workspaces_.begin(), workspaces_.end());
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    Calibration of_run;
    of_run.facts = found.facts;
    limits_[i].finish(of_run);
    if (speeds_[i].size() > 1) {
      const std::string reason = fmt::format("{} has records of several runs, at speeds of {}",
                                             facts_.files[i], speeds_text(speeds_[i]));
      for (LimiterCalibration& limiter : of_run.limits) contradict(limiter, reason);
      for (Estimate& mode : of_run.charge_modes) contradict(mode, reason);
    }
    merge(found, of_run);
  }
  std::set<std::int64_t> all_speeds;
  for (const auto& speeds : speeds_) all_speeds.insert(speeds.begin(), speeds.end());
  if (all_speeds.size() > 1) {
    found.notes.push_back("the records are of different speeds: " + speeds_text(all_speeds));
  }
  const std::string late = service_.late_text();
  if (!late.empty()) found.notes.push_back(late + "; its answers tell no service times");
  found.service = service_.estimates(known_.speeds_of());
  found.errors = errors_.estimates();
  found.cache = cache_.estimates();
  return found;
}

Result<Calibration> calibrate_files(const std::vector<std::string>& files, KnownModels known,
                                    Monitor& monitor) {
  Calibrator calibrator(std::move(known));
  for (std::size_t i = 0; i < files.size(); ++i) {
    monitor.done_ppm = static_cast<std::int64_t>(i * 1'000'000 / files.size());
    SLUICE_TRY(ingest::RecordLog log, ingest::RecordLog::open(files[i]));
    calibrator.begin_run(files[i]);
    ingest::RecordRow row;
    for (;;) {
      SLUICE_TRY(const bool more, log.next(row));
      if (!more) break;
      calibrator.add(row);
      if (monitor.stopped()) {
        return tl::unexpected(
            Error{.code = ErrorCode::kInterrupted, .where = files[i], .message = "interrupted"});
      }
    }
    calibrator.end_run(log.truncated_lines());
  }
  return calibrator.finish();
}

}  // namespace sluice::calibrate
