#include "net/answer_input.hpp"

#include <algorithm>
#include <cstring>

#include "net/request_head.hpp"
#include "net/response_head.hpp"

namespace sluice::net {
namespace {

// Most answers fit into it, and thousands of streams have one each.
constexpr std::size_t kSmall = 4096;
constexpr std::size_t kLarge = 64 * 1024;
constexpr std::size_t kLeastRoom = 1024;
// A line with a chunk's size and extensions, or all trailers.
constexpr std::size_t kChunkLineAtMost = 16 * 1024;

}  // namespace

void AnswerInput::begin(Asked asked) noexcept {
  asked_ = asked;
  state_ = State::kHead;
  heads_size_ = searched_ = 0;
  left_ = 0;
  keeps_alive_ = comes_in_bulk_ = false;
}

std::span<char> AnswerInput::room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    const std::size_t wanted = comes_in_bulk_ && state_ != State::kOver ? kLarge : kSmall;
    const bool is_too_large = wanted == kSmall && state_ == State::kOver;
    if (buffer_.capacity < wanted || (is_too_large && buffer_.capacity > kSmall)) move_to(wanted);
  } else if (buffer_.capacity - kBodyPadding - end_ < kLeastRoom) {
    if (begin_ > 0) {
      std::memmove(bytes(), bytes() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (buffer_.capacity - kBodyPadding - end_ < kLeastRoom) move_to(2 * buffer_.capacity);
  }
  return {bytes() + end_, buffer_.capacity - kBodyPadding - end_};
}

void AnswerInput::commit(std::size_t size) noexcept {
  comes_in_bulk_ = size == buffer_.capacity - kBodyPadding - end_;
  end_ += size;
}

void AnswerInput::move_to(std::size_t capacity) {
  Buffer buffer = pool_.take(capacity);
  if (end_ > begin_) std::memcpy(buffer.bytes.get(), bytes() + begin_, end_ - begin_);
  std::swap(buffer_, buffer);
  pool_.give_back(std::move(buffer));
  end_ -= begin_;
  begin_ = 0;
}

AnswerInput::Step AnswerInput::malformed() noexcept {
  state_ = State::kMalformed;
  return Step::kMalformed;
}

void AnswerInput::take(std::size_t size) noexcept {
  body_ = {bytes() + begin_, size};
  begin_ += size;
}

AnswerInput::Step AnswerInput::next(ParsedAnswer& answer) {
  switch (state_) {
    case State::kHead:
      return read_head(answer);
    case State::kLength: {
      if (is_empty()) return Step::kNeedsMore;
      const std::size_t size = std::min<std::uint64_t>(left_, end_ - begin_);
      take(size);
      left_ -= size;
      if (left_ == 0) state_ = State::kOver;
      return Step::kBody;
    }
    case State::kChunked:
      return read_chunks();
    case State::kUntilClose:
      if (is_empty()) return Step::kNeedsMore;
      take(end_ - begin_);
      return Step::kBody;
    case State::kOver:
      return Step::kEnd;
    case State::kMalformed:
      break;
  }
  return Step::kMalformed;
}

AnswerInput::Step AnswerInput::read_head(ParsedAnswer& answer) {
  while (true) {
    const std::string_view text = pending();
    const std::size_t checked = searched_;
    const std::size_t size = find_head_end(text, searched_);
    if (heads_size_ + (size == 0 ? text.size() : size) > head_limit_) return malformed();
    if (size == 0) return may_become_answer(text, checked) ? Step::kNeedsMore : malformed();
    if (!parse_answer_head(text.substr(0, size), answer)) return malformed();
    begin_ += size;
    heads_size_ += size;
    searched_ = 0;
    if (answer.status >= 200) break;
    // Nobody has asked for another protocol, and an interim answer has no body.
    constexpr int kSwitchingProtocols = 101;
    const bool has_length = answer.content_length.value_or(0) > 0;
    if (answer.status == kSwitchingProtocols || answer.is_chunked || has_length) return malformed();
  }
  keeps_alive_ = answer.keeps_alive;
  frame_body(answer);
  return Step::kHead;
}

void AnswerInput::frame_body(const ParsedAnswer& answer) {
  const bool is_tunnel = asked_ == Asked::kTunnel && answer.status < 300;
  if (!has_body(answer.status) || asked_ == Asked::kHead || is_tunnel) {
    state_ = State::kOver;
  } else if (answer.is_chunked) {
    state_ = State::kChunked;
    chunked_ = {};
  } else if (answer.content_length) {
    left_ = *answer.content_length;
    state_ = left_ == 0 ? State::kOver : State::kLength;
  } else {
    state_ = State::kUntilClose;
    keeps_alive_ = false;
  }
}

AnswerInput::Step AnswerInput::read_chunks() {
  if (chunked_.is_malformed()) return malformed();
  const ChunkedBody::Step decoded = chunked_.decode(pending(), bytes() + begin_);
  body_ = {bytes() + begin_, decoded.decoded};
  begin_ += decoded.raw_used;
  if (chunked_.is_done()) state_ = State::kOver;
  // What came before a fault was in order.
  if (!body_.empty()) return Step::kBody;
  if (chunked_.is_done()) return Step::kEnd;
  if (chunked_.is_malformed() || end_ - begin_ > kChunkLineAtMost) return malformed();
  return Step::kNeedsMore;
}

}  // namespace sluice::net
