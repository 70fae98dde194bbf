#include "live/run_guard.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "live/http_status.hpp"
#include "live/plan_prices.hpp"

namespace sluice::live {
namespace {

// A bill rounds each of its categories.
constexpr Money rounding() noexcept { return Money::from_picodollars(kCostCategoryCount); }

bool is_error(const Outcome& outcome) noexcept {
  return !outcome.ok() && outcome.error != ErrorKind::kRateLimit;
}

// A refusal costs nothing, nor does a request that had not left as a whole. Everything else may
// have been billed.
bool may_be_billed(const AttemptFacts& facts) noexcept {
  return facts.sent_wall != 0 && (facts.status == 0 || is_success(facts.status));
}

// All prompt tokens in the categories that the request's cache blocks leave possible. A read is
// never dearer than a write, but for a price list that says so.
std::array<Usage, 4> dearest_prompts(const RequestSpec& spec, std::int64_t prompt) noexcept {
  std::array<Usage, 4> usages{};
  usages[0].input_tokens = prompt;
  usages[1].input_tokens = prompt;
  usages[2].input_tokens = prompt;
  usages[3].input_tokens = prompt;
  for (const CacheBlock& block : std::span<const CacheBlock>(spec.cache_blocks)) {
    usages[1] = {.cache_read_input_tokens = prompt};
    if (!block.is_breakpoint) continue;
    if (block.ttl == CacheTtl::kFiveMinutes) {
      usages[2] = {.cache_creation_5m_input_tokens = prompt};
    } else {
      usages[3] = {.cache_creation_1h_input_tokens = prompt};
    }
  }
  return usages;
}

}  // namespace

RunGuard::RunGuard(const RunPlan& plan, GuardOptions options)
    : plan_(plan), options_(options), prices_(plan_prices(plan)) {
  if (options_.headroom_permille) headroom_.emplace(plan, *options_.headroom_permille);
}

std::optional<Money> RunGuard::bill(TimePoint now, const RequestSpec& spec,
                                    const Usage& usage) const {
  const PricedAs as{.fast = spec.fast, .us_only = spec.us_only};
  const auto made = prices_.bill(spec.model, plan_.start_unix_ns + ns(now), usage, as);
  return made ? std::optional(made->total) : std::nullopt;
}

// A shorter prompt may be the dearer one where a band of longer ones is cheaper: the longest of
// each band is looked at.
std::optional<Money> RunGuard::worst_cost(TimePoint now, const RequestSpec& spec,
                                          const TokenBounds& bounds) const {
  std::optional<Money> worst;
  const auto look_at = [&](std::int64_t prompt) {
    for (Usage& usage : dearest_prompts(spec, prompt)) {
      usage.output_tokens = bounds.output;
      const std::optional<Money> cost = bill(now, spec, usage);
      if (cost && (!worst || *cost > *worst)) worst = cost;
    }
  };
  look_at(bounds.prompt);
  for (const PriceRow& row : plan_.models[index(spec.model)].prices) {
    for (const PriceBand& band : row.bands) {
      if (band.prompt_above > 0 && band.prompt_above < bounds.prompt) look_at(band.prompt_above);
    }
  }
  if (worst) *worst += rounding();
  return worst;
}

// Nothing: there is money for it.
std::optional<Permission> RunGuard::check_money(TimePoint now, const RequestSpec& spec,
                                                const TokenBounds& bounds, Money& worst) {
  if (!options_.max_cost) return std::nullopt;
  const std::optional<Money> most = worst_cost(now, spec, bounds);
  worst = most.value_or(Money{});
  if (!most) {
    end_run(StopReason::kSpendCap, fmt::format("{} has no price, so that the cap cannot be kept",
                                               plan_.models[index(spec.model)].name));
    return Permission{.kind = Permission::Kind::kStop};
  }
  if (spent_ + reserved_ + worst <= *options_.max_cost) return std::nullopt;
  if (spent_ + worst <= *options_.max_cost) {
    return Permission{.kind = Permission::Kind::kWaitForEnd};
  }
  end_run(StopReason::kSpendCap,
          fmt::format("{} of {} are spent, and the next attempt may cost {}", spent_.text(),
                      options_.max_cost->text(), worst.text(4)));
  return Permission{.kind = Permission::Kind::kStop};
}

Permission RunGuard::ask(TimePoint now, const RequestSpec& spec, const TokenBounds& bounds,
                         Reservation& reservation) {
  if (stop_ != StopReason::kNone) return {.kind = Permission::Kind::kStop};
  Money worst;
  if (const auto refused = check_money(now, spec, bounds, worst)) return *refused;
  if (headroom_) {
    const TimePoint ready = headroom_->ready_at(now, spec);
    if (ready == kNever) return {.kind = Permission::Kind::kWaitForEnd};
    if (ready > now) return {.kind = Permission::Kind::kWaitUntil, .until = ready};
    reservation.stake = headroom_->send(now, spec);
  }
  reservation.bounds = bounds;
  reservation.worst = worst;
  reserved_ += worst;
  return {};
}

void RunGuard::note_limits(const wire::RateLimitHeaders& limits) noexcept {
  for (const auto& state :
       {limits.requests, limits.tokens, limits.input_tokens, limits.output_tokens,
        limits.fast_input_tokens, limits.fast_output_tokens}) {
    if (!state || state->limit <= 0) continue;
    const double share = static_cast<double>(state->remaining) / static_cast<double>(state->limit);
    if (!lowest_headroom_ || share < *lowest_headroom_) lowest_headroom_ = share;
  }
}

void RunGuard::saw_head(TimePoint now, const RequestSpec& spec, const wire::AnswerFields& fields,
                        Reservation& reservation) {
  note_limits(fields.limits);
  if (headroom_) headroom_->saw_head(now, spec, reservation.stake, fields);
}

// What it may have cost in the end. Of an answer that broke off the server has said what the prompt
// was, and the rest may have been produced without a word.
Money RunGuard::cost_of(const AttemptFacts& facts, const Reservation& reservation) const {
  if (facts.answer.is_whole && facts.answer.has_usage) return facts.exchange.cost.total();
  if (!may_be_billed(facts)) return {};
  // Without a cap nothing was reserved, and few attempts need to know.
  const Money worst =
      options_.max_cost ? reservation.worst
                        : worst_cost(facts.sent, facts.spec, reservation.bounds).value_or(Money{});
  if (!facts.answer.has_usage) return worst;
  Usage usage = facts.answer.usage;
  usage.output_tokens = std::max(usage.output_tokens, reservation.bounds.output);
  return std::min(bill(facts.sent, facts.spec, usage).value_or(Money{}), worst);
}

void RunGuard::settle(const AttemptFacts& facts, Reservation& reservation) {
  if (headroom_) headroom_->end(facts.spec, reservation.stake);
  spent_ += cost_of(facts, reservation);
  reserved_ -= reservation.worst;
  judge_refusal(facts);
  count_error(is_error(facts.exchange.outcome));
}

void RunGuard::lost_credentials(const std::string& why) {
  end_run(StopReason::kAuthentication, why);
}

void RunGuard::judge_refusal(const AttemptFacts& facts) {
  if (!options_.stops_on_refusal || facts.exchange.outcome.ok()) return;
  const std::optional<wire::ApiError>& said = facts.answer.error;
  const std::string words = said ? said->message : fmt::format("status {}", facts.status);
  switch (facts.exchange.outcome.error) {
    case ErrorKind::kAuthentication:
      if (!facts.renews_token) end_run(StopReason::kAuthentication, words);
      break;
    case ErrorKind::kPermission:
      end_run(StopReason::kPermission, words);
      break;
    case ErrorKind::kBilling:
      end_run(StopReason::kCreditGone, words);
      break;
    default:
      if (said && wire::says_credit_is_gone(*said)) end_run(StopReason::kCreditGone, words);
      break;
  }
}

void RunGuard::count_error(bool is_error) {
  errors_[ended_ % kJudged] = is_error;
  ++ended_;
  if (!options_.error_share_permille || ended_ < kJudgedLeast) return;
  const std::size_t judged = std::min(ended_, kJudged);
  const std::size_t errors = errors_.count();
  if (static_cast<std::int64_t>(errors * 1000) <=
      *options_.error_share_permille * static_cast<std::int64_t>(judged)) {
    return;
  }
  end_run(StopReason::kErrorShare,
          fmt::format("{} of the last {} attempts failed", errors, judged));
}

void RunGuard::end_run(StopReason reason, std::string detail) {
  if (stop_ != StopReason::kNone) return;
  stop_ = reason;
  stop_detail_ = std::move(detail);
}

}  // namespace sluice::live
