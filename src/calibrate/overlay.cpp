#include "calibrate/overlay.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "calibrate/estimate_names.hpp"

namespace sluice::calibrate {
namespace {

using describe::Value;

constexpr double kMillisecond = 1e6;

// Whole milliseconds; below ten of them, microseconds.
Value duration_of(double seconds) {
  const double nanos = seconds * 1e9;
  const double unit = nanos < 10 * kMillisecond ? 1e3 : kMillisecond;
  return exact_text(nanoseconds(std::llround(nanos / unit) * static_cast<std::int64_t>(unit)));
}

std::string digits_of(double number) {
  return number >= 1000 ? fmt::format("{:.0f}", number) : fmt::format("{:.4g}", number);
}

std::string title_of(const Estimate& estimate) {
  std::string text = estimate.of;
  for (const std::string& part : {estimate.limit, estimate.what}) {
    if (part.empty()) continue;
    text += (text.empty() ? "" : " ") + part;
  }
  return text;
}

class OverlayWriter {
 public:
  explicit OverlayWriter(const Calibration& found) : found_(found) {}

  CalibratedOverlay write(const std::vector<FaultSpec>& faults) {
    write_limits();
    write_charge_mode();
    for (const std::string& model : found_.facts.models) write_model(model);
    write_faults(faults);
    Value document = Value::object();
    document.set("sluice_overlay", 1).set("about", Value::array({Value(about())}));
    if (!organization_.members().empty()) document.set("organization", std::move(organization_));
    if (!models_.members().empty()) document.set("models", std::move(models_));
    if (!faults_.items().empty()) document.set("faults", std::move(faults_));
    document.set("evidence", std::move(evidence_));
    made_.document = std::move(document);
    return std::move(made_);
  }

 private:
  std::string about() const {
    const CalibrationFacts& facts = found_.facts;
    return fmt::format("sluice calibrate, {} attempts in {} of model time, {} to {}",
                       with_thousands(facts.records), short_text(facts.span),
                       facts.first_at.text().substr(0, 19) + "Z",
                       facts.last_at.text().substr(0, 19) + "Z");
  }

  void keep(const Estimate& estimate) {
    Value row = Value::object();
    row.set("what", title_of(estimate));
    if (estimate.word.empty()) {
      row.set("value", digits_of(estimate.interval.value))
          .set("low", digits_of(estimate.interval.low))
          .set("high", digits_of(estimate.interval.high))
          .set("unit", estimate.unit);
    } else {
      row.set("value", estimate.word);
    }
    row.set("from", estimate.evidence);
    evidence_.push(std::move(row));
    ++made_.words;
  }

  static Value& member(Value& object, std::string_view name) {
    if (object.find(name) == nullptr) object.set(name, Value::object());
    return *object.find(name);
  }

  void write_limits() {
    // Bursts are by type, whatever the group: those that agree are one.
    std::map<LimitType, std::vector<const Estimate*>> bursts;
    for (const LimiterCalibration& limiter : found_.limits) {
      if (!limiter.workspace.empty()) {
        if (limiter.refill.is_identifiable || limiter.burst.is_identifiable) {
          made_.notes.push_back(
              fmt::format("{} of workspace {}: a workspace's limits are written "
                          "by hand",
                          name(limiter.type), in_quotes(limiter.workspace)));
        }
        continue;
      }
      if (limiter.refill.is_identifiable) {
        Value& groups = member(organization_, "limits");
        member(groups, limiter.group).set(name(limiter.type), refill_of(limiter));
        keep(limiter.refill);
      }
      if (limiter.burst.is_identifiable) bursts[limiter.type].push_back(&limiter.burst);
    }
    for (const auto& [type, estimates] : bursts) write_burst(type, estimates);
  }

  // What the headers said, where it is within the interval: it is exact.
  static std::int64_t refill_of(const LimiterCalibration& limiter) {
    const auto said = static_cast<double>(limiter.limit_said);
    if (limiter.limit_said > 0 && limiter.refill.interval.contains(said)) return limiter.limit_said;
    return std::max<std::int64_t>(std::llround(limiter.refill.interval.value), 1);
  }

  void write_burst(LimitType type, const std::vector<const Estimate*>& estimates) {
    const auto narrower = [](const Estimate* a, const Estimate* b) {
      return a->interval.half_width() < b->interval.half_width();
    };
    const Estimate& best = **std::min_element(estimates.begin(), estimates.end(), narrower);
    for (const Estimate* other : estimates) {
      if (other->interval.low <= best.interval.high && best.interval.low <= other->interval.high) {
        continue;
      }
      made_.notes.push_back(
          fmt::format("bursts of {} differ between {} and {}: an overlay has one "
                      "for all groups",
                      name(type), best.of, other->of));
      return;
    }
    member(organization_, "bursts").set(name(type), duration_of(best.interval.value));
    keep(best);
  }

  void write_charge_mode() {
    const Estimate* mode = nullptr;
    for (const Estimate& one : found_.charge_modes) {
      if (!one.is_identifiable) continue;
      if (mode != nullptr && mode->word != one.word) {
        made_.notes.emplace_back("groups are charged in different modes: an overlay has one");
        return;
      }
      mode = &one;
    }
    if (mode == nullptr) return;
    organization_.set("output_charge", mode->word);
    keep(*mode);
  }

  const Estimate* known(std::string_view what, const std::string& model) const {
    return identified(found_.service, what, model);
  }

  void write_model(const std::string& model) {
    Value config = Value::object();
    const Estimate* const ttft_p50 = known(kTtftP50, model);
    const Estimate* const ttft_p95 = known(kTtftP95, model);
    if (ttft_p50 != nullptr && ttft_p95 != nullptr) {
      const double p50 = ttft_p50->interval.value;
      Value ttft = Value::object();
      ttft.set("p50", duration_of(p50))
          .set("p95", duration_of(std::max(ttft_p95->interval.value, p50)));
      config.set("ttft", std::move(ttft));
      keep(*ttft_p50);
      keep(*ttft_p95);
    }
    const std::array<std::pair<std::string_view, const char*>, 2> speeds{
        {{kPrefillSpeed, "prefill_per_second"}, {kCachedSpeed, "cached_per_second"}}};
    for (const auto& [what, word] : speeds) {
      const Estimate* const speed = known(what, model);
      if (speed == nullptr) continue;
      config.set(word, std::max<std::int64_t>(std::llround(speed->interval.value), 1));
      keep(*speed);
    }
    const Estimate* const output_p50 = known(kOutputP50, model);
    const Estimate* const output_p95 = known(kOutputP95, model);
    if (output_p50 != nullptr && output_p95 != nullptr) {
      const std::int64_t p50 = std::max<std::int64_t>(std::llround(output_p50->interval.value), 1);
      Value speed = Value::object();
      speed.set("p50", p50)
          .set("p95", std::max<std::int64_t>(std::llround(output_p95->interval.value), p50));
      config.set("output_per_second", std::move(speed));
      keep(*output_p50);
      keep(*output_p95);
    }
    if (!config.members().empty()) models_.set(model, std::move(config));
  }

  void write_faults(const std::vector<FaultSpec>& scenario) {
    const std::array<std::pair<std::string_view, FaultKind>, 5> kinds{
        {{kOverloadedShare, FaultKind::kOverloaded},
         {kApiErrorShare, FaultKind::kApiError},
         {kTimeoutShare, FaultKind::kTimeout},
         {kDisconnectShare, FaultKind::kDisconnect},
         {kErrorInStreamShare, FaultKind::kErrorInStream}}};
    for (const auto& [what, kind] : kinds) {
      const Estimate* const share = identified(found_.errors, what, "");
      if (share == nullptr || share->interval.value == 0) continue;
      const bool is_there =
          std::any_of(scenario.begin(), scenario.end(),
                      [wanted = kind](const FaultSpec& f) { return f.kind == wanted; });
      if (is_there) {
        made_.notes.push_back(
            fmt::format("{}: the scenario has faults of kind {} already, and an "
                        "overlay's come on top",
                        what, sluice::name(kind)));
        continue;
      }
      Value fault = Value::object();
      fault.set("kind", sluice::name(kind))
          .set("probability", fmt::format("{:.4f}%", 100 * share->interval.value));
      faults_.push(std::move(fault));
      keep(*share);
    }
  }

  const Calibration& found_;
  CalibratedOverlay made_;
  Value organization_ = Value::object();
  Value models_ = Value::object();
  Value faults_ = Value::array();
  Value evidence_ = Value::array();
};

}  // namespace

CalibratedOverlay overlay_of(const Calibration& found, const std::vector<FaultSpec>& faults) {
  return OverlayWriter(found).write(faults);
}

}  // namespace sluice::calibrate
