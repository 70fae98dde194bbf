#include "policy/pacer.hpp"

#include "base/check.hpp"

namespace sluice {

Pacer::Kind Pacer::kind_of(const PacerSpec& spec) {
  switch (spec.pacing) {
    case Pacing::kNone:
      return FixedPacing(PacerSpec{});
    case Pacing::kFixed:
      return FixedPacing(spec);
    case Pacing::kTokenBucket:
    case Pacing::kCookbook:
      return ClientBuckets(spec);
    case Pacing::kAwsAdaptive:
      return AwsAdaptive();
    case Pacing::kAimd:
      return WindowPacing<AimdWindow>(spec);
    case Pacing::kVegas:
      return WindowPacing<VegasWindow>(spec);
    case Pacing::kGradient2:
      return WindowPacing<Gradient2Window>(spec);
    case Pacing::kSreThrottle:
      return SreThrottle(spec);
    case Pacing::kHeaderPaced:
      return HeaderPaced(spec);
    case Pacing::kAdaptiveTokenBucket:
      return AdaptiveTokenBucket(spec);
  }
  SLUICE_CHECK(false);
  return FixedPacing(PacerSpec{});
}

Pacer::Pacer(const PacerSpec& spec) : pacing_(spec.pacing), kind_(kind_of(spec)) {}

TimePoint Pacer::ready_at(TimePoint now, const PacedAttempt& attempt) noexcept {
  if (is_none()) return now;
  return std::visit([&](auto& kind) { return kind.ready_at(now, attempt); }, kind_);
}

bool Pacer::send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept {
  if (is_none()) return true;
  return std::visit([&](auto& kind) { return kind.send(now, attempt, bits); }, kind_);
}

void Pacer::heard(TimePoint, const RateLimitView& view, TimePoint as_of) noexcept {
  if (auto* const paced = std::get_if<HeaderPaced>(&kind_)) paced->heard(view, as_of);
}

void Pacer::ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
                  const Outcome& outcome) noexcept {
  if (is_none()) return;
  std::visit([&](auto& kind) { kind.ended(now, attempt, sent, outcome); }, kind_);
}

}  // namespace sluice
