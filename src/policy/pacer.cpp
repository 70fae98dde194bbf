#include "policy/pacer.hpp"

namespace sluice {

Pacer::Pacer(const PacerSpec& spec) : spec_(spec) {}

TimePoint Pacer::ready_at(TimePoint now, const PacedAttempt&) noexcept { return now; }

bool Pacer::send(TimePoint, const PacedAttempt&, std::uint64_t) noexcept { return true; }

void Pacer::heard(TimePoint, const RateLimitView&, TimePoint) noexcept {}

void Pacer::ended(TimePoint, const PacedAttempt&, TimePoint, const Outcome&) noexcept {}

}  // namespace sluice
