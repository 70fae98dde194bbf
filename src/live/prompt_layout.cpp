#include "live/prompt_layout.hpp"

#include <algorithm>
#include <span>
#include <variant>

#include "base/check.hpp"
#include "base/hash.hpp"

namespace sluice::live {
namespace {

constexpr std::size_t kMarkersMost = 4;  // docs: prompt-caching, 2026-08

// What is hashed together with a name, so that a prefix's text is no session's.
constexpr std::uint64_t kPrefixText = 0x70726566;
constexpr std::uint64_t kSessionText = 0x73657373;

std::uint64_t session_stream(const RequestSpec& spec) noexcept {
  return hash_combine(hash_combine(kSessionText, spec.id.workload_hash), spec.id.session);
}

void add(std::vector<PromptPart>& parts, const PromptPart& part) {
  if (part.from < part.to) {
    parts.push_back(part);
  } else if (!parts.empty() && part.marker) {
    parts.back().marker = part.marker;  // a block without text of its own ends where this one does
  }
}

std::int64_t answer_of(const RequestSpec& spec) noexcept {
  return spec.output_tokens - spec.thinking_tokens;
}

void keep_markers(std::vector<PromptPart>& parts) {
  const auto is_marked = [](const PromptPart& part) { return part.marker.has_value(); };
  const auto marked =
      static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), is_marked));
  if (marked <= kMarkersMost) return;
  std::size_t number = 0;
  for (PromptPart& part : parts) {
    if (!part.marker) continue;
    if (number > 0 && number + (kMarkersMost - 1) < marked) part.marker.reset();
    ++number;
  }
}

}  // namespace

PromptLayout::PromptLayout(const RunPlan& plan, std::uint64_t replication) {
  const RandomSource random(plan.seed, replication);
  generators_.reserve(plan.workloads.size());
  for (const WorkloadSpec& workload : plan.workloads) generators_.emplace_back(workload, random);
}

void PromptLayout::write(const RequestSpec& spec, std::vector<PromptPart>& parts) const {
  parts.clear();
  const WorkloadSpec& workload = generators_[index(spec.workload)].spec();
  if (std::holds_alternative<TraceArrivals>(workload.arrivals)) {
    write_recorded(spec, parts);
  } else {
    write_session(spec, parts);
  }
  SLUICE_CHECK(!parts.empty() && parts.back().to == spec.prompt_tokens);
  keep_markers(parts);
}

void PromptLayout::write_recorded(const RequestSpec& spec, std::vector<PromptPart>& parts) const {
  const std::int64_t prompt = spec.prompt_tokens;
  std::int64_t from = 0;
  for (const CacheBlock& block : std::span<const CacheBlock>(spec.cache_blocks)) {
    const std::int64_t to = std::clamp(block.prefix_tokens, from, prompt);
    add(parts, {.stream = block.chain,
                .from = from,
                .to = to,
                .marker = block.is_breakpoint ? std::optional(block.ttl) : std::nullopt});
    from = to;
  }
  add(parts, {.stream = session_stream(spec), .from = from, .to = prompt});
  parts.back().answer_tokens = answer_of(spec);
}

void PromptLayout::write_session(const RequestSpec& spec, std::vector<PromptPart>& parts) const {
  const WorkloadGenerator& generator = generators_[index(spec.workload)];
  const WorkloadSpec& workload = generator.spec();
  const std::uint64_t session = spec.id.session;
  const auto variants =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, workload.prefix_variants));
  const std::int64_t prefix = std::min<std::int64_t>(workload.prefix_tokens, spec.prompt_tokens);
  const std::uint64_t prefixes = hash_combine(kPrefixText, spec.id.workload_hash);
  add(parts, {.stream = hash_combine(prefixes, session % variants),
              .to = prefix,
              .marker = workload.prefix_ttl,
              .is_system = true});

  PromptPart turn{.stream = session_stream(spec), .from = prefix, .to = prefix};
  Conversation conversation(generator, session);
  for (std::uint32_t number = 0; number < spec.id.turn;) {
    const std::int64_t calls = generator.calls(session, number);
    for (std::int64_t call = 0; call < calls && number < spec.id.turn; ++call, ++number) {
      const RequestSpec earlier =
          conversation.next(number, generator.sizes(session, number, call > 0));
      conversation.answered();
      turn.from = turn.to;
      turn.to = earlier.prompt_tokens;
      turn.answer_tokens = answer_of(earlier);
      // Only the prompt before this one is looked for: older ones are part of it.
      const bool is_last = number + 1 == spec.id.turn;
      turn.marker = is_last ? workload.conversation_ttl : std::nullopt;
      add(parts, turn);
    }
  }
  turn.from = turn.to;
  turn.to = spec.prompt_tokens;
  turn.answer_tokens = answer_of(spec);
  turn.marker = workload.conversation_ttl;
  add(parts, turn);
}

}  // namespace sluice::live
