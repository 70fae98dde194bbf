// What a response says: readable text made from a seed, exactly as many tokens long as asked, in
// content blocks (thinking, text, tool call). Token i of a block can be written without those
// before it. Every token is one word of a fixed vocabulary, so that wire/token_estimate.hpp counts
// the answer exactly when it comes back as input.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/message_writer.hpp"

namespace sluice::mock {

struct AnswerSpec {
  std::uint64_t seed = 0;
  std::int64_t output_tokens = 0;    // thinking included
  std::int64_t thinking_tokens = 0;  // of those
  bool hits_max_tokens = false;      // what was drawn was longer than max_tokens
  bool refuses = false;              // stop_reason "refusal"
  std::string_view tool;             // calls this tool; empty: none
  std::span<const std::string_view> stop_sequences{};
};

class Answer {
 public:
  enum class Kind : std::uint8_t { kThinking, kText, kTool };
  struct Block {
    Kind kind = Kind::kText;
    std::int64_t first_token = 0;
    std::int64_t tokens = 0;
  };

  explicit Answer(const AnswerSpec& spec);  // keeps copies of what it needs

  // After a stop sequence has cut it: at most spec.output_tokens.
  std::int64_t output_tokens() const noexcept { return output_tokens_; }
  std::int64_t thinking_tokens() const noexcept { return thinking_tokens_; }
  wire::Ending ending() const noexcept;
  std::span<const Block> blocks() const noexcept { return {blocks_.data(), block_count_}; }

  // The whole message as JSON.
  void append_message(std::string& out, const wire::MessageHead& head, const Usage& usage) const;
  // Only the answer's text, for other formats: tokens [from, to) of all text blocks.
  void append_text(std::string& out, std::int64_t from, std::int64_t to) const;

  std::string_view tool_name() const noexcept { return tool_; }
  std::string tool_id() const;
  std::string tool_input() const;  // JSON

 private:
  friend class AnswerStream;
  std::uint64_t seed_ = 0;
  std::int64_t output_tokens_ = 0;
  std::int64_t thinking_tokens_ = 0;
  bool hits_max_tokens_ = false;
  bool refuses_ = false;
  std::string tool_;
  std::string stop_sequence_;  // that was met
  std::array<Block, 3> blocks_{};
  std::size_t block_count_ = 0;
};

// The events of an answer as a stream, in steps of tokens produced so far. Small: one is held for
// every open stream.
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

 private:
  std::int64_t written_ = 0;
  std::uint8_t block_ = 0;
  bool open_ = false;
};

// "msg_01...", "req_011C...", "toolu_01...", "msgbatch_01...": a prefix and 22 or 24 characters of
// base 58 made from two words.
std::string make_id(std::string_view prefix, std::uint64_t first, std::uint64_t second);

}  // namespace sluice::mock
