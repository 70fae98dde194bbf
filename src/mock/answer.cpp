#include "mock/answer.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hash.hpp"
#include "mock/answer_text_cut.hpp"
#include "wire/json_append.hpp"
#include "wire/schema_example.hpp"

namespace sluice::mock {
namespace {

constexpr std::int64_t kIntroductionMax = 20;  // tokens of text before a tool call
// Of a tool without a schema, as those are that the API defines.
constexpr std::string_view kInputShape = "{\"query\":\"\x01\"}";
static_assert(kInputShape[10] == wire::kWordsHere);
// Numbers that key what is not a block.
constexpr std::uint64_t kToolIdNumber = 100;
constexpr std::uint64_t kSignatureNumber = 200;

}  // namespace

Answer::Answer(const AnswerSpec& spec)
    : seed_(spec.seed), hits_max_tokens_(spec.hits_max_tokens), refuses_(spec.refuses) {
  const std::int64_t output = std::max<std::int64_t>(spec.output_tokens, 0);
  // An answer that is not broken off says something after it has thought.
  const std::int64_t thinking_max =
      hits_max_tokens_ ? output : std::max<std::int64_t>(output - 1, 0);
  thinking_tokens_ = std::clamp<std::int64_t>(spec.thinking_tokens, 0, thinking_max);
  const std::int64_t rest = output - thinking_tokens_;
  const bool calls_tool = !spec.tool.empty() && !hits_max_tokens_ && !refuses_ && rest > 0;
  const std::int64_t introduction = spec.introduces_tool ? std::min(kIntroductionMax, rest / 4) : 0;
  const std::int64_t text = calls_tool ? introduction : rest;
  const bool says_shape = !calls_tool && !refuses_;  // else only a call has a shape

  add_block(Kind::kThinking, thinking_tokens_);
  add_block(Kind::kText, text);
  if (says_shape) shape_ = spec.shape;
  if (text > 0 && !refuses_ && shape_.empty()) {
    Block& block = blocks_[block_count_ - 1U];
    if (const auto cut = first_cut(text_of(block), text, spec.stop_sequences)) {
      stop_sequence_ = cut->stop_sequence;
      block.tokens = cut->tokens();
      tail_bytes_ = cut->tail_bytes;
      tail_is_token_ = cut->tail_is_token;
      if (block.tokens == 0) {
        --block_count_;
      }
      output_tokens_ = thinking_tokens_ + block.tokens;
      return;
    }
  }
  if (calls_tool) {
    tool_ = spec.tool;
    shape_ = spec.shape;
    add_block(Kind::kTool, rest - text);
  }
  output_tokens_ = output;
}

void Answer::add_block(Kind kind, std::int64_t tokens) noexcept {
  if (tokens == 0) {
    return;
  }
  const std::int64_t first = block_count_ == 0 ? 0
                                               : blocks_[block_count_ - 1U].first_token +
                                                     blocks_[block_count_ - 1U].tokens;
  blocks_[block_count_++] = {.kind = kind, .first_token = first, .tokens = tokens};
}

std::int64_t Answer::text_tokens() const noexcept {
  for (const Block& block : blocks()) {
    if (block.kind == Kind::kText) {
      return block.tokens;
    }
  }
  return 0;
}

wire::Ending Answer::ending() const noexcept {
  using wire::StopReason;
  if (refuses_) {
    return {.reason = StopReason::kRefusal,
            .refusal_explanation = "This request was refused because the mock was told to."};
  }
  if (!stop_sequence_.empty()) {
    return {.reason = StopReason::kStopSequence, .stop_sequence = stop_sequence_};
  }
  if (hits_max_tokens_ || output_tokens_ == 0) {
    return {.reason = StopReason::kMaxTokens};
  }
  return {.reason = tool_.empty() ? StopReason::kEndTurn : StopReason::kToolUse};
}

GeneratedText Answer::text_of(const Block& block) const noexcept {
  const bool is_broken_off = (hits_max_tokens_ || !stop_sequence_.empty()) &&
                             block.first_token + block.tokens >= output_tokens_;
  return {.key = hash_combine(seed_, static_cast<std::uint64_t>(block.kind)),
          .last_token = is_broken_off ? -1 : block.tokens - 1};
}

bool Answer::is_shaped(const Block& block) const noexcept {
  return block.kind == Kind::kTool ||
         (block.kind == Kind::kText && tool_.empty() && !shape_.empty());
}

ShapedText Answer::shaped_text_of(const Block& block) const noexcept {
  return {.shape = shape_.empty() ? kInputShape : std::string_view(shape_),
          .key = hash_combine(seed_, static_cast<std::uint64_t>(block.kind)),
          .tokens = block.tokens};
}

// What stands of the token that a stop sequence has cut.
std::string Answer::tail_after(const Block& block) const {
  const std::int64_t token = block.tokens - (tail_is_token_ ? 1 : 0);
  std::string tail;
  append_words(tail, text_of(block), token, token + 1);
  tail.resize(tail_bytes_);
  return tail;
}

void Answer::append_text(std::string& out, std::int64_t from, std::int64_t to) const {
  for (const Block& block : blocks()) {
    if (block.kind != Kind::kText) {
      continue;
    }
    to = std::min(to, block.tokens);
    if (is_shaped(block)) return append_shaped(out, shaped_text_of(block), from, to);
    const bool has_tail = tail_bytes_ > 0 && from < to && to == block.tokens;
    append_words(out, text_of(block), from, to - (has_tail && tail_is_token_ ? 1 : 0));
    if (has_tail) {
      out += tail_after(block);
    }
  }
}

void Answer::append_json_text(std::string& out, const Block& block, std::int64_t from,
                              std::int64_t to) const {
  SLUICE_CHECK(0 <= from && from <= to && to <= block.tokens);
  if (is_shaped(block)) return append_json_shaped(out, shaped_text_of(block), from, to);
  const GeneratedText text = text_of(block);
  const bool has_tail =
      block.kind == Kind::kText && tail_bytes_ > 0 && from < to && to == block.tokens;
  append_json_words(out, text, from, to - (has_tail && tail_is_token_ ? 1 : 0));
  if (has_tail) {
    wire::append_json_text(out, tail_after(block));
  }
}

void Answer::append_message(std::string& out, const wire::MessageHead& head,
                            const Usage& usage) const {
  wire::append_message_begin(out, head);
  bool is_first = true;
  for (const Block& block : blocks()) {
    switch (block.kind) {
      case Kind::kThinking:
        wire::open_thinking_block(out, is_first);
        append_json_text(out, block, 0, block.tokens);
        wire::close_thinking_block(out, signature());
        break;
      case Kind::kText:
        wire::open_text_block(out, is_first);
        append_json_text(out, block, 0, block.tokens);
        wire::close_text_block(out);
        break;
      case Kind::kTool:
        wire::append_tool_block(out, is_first, tool_id(), tool_, tool_input());
        break;
    }
    is_first = false;
  }
  wire::append_message_end(out, head, ending(),
                           {.usage = usage, .thinking_tokens = thinking_tokens_});
}

std::string Answer::tool_id() const { return make_id("toolu_01", seed_, kToolIdNumber); }

std::string Answer::tool_input() const {
  std::string input;
  if (tool_.empty()) {
    return input;
  }
  const Block& block = blocks_[block_count_ - 1U];
  append_shaped(input, shaped_text_of(block), 0, block.tokens);
  return input;
}

// Opaque to every client: base 64 that carries nothing.
std::string Answer::signature() const {
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr int kWords = 12;
  std::string signature;
  signature.reserve(kWords * 10);
  for (std::uint64_t number = 0; number < kWords; ++number) {
    std::uint64_t word = hash_combine(seed_, kSignatureNumber + number);
    for (int count = 0; count < 10; ++count, word >>= 6) {
      signature += kBase64[word & 63];
    }
  }
  return signature;
}

}  // namespace sluice::mock
