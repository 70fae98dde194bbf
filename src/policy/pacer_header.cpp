#include "policy/pacer_header.hpp"

#include <algorithm>

#include "policy/pacer_outcome.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kRefillUnits = ns(minutes(1));
// What was sent longer ago has come back, whatever became of it.
constexpr Duration kRemembered = minutes(1);
// Longer than any run, and short enough to be added to its instants.
constexpr Duration kLongestRefill = hours(24 * 365);
constexpr std::int64_t kCostScale = 1024;
constexpr std::int64_t kWeight = 8;
// Before the first answer has ended: of the output limit, what one is taken for at most.
constexpr std::int64_t kUnknownAnswers = 10;

void average(std::int64_t& mean, std::int64_t tokens) noexcept {
  const std::int64_t value = tokens * kCostScale;
  mean = mean == 0 ? value : mean + (value - mean) / kWeight;
}

}  // namespace

Duration HeaderBucket::refill_time(std::int64_t tokens) const noexcept {
  const int128 time = ceil_div(int128{tokens} * kRefillUnits, limit_);
  return nanoseconds(static_cast<std::int64_t>(std::min(time, int128{ns(kLongestRefill)})));
}

void HeaderBucket::see(const LimitView& view, TimePoint as_of, std::int64_t since) noexcept {
  if (view.limit <= 0) return;
  // A bucket holds what is left and what flows in until it is full. With nothing left it may be in
  // debt, and then that is too much.
  const bool is_new = limit_ != view.limit;
  limit_ = view.limit;
  if (is_new) capacity_ = limit_;
  if (view.remaining > 0 && view.full_at > as_of) {
    const auto missing =
        static_cast<std::int64_t>(int128{limit_} * ns(view.full_at - as_of) / kRefillUnits);
    capacity_ = std::min(limit_, view.remaining + missing);
  }
  heard_full_at_ = std::max(view.full_at, as_of);
  full_at_ = heard_full_at_ + refill_time(since);
}

void HeaderBucket::see_again(const LimitView& view, TimePoint as_of, std::int64_t since) noexcept {
  LimitView worse = view;
  if (is_known() && heard_full_at_ > view.full_at) worse.full_at = heard_full_at_;
  see(worse, as_of, since);
}

void HeaderBucket::take(TimePoint now, std::int64_t tokens) noexcept {
  if (is_known()) full_at_ = std::max(full_at_, now) + refill_time(tokens);
}

void HeaderBucket::give_back(std::int64_t tokens) noexcept {
  if (is_known()) full_at_ -= refill_time(tokens);
}

TimePoint HeaderBucket::ready_at(TimePoint now, const Plan& plan) const noexcept {
  if (!is_known()) return now;
  const Duration until_full = std::max(full_at_, now) - now + refill_time(plan.reserved);
  if (until_full == Duration{}) return now;
  const int128 usable = int128{capacity_} * plan.share_permille * kRefillUnits / 1000;
  const int128 cost = std::min(int128{plan.cost} * kRefillUnits, usable);
  const int128 left = usable - int128{limit_} * ns(until_full);
  if (left < cost || left <= 0) {
    const int128 missing = std::max(cost - left, int128{limit_});
    return now + nanoseconds(static_cast<std::int64_t>(ceil_div(missing, limit_)));
  }
  const auto gap = static_cast<std::int64_t>(ceil_div(cost * ns(until_full), left));
  return std::max(now, plan.last + nanoseconds(gap));
}

TimePoint HeaderPaced::ready_at(TimePoint now, const PacedAttempt& attempt) const noexcept {
  if (!has_heard_) return is_blind_ || in_flight_ == 0 ? now : kNever;
  const auto plan = [this](std::int64_t cost, std::int64_t reserved) {
    return HeaderBucket::Plan{
        .cost = cost, .reserved = reserved, .share_permille = share_permille_, .last = last_sent_};
  };
  const std::int64_t answer = output_cost(attempt);
  return std::max({requests_.ready_at(now, plan(1, 0)),
                   input_.ready_at(now, plan(input_cost(attempt), 0)),
                   output_.ready_at(now, plan(answer, answer * in_flight_))});
}

bool HeaderPaced::send(TimePoint now, const PacedAttempt& attempt, std::uint64_t) noexcept {
  const Sent sent{.at = now, .input = input_cost(attempt)};
  ++in_flight_;
  last_sent_ = now;
  requests_.take(now, 1);
  input_.take(now, sent.input);
  forget_until(std::max(as_of_, now - kRemembered));
  sent_.push_back(sent);
  sent_input_ += sent.input;
  return true;
}

void HeaderPaced::heard(const RateLimitView& view, TimePoint as_of) noexcept {
  if (has_heard_ && as_of < as_of_) return;
  const bool again = has_heard_ && as_of == as_of_;
  has_heard_ = true;
  as_of_ = as_of;
  forget_until(as_of);
  // Its own, of those that went at that very instant: heads tell of one after the other.
  if (!sent_.empty() && sent_.front().at == as_of) {
    sent_input_ -= sent_.front().input;
    sent_.pop_front();
  }
  const auto see = [&](HeaderBucket& bucket, const std::optional<LimitView>& limit,
                       std::int64_t since) {
    if (!limit) return;
    if (again) {
      bucket.see_again(*limit, as_of, since);
    } else {
      bucket.see(*limit, as_of, since);
    }
  };
  see(requests_, view.requests, static_cast<std::int64_t>(sent_.size()));
  see(input_, view.input_tokens, sent_input_);
  see(output_, view.output_tokens, 0);
}

void HeaderPaced::ended(TimePoint, const PacedAttempt&, TimePoint sent,
                        const Outcome& outcome) noexcept {
  --in_flight_;
  if (outcome.ok()) {
    learn(outcome.usage);
    is_blind_ = !has_heard_;
  }
  if (!is_throttled(outcome) || outcome.began) return;
  // What was refused took nothing.
  const auto own = std::find_if(sent_.rbegin(), sent_.rend(),
                                [sent](const Sent& other) { return other.at == sent; });
  if (own == sent_.rend()) return;
  requests_.give_back(1);
  input_.give_back(own->input);
  sent_input_ -= own->input;
  sent_.erase(std::next(own).base());
}

std::int64_t HeaderPaced::input_cost(const PacedAttempt& attempt) const noexcept {
  if (prompt_ == 0) return attempt.input_tokens;
  return static_cast<std::int64_t>(int128{attempt.input_tokens} * uncached_ / prompt_);
}

std::int64_t HeaderPaced::output_cost(const PacedAttempt& attempt) const noexcept {
  if (answer_ != 0) return answer_ / kCostScale;
  return std::min(attempt.output_tokens, output_.capacity() / kUnknownAnswers);
}

void HeaderPaced::forget_until(TimePoint as_of) noexcept {
  while (!sent_.empty() && sent_.front().at < as_of) {
    sent_input_ -= sent_.front().input;
    sent_.pop_front();
  }
}

void HeaderPaced::learn(const Usage& usage) noexcept {
  average(prompt_, usage.prompt_tokens());
  average(uncached_, usage.uncached_input_tokens());
  average(answer_, usage.output_tokens);
}

}  // namespace sluice
