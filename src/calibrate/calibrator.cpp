#include "calibrate/calibrator.hpp"

#include <algorithm>
#include <utility>

namespace sluice::calibrate {
namespace {

bool same_limiter(const LimiterCalibration& a, const LimiterCalibration& b) {
  return a.workspace == b.workspace && a.group == b.group && a.type == b.type;
}

double relative_width(const Estimate& estimate) {
  const stats::Interval& interval = estimate.interval;
  return interval.value == 0 ? interval.half_width() : interval.half_width() / interval.value;
}

// The one that says more.
void keep_better(Estimate& kept, const Estimate& other) {
  if (!other.is_identifiable) return;
  if (kept.is_identifiable && relative_width(kept) <= relative_width(other)) return;
  kept = other;
}

void merge(Calibration& all, const Calibration& one) {
  for (const LimiterCalibration& limiter : one.limits) {
    const auto known = std::find_if(all.limits.begin(), all.limits.end(), [&](const auto& other) {
      return same_limiter(limiter, other);
    });
    if (known == all.limits.end()) {
      all.limits.push_back(limiter);
      continue;
    }
    known->answers += limiter.answers;
    known->refusals += limiter.refusals;
    keep_better(known->refill, limiter.refill);
    keep_better(known->capacity, limiter.capacity);
    keep_better(known->burst, limiter.burst);
  }
  for (const Estimate& mode : one.charge_modes) {
    const auto known = std::find_if(all.charge_modes.begin(), all.charge_modes.end(),
                                    [&](const Estimate& other) { return other.of == mode.of; });
    if (known == all.charge_modes.end()) {
      all.charge_modes.push_back(mode);
    } else if (!known->is_identifiable) {
      *known = mode;
    }
  }
  for (const std::string& note : one.notes) {
    if (std::find(all.notes.begin(), all.notes.end(), note) == all.notes.end()) {
      all.notes.push_back(note);
    }
  }
}

}  // namespace

void Calibrator::begin_run(std::string file) {
  facts_.files.push_back(std::move(file));
  limits_.emplace_back(known_.groups);
  run_span_ = {};
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
  for (const LimitCalibrator& run : limits_) {
    Calibration of_run;
    of_run.facts = found.facts;
    run.finish(of_run);
    merge(found, of_run);
  }
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
