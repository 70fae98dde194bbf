#include "policy/fault_plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 6> kFaultNames = {"overloaded", "api_error",       "timeout",
                                                         "disconnect", "error_in_stream", "stall"};
constexpr std::int64_t kMillion = 1'000'000;
// Keeps the plan's own draws apart from those of attempts, which share the purpose.
constexpr std::uint8_t kPeriods = 255;

std::optional<ErrorKind> refusal(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::kOverloaded:
      return ErrorKind::kOverloaded;
    case FaultKind::kApiError:
      return ErrorKind::kApi;
    case FaultKind::kTimeout:
      return ErrorKind::kTimeout;
    case FaultKind::kDisconnect:
    case FaultKind::kErrorInStream:
    case FaultKind::kStall:
      return std::nullopt;
  }
  return std::nullopt;
}

StreamFault::Kind trouble(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::kDisconnect:
      return StreamFault::Kind::kDisconnect;
    case FaultKind::kErrorInStream:
      return StreamFault::Kind::kErrorInStream;
    case FaultKind::kStall:
      return StreamFault::Kind::kStall;
    case FaultKind::kOverloaded:
    case FaultKind::kApiError:
    case FaultKind::kTimeout:
      return StreamFault::Kind::kNone;
  }
  return StreamFault::Kind::kNone;
}

}  // namespace

std::string_view name(FaultKind kind) noexcept {
  return kFaultNames[static_cast<std::size_t>(kind)];
}

std::optional<FaultKind> fault_kind_named(std::string_view name) noexcept {
  const auto* const found = std::find(kFaultNames.begin(), kFaultNames.end(), name);
  if (found == kFaultNames.end()) return std::nullopt;
  return static_cast<FaultKind>(found - kFaultNames.begin());
}

FaultPlan::FaultPlan(std::vector<FaultSpec> specs, const RandomSource& random) {
  faults_.reserve(specs.size());
  for (FaultSpec& spec : specs) {
    SLUICE_CHECK(spec.probability_ppm >= 0 && spec.probability_ppm <= kMillion);
    SLUICE_CHECK(spec.mean_active.has_value() == spec.mean_quiet.has_value());
    Fault fault{.spec = std::move(spec), .alternation = std::nullopt};
    if (fault.spec.mean_active) {
      SLUICE_CHECK(std::min(*fault.spec.mean_active, *fault.spec.mean_quiet) >= milliseconds(1));
      const DurationSampler active_for(DurationExponential{.mean = *fault.spec.mean_active});
      const DurationSampler quiet_for(DurationExponential{.mean = *fault.spec.mean_quiet});
      const Entity position{.session = faults_.size()};
      DrawStream periods = random.stream(Purpose::kFault, position, kPeriods);
      const TimePoint first = fault.spec.from + quiet_for(periods.next());
      fault.alternation.emplace(Alternation{active_for, quiet_for, periods, first});
    }
    faults_.push_back(std::move(fault));
  }
}

std::optional<ErrorKind> FaultPlan::at_admission(TimePoint now, ModelId model,
                                                 std::uint64_t bits) noexcept {
  advance_to(now);
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const std::optional<ErrorKind> error = refusal(faults_[i].spec.kind);
    if (error && strike(i, now, model, bits)) return error;
  }
  return std::nullopt;
}

StreamFault FaultPlan::in_stream(TimePoint now, ModelId model, std::uint64_t bits) noexcept {
  advance_to(now);
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const StreamFault::Kind kind = trouble(faults_[i].spec.kind);
    if (kind == StreamFault::Kind::kNone) continue;
    const std::optional<std::uint64_t> own_bits = strike(i, now, model, bits);
    if (!own_bits) continue;
    if (kind == StreamFault::Kind::kStall) return {.kind = kind, .stall = faults_[i].spec.stall};
    // A second hash: the first is small, or the fault would not have struck.
    const std::uint64_t at = uniform_below(mix64(*own_bits), kMillion);
    return {.kind = kind, .at_ppm = static_cast<std::uint32_t>(at)};
  }
  return {};
}

std::optional<std::uint64_t> FaultPlan::strike(std::size_t position, TimePoint now, ModelId model,
                                               std::uint64_t bits) noexcept {
  Fault& fault = faults_[position];
  if (fault.spec.model && *fault.spec.model != model) return std::nullopt;
  if (!is_active(fault, now)) return std::nullopt;
  // Hashed by position, so that one word serves several faults as if each had its own.
  const std::uint64_t own_bits = hash_combine(position, bits);
  const std::uint64_t drawn = uniform_below(own_bits, kMillion);
  if (static_cast<std::int64_t>(drawn) >= fault.spec.probability_ppm) return std::nullopt;
  return own_bits;
}

bool FaultPlan::is_active(Fault& fault, TimePoint now) noexcept {
  if (now < fault.spec.from || now >= fault.spec.until) return false;
  if (!fault.alternation) return true;
  Alternation& alternation = *fault.alternation;
  while (alternation.changes_at <= now) {
    alternation.active = !alternation.active;
    const DurationSampler& period =
        alternation.active ? alternation.active_for : alternation.quiet_for;
    alternation.changes_at += period(alternation.periods.next());
  }
  return alternation.active;
}

void FaultPlan::advance_to(TimePoint now) noexcept {
  SLUICE_CHECK(now >= now_);
  now_ = now;
}

}  // namespace sluice
