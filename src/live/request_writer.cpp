#include "live/request_writer.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "live/given_headers.hpp"
#include "live/prompt_words.hpp"
#include "wire/json_append.hpp"

namespace sluice::live {
namespace {

constexpr std::int64_t kKilo = 1000;
constexpr std::int64_t kLeastBudget = 1024;  // docs: extended thinking, 2026-08

// Asked for at the end of a prompt, instead of its last words.
constexpr std::string_view kAskBefore = "Now write at least ";
constexpr std::string_view kAskBehind = " words of plain prose and do not stop before.";
constexpr std::int64_t kAskWords = 14;

// What a part's text can have beyond four bytes a word, and what a prompt's form may add.
constexpr std::int64_t kPartBytes = 32;
constexpr std::int64_t kFormTokens = 512;

constexpr std::uint64_t kCountStream = 0x636f756e74;

void append_member(std::string& body, std::string_view name, std::int64_t value) {
  body += ",\"";
  body += name;
  body += "\":";
  wire::append_number(body, value);
}

std::string_view marker_text(CacheTtl ttl) noexcept {
  return ttl == CacheTtl::kOneHour ? R"(,"cache_control":{"type":"ephemeral","ttl":"1h"}})"
                                   : R"(,"cache_control":{"type":"ephemeral"}})";
}

}  // namespace

RequestWriter::RequestWriter(const RunPlan& plan, WriterOptions options)
    : plan_(plan),
      options_(std::move(options)),
      layout_(plan, options_.replication),
      words_per_kilotoken_(plan.models.size(), kKilo) {
  SLUICE_CHECK(options_.model_ids.empty() || options_.model_ids.size() == plan.models.size());
  const auto is_own = [this](std::string_view name) { return !has_header(options_.headers, name); };
  const auto add_own = [&](std::string_view name, std::string_view value) {
    if (is_own(name)) common_fields_.append(name).append(": ").append(value).append("\r\n");
  };
  add_own("content-type", "application/json");
  add_own("user-agent", options_.user_agent);
  if (options_.format == wire::AnswerFormat::kMessages) {
    add_own("anthropic-version", options_.api_version);
  }
  for (const std::string& header : options_.headers) {
    if (!is_credential(header)) common_fields_ += header + "\r\n";
  }
  given_secrets_ = secrets_in(options_.headers);
  says_what_is_accepted_ = is_own("accept");
  counts_retries_ = is_own("x-stainless-retry-count");
  names_requests_ = options_.target_is_mock && is_own("sluice-request");
}

std::string_view RequestWriter::path() const noexcept {
  return options_.format == wire::AnswerFormat::kMessages ? "/v1/messages" : "/v1/chat/completions";
}

void RequestWriter::set_words_per_kilotoken(ModelId model, std::int64_t words) noexcept {
  SLUICE_CHECK(words > 0);
  words_per_kilotoken_[index(model)] = words;
}

const std::string& RequestWriter::model_id(ModelId model) const noexcept {
  return options_.model_ids.empty() ? plan_.models[index(model)].name
                                    : options_.model_ids[index(model)];
}

// Rounded down, of a place in the prompt: so a place has the same word in every prompt.
std::int64_t RequestWriter::words_of(ModelId model, std::int64_t tokens) const noexcept {
  return tokens * words_per_kilotoken_[index(model)] / kKilo;
}

// A mock judges by the plan's own limit; others are cut off where the planned output ends. None at
// all would ask to warm the cache, which a stream cannot.
std::int64_t RequestWriter::max_tokens(const RequestSpec& spec) const noexcept {
  return std::max<std::int64_t>(1, options_.target_is_mock ? spec.max_tokens : spec.output_tokens);
}

TokenBounds RequestWriter::bounds(const RequestSpec& spec) const noexcept {
  TokenBounds most{.prompt = spec.prompt_tokens, .output = max_tokens(spec)};
  if (options_.target_is_mock) return most;
  const std::int64_t words = std::max<std::int64_t>(1, words_of(spec.model, spec.prompt_tokens));
  const auto blocks = static_cast<std::int64_t>(spec.cache_blocks.size());
  const std::int64_t parts = std::int64_t{spec.id.turn} + blocks + 2;
  most.prompt = words * kWordBytes + parts * kPartBytes + kFormTokens;
  return most;
}

void RequestWriter::write_fields(const RequestSpec& spec, std::int32_t attempt,
                                 std::string& fields) const {
  fields.clear();
  if (says_what_is_accepted_) {
    fields += spec.stream ? "accept: text/event-stream\r\n" : "accept: application/json\r\n";
  }
  fields += common_fields_;
  if (counts_retries_) {
    fields += "x-stainless-retry-count: ";
    wire::append_number(fields, attempt - 1);
    fields += "\r\n";
  }
  if (!names_requests_) return;
  fields += "sluice-request: ";
  fields += plan_.workloads[index(spec.workload)].name;
  fields += '/';
  wire::append_number(fields, static_cast<std::int64_t>(spec.id.session));
  fields += '/';
  wire::append_number(fields, spec.id.turn);
  fields += '/';
  wire::append_number(fields, attempt);
  fields += "; output=";
  wire::append_number(fields, spec.output_tokens - spec.thinking_tokens);
  fields += "; thinking=";
  wire::append_number(fields, spec.thinking_tokens);
  fields += "\r\n";
}

// The prompt's blocks, in words. Some text must be left for the user's message.
void RequestWriter::lay_out(const RequestSpec& spec) const {
  layout_.write(spec, parts_);
  for (PromptPart& part : parts_) {
    part.from = words_of(spec.model, part.from);
    part.to = words_of(spec.model, part.to);
  }
  const PromptPart end = parts_.back();
  std::erase_if(parts_, [](const PromptPart& part) { return part.from == part.to; });
  if (!parts_.empty() && !parts_.back().is_system) return;
  const std::int64_t last = std::max<std::int64_t>(1, end.to);
  if (!parts_.empty() && --parts_.back().to == parts_.back().from) parts_.clear();
  parts_.push_back({.stream = end.stream, .from = last - 1, .to = last});
}

void RequestWriter::append_text(const PromptPart& part, std::string& body) const {
  const bool asks =
      !options_.target_is_mock && part.answer_tokens > 0 && part.to - part.from > kAskWords;
  append_words(body, part.stream, part.from, asks ? part.to - kAskWords : part.to);
  if (!asks) return;
  body += ' ';
  body += kAskBefore;
  wire::append_number(body, part.answer_tokens);
  body += kAskBehind;
}

// The elements of a content's array.
void RequestWriter::append_blocks(bool is_system, std::string& body) const {
  std::string_view before;
  for (const PromptPart& part : parts_) {
    if (part.is_system != is_system) continue;
    body += before;
    before = ",";
    body += R"({"type":"text","text":")";
    append_text(part, body);
    body += '"';
    body += part.marker ? marker_text(*part.marker) : "}";
  }
}

void RequestWriter::append_thinking(const RequestSpec& spec, std::string& body) const {
  const std::int64_t most = max_tokens(spec);
  const WorkloadSpec& workload = plan_.workloads[index(spec.workload)];
  if (options_.target_is_mock || spec.thinking_tokens == 0 || most <= kLeastBudget) return;
  const std::int64_t planned = spec.thinking_tokens;
  const std::int64_t wanted = workload.conversation_ttl ? kLeastBudget : planned;
  body += R"(,"thinking":{"type":"enabled","budget_tokens":)";
  wire::append_number(body, std::clamp(wanted, kLeastBudget, most - 1));
  body += '}';
}

void RequestWriter::append_messages_prompt(const RequestSpec& spec, std::string& body) const {
  if (spec.fast) body += R"(,"speed":"fast")";
  if (spec.us_only) body += R"(,"inference_geo":"us")";
  append_thinking(spec, body);
  if (parts_.front().is_system) {
    body += R"(,"system":[)";
    append_blocks(true, body);
    body += ']';
  }
  body += R"(,"messages":[{"role":"user","content":[)";
  append_blocks(false, body);
  body += "]}]}";
}

// Nothing is cached in this format, so that blocks need not be told apart.
void RequestWriter::append_chat_prompt(const RequestSpec& spec, std::string& body) const {
  if (spec.stream) body += R"(,"stream_options":{"include_usage":true})";
  body += R"(,"messages":[)";
  bool is_open = false;
  for (const PromptPart& part : parts_) {
    if (part.is_system) {
      body += R"({"role":"system","content":")";
      append_text(part, body);
      body += R"("},)";
      continue;
    }
    body += is_open ? " " : R"({"role":"user","content":")";
    is_open = true;
    append_text(part, body);
  }
  body += R"("}]})";
}

void RequestWriter::write_body(const RequestSpec& spec, std::string& body) const {
  lay_out(spec);
  constexpr std::size_t kForm = 256;
  constexpr std::size_t kPartForm = 160;
  const auto words = static_cast<std::size_t>(parts_.back().to);
  body.clear();
  body.reserve(words * kWordBytes + parts_.size() * kPartForm + kForm);
  body += R"({"model":")";
  wire::append_json_text(body, model_id(spec.model));
  body += '"';
  append_member(body, "max_tokens", max_tokens(spec));
  if (spec.stream) body += R"(,"stream":true)";
  if (options_.format == wire::AnswerFormat::kMessages) {
    append_messages_prompt(spec, body);
  } else {
    append_chat_prompt(spec, body);
  }
}

void RequestWriter::write_count_body(ModelId model, std::int64_t words, std::string& body) const {
  body = R"({"model":")";
  wire::append_json_text(body, model_id(model));
  body += R"(","messages":[{"role":"user","content":")";
  append_words(body, kCountStream, 0, words);
  body += R"("}]})";
}

}  // namespace sluice::live
