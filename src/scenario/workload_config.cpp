#include "scenario/workload_config.hpp"

namespace sluice::scenario {

using describe::Fields;
using describe::Problems;

std::optional<CacheTtl> ttl(CacheUse use) noexcept {
  switch (use) {
    case CacheUse::kNone:
      return std::nullopt;
    case CacheUse::kFiveMinutes:
      return CacheTtl::kFiveMinutes;
    case CacheUse::kOneHour:
      return CacheTtl::kOneHour;
  }
  return std::nullopt;
}

void describe(Fields& v, PrefixConfig& p) {
  v.type("prefix", "Tools and system prompt that all sessions share.");
  v.shorthand("tokens");
  v.field("tokens", p.tokens, "its length").tokens().required().range<std::int64_t>(0, 10'000'000);
  v.field("variants", p.variants, "so many different ones, one per session, evenly")
      .range<std::int64_t>(1, 1'000'000'000);
}

void describe(Fields& v, CacheConfig& c) {
  v.type("cache", "What is cached, and for how long.");
  v.field("prefix", c.prefix, "the shared prefix, if there is one");
  v.field("conversation", c.conversation, "the growing context and the new input");
}

void validate(const CacheConfig& c, Problems& problems) {
  if (c.conversation == CacheUse::kOneHour && c.prefix == CacheUse::kFiveMinutes) {
    problems.add("/prefix", "must be \"1h\" or \"none\": longer TTLs come before shorter ones");
  }
}

void describe(Fields& v, ConversationConfig& c) {
  v.type("conversation", "Several turns over one growing context.");
  v.field("turns", c.turns, "messages by the user");
  v.field("think_time", c.think_time, "from an answer to the next message");
  v.field("calls_per_turn", c.calls_per_turn, "agent loop: requests per turn, one after the other");
  v.field("tool_result_tokens", c.tool_result_tokens, "new input of every further call of a loop");
}

void describe(Fields& v, BatchConfig& b) {
  v.type("batch", "A share of the requests goes as Message Batches.");
  v.shorthand("share");
  v.field("share", b.share_ppm, "of this workload's requests")
      .ppm()
      .required()
      .range<std::int64_t>(0, 1'000'000);
  v.field("requests_per_batch", b.requests_per_batch, "a batch is sent when it has so many")
      .tokens()
      .unit("requests")
      .range<std::int64_t>(1, 100'000);
  v.field("collect_for", b.collect_for, "or this long after its first request")
      .range(Duration{}, kDurationMax);
  v.field("completion", b.completion, "from the batch's start to its end");
  v.field("poll_every", b.poll_every, "how often its state is asked for")
      .range(seconds(1), kDurationMax);
}

void describe(Fields& v, WorkloadConfig& w) {
  v.type("workload", "What an application asks for.");
  v.field("name", w.name, "absent: workload-1, workload-2, ...");
  v.field("model", w.model, "id or alias of the catalog: \"sonnet-5.5\"").required().not_empty();
  v.field("arrivals", w.arrivals, "when requests (of conversations: sessions) begin").required();
  v.field("input", w.input, "new input of a turn, without the prefix; of a trace: absent")
      .unit("tokens");
  v.field("output", w.output, "answer, without thinking; of a trace: absent").unit("tokens");
  v.field("thinking", w.thinking, "produced before the answer, billed and limited as output")
      .unit("tokens");
  v.field("sizes_for", w.sizes_for,
          "model whose tokens the sizes are; scaled to the workload's by the catalog's factor");
  v.field("max_tokens", w.max_tokens, "of each request; absent: exactly what it produces")
      .tokens()
      .range<std::int64_t>(1, 10'000'000);
  v.field("prefix", w.prefix, "shared prompt before the input");
  v.field("conversation", w.conversation, "turns and agent loops");
  v.field("cache", w.cache, "prompt caching");
  v.field("batch", w.batch, "Message Batches");
  v.field("stream", w.stream, "answers are streamed");
  v.field("fast", w.fast, "fast mode");
  v.field("us_only", w.us_only, "inference in the US");
  v.field("client", w.client, "name of a client; absent: anthropic-sdk-python");
  v.field("key", w.key, "name of a key; absent: the workspace's first");
  v.field("workspace", w.workspace, "name of a workspace; absent: the key's, or \"default\"");
  v.field("priority", w.priority, "in the client's queue; higher goes first")
      .range<std::int64_t>(-1000, 1000);
  v.field("deadline", w.deadline,
          "from the planned arrival; a batch's request that ends later is answered, but not good")
      .range(nanoseconds(1), kDurationMax);
  v.field("starts", w.starts, "no arrivals before").range(Duration{}, kDurationMax);
  v.field("stops", w.stops, "no arrivals from then on").range(Duration{}, kDurationMax);
  v.field("max_requests", w.max_requests, "arrivals at most")
      .tokens()
      .unit("requests")
      .range<std::int64_t>(1, kSizeMax);
}

void validate(const WorkloadConfig& w, Problems& problems) {
  if (std::holds_alternative<TraceConfig>(w.arrivals)) {
    if (w.input) problems.add("/input", "comes from the trace: leave it out");
    if (w.output) problems.add("/output", "comes from the trace: leave it out");
  } else {
    if (!w.input) problems.add("", "\"input\" is missing: new input tokens of a request");
    if (!w.output) problems.add("", "\"output\" is missing: output tokens of a request");
  }
  if (w.fast && w.batch.share_ppm > 0) {
    problems.add("/fast", "is not available on batches: leave out one of them");
  }
  if (w.stops && *w.stops <= w.starts) problems.add("/stops", "must be after starts");
}

}  // namespace sluice::scenario
