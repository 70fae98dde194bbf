#include "calibrate/probe_parts.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/in_seconds.hpp"
#include "base/text.hpp"
#include "calibrate/estimate_names.hpp"

namespace sluice::calibrate {
namespace {

using describe::Value;

constexpr std::int64_t kShortInput = 50;
constexpr std::int64_t kShort = 150;   // of them
constexpr std::int64_t kAnswers = 60;  // of 200 to 800 tokens
constexpr std::int64_t kMeanAnswer = 500;
constexpr std::int64_t kLongestAnswer = 800;
constexpr std::int64_t kLongInput = 50'000;
constexpr std::int64_t kMiddleInput = 10'000;
constexpr double kSlopeWanted = 0.15;  // standard error of the prefill cost, of itself
constexpr std::int64_t kCachedPrefix = 50'000;
constexpr std::int64_t kCachedReads = 30;
constexpr std::int64_t kDelayPrefix = 4'096;
constexpr Duration kDelayStep = milliseconds(250);
constexpr std::int64_t kDelayChains = 2;
constexpr Duration kBurst = seconds(10);
constexpr Duration kSaturated = seconds(90);

const ModelPlan& model_of(const ProbeOf& of) { return of.plan.models[of.model]; }

// Requests of one size at an even pace.
struct Requests {
  std::string name;
  std::int64_t count = 1;
  std::int64_t per_minute = 60;
  std::int64_t input = kShortInput;
  Value output{1};
};

Duration length_of(const Requests& r) {
  return nanoseconds(static_cast<std::int64_t>(int128{r.count} * ns(minutes(1)) / r.per_minute)) +
         seconds(1);
}

Value workload(const ProbeOf& of, const Requests& r) {
  Value arrivals = Value::object();
  arrivals.set("type", "constant").set("rate", fmt::format("{}/min", r.per_minute));
  Value made = Value::object();
  made.set("name", fmt::format("{}-{}", r.name, of.model))
      .set("model", model_of(of).name)
      .set("client", "probe")
      .set("arrivals", std::move(arrivals))
      .set("max_requests", r.count)
      .set("input", r.input)
      .set("output", r.output);
  return made;
}

ProbeDesign design(const ProbeOf& of, std::string_view what) {
  ProbeDesign made;
  made.part.what = what;
  made.part.of = model_of(of).name;
  return made;
}

void price(const ProbeOf& of, ProbeDesign& design, const Usage& expected, const Usage& worst,
           std::int64_t count) {
  const auto likely = of.prices.of(of.model, expected, count);
  const auto most = of.prices.of(of.model, worst, count);
  if (!likely || !most) {
    design.part.is_priced = false;
    return;
  }
  design.part.expected += *likely;
  design.part.worst += *most;
}

void price_plain(const ProbeOf& of, ProbeDesign& design, const Requests& r) {
  const Usage usage{.input_tokens = r.input, .output_tokens = 1};
  price(of, design, usage, usage, r.count);
}

const LimiterSpec* limiter_of(const ProbeOf& of, LimitType type) {
  const GroupId group = model_of(of).group;
  for (const LimiterSpec& spec : of.plan.limits.limiters) {
    if (!spec.workspace && spec.group == group && spec.type == type) return &spec;
  }
  return nullptr;
}

// At most half of what the limits let through, so that a probe of times meets no refusals.
std::int64_t pace(const ProbeOf& of, std::int64_t input, std::int64_t wanted) {
  std::int64_t most = wanted;
  if (const LimiterSpec* const requests = limiter_of(of, LimitType::kRequestsPerMinute)) {
    most = std::min(most, requests->limit / 2);
  }
  for (const LimitType type : {LimitType::kInputTokensPerMinuteCacheAware,
                               LimitType::kInputTokensPerMinute, LimitType::kTokensPerMinute}) {
    if (const LimiterSpec* const tokens = limiter_of(of, type)) {
      most = std::min(most, tokens->limit / 2 / std::max<std::int64_t>(input, 1));
    }
  }
  return std::max<std::int64_t>(most, 1);
}

// What one request may have: the smallest bucket of input, less a little.
std::int64_t fitting(const ProbeOf& of, std::int64_t input) {
  std::int64_t most = std::min(input, model_of(of).context_tokens / 2);
  for (const LimitType type : {LimitType::kInputTokensPerMinuteCacheAware,
                               LimitType::kInputTokensPerMinute, LimitType::kTokensPerMinute}) {
    if (const LimiterSpec* const tokens = limiter_of(of, type)) {
      const int128 holds =
          int128{tokens->limit} * ns(of.plan.limits.burst_of(type)) / ns(minutes(1));
      most = std::min(most, static_cast<std::int64_t>(holds / 2));
    }
  }
  return std::max<std::int64_t>(most, kShortInput);
}

void add(const ProbeOf& of, ProbeDesign& to, const Requests& r) {
  to.workloads.push_back(workload(of, r));
  to.part.requests += r.count;
  to.lasts = std::max(to.lasts, length_of(r));
}

double base_p95(const ModelPlan& model) {
  const DurationSpec& base = model.latency.ttft_base;
  if (const auto* lognormal = std::get_if<DurationLognormal>(&base)) {
    return in_seconds(lognormal->p95);
  }
  return std::max(2 * DurationSampler(base).mean() * 1e-9, 0.1);
}

Value with_prefix(Value made, std::int64_t prefix) {
  made.set("prefix", prefix).set("cache", Value::object().set("prefix", "5m"));
  return made;
}

}  // namespace

ProbePrices::ProbePrices(const RunPlan& plan)
    : prices_([&plan] {
        std::vector<std::vector<PriceRow>> rows;
        for (const ModelPlan& model : plan.models) rows.push_back(model.prices);
        return rows;
      }()),
      at_ns_(plan.start_unix_ns) {}

std::optional<Money> ProbePrices::of(std::size_t model, const Usage& usage,
                                     std::int64_t count) const {
  const auto bill = prices_.bill(static_cast<ModelId>(model), at_ns_, usage, {});
  return bill ? std::optional(bill->total * count) : std::nullopt;
}

ProbeDesign speed_design(const ProbeOf& of) {
  ProbeDesign made = design(of, "output speed");
  Requests r{.name = "probe-speed", .count = kAnswers, .per_minute = pace(of, kShortInput, 60)};
  r.output = Value::object();
  r.output.set("type", "uniform").set("low", 200).set("high", kLongestAnswer);
  add(of, made, r);
  price(of, made, {.input_tokens = kShortInput, .output_tokens = kMeanAnswer},
        {.input_tokens = kShortInput, .output_tokens = kLongestAnswer}, r.count);
  made.part.how = fmt::format("{} streamed answers of 200 to {} tokens", r.count, kLongestAnswer);
  return made;
}

ProbeDesign base_design(const ProbeOf& of) {
  ProbeDesign made = design(of, "ttft base");
  const Requests r{.name = "probe-base", .count = kShort, .per_minute = pace(of, kShortInput, 120)};
  add(of, made, r);
  price_plain(of, made, r);
  made.part.how = fmt::format("{} requests of {} tokens, max_tokens 1", r.count, r.input);
  return made;
}

// The cost of a token is known to the deviation of the base / (size sqrt(count)): few large prompts
// tell as much as many small ones, for fewer tokens.
ProbeDesign prefill_design(const ProbeOf& of) {
  ProbeDesign made = design(of, kPrefillSpeed);
  const ModelPlan& model = model_of(of);
  const std::int64_t size = fitting(of, kLongInput);
  const double costs =
      static_cast<double>(size) / static_cast<double>(model.latency.prefill_tokens_per_second);
  const double deviation = base_p95(model) / 4;
  const double relative = deviation / costs / kSlopeWanted;
  const double needed = relative * relative;
  const auto count = static_cast<std::int64_t>(std::clamp(std::ceil(needed), 12.0, 60.0));
  const Requests large{.name = "probe-prefill-large",
                       .count = count,
                       .per_minute = pace(of, size, 20),
                       .input = size};
  const std::int64_t middle_size = std::min(size / 2, kMiddleInput);
  const Requests middle{.name = "probe-prefill-middle",
                        .count = count,
                        .per_minute = pace(of, 2 * middle_size, 20),
                        .input = middle_size};
  for (const Requests& r : {middle, large}) {
    add(of, made, r);
    price_plain(of, made, r);
  }
  made.part.how = fmt::format("{} requests each of {} and {} tokens, max_tokens 1", count,
                              with_thousands(middle_size), with_thousands(size));
  return made;
}

ProbeDesign cached_design(const ProbeOf& of) {
  ProbeDesign made = design(of, kCachedSpeed);
  const std::int64_t prefix = fitting(of, kCachedPrefix);
  const Requests r{.name = "probe-cached",
                   .count = kCachedReads + 1,
                   // The first answer has begun before the next request comes.
                   .per_minute = pace(of, kShortInput, 6)};
  made.workloads.push_back(with_prefix(workload(of, r), prefix));
  made.part.requests = r.count;
  made.lasts = length_of(r);
  const Usage writes{
      .input_tokens = kShortInput, .cache_creation_5m_input_tokens = prefix, .output_tokens = 1};
  const Usage reads{
      .input_tokens = kShortInput, .cache_read_input_tokens = prefix, .output_tokens = 1};
  price(of, made, writes, writes, 1);
  price(of, made, reads, writes, kCachedReads);
  made.part.how = fmt::format("{} repeats of a prefix of {} tokens, max_tokens 1", kCachedReads,
                              with_thousands(prefix));
  return made;
}

ProbeDesign cache_delay_design(const ProbeOf& of) {
  ProbeDesign made = design(of, kCacheDelay);
  const std::int64_t prefix =
      std::max(fitting(of, kDelayPrefix), model_of(of).cache_minimum_tokens);
  // Requests come until the slowest first answer has begun, and a little longer.
  const double span = 1.5 * base_p95(model_of(of));
  const auto count = static_cast<std::int64_t>(std::ceil(span / in_seconds(kDelayStep))) + 6;
  const std::int64_t misses = count / 3;
  for (std::int64_t chain = 0; chain < kDelayChains; ++chain) {
    const Requests r{.name = fmt::format("probe-cache-{}", chain + 1),
                     .count = count,
                     .per_minute = minutes(1) / kDelayStep};
    // A prefix of its own: by one token another length.
    made.workloads.push_back(with_prefix(workload(of, r), prefix + chain));
    made.part.requests += r.count;
    made.lasts = std::max(made.lasts, length_of(r));
    const Usage writes{.input_tokens = kShortInput,
                       .cache_creation_5m_input_tokens = prefix + chain,
                       .output_tokens = 1};
    const Usage reads{
        .input_tokens = kShortInput, .cache_read_input_tokens = prefix + chain, .output_tokens = 1};
    price(of, made, writes, writes, misses);
    price(of, made, reads, writes, count - misses);
  }
  made.part.how = fmt::format("{} times {} requests with one prefix of {} tokens, {} apart",
                              kDelayChains, count, with_thousands(prefix), short_text(kDelayStep));
  return made;
}

std::optional<ProbeDesign> bucket_design(const ProbeOf& of, LimitType type) {
  const LimiterSpec* const limiter = limiter_of(of, type);
  if (limiter == nullptr) return std::nullopt;
  ProbeDesign made = design(of, fmt::format("{} capacity", name(type)));
  made.part.of = of.plan.groups[index(limiter->group)];
  const double limit = static_cast<double>(limiter->limit);
  const double holds = limit * in_seconds(of.plan.limits.burst_of(type)) / 60;
  // A quarter more than the bucket and its refill, in ten seconds; then half more than the limit.
  const double burst = 1.25 * (holds + limit * in_seconds(kBurst) / 60);
  const double after = 1.5 * limit * in_seconds(kSaturated) / 60;
  const double served = holds + limit * in_seconds(kBurst + kSaturated) / 60;
  const bool is_requests = type == LimitType::kRequestsPerMinute;
  Requests r{.name = "probe-burst"};
  Usage usage{.input_tokens = r.input, .output_tokens = 1};
  double each = 1;
  if (!is_requests) {
    made.is_dear = true;
    r.name = counts_input(type) ? "probe-input-burst" : "probe-output-burst";
    r.input = counts_input(type) ? fitting(of, std::max<std::int64_t>(std::llround(holds / 40), 1))
                                 : kShortInput;
    const std::int64_t output =
        counts_input(type) ? 1 : std::max<std::int64_t>(std::llround(holds / 100), 1);
    r.output = Value(output);
    usage = {.input_tokens = r.input, .output_tokens = output};
    each = static_cast<double>(counts_input(type) ? r.input : output);
  }
  const auto whole = [&](double tokens) {
    return std::max<std::int64_t>(static_cast<std::int64_t>(std::ceil(tokens / each)), 1);
  };
  r.count = whole(burst);
  r.per_minute = std::max<std::int64_t>(r.count * (minutes(1) / kBurst), 1);
  add(of, made, r);
  Requests rest = r;
  rest.name += "-after";
  rest.count = whole(after);
  rest.per_minute = std::max<std::int64_t>(whole(1.5 * limit), 1);
  Value later = workload(of, rest);
  later.set("starts", exact_text(kBurst));
  made.workloads.push_back(std::move(later));
  made.part.requests += rest.count;
  made.lasts = kBurst + kSaturated + seconds(1);
  const std::int64_t admitted = std::min(whole(served), r.count + rest.count);
  price(of, made, usage, {}, admitted);
  price(of, made, {}, usage, r.count + rest.count);
  made.part.how =
      fmt::format("{} requests in {}, then {} in {}; refusals are free", with_thousands(r.count),
                  exact_text(kBurst), with_thousands(rest.count), exact_text(kSaturated));
  return made;
}

}  // namespace sluice::calibrate
