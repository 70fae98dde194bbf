#include "engine/governor.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace sluice {
namespace {

PacedAttempt paced(const AttemptInFlight& attempt, bool is_retry) noexcept {
  return {.input_tokens = attempt.spec.prompt_tokens,
          .output_tokens = attempt.spec.max_tokens,
          .is_retry = is_retry};
}

// A model's tokens in those of another, to the nearest; something stays something.
struct TokenScale {
  std::int64_t from = 1000;
  std::int64_t to = 1000;
  std::int64_t operator()(std::int64_t tokens) const noexcept {
    if (tokens == 0) return 0;
    return std::max<std::int64_t>(1, (tokens * to + from / 2) / from);
  }
};

// The same text in the other model's tokens. A limit on the answer is a number in the request and
// stays; one that is exactly what is produced follows the answer.
void write_tokens(const TokenScale& scale, RequestSpec& spec) {
  const bool is_exact = spec.max_tokens == spec.output_tokens;
  spec.prompt_tokens = scale(spec.prompt_tokens);
  spec.output_tokens = scale(spec.output_tokens);
  spec.thinking_tokens = scale(spec.thinking_tokens);
  if (is_exact) {
    spec.max_tokens = spec.output_tokens;
  } else {
    spec.output_tokens = std::min<std::int64_t>(spec.output_tokens, spec.max_tokens);
  }
  spec.thinking_tokens = std::min<std::int64_t>(spec.thinking_tokens, spec.output_tokens);
}

}  // namespace

bool Governor::is_needed(const ClientPlan& plan) noexcept {
  return plan.pacer.pacing != Pacing::kNone || plan.breaker.is_on ||
         plan.retry.budget != BudgetKind::kNone || plan.retry.pause_all_on_429 != Duration{} ||
         plan.fallback.has_value();
}

Governor::Governor(const ClientPlan& plan, std::span<const ModelPlan> models,
                   const RandomSource& random, TimerQueue& timers, Recorder& recorder)
    : fallback_(plan.fallback),
      pause_on_429_(plan.retry.pause_all_on_429),
      has_line_(plan.pacer.pacing != Pacing::kNone || pause_on_429_ != Duration{}),
      has_breaker_(plan.breaker.is_on),
      has_budget_(plan.retry.budget != BudgetKind::kNone),
      may_shed_(plan.pacer.pacing == Pacing::kSreThrottle),
      random_(random),
      timers_(timers),
      recorder_(recorder),
      breaker_(plan.breaker),
      pacer_(plan.pacer),
      budget_(plan.retry.budget),
      alarm_(*this, timers) {
  for (const ModelPlan& model : models) tokenizers_.push_back(model.tokenizer_permille);
  SLUICE_CHECK(!fallback_ || index(fallback_->model) < tokenizers_.size());
}

GovernedRequest& Governor::open() {
  if (free_.empty()) {
    GovernedRequest& request = requests_.emplace_back();
    request.governor = this;
    if (pacer_.wants_heads()) request.came = &on_head;
    return request;
  }
  GovernedRequest& request = *free_.back();
  free_.pop_back();
  return request;
}

void Governor::close(GovernedRequest& request) {
  if (request.paid_for != ErrorKind::kNone && !request.is_paid_sent) budget_.give_up();
  request.leave = Leave::kGo;
  request.fell_back = false;
  request.refused = 0;
  request.turned_away = 0;
  request.paid_for = ErrorKind::kNone;
  request.is_paid_sent = false;
  free_.push_back(&request);
}

// Without asking for a trial call.
bool Governor::is_open() const noexcept {
  return has_breaker_ && breaker_.state() == CircuitBreaker::State::kOpen &&
         timers_.now() < breaker_.open_until();
}

TimePoint Governor::ready_at(const AttemptInFlight& attempt) noexcept {
  const PacedAttempt wanted = paced(attempt, attempt.number > 0);
  return std::max(paused_until_, pacer_.ready_at(timers_.now(), wanted));
}

Leave Governor::ask(AttemptInFlight& attempt, TimePoint planned) {
  const TimePoint now = timers_.now();
  GovernedRequest& request = request_of(attempt);
  if (is_open()) {
    recorder_.shed(attempt.spec.workload, planned);
    return request.leave = Leave::kRefused;
  }
  const bool is_ready = !has_line_ || (line_.empty() && ready_at(attempt) <= now);
  return request.leave = is_ready ? decide(attempt, planned, now) : Leave::kWait;
}

Leave Governor::decide(const AttemptInFlight& attempt, TimePoint planned, TimePoint asked) {
  if (!passes(attempt)) {
    recorder_.shed(attempt.spec.workload, planned);
    return Leave::kRefused;
  }
  if (has_line_) recorder_.paced(attempt.spec.workload, planned, timers_.now() - asked);
  return Leave::kGo;
}

// The breaker lets trial calls through one by one: whoever gets one has to go. So what may shed an
// attempt decides before, and hears of one that the breaker then refuses.
bool Governor::passes(const AttemptInFlight& attempt) {
  const TimePoint now = timers_.now();
  const PacedAttempt wanted = paced(attempt, attempt.number > 0);
  if (may_shed_ && is_shed(attempt, wanted)) return false;
  if (has_breaker_ && !breaker_.allows(now)) {
    Outcome refused;
    refused.error = ErrorKind::kRefusedByClient;
    refused.sent = refused.ended = now;
    if (may_shed_) pacer_.ended(now, wanted, now, refused);
    return false;
  }
  return may_shed_ || pacer_.send(now, wanted, 0);
}

bool Governor::is_shed(const AttemptInFlight& attempt, const PacedAttempt& wanted) {
  const RequestId& id = attempt.spec.id;
  const std::int32_t number = attempt.number + request_of(attempt).refused;
  const Entity entity{.workload_hash = id.workload_hash,
                      .session = id.session,
                      .turn = id.turn,
                      .attempt = static_cast<std::uint32_t>(number)};
  return !pacer_.send(timers_.now(), wanted, random_.bits(Purpose::kClient, entity).first);
}

void Governor::enqueue(Turn& turn, TimePoint deadline) {
  turn.asked = timers_.now();
  line_.add(turn);
  if (deadline != kNever) turn.deadline = timers_.arm(deadline, turn.handle);
  let_go();
}

void Governor::leave_line(Turn& turn) {
  if (turn.is_called) return;
  line_.remove(turn);
  request_of(*turn.attempt).leave = Leave::kLate;
  let_go();
}

void Governor::let_go() {
  const TimePoint now = timers_.now();
  while (!line_.empty()) {
    Turn& turn = *line_.front();
    const AttemptInFlight& attempt = *turn.attempt;
    const TimePoint ready = ready_at(attempt);
    if (ready > now) {
      if (ready != kNever) alarm_.set(ready);
      return;
    }
    request_of(attempt).leave = decide(attempt, turn.planned, turn.asked);
    line_.call_first(timers_);
  }
}

void Governor::went(const AttemptInFlight& attempt) {
  if (!has_budget_) return;
  GovernedRequest& request = request_of(attempt);
  budget_.started(timers_.now(), request.paid_for != ErrorKind::kNone);
  request.is_paid_sent = true;
}

void Governor::ended(const AttemptInFlight& attempt, const Outcome& outcome) {
  const TimePoint now = timers_.now();
  if (has_breaker_) breaker_.ended(now, outcome);
  if (has_budget_) {
    GovernedRequest& request = request_of(attempt);
    budget_.ended(outcome, std::exchange(request.paid_for, ErrorKind::kNone));
  }
  if (!has_line_) return;
  if (outcome.error == ErrorKind::kRateLimit) {
    paused_until_ = std::max(paused_until_, now + pause_on_429_);
  }
  pacer_.ended(now, paced(attempt, attempt.number > 1), attempt.admitted.started, outcome);
  let_go();
}

bool Governor::may_retry(const AttemptInFlight& attempt, const Outcome& outcome) {
  // What the client itself has refused was not sent: nothing has failed, nothing more is sent.
  if (!has_budget_ || outcome.error == ErrorKind::kRefusedByClient) return true;
  if (!budget_.take(timers_.now(), outcome)) return false;
  GovernedRequest& request = request_of(attempt);
  request.paid_for = outcome.error;
  request.is_paid_sent = false;
  return true;
}

bool Governor::falls_back(AttemptInFlight& attempt, const Outcome& outcome) {
  GovernedRequest& request = request_of(attempt);
  RequestSpec& spec = attempt.spec;
  if (!fallback_ || request.fell_back || spec.model == fallback_->model || outcome.began) {
    return false;
  }
  const bool counts = (outcome.error == ErrorKind::kRateLimit && fallback_->on_rate_limit) ||
                      (outcome.error == ErrorKind::kOverloaded && fallback_->on_overloaded);
  if (!counts || ++request.turned_away < fallback_->after) return false;
  const TokenScale scale{.from = tokenizers_[index(spec.model)],
                         .to = tokenizers_[index(fallback_->model)]};
  const std::span<const CacheBlock> blocks = spec.cache_blocks;
  request.blocks.assign(blocks.begin(), blocks.end());
  for (CacheBlock& block : request.blocks) block.prefix_tokens = scale(block.prefix_tokens);
  spec.cache_blocks = request.blocks;
  write_tokens(scale, spec);
  spec.model = fallback_->model;
  request.fell_back = true;
  return true;
}

void Governor::on_head(AttemptInFlight& attempt, const RateLimitView& view) {
  Governor& governor = *request_of(attempt).governor;
  governor.pacer_.heard(governor.timers_.now(), view, attempt.admitted.started);
  governor.let_go();
}

}  // namespace sluice
