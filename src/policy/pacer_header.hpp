// Header-paced sending: it spreads what the headers say is left of a limit over the time until its
// bucket is full. With L left and T until it is full, an attempt that costs c waits c T / L since
// the last one. A full bucket is not paced; under lasting demand one process settles where half of
// the bucket is left, n processes that know nothing of each other where 1 / (n + 1) is, and all of
// the refill is used.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "api/outcome.hpp"
#include "api/rate_limit_view.hpp"
#include "base/integer.hpp"
#include "policy/pacer_spec.hpp"

namespace sluice {

// One bucket as far as a client knows it: what heads said, moved on by what was sent since. The
// instant at which it is full is kept rather than the level, since that is exact where `remaining`
// is to the nearest thousand.
class HeaderBucket {
 public:
  bool is_known() const noexcept { return limit_ > 0; }
  // As of `as_of`; `since` tokens were sent after that.
  void see(const LimitView& view, TimePoint as_of, std::int64_t since) noexcept;
  // The same again for the same instant: the one with less left counts.
  void see_again(const LimitView& view, TimePoint as_of, std::int64_t since) noexcept;
  void take(TimePoint now, std::int64_t tokens) noexcept;
  void give_back(std::int64_t tokens) noexcept;

  // When an attempt that costs `cost` may go if the last one went at `last` and responses in flight
  // are still to take `reserved`; of the bucket `share_permille` are for use.
  struct Plan {
    std::int64_t cost = 0;
    std::int64_t reserved = 0;
    std::int64_t share_permille = 1000;
    TimePoint last{};
  };
  TimePoint ready_at(TimePoint now, const Plan& plan) const noexcept;
  std::int64_t capacity() const noexcept { return capacity_; }

 private:
  Duration refill_time(std::int64_t tokens) const noexcept;

  std::int64_t limit_ = 0;  // a minute; 0: nothing heard of it
  std::int64_t capacity_ = 0;
  TimePoint heard_full_at_ = kRunStart;  // as heard
  TimePoint full_at_ = kRunStart;        // with what was sent since
};

// An input token that the cache has is not limited, and an answer is shorter than max_tokens: what
// attempts really take is learned from their ends, as averages of weight 1/8.
class HeaderPaced {
 public:
  explicit HeaderPaced(const PacerSpec& spec) noexcept : share_permille_(spec.share_permille) {}

  // Until the first head is heard one attempt at a time goes; if that ends well without one, there
  // is nothing to pace by.
  TimePoint ready_at(TimePoint now, const PacedAttempt& attempt) const noexcept;
  bool send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept;
  void heard(const RateLimitView& view, TimePoint as_of) noexcept;
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

 private:
  // Sent after the instant that the latest head is of.
  struct Sent {
    TimePoint at;
    std::int64_t input = 0;
  };
  std::int64_t input_cost(const PacedAttempt& attempt) const noexcept;
  std::int64_t output_cost(const PacedAttempt& attempt) const noexcept;
  void forget_until(TimePoint as_of) noexcept;
  void learn(const Usage& usage) noexcept;

  std::int64_t share_permille_;
  bool has_heard_ = false;
  bool is_blind_ = false;
  std::int64_t in_flight_ = 0;
  TimePoint last_sent_ = kRunStart;
  TimePoint as_of_ = kRunStart;
  HeaderBucket requests_;
  HeaderBucket input_;
  HeaderBucket output_;
  std::deque<Sent> sent_;
  std::int64_t sent_input_ = 0;  // of all in sent_
  // Averages, in 1/1024 of a token; 0: none yet.
  std::int64_t prompt_ = 0;
  std::int64_t uncached_ = 0;
  std::int64_t answer_ = 0;
};

}  // namespace sluice
