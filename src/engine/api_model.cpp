#include "engine/api_model.hpp"

#include <algorithm>
#include <utility>

namespace sluice {
namespace {

std::vector<std::vector<PriceRow>> price_rows(const RunPlan& plan) {
  std::vector<std::vector<PriceRow>> rows;
  rows.reserve(plan.models.size());
  for (const ModelPlan& model : plan.models) rows.push_back(model.prices);
  return rows;
}

// Refusals, faults and cached prompts are kept out of line: together with them the plain request's
// way does not fit the registers.
[[gnu::noinline]] bool refuse(Outcome& refusal, TimePoint now, ErrorKind error, bool should_retry) {
  refusal = {};
  refusal.error = error;
  refusal.should_retry = should_retry;
  refusal.sent = now;
  refusal.ended = now;
  return false;
}

// A spend limit's refusal (docs: rate-limits, "Spend limits", 2026-08): no retry-after.
[[gnu::noinline]] bool refuse_spend(Outcome& refusal, TimePoint now, const SpendRefusal& spend) {
  refuse(refusal, now, spend.error, false);
  refusal.should_retry.reset();
  if (spend.limit != SpendRefusal::Limit::kRevoked) refusal.limit = LimitCause::kSpend;
  return false;
}

[[gnu::noinline]] bool refuse_limit(Outcome& refusal, TimePoint now, const Refusal& limit) {
  refuse(refusal, now, ErrorKind::kRateLimit, !limit.never_fits);
  refusal.limit = limit.cause;
  refusal.limiter = limit.limiter;
  refusal.never_fits = limit.never_fits;
  if (!limit.never_fits) refusal.retry_after = limit.retry_after();
  return false;
}

Usage input_usage(const RequestSpec& spec, std::int64_t read, std::int64_t written_5m,
                  std::int64_t written_1h) {
  return {.input_tokens = spec.prompt_tokens - read - written_5m - written_1h,
          .cache_creation_5m_input_tokens = written_5m,
          .cache_creation_1h_input_tokens = written_1h,
          .cache_read_input_tokens = read};
}

Usage input_usage(const RequestSpec& spec, const Admitted& admitted) {
  return input_usage(spec, admitted.cache_read, admitted.cache_write_5m, admitted.cache_write_1h);
}

// Rounded up, at most what 32 bits hold (49 days).
std::uint32_t whole_milliseconds(Duration time) noexcept {
  constexpr std::int64_t kMillisecond = 1'000'000;
  return static_cast<std::uint32_t>(
      std::min<std::int64_t>((ns(time) + kMillisecond - 1) / kMillisecond, UINT32_MAX));
}

}  // namespace

ApiModel::ApiModel(const RunPlan& plan, const RandomSource& random)
    : random_(random),
      start_unix_ns_(plan.start_unix_ns),
      estimate_error_permille_(plan.estimate_error_permille),
      cuts_(plan.cut_when_output_runs_dry && plan.limits.output_charge == ChargeMode::kStreaming),
      output_drains_(plan.limits.output_charge == ChargeMode::kStreaming),
      keys_(plan.keys.size()),
      faults_(plan.faults, random),
      limiter_(plan.limits, kRunStart),
      batches_(plan.batch_limits, kRunStart),
      prices_(price_rows(plan)),
      spend_(plan.spend) {
  models_.reserve(plan.models.size());
  for (const ModelPlan& model : plan.models) {
    models_.push_back({.group = model.group,
                       .context_tokens = model.context_tokens,
                       .max_output_tokens = model.max_output_tokens,
                       .cache_minimum_tokens = model.cache_minimum_tokens,
                       .latency = LatencyModel(model.latency)});
  }
}

bool ApiModel::admit(TimePoint now, const RequestSpec& spec, std::int32_t attempt,
                     Admitted& admitted, Outcome& refusal) {
  admitted.started = now;
  const Model& model = models_[index(spec.model)];
  if (!keys_.works(now, spec.key)) [[unlikely]]
    return refuse(refusal, now, ErrorKind::kAuthentication, false);
  if (spec.prompt_tokens > model.context_tokens || spec.max_tokens > model.max_output_tokens)
      [[unlikely]] {
    return refuse(refusal, now, ErrorKind::kInvalidRequest, false);
  }
  if (!spend_.may_refuse() && faults_.empty() && spec.cache_blocks.empty()) [[likely]] {
    return admit_by_limits(now, spec, model, {}, {}, admitted, refusal);
  }
  return admit_apart(now, spec, attempt, admitted, refusal);
}

// With limits of spending, faults, or a prompt that is cached.
[[gnu::noinline]] bool ApiModel::admit_apart(TimePoint now, const RequestSpec& spec,
                                             std::int32_t attempt, Admitted& admitted,
                                             Outcome& refusal) {
  const Model& model = models_[index(spec.model)];
  if (const auto spend = spend_.check(now, spec.workspace, spec.key)) {
    return refuse_spend(refusal, now, *spend);
  }
  StreamFault fault;
  if (!faults_.empty()) {
    if (const auto error = strike(now, spec, attempt, fault)) {
      return refuse(refusal, now, *error, true);
    }
  }
  if (spec.cache_blocks.empty())
    return admit_by_limits(now, spec, model, {}, fault, admitted, refusal);
  const CacheScope scope{spec.workspace, spec.model, spec.fast};
  const CacheSplit split = cache_.look(now, scope, spec.cache_blocks, model.cache_minimum_tokens);
  if (!admit_by_limits(now, spec, model, split, fault, admitted, refusal)) return false;
  // Splits it in the same way once more; what is read lives on from now.
  cache_.start(now, scope, spec.cache_blocks, model.cache_minimum_tokens);
  return true;
}

// Nothing of `split` and `fault` is left in code that is called with none.
[[gnu::always_inline]] inline bool ApiModel::admit_by_limits(TimePoint now, const RequestSpec& spec,
                                                             const Model& model,
                                                             const CacheSplit& split,
                                                             const StreamFault& fault,
                                                             Admitted& admitted, Outcome& refusal) {
  const std::int64_t uncached = spec.prompt_tokens - split.read;
  admitted.route = limiter_.route(spec.workspace, model.group, spec.fast);
  std::int64_t estimated = uncached;
  if (estimate_error_permille_ != 0) [[unlikely]] {
    estimated += uncached * estimate_error_permille_ / 1000;
    estimated = std::clamp<std::int64_t>(estimated, 0, INT32_MAX);
  }
  admitted.estimated_uncached_input = static_cast<std::int32_t>(estimated);
  if (const auto refused = limiter_.admit(now, admitted.route,
                                          {.uncached_input = estimated,
                                           .cached_input = split.read,
                                           .max_tokens = spec.max_tokens})) {
    return refuse_limit(refusal, now, *refused);
  }
  accept(now, spec, model, split, fault, admitted);
  return true;
}

[[gnu::noinline]] std::optional<ErrorKind> ApiModel::strike(TimePoint now, const RequestSpec& spec,
                                                            std::int32_t attempt,
                                                            StreamFault& in_stream) {
  const Entity entity{.workload_hash = spec.id.workload_hash,
                      .session = spec.id.session,
                      .turn = spec.id.turn,
                      .attempt = static_cast<std::uint32_t>(attempt)};
  const Bits128 bits = random_.bits(Purpose::kFault, entity);
  const auto error = faults_.at_admission(now, spec.model, bits.first);
  if (!error) in_stream = faults_.in_stream(now, spec.model, bits.second);
  return error;
}

// Keyed without the attempt: the same request takes the same time whatever the retry policy does.
[[gnu::noinline]] Service ApiModel::draw_service(const RequestSpec& spec, const Model& model,
                                                 Usage input) const {
  const Bits128 bits = random_.bits(
      Purpose::kService,
      {.workload_hash = spec.id.workload_hash, .session = spec.id.session, .turn = spec.id.turn});
  return model.latency.draw(input, bits.first, bits.second);
}

[[gnu::always_inline]] inline void ApiModel::accept(TimePoint now, const RequestSpec& spec,
                                                    const Model& model, const CacheSplit& split,
                                                    const StreamFault& fault,
                                                    Admitted& admitted) const {
  admitted.cache_read = static_cast<std::int32_t>(split.read);
  admitted.cache_write_5m = static_cast<std::int32_t>(split.write_5m);
  admitted.cache_write_1h = static_cast<std::int32_t>(split.write_1h);
  admitted.cache_blocks_read = static_cast<std::uint16_t>(split.blocks_read);
  const auto input = [&] { return input_usage(spec, split.read, split.write_5m, split.write_1h); };
  const Service service = model.latency.needs_bits() ? draw_service(spec, model, input())
                                                     : model.latency.draw(input(), 0, 0);
  admitted.speed = service.speed();
  admitted.fault = fault.kind;
  admitted.fault_at_ppm = fault.at_ppm;
  admitted.first_token = now + service.ttft;
  if (fault.kind == StreamFault::Kind::kStall) {
    admitted.first_token += fault.stall;
    admitted.fault_at_ppm = whole_milliseconds(fault.stall);
  }
  admitted.ends = admitted.first_token + service.streaming(spec.output_tokens);
  admitted.begun = false;
}

bool ApiModel::begin_is_visible(const RequestSpec& spec) const noexcept {
  return output_drains_ || estimate_error_permille_ != 0 || !spec.cache_blocks.empty();
}

void ApiModel::begin(TimePoint now, const RequestSpec& spec, Admitted& admitted) {
  admitted.begun = true;
  admitted.first_token = now;
  if (!spec.cache_blocks.empty()) {
    cache_.begin(now, admitted.started, {spec.workspace, spec.model, spec.fast}, spec.cache_blocks,
                 models_[index(spec.model)].cache_minimum_tokens, admitted.cache_blocks_read);
  }
  const Usage usage = input_usage(spec, admitted);
  limiter_.begin(now, admitted.route,
                 {.estimated = {.uncached_input = admitted.estimated_uncached_input,
                                .cached_input = admitted.cache_read,
                                .max_tokens = spec.max_tokens},
                  .uncached_input = usage.uncached_input_tokens(),
                  .cached_input = usage.cache_read_input_tokens,
                  .tokens_per_minute = admitted.speed.tokens_per_minute});
}

void ApiModel::finish(TimePoint now, const RequestSpec& spec, Admitted& admitted,
                      Exchange& exchange) {
  exchange.outcome.ended = now;
  if (!admitted.begun) {
    limiter_.abandon(now, admitted.route,
                     {.uncached_input = admitted.estimated_uncached_input,
                      .cached_input = admitted.cache_read,
                      .max_tokens = spec.max_tokens});
    return;
  }
  const Duration streamed = now - admitted.first_token;
  Usage& usage = exchange.outcome.usage;
  usage = input_usage(spec, admitted);
  usage.output_tokens =
      now == admitted.ends
          ? std::int64_t{spec.output_tokens}
          : std::min<std::int64_t>(spec.output_tokens, admitted.speed.produced(streamed));
  limiter_.finish(now, admitted.route,
                  {.max_tokens = spec.max_tokens,
                   .output_tokens = usage.output_tokens,
                   .tokens_per_minute = admitted.speed.tokens_per_minute,
                   .streamed = streamed});
  bill(admitted.started, now, spec, false, exchange);
}

void ApiModel::bill(TimePoint at, TimePoint now, const RequestSpec& spec, bool batch,
                    Exchange& exchange) {
  const PricedAs as{.batch = batch, .fast = spec.fast, .us_only = spec.us_only};
  const auto total = prices_.bill(spec.model, start_unix_ns_ + ns(at), exchange.outcome.usage, as,
                                  exchange.cost, exchange.saved_by_cache);
  exchange.priced = total.has_value();
  exchange.billed = total.has_value();
  if (total) spend_.book(now, spec.workspace, spec.key, *total);
}

bool ApiModel::admit_batch(TimePoint now, WorkspaceId workspace, KeyId key, std::int64_t requests,
                           Outcome& refusal) {
  if (!keys_.works(now, key)) return refuse(refusal, now, ErrorKind::kAuthentication, false);
  if (const auto spend = spend_.check(now, workspace, key)) {
    return refuse_spend(refusal, now, *spend);
  }
  if (const auto limit = batches_.call(now, requests)) return refuse_limit(refusal, now, *limit);
  return true;
}

void ApiModel::bill_batch(TimePoint now, const RequestSpec& spec, Exchange& exchange) {
  exchange.outcome.usage = {.input_tokens = spec.prompt_tokens,
                            .output_tokens = spec.output_tokens};
  exchange.outcome.ended = now;
  bill(now, now, spec, true, exchange);
}

TimePoint ApiModel::cut_at(TimePoint now, const Admitted& admitted) noexcept {
  return cuts_ ? limiter_.output_dry_at(now, admitted.route) : kNever;
}

void ApiModel::apply(TimePoint now, const EventAction& action) {
  struct Apply {
    ApiModel& api;
    TimePoint now;
    void operator()(const KeyRevoked& e) const { api.keys_.revoke(now, e.key); }
    void operator()(const KeyRotated& e) const {
      api.keys_.rotate(now, e.key, e.overlap, e.pickup);
    }
    void operator()(const LimitChanged& e) const {
      api.limiter_.set_limit(now, e.limiter, e.limit);
    }
    void operator()(const PriceChanged& e) const { api.prices_.replace(e.model, e.row); }
  };
  std::visit(Apply{*this, now}, action);
}

}  // namespace sluice
