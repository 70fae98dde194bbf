#include "mock/journal_json.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "describe/json.hpp"
#include "describe/value.hpp"
#include "mock/state_json.hpp"
#include "policy/rate_limiter.hpp"

namespace sluice::mock {
namespace {

using describe::Value;

// 64-bit hashes as text: a JSON number of that size loses digits in most languages.
std::string hex(std::uint64_t word) { return fmt::format("{:016x}", word); }

// What a client calls itself, which may be any bytes.
std::string printable(std::string text) {
  for (char& character : text) {
    if (character < ' ' || character > '~') character = '?';
  }
  return text;
}

Value instant(TimePoint at) { return at == kNever ? Value{} : Value{ns(at)}; }

Value blocks_json(const std::vector<CacheBlock>& blocks) {
  Value all = Value::array();
  for (const CacheBlock& block : blocks) {
    Value json = Value::object();
    json.set("chain", hex(block.chain))
        .set("prefix_tokens", block.prefix_tokens)
        .set("ttl", block.ttl == CacheTtl::kOneHour ? "1h" : "5m")
        .set("is_breakpoint", block.is_breakpoint);
    all.push(std::move(json));
  }
  return all;
}

Value request_json(const ServedRequest& served, const JournalView& view) {
  const RequestSpec& spec = served.spec;
  const std::size_t key = index(spec.key);
  Value json = Value::object();
  json.set("named", served.is_named)
      .set("workload_hash", spec.id.workload_hash)
      .set("session", hex(spec.id.session))
      .set("turn", spec.id.turn)
      .set("attempt", served.attempt)
      .set("model",
           served.knows_model ? Value{view.plan.run.models[index(spec.model)].name} : Value{})
      .set("key_id", key < view.keys.size() ? Value{view.keys[key].id} : Value{})
      .set("workspace", view.plan.run.workspaces[index(spec.workspace)])
      .set("prompt_tokens", std::int64_t{spec.prompt_tokens})
      .set("output_tokens", std::int64_t{spec.output_tokens})
      .set("thinking_tokens", std::int64_t{spec.thinking_tokens})
      .set("max_tokens", std::int64_t{spec.max_tokens})
      .set("stream", spec.stream)
      .set("fast", spec.fast)
      .set("us_only", spec.us_only)
      .set("cache_blocks", blocks_json(served.blocks))
      .set("content_hash", hex(served.content_hash));
  return json;
}

Value limiter_json(std::uint16_t limiter, const JournalView& view) {
  if (limiter == Outcome::kNoLimiter) return {};
  const LimiterSpec& spec = view.limiter.spec(LimiterId(limiter));
  Value json = Value::object();
  json.set("scope", scope_of(spec, view.plan.run))
      .set("group", view.plan.run.groups[index(spec.group)])
      .set("type", name(spec.type));
  return json;
}

Value usage_json(const Usage& usage) {
  Value json = Value::object();
  json.set("input_tokens", usage.input_tokens)
      .set("cache_creation_5m_input_tokens", usage.cache_creation_5m_input_tokens)
      .set("cache_creation_1h_input_tokens", usage.cache_creation_1h_input_tokens)
      .set("cache_read_input_tokens", usage.cache_read_input_tokens)
      .set("output_tokens", usage.output_tokens);
  return json;
}

Value cost_json(const ServedRequest& served) {
  if (!served.billed || !served.priced) return {};
  Value json = Value::object();
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    const Money part = served.cost.by_category[i];
    if (part != Money{}) json.set(name(CostCategory(i)), Value::decimal(part.exact()));
  }
  return json.set("total", Value::decimal(served.cost.total().exact()));
}

Value entry_json(const ServedRequest& served, const JournalView& view) {
  const Outcome& outcome = served.outcome;
  const auto wait = outcome.retry_after;
  Value json = Value::object();
  json.set("sequence", served.sequence)
      .set("assigned_ns", ns(served.arrived))
      .set("route", served.route)
      .set("request_id", served.request_id)
      .set("request", request_json(served, view))
      .set("decision", served.admitted ? "admitted" : "refused")
      .set("status", served.status)
      .set("error", outcome.ok() ? Value{} : Value{name(outcome.error)})
      .set("error_code", served.error_code.empty() ? Value{} : Value{served.error_code})
      .set("cause", outcome.limit ? Value{name(*outcome.limit)} : Value{})
      .set("limiter", limiter_json(outcome.limiter, view))
      .set("never_fits", outcome.never_fits)
      .set("retry_after_ns", wait ? Value{ns(*wait)} : Value{})
      .set("first_token_ns", instant(outcome.first_token))
      .set("ended_ns", outcome.ended == TimePoint{} ? Value{} : instant(outcome.ended))
      .set("usage", usage_json(outcome.usage))
      .set("cost", cost_json(served))
      .set("priced", served.priced)
      .set("injected", served.injected)
      .set("fault_planned", served.fault_planned)
      .set("client_gone", served.client_gone)
      .set("error_in_stream", served.error_in_stream)
      .set("client", printable(served.client));
  return json;
}

}  // namespace

std::string journal_json(const Journal& journal, std::uint64_t after, std::size_t limit,
                         const JournalView& view) {
  Value entries = Value::array();
  std::uint64_t next = after;
  for (const ServedRequest* served : journal.list(after, limit)) {
    entries.push(entry_json(*served, view));
    next = served->sequence;
  }
  Value json = Value::object();
  json.set("entries", std::move(entries))
      .set("next_after", next)
      .set("newest", journal.newest())
      .set("capacity", journal.capacity());
  return describe::to_json(json, 0);
}

}  // namespace sluice::mock
