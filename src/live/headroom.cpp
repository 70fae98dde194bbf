#include "live/headroom.hpp"

#include <algorithm>

namespace sluice::live {
namespace {

using wire::LimitState;

constexpr std::int64_t kMinute = 60'000'000'000;
constexpr std::int64_t kDay = 1440 * kMinute;
constexpr std::int64_t kRounding = 500;  // kinds of tokens are shown to the nearest thousand

constexpr bool counts_at_admission(HeadroomKind kind) noexcept {
  return kind == HeadroomKind::kRequests || kind == HeadroomKind::kInput ||
         kind == HeadroomKind::kFastInput;
}

HeadroomCosts costs_of(const RequestSpec& spec) noexcept {
  HeadroomCosts costs{};
  const auto of = [&costs](HeadroomKind kind) -> std::int64_t& {
    return costs[static_cast<std::size_t>(kind)];
  };
  of(HeadroomKind::kRequests) = 1;
  of(spec.fast ? HeadroomKind::kFastInput : HeadroomKind::kInput) = spec.prompt_tokens;
  of(spec.fast ? HeadroomKind::kFastOutput : HeadroomKind::kOutput) = spec.output_tokens;
  of(HeadroomKind::kTokens) = spec.prompt_tokens + spec.output_tokens;
  return costs;
}

// Where the header shows no limit on both together, it shows their sum, which is no limit.
bool is_sum(const wire::RateLimitHeaders& limits) noexcept {
  return limits.tokens && limits.input_tokens && limits.output_tokens &&
         limits.tokens->limit == limits.input_tokens->limit + limits.output_tokens->limit;
}

const std::optional<LimitState>& state_of(const wire::RateLimitHeaders& limits,
                                          HeadroomKind kind) noexcept {
  static constexpr std::optional<LimitState> kNone;
  switch (kind) {
    case HeadroomKind::kRequests:
      return limits.requests;
    case HeadroomKind::kInput:
      return limits.input_tokens;
    case HeadroomKind::kOutput:
      return limits.output_tokens;
    case HeadroomKind::kTokens:
      return is_sum(limits) ? kNone : limits.tokens;
    case HeadroomKind::kFastInput:
      return limits.fast_input_tokens;
    case HeadroomKind::kFastOutput:
      return limits.fast_output_tokens;
  }
  return kNone;
}

// A limit on both together may be one of a minute or of a day: the reset tells how fast it refills,
// and where it does not, the slower is taken.
std::int64_t time_to_refill(const LimitState& state, const std::optional<UnixTime>& date) noexcept {
  if (!date || state.remaining >= state.limit) return kDay;
  const std::int64_t left = state.full_at.nanoseconds - date->nanoseconds;
  return left > 0 && left <= kDay ? left : kDay;
}

}  // namespace

Headroom::Headroom(const RunPlan& plan, std::int64_t floor_permille)
    : floor_permille_(floor_permille), groups_(plan.groups.size()) {
  for (const ModelPlan& model : plan.models) models_.push_back(model.group);
}

void Headroom::Level::advance(TimePoint now) noexcept {
  if (now <= at) return;
  units = std::min(units + int128{refill} * ns(now - at), int128{limit} * per);
  at = now;
}

TimePoint Headroom::ready_at(const Group& group, Level& level, TimePoint now,
                             std::int64_t cost) const {
  if (level.limit == 0 || cost == 0) return now;
  level.advance(now);
  const std::int64_t floor = (level.limit * floor_permille_ + 999) / 1000;
  const bool never_fits = floor + cost > level.limit;
  if (never_fits && group.under_way > 0) return kNever;
  const int128 wanted = int128{std::min(level.limit, floor + cost)} * level.per;
  if (level.units >= wanted) return now;
  if (level.refill == 0) return kNever;
  return now + nanoseconds(static_cast<std::int64_t>(ceil_div(wanted - level.units, level.refill)));
}

TimePoint Headroom::ready_at(TimePoint now, const RequestSpec& spec) {
  Group& group = group_of(spec);
  Scope& scope = group.scopes[spec.workspace];
  if (!scope.is_known) return scope.under_way == 0 ? now : kNever;
  const HeadroomCosts costs = costs_of(spec);
  TimePoint ready = now;
  for (std::size_t kind = 0; kind < kHeadroomKindCount; ++kind) {
    ready = std::max(ready, ready_at(group, scope.levels[kind], now, costs[kind]));
  }
  return ready;
}

HeadroomStake Headroom::send(TimePoint now, const RequestSpec& spec) {
  Group& group = group_of(spec);
  const HeadroomStake stake{.costs = costs_of(spec), .known = group.known, .number = ++sends_};
  ++group.under_way;
  ++group.scopes[spec.workspace].under_way;
  for (std::size_t kind = 0; kind < kHeadroomKindCount; ++kind) {
    group.sent[kind] += stake.costs[kind];
    for (auto& [workspace, scope] : group.scopes) {
      Level& level = scope.levels[kind];
      level.advance(now);
      level.units -= int128{stake.costs[kind]} * level.per;
    }
  }
  return stake;
}

void Headroom::saw_head(TimePoint now, const RequestSpec& spec, HeadroomStake& stake,
                        const wire::AnswerFields& fields) {
  Group& group = group_of(spec);
  Scope& scope = group.scopes[spec.workspace];
  const bool is_news = fields.has_limits() && stake.number > scope.seen_of;
  if (is_news) {
    scope.is_known = true;
    scope.seen_of = stake.number;
  }
  stake.has_head = true;
  for (std::size_t i = 0; i < kHeadroomKindCount; ++i) {
    const auto kind = static_cast<HeadroomKind>(i);
    const std::int64_t own = counts_at_admission(kind) ? stake.costs[i] : 0;
    const std::int64_t unknown = group.sent[i] - stake.known[i] - own;
    group.known[i] += own;
    const std::optional<LimitState>& state = state_of(fields.limits, kind);
    if (!is_news || !state || state->limit <= 0) continue;
    const bool is_exact = kind == HeadroomKind::kRequests;
    Level& level = scope.levels[i];
    level.limit = state->limit;
    level.refill = state->limit;
    level.per = kMinute;
    if (kind == HeadroomKind::kTokens) {
      level.per = time_to_refill(*state, fields.date);
      if (level.per != kDay) level.refill = state->limit - state->remaining;
    }
    level.units = int128{state->remaining - (is_exact ? 0 : kRounding) - unknown} * level.per;
    level.at = now;
  }
}

void Headroom::end(const RequestSpec& spec, HeadroomStake& stake) {
  Group& group = group_of(spec);
  --group.under_way;
  --group.scopes[spec.workspace].under_way;
  for (std::size_t i = 0; i < kHeadroomKindCount; ++i) {
    const bool is_known_already =
        stake.has_head && counts_at_admission(static_cast<HeadroomKind>(i));
    if (!is_known_already) group.known[i] += stake.costs[i];
  }
}

}  // namespace sluice::live
