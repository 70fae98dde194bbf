#include "importer/fit_workload.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "fit/arrivals.hpp"
#include "fit/cache.hpp"
#include "fit/sizes.hpp"
#include "importer/cached_reads.hpp"
#include "ingest/trace_reader.hpp"

namespace sluice::importer {
namespace {

using scenario::CacheUse;
using scenario::WorkloadConfig;

// What one pass over the trace gathers.
struct Gathered {
  explicit Gathered(bool has_dates, Duration life, std::int64_t minimum)
      : arrivals({.has_dates = has_dates}),
        beginnings({.has_dates = has_dates}),
        reads(life, minimum) {}
  fit::ArrivalFitter arrivals;
  fit::ArrivalFitter beginnings;  // of conversations
  fit::SizeFitter input;          // what is not read
  fit::SizeFitter output;
  fit::SizeFitter thinking;
  fit::SizePairFitter pairs;
  fit::CacheFitter cache;
  CachedReads reads;
  int128 read_tokens = 0;
  int128 prompt_tokens = 0;
  std::int64_t calls = 0;
};

Result<std::unique_ptr<ingest::TraceReader>> open_trace(const FitInput& input) {
  ingest::TraceOptions options;
  options.path = input.path;
  options.format = ingest::TraceFormat::kCsv;
  options.spread = input.workload.spread;
  options.random = RandomSource{1, 0};
  options.workload_hash = name_hash(input.workload.name);
  return ingest::TraceReader::open(std::move(options));
}

void gather(const ingest::TraceRequest& request, const ingest::TraceReader& reader, Duration zero,
            Gathered& all) {
  const std::int64_t read = all.reads.add(request, reader);
  all.arrivals.add(zero + request.at);
  all.input.add(request.input_tokens - read);
  all.output.add(request.output_tokens);
  all.thinking.add(request.thinking_tokens);
  all.pairs.add(request.input_tokens - read, request.output_tokens + request.thinking_tokens);
  const bool begins = all.cache.add({.at = request.at,
                                     .prompt_tokens = request.input_tokens,
                                     .output_tokens = request.output_tokens,
                                     .session = request.session,
                                     .prefix_id = request.cached_prefix_id,
                                     .prefix_tokens = request.cached_prefix_tokens,
                                     .blocks = request.block_ids});
  if (begins) all.beginnings.add(zero + request.at);
  all.read_tokens += read;
  all.prompt_tokens += request.input_tokens;
  ++all.calls;
}

SizeSpec spec_of(const fit::SizeFitter& fitter, const fit::FittedSize& fitted, bool is_scaled) {
  // A zipf size cannot be scaled to another model's tokens.
  if (is_scaled && std::holds_alternative<SizeZipf>(fitted.spec)) {
    return fit::empirical_sizes(fitter.histogram());
  }
  return fitted.spec;
}

std::string text_of(const SizeSpec& spec) {
  struct Words {
    std::string operator()(const SizeFixed& s) const { return fmt::format("always {}", s.value); }
    std::string operator()(const SizeUniform& s) const {
      return fmt::format("uniform, {} to {}", with_thousands(s.low), with_thousands(s.high));
    }
    std::string operator()(const SizeLognormal& s) const {
      return fmt::format("lognormal, p50 {}, p95 {}", with_thousands(s.p50), with_thousands(s.p95));
    }
    std::string operator()(const SizeZipf& s) const {
      return fmt::format("zipf, exponent {}", s.exponent.text());
    }
    std::string operator()(const SizeEmpirical& s) const {
      return fmt::format("{} quantiles", s.values.size());
    }
  };
  return std::visit(Words{}, spec);
}

// The distance of the chosen one, and of the best that was not.
template <class Candidates>
std::string quality_of(const Candidates& candidates, std::size_t chosen) {
  if (candidates.empty()) return {};
  std::string text = fmt::format("KS {:.3f}", candidates[chosen].ks);
  std::vector<std::string> others;
  for (std::size_t i = 0; i < candidates.size() && others.size() < 3; ++i) {
    if (i != chosen) {
      others.push_back(fmt::format("{} {:.3f}", candidates[i].name, candidates[i].ks));
    }
  }
  return others.empty() ? text : text + "; not taken: " + join(others);
}

std::string dispersion_text(const fit::FittedArrivals& fitted) {
  if (fitted.candidates.empty()) return {};
  const auto& chosen = fitted.candidates[fitted.chosen];
  std::string text;
  for (std::size_t i = 0; i < fitted.dispersion.size() && i < chosen.dispersion.size(); ++i) {
    const fit::Dispersion& one = fitted.dispersion[i];
    if (one.windows < 2) continue;
    text += fmt::format("{}{} {:.2f} ({:.2f})", text.empty() ? "; counts vary by " : ", ",
                        exact_text(one.window), one.of_log, chosen.dispersion[i].mean);
  }
  return text;
}

FittedPart arrival_part(const std::string& workload, const char* what,
                        const fit::FittedArrivals& fitted) {
  const std::string name =
      fitted.candidates.empty() ? "poisson" : fitted.candidates[fitted.chosen].name;
  std::string quality = quality_of(fitted.candidates, fitted.chosen) + dispersion_text(fitted);
  if (!quality.empty()) quality += "; ";
  return {workload, what, fmt::format("{}, {:.4g}/s on the mean", name, fitted.per_second),
          quality + fitted.why};
}

FittedPart size_part(const std::string& workload, std::string what, const SizeSpec& spec,
                     const fit::FittedSize& fitted) {
  return {workload, std::move(what), text_of(spec), quality_of(fitted.candidates, fitted.chosen)};
}

double share(int128 part, int128 whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// "38.5 %", and in brackets what a form reads by expectation.
std::string read_text(double of_log, const std::optional<double>& of_form) {
  const std::string text = fmt::format("{:.1f} %", 100 * of_log);
  return of_form ? fmt::format("{} ({:.1f} %)", text, 100 * *of_form) : text;
}

// `form`: what it reads, where that differs from what the log's calls read.
FittedPart cache_part(const std::string& workload, const Gathered& all,
                      const fit::FittedCache& found, std::int64_t prefix,
                      const std::optional<fit::ReadShares>& form) {
  std::string chosen =
      fmt::format("{:.1f} % of the prompt tokens are read; a prefix of {}",
                  100 * share(all.read_tokens, all.prompt_tokens), with_thousands(prefix));
  const auto text = [&](double fit::ReadShares::*share) {
    return read_text(found.reads.*share, form ? std::optional((*form).*share) : std::nullopt);
  };
  std::string quality =
      fmt::format("endless {}, 5m {}, 1h {}", text(&fit::ReadShares::endless),
                  text(&fit::ReadShares::five_minutes), text(&fit::ReadShares::one_hour));
  for (const fit::ReuseGap& gap : found.reuse_gaps) {
    if (gap.p == 0.5 || gap.p == 0.9) {
      quality += fmt::format("; p{:.0f} of reuse gaps {}", gap.p * 100, short_text(gap.gap));
    }
  }
  return {workload, "cache", std::move(chosen), std::move(quality)};
}

// Steps are counted from the run's start, the fit's from the workload's.
void shift_steps(ArrivalSpec& spec, Duration starts) {
  auto* steps = std::get_if<ArrivalSteps>(&spec);
  if (steps == nullptr) return;
  for (RateStep& step : steps->steps) step.at += starts;
}

template <class Choices>
scenario::ArrivalsConfig config_of(const Choices& spec) {
  return std::visit([](const auto& one) -> scenario::ArrivalsConfig { return one; }, spec);
}

void set_arrivals(const FitInput& input, const fit::ArrivalFitter& fitter, const char* what,
                  FittedForm& form) {
  const fit::FittedArrivals fitted = fitter.fit();
  ArrivalSpec spec = fitted.spec;
  shift_steps(spec, input.workload.starts);
  form.workload.fitted->arrivals = config_of(spec);
  form.parts.push_back(arrival_part(input.workload.name, what, fitted));
}

FittedForm empty_form(const FitInput& input) {
  FittedForm form{.workload = input.workload, .parts = {}};
  form.workload.fitted.emplace();
  form.workload.trace.clear();
  if (!input.workload.trace_cache) return form;
  form.workload.fitted->cache = {.prefix = *input.workload.trace_cache,
                                 .conversation = *input.workload.trace_cache};
  return form;
}

scenario::SizeChoice set_size(const FitInput& input, const fit::SizeFitter& fitter,
                              const char* what, FittedForm& form) {
  const fit::FittedSize fitted = fitter.fit();
  scenario::SizeChoice choice{spec_of(fitter, fitted, !input.workload.sizes_for.empty())};
  form.parts.push_back(size_part(input.workload.name, what, choice.spec, fitted));
  return choice;
}

void set_answers(const FitInput& input, const Gathered& all, FittedForm& form) {
  WorkloadConfig& config = *form.workload.fitted;
  config.output = set_size(input, all.output, "output", form);
  const bool thinks = all.thinking.histogram().max() > 0;
  if (thinks) config.thinking = set_size(input, all.thinking, "thinking", form);
}

FittedForm independent_form(const FitInput& input, const Gathered& all,
                            const fit::FittedCache& found) {
  FittedForm form = empty_form(input);
  WorkloadConfig& config = *form.workload.fitted;
  set_arrivals(input, all.arrivals, "arrivals", form);
  config.input = set_size(input, all.input, all.read_tokens > 0 ? "new input" : "input", form);
  set_answers(input, all, form);
  if (!input.workload.trace_cache) return form;
  config.prefix.tokens =
      static_cast<std::int64_t>(all.read_tokens / std::max<std::int64_t>(1, all.calls));
  form.parts.push_back(
      cache_part(input.workload.name, all, found, config.prefix.tokens, std::nullopt));
  return form;
}

// A gap from call to call without the answer that it holds.
DurationSpec without(const DurationSpec& gap, Duration service) {
  const auto less = [&](Duration duration) { return std::max(Duration{}, duration - service); };
  if (const auto* fixed = std::get_if<DurationFixed>(&gap)) {
    return DurationFixed{less(fixed->value)};
  }
  if (const auto* empirical = std::get_if<DurationEmpirical>(&gap)) {
    DurationEmpirical shorter = *empirical;
    for (WeightedDuration& one : shorter.values) one.value = less(one.value);
    return shorter;
  }
  const auto* lognormal = std::get_if<DurationLognormal>(&gap);
  if (lognormal == nullptr || lognormal->p50 <= service * 2) return gap;
  DurationLognormal shorter = *lognormal;
  shorter.p50 -= service;
  shorter.p95 -= service;
  return shorter;
}

bool can_be_scaled(const fit::FittedSize& size) {
  return !std::holds_alternative<SizeZipf>(size.spec);
}

std::optional<FittedForm> conversation_form(const FitInput& input, const Gathered& all,
                                            const fit::FittedCache& found) {
  const auto& talks = found.conversations;
  if (!talks || !can_be_scaled(found.input)) return std::nullopt;
  FittedForm form = empty_form(input);
  WorkloadConfig& config = *form.workload.fitted;
  set_arrivals(input, all.beginnings, "beginnings", form);
  config.input = scenario::SizeChoice{found.input.spec};
  const std::string& name = input.workload.name;
  form.parts.push_back(size_part(name, "new input", config.input->spec, found.input));
  set_answers(input, all, form);
  config.prefix = {.tokens = found.prefix_tokens, .variants = found.prefix_variants};
  if (!found.reads_context) config.cache.conversation = CacheUse::kNone;
  config.conversation.turns.spec = talks->turns.spec;
  config.conversation.think_time.spec = without(talks->gap.spec, input.service);
  form.parts.push_back({name, "calls",
                        fmt::format("{:.3g} a conversation, {:.3g} s apart (p95 {:.3g} s)",
                                    talks->turns_mean, talks->gap.p50, talks->gap.p95),
                        quality_of(talks->turns.candidates, talks->turns.chosen)});
  if (input.workload.trace_cache) {
    form.parts.push_back(cache_part(name, all, found, found.prefix_tokens, found.fitted));
  }
  return form;
}

// What draws that know nothing of each other lose, as far as the log has it.
std::vector<std::string> losses_of(const FitInput& input, const Gathered& all) {
  constexpr double kStrong = 0.2;
  constexpr double kFar = 0.05;
  const std::string& name = input.workload.name;
  std::vector<std::string> losses;
  const double correlation = all.pairs.rank_correlation();
  if (std::fabs(correlation) >= kStrong) {
    losses.push_back(fmt::format(
        "{}: input and output go together in the log (rank correlation {:+.2f}), not in the fit",
        name, correlation));
  }
  const fit::FittedArrivals arrivals = all.arrivals.fit();
  if (!arrivals.candidates.empty() && arrivals.candidates[arrivals.chosen].ks > kFar) {
    losses.push_back(fmt::format("{}: no process that was tried has the log's gaps (KS {:.2f})",
                                 name, arrivals.candidates[arrivals.chosen].ks));
  }
  if (all.read_tokens > 0) {
    losses.push_back(name +
                     ": a refused call of the log leaves nothing in the cache for later ones, "
                     "which then cost more of the limits; the fit's prefix is there all the same");
  }
  return losses;
}

}  // namespace

Result<FittedWorkload> fit_workload(const FitInput& input) {
  SLUICE_TRY(const auto reader, open_trace(input));
  const bool is_hour = input.workload.trace_cache == CacheUse::kOneHour;
  const CacheTtl ttl = is_hour ? CacheTtl::kOneHour : CacheTtl::kFiveMinutes;
  Gathered all(input.zero.has_value(), duration(ttl), 0);
  const Duration zero =
      input.zero ? Duration{input.zero->nanoseconds} + input.workload.starts : Duration{};
  ingest::TraceRequest request;
  for (;;) {
    SLUICE_TRY(const bool more, reader->next(request));
    if (!more) break;
    gather(request, *reader, zero, all);
  }
  const fit::FittedCache found = all.cache.fit(ttl);
  return FittedWorkload{.independent = independent_form(input, all, found),
                        .conversations = conversation_form(input, all, found),
                        .losses = losses_of(input, all)};
}

}  // namespace sluice::importer
