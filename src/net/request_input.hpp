// What a connection has received and not yet answered: bytes in, whole requests out, without a
// socket. One buffer: a request is parsed where it was received, and chunks are joined in place. It
// grows for a large body only, once its length is known, and is small again after the request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "net/buffer_pool.hpp"
#include "net/chunked_body.hpp"
#include "net/http_handler.hpp"
#include "net/request_head.hpp"

namespace sluice::net {

class RequestInput {
 public:
  RequestInput(std::size_t header_limit, BufferPool& pool) noexcept
      : pool_(pool), header_limit_(header_limit) {}
  ~RequestInput() { pool_.give_back(std::move(buffer_)); }
  RequestInput(const RequestInput&) = delete;
  RequestInput& operator=(const RequestInput&) = delete;

  // Where to put what is received next, then how much it was. Invalidates all views.
  std::span<char> room();
  void commit(std::size_t size) noexcept { end_ += size; }

  enum class Step : std::uint8_t { kNeedsMore, kRequest, kRefusal };
  // Looks at what is there. With kRequest, `head` and body() are the next request until consume();
  // limits.body_limit() is asked as soon as the head is known.
  Step next(const HttpHandler& limits, RequestHead& head);
  std::string_view body() const noexcept;
  TransportRefusal refusal() const noexcept { return refusal_; }
  // Drops the request that next() gave.
  void consume();
  // Drops everything: the rest of a refused request is of no interest.
  void clear() noexcept;

  // True once for a request that waits for "100 Continue" before it sends its body.
  bool takes_continue() noexcept;
  bool is_empty() const noexcept { return begin_ == end_; }
  bool is_in_body() const noexcept { return head_size_ != 0; }
  std::size_t size() const noexcept { return end_ - begin_; }
  std::size_t capacity() const noexcept { return buffer_.capacity; }

 private:
  Step read_head(const HttpHandler& limits, RequestHead& head);
  Step read_body();
  Step refuse(TransportRefusal refusal) noexcept;
  void forget_request() noexcept;
  void forget_before() noexcept;
  void move_to(std::size_t capacity);
  char* bytes() const noexcept { return buffer_.bytes.get(); }
  void reserve(std::size_t capacity);
  std::string_view pending() const noexcept { return {bytes() + begin_, end_ - begin_}; }

  BufferPool& pool_;
  Buffer buffer_;
  std::size_t begin_ = 0;  // of the request
  std::size_t end_ = 0;    // of what was received
  std::size_t header_limit_;
  std::size_t searched_ = 0;  // of a head that is not complete
  std::size_t head_size_ = 0;
  std::size_t body_size_ = 0;  // of a chunked body: as much as has been decoded
  std::size_t body_limit_ = 0;
  std::size_t raw_begin_ = 0;  // of the chunks that have not been decoded
  std::optional<ChunkedBody> chunked_;
  bool awaits_continue_ = false;
  TransportRefusal refusal_ = TransportRefusal::kMalformed;
};

}  // namespace sluice::net
