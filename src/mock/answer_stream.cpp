#include <algorithm>

#include "base/check.hpp"
#include "mock/answer.hpp"

namespace sluice::mock {
namespace {

void append_delta(std::string& out, const Answer& answer, int index, std::int64_t from,
                  std::int64_t to) {
  const Answer::Block& block = answer.blocks()[static_cast<std::size_t>(index)];
  switch (block.kind) {
    case Answer::Kind::kThinking:
      wire::open_thinking_delta(out, index);
      break;
    case Answer::Kind::kText:
      wire::open_text_delta(out, index);
      break;
    case Answer::Kind::kTool:
      wire::open_input_json_delta(out, index);
      break;
  }
  answer.append_json_text(out, block, from, to);
  wire::close_delta(out);
}

}  // namespace

void AnswerStream::start_block(std::string& out, const Answer& answer) {
  switch (answer.blocks()[block_].kind) {
    case Answer::Kind::kThinking:
      wire::append_thinking_start(out, block_);
      break;
    case Answer::Kind::kText:
      wire::append_text_start(out, block_);
      break;
    case Answer::Kind::kTool:
      wire::append_tool_start(out, block_, answer.tool_id(), answer.tool_name());
      wire::append_input_json_delta(out, block_, "");  // as the API does
      break;
  }
  is_open_ = true;
}

void AnswerStream::stop_block(std::string& out, const Answer& answer) {
  if (answer.blocks()[block_].kind == Answer::Kind::kThinking) {
    wire::append_signature_delta(out, block_, answer.signature());
  }
  wire::append_block_stop(out, block_);
  is_open_ = false;
  ++block_;
}

void AnswerStream::begin(std::string& out, const Answer& answer, const wire::MessageHead& head,
                         const Usage& usage) {
  wire::append_message_start(out, head, {.usage = usage});
  if (!answer.blocks().empty()) {
    start_block(out, answer);
  }
  wire::append_ping(out);
}

void AnswerStream::advance(std::string& out, const Answer& answer, std::int64_t tokens) {
  tokens = std::min(tokens, answer.output_tokens());
  while (written_ < tokens) {
    const Answer::Block& block = answer.blocks()[block_];
    const std::int64_t block_end = block.first_token + block.tokens;
    if (!is_open_) {
      start_block(out, answer);
    }
    const std::int64_t until = std::min(tokens, block_end);
    append_delta(out, answer, block_, written_ - block.first_token, until - block.first_token);
    written_ = until;
    if (written_ == block_end && block_end < answer.output_tokens()) {
      stop_block(out, answer);
    }
  }
}

void AnswerStream::end(std::string& out, const Answer& answer, const Usage& usage) {
  SLUICE_CHECK(written_ == answer.output_tokens());
  if (is_open_) {
    stop_block(out, answer);
  }
  wire::append_message_delta(out, answer.ending(),
                             {.usage = usage, .thinking_tokens = answer.thinking_tokens()});
  wire::append_message_stop(out);
}

}  // namespace sluice::mock
