#include "live/token_life.hpp"

#include <utility>

namespace sluice::live {

TokenLife::Need TokenLife::need(std::int64_t now) const noexcept {
  if (!has_token_) return Need::kMandatory;
  const std::int64_t left = expires_at_ - now;
  if (left <= 0) return Need::kMandatory;
  if (left > ns(kAdvisoryBelow) || !may_fetch(now)) return Need::kNone;
  return left > ns(kMandatoryBelow) ? Need::kAdvisory : Need::kMandatory;
}

void TokenLife::on_token(std::int64_t now, Duration lifetime) noexcept {
  has_token_ = true;
  replaces_refused_ = std::exchange(is_refused_, false);
  came_at_ = now;
  expires_at_ = now + ns(lifetime);
  next_fetch_ = now + ns(kBackOff);
}

void TokenLife::on_failure(std::int64_t now) noexcept { next_fetch_ = now + ns(kBackOff); }

bool TokenLife::on_refusal(std::int64_t now) noexcept {
  if (!has_token_) return true;
  const std::int64_t age = now - came_at_;
  if (replaces_refused_ && age < ns(kOnTrial)) return age < ns(kNew);
  has_token_ = false;
  is_refused_ = true;
  return true;
}

}  // namespace sluice::live
