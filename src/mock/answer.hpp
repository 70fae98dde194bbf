// What a response says: readable text made from a seed, exactly as many tokens long as asked, in
// content blocks (thinking, text, tool call). Token i of a block can be written without those
// before it. Every token is one word of a fixed vocabulary, so that wire/token_estimate.hpp counts
// the answer exactly when it comes back as input.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mock/answer_shape.hpp"
#include "mock/answer_text.hpp"
#include "mock/ids.hpp"
#include "wire/message_writer.hpp"

namespace sluice::mock {

struct AnswerSpec {
  std::uint64_t seed = 0;
  std::int64_t output_tokens = 0;    // thinking included
  std::int64_t thinking_tokens = 0;  // of those; at least one is left for the rest of the answer
  bool hits_max_tokens = false;      // what was drawn was longer than max_tokens
  bool refuses = false;              // stop_reason "refusal", after what output there is
  std::string_view tool{};           // calls this tool; empty: none
  bool introduces_tool = true;       // with some text before the call
  // With places for words (wire/schema_example.hpp): of the tool's input, or else of the text,
  // which no stop sequence cuts then. Empty: one text of a `query`, or prose.
  std::string_view shape{};
  std::span<const std::string_view> stop_sequences{};  // cut the text, neither thinking nor a call
};

class Answer {
 public:
  enum class Kind : std::uint8_t { kThinking, kText, kTool };
  struct Block {
    Kind kind = Kind::kText;
    std::int64_t first_token = 0;
    std::int64_t tokens = 0;  // at least 1
  };

  explicit Answer(const AnswerSpec& spec);  // keeps copies of what it needs

  // After a stop sequence has cut it: at most spec.output_tokens. A word cut in two counts.
  std::int64_t output_tokens() const noexcept { return output_tokens_; }
  std::int64_t thinking_tokens() const noexcept { return thinking_tokens_; }
  std::int64_t text_tokens() const noexcept;
  wire::Ending ending() const noexcept;
  // In this order: thinking, text, tool call; each at most once.
  std::span<const Block> blocks() const noexcept { return {blocks_.data(), block_count_}; }

  // The whole message as JSON.
  void append_message(std::string& out, const wire::MessageHead& head, const Usage& usage) const;
  // Only the answer's text, for other formats: tokens [from, to) of the text block.
  void append_text(std::string& out, std::int64_t from, std::int64_t to) const;
  // Tokens [from, to) of a block as the inside of a JSON string; of a tool call, its input JSON.
  void append_json_text(std::string& out, const Block& block, std::int64_t from,
                        std::int64_t to) const;

  std::string_view tool_name() const noexcept { return tool_; }  // empty: no tool is called
  std::string tool_id() const;
  std::string tool_input() const;  // JSON
  std::string signature() const;   // of the thinking block

 private:
  void add_block(Kind kind, std::int64_t tokens) noexcept;
  GeneratedText text_of(const Block& block) const noexcept;
  std::string tail_after(const Block& block) const;
  bool is_shaped(const Block& block) const noexcept;
  ShapedText shaped_text_of(const Block& block) const noexcept;

  std::uint64_t seed_ = 0;
  std::int64_t output_tokens_ = 0;
  std::int64_t thinking_tokens_ = 0;
  std::string tool_;
  std::string stop_sequence_;  // that was met
  std::string shape_;          // most answers have none
  std::array<Block, 3> blocks_{};
  std::uint8_t block_count_ = 0;
  std::uint8_t tail_bytes_ = 0;  // of the token in which a stop sequence began
  bool tail_is_token_ = false;   // they are counted as one
  bool hits_max_tokens_ = false;
  bool refuses_ = false;
};

// The events of an answer as a stream, in steps of tokens produced so far. However it is cut into
// steps, the deltas of a block put together are the block of the whole message. Small: one is held
// for every open stream, with its Answer.
//
//   stream.begin(out, answer, head, usage);
//   stream.advance(out, answer, 12);  // everything up to token 12
//   stream.advance(out, answer, answer.output_tokens());
//   stream.end(out, answer, usage);
class AnswerStream {
 public:
  // message_start, the first block's start, ping.
  void begin(std::string& out, const Answer& answer, const wire::MessageHead& head,
             const Usage& usage);
  // Everything that lies between the tokens written so far and `tokens`: one delta for each block
  // that is touched, block starts and stops where they fall.
  void advance(std::string& out, const Answer& answer, std::int64_t tokens);
  // The last block's stop, message_delta, message_stop. All tokens have been written.
  void end(std::string& out, const Answer& answer, const Usage& usage);

  std::int64_t written() const noexcept { return written_; }  // tokens

 private:
  void start_block(std::string& out, const Answer& answer);
  void stop_block(std::string& out, const Answer& answer);

  std::int64_t written_ = 0;
  std::uint8_t block_ = 0;
  bool is_open_ = false;
};

static_assert(sizeof(Answer) + sizeof(AnswerStream) < 400);

}  // namespace sluice::mock
