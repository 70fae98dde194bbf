// How fast a client sends: the second half of a client policy, beside when it retries
// (policy/retry_policy.hpp). A value that reads no clock: it is told what is to be sent, what was
// sent and what came back, and says when the next attempt may go. One pacer serves one client
// process; processes that share an organization do not talk to each other.
//
//   Pacer pacer(spec);
//   const TimePoint ready = pacer.ready_at(now, attempt);        // asked again after every event
#pragma once

#include <cstdint>
#include <variant>

#include "api/outcome.hpp"
#include "api/rate_limit_view.hpp"
#include "base/time.hpp"
#include "policy/pacer_atb.hpp"
#include "policy/pacer_aws_adaptive.hpp"
#include "policy/pacer_buckets.hpp"
#include "policy/pacer_fixed.hpp"
#include "policy/pacer_header.hpp"
#include "policy/pacer_spec.hpp"
#include "policy/pacer_sre_throttle.hpp"
#include "policy/pacer_window.hpp"

namespace sluice {

// The client goes on from there:
//   if (ready <= now && pacer.send(now, attempt, bits)) ...      // it goes; else it was shed
//   pacer.heard(now, view);                                      // an answer's head came
//   pacer.ended(now, attempt, sent, outcome);                    // an attempt is over
// `now` never goes back. Every attempt that was sent is ended exactly once, whatever became of it,
// with the same PacedAttempt; one that was shed never is.
class Pacer {
 public:
  // No pacing.
  Pacer() : Pacer(PacerSpec{}) {}
  explicit Pacer(const PacerSpec& spec);

  bool is_none() const noexcept { return pacing_ == Pacing::kNone; }
  // Whether heard() means something to it.
  bool wants_heads() const noexcept { return pacing_ == Pacing::kHeaderPaced; }

  // The earliest instant at which the attempt may go as things stand; `now` if at once, kNever:
  // only after something that is in flight has ended or been heard of. Never kNever with nothing in
  // flight. Anything that happens may move it, to earlier or to later.
  TimePoint ready_at(TimePoint now, const PacedAttempt& attempt) noexcept;
  // It goes now. False: the pacer itself refuses it (only kSreThrottle does); `bits` decide.
  bool send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept;
  // The head of an answer says what is left of the limits, as of `as_of`: when its attempt was
  // sent, for that is when the API reads its limits. Without it: as of now.
  void heard(TimePoint now, const RateLimitView& view, TimePoint as_of) noexcept;
  void heard(TimePoint now, const RateLimitView& view) noexcept { heard(now, view, now); }
  // The attempt that was sent at `sent` is over.
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

 private:
  using Kind = std::variant<FixedPacing, ClientBuckets, AwsAdaptive, WindowPacing<AimdWindow>,
                            WindowPacing<VegasWindow>, WindowPacing<Gradient2Window>, SreThrottle,
                            HeaderPaced, AdaptiveTokenBucket>;
  static Kind kind_of(const PacerSpec& spec);

  Pacing pacing_;
  Kind kind_;
};

}  // namespace sluice
