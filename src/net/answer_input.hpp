// What a client has received of one answer, without a socket: bytes in; head, pieces of the body
// and the end out, as they come. One small buffer, a larger one while a large body comes; chunks
// are joined in place. Interim answers (1xx) are read over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "net/answer_head.hpp"
#include "net/buffer_pool.hpp"
#include "net/chunked_body.hpp"

namespace sluice::net {

// What is answered decides whether a body follows.
enum class Asked : std::uint8_t { kContent, kHead, kTunnel };

class AnswerInput {
 public:
  AnswerInput(std::size_t head_limit, BufferPool& pool) noexcept
      : pool_(pool), head_limit_(head_limit) {}
  ~AnswerInput() { pool_.give_back(std::move(buffer_)); }
  AnswerInput(const AnswerInput&) = delete;
  AnswerInput& operator=(const AnswerInput&) = delete;

  // The next answer is one to this. Leaves the buffer alone: it may be being received into.
  void begin(Asked asked) noexcept;

  // Where to put what is received next, then how much it was. Invalidates all views.
  std::span<char> room();
  void commit(std::size_t size) noexcept;

  enum class Step : std::uint8_t { kNeedsMore, kHead, kBody, kEnd, kMalformed };
  // Again until it is one of kNeedsMore, kEnd and kMalformed. After kHead the answer's fields,
  // after kBody body() are valid until the next call; kBodyPadding bytes behind may be read.
  Step next(ParsedAnswer& answer);
  std::string_view body() const noexcept { return body_; }
  // The connection has been closed by the server in order. True: that is the answer's end.
  bool ends_with_connection() const noexcept { return state_ == State::kUntilClose; }

  bool keeps_alive() const noexcept { return keeps_alive_; }  // after kHead
  bool is_empty() const noexcept { return begin_ == end_; }
  bool has_begun() const noexcept { return state_ != State::kHead || !is_empty(); }
  std::size_t capacity() const noexcept { return buffer_.capacity; }

 private:
  enum class State : std::uint8_t { kHead, kLength, kChunked, kUntilClose, kOver, kMalformed };
  Step read_head(ParsedAnswer& answer);
  Step read_chunks();
  Step malformed() noexcept;
  void frame_body(const ParsedAnswer& answer);
  void take(std::size_t size) noexcept;
  void move_to(std::size_t capacity);
  char* bytes() const noexcept { return buffer_.bytes.get(); }
  std::string_view pending() const noexcept { return {bytes() + begin_, end_ - begin_}; }

  BufferPool& pool_;
  Buffer buffer_;
  std::size_t begin_ = 0;  // of what has not been given out
  std::size_t end_ = 0;
  std::size_t head_limit_;
  std::size_t heads_size_ = 0;  // of this answer's heads, the interim ones with it
  std::size_t searched_ = 0;    // of a head that is not complete
  std::uint64_t left_ = 0;      // of a body whose length is known
  std::string_view body_;
  ChunkedBody chunked_;
  State state_ = State::kHead;
  Asked asked_ = Asked::kContent;
  bool keeps_alive_ = false;
  bool comes_in_bulk_ = false;  // the last receipt filled the room that there was
};

}  // namespace sluice::net
