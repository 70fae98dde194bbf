#include "net/request_input.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.hpp"

namespace sluice::net {
namespace {

// What an idle connection keeps: most requests fit into it.
constexpr std::size_t kBufferKept = 4096;
constexpr std::size_t kRequestLeastRoom = 1024;
// A line with a chunk's size and extensions, or all trailers.
constexpr std::size_t kRequestChunkLineAtMost = 16 * 1024;

}  // namespace

std::span<char> RequestInput::room() {
  if (chunked_) {
    // The chunks' frames leave a gap behind the body.
    const std::size_t body_end = begin_ + head_size_ + body_size_;
    std::memmove(bytes() + body_end, bytes() + raw_begin_, end_ - raw_begin_);
    end_ -= raw_begin_ - body_end;
    raw_begin_ = body_end;
  }
  const bool is_length_known = head_size_ != 0 && !chunked_;
  const std::size_t needed =
      is_length_known ? head_size_ + body_size_ : end_ - begin_ + kRequestLeastRoom;
  if (buffer_.capacity < begin_ + needed + kBodyPadding) reserve(needed);
  return {bytes() + end_, buffer_.capacity - kBodyPadding - end_};
}

// Makes room for `size` bytes from the request's first byte on, which becomes the buffer's first.
void RequestInput::reserve(std::size_t size) {
  if (buffer_.capacity >= size + kBodyPadding) {
    std::memmove(bytes(), bytes() + begin_, end_ - begin_);
    forget_before();
    return;
  }
  const bool is_length_known = head_size_ != 0 && !chunked_;
  std::size_t capacity = std::max(size + kBodyPadding, kBufferKept);
  if (!is_length_known) capacity = std::max(capacity, 2 * buffer_.capacity);
  move_to(capacity);
}

void RequestInput::move_to(std::size_t capacity) {
  Buffer buffer = pool_.take(capacity);
  if (end_ > begin_) std::memcpy(buffer.bytes.get(), bytes() + begin_, end_ - begin_);
  std::swap(buffer_, buffer);
  pool_.give_back(std::move(buffer));
  forget_before();
}

void RequestInput::forget_before() noexcept {
  if (chunked_) raw_begin_ -= begin_;
  end_ -= begin_;
  begin_ = 0;
}

RequestInput::Step RequestInput::refuse(TransportRefusal refusal) noexcept {
  refusal_ = refusal;
  return Step::kRefusal;
}

RequestInput::Step RequestInput::next(const HttpHandler& limits, RequestHead& head) {
  const bool is_known = head_size_ != 0;
  if (!is_known) {
    const Step step = read_head(limits, head);
    if (step != Step::kRequest) return step;
  }
  const Step step = read_body();
  // What the head's views looked at may have moved while the body came.
  if (step == Step::kRequest && is_known) {
    SLUICE_CHECK(parse_head(pending().substr(0, head_size_), head));
  }
  return step;
}

RequestInput::Step RequestInput::read_head(const HttpHandler& limits, RequestHead& head) {
  // Some clients send an empty line after a body.
  while (searched_ == 0 && pending().starts_with("\r\n")) begin_ += 2;
  const std::string_view text = pending();
  if (text.empty() || text == "\r") return Step::kNeedsMore;
  const std::size_t checked = searched_;
  const std::size_t size = find_head_end(text, searched_);
  if ((size == 0 ? text.size() : size) > header_limit_) {
    return refuse(TransportRefusal::kHeaderTooLarge);
  }
  if (size == 0) {
    if (!may_become_head(text, checked)) return refuse(TransportRefusal::kMalformed);
    return Step::kNeedsMore;
  }
  if (!parse_head(text.substr(0, size), head)) return refuse(TransportRefusal::kMalformed);
  body_limit_ = limits.body_limit(head.method, head.path);
  if (head.content_length > body_limit_) return refuse(TransportRefusal::kBodyTooLarge);
  head_size_ = size;
  body_size_ = static_cast<std::size_t>(head.content_length);
  awaits_continue_ = head.expects_continue;
  if (head.is_chunked) {
    chunked_.emplace();
    raw_begin_ = begin_ + head_size_;
  }
  return Step::kRequest;
}

RequestInput::Step RequestInput::read_body() {
  if (!chunked_) {
    return end_ - begin_ < head_size_ + body_size_ ? Step::kNeedsMore : Step::kRequest;
  }
  char* const out = bytes() + begin_ + head_size_ + body_size_;
  const std::string_view raw{bytes() + raw_begin_, end_ - raw_begin_};
  const ChunkedBody::Step decoded = chunked_->decode(raw, out);
  raw_begin_ += decoded.raw_used;
  body_size_ += decoded.decoded;
  if (body_size_ > body_limit_) return refuse(TransportRefusal::kBodyTooLarge);
  if (chunked_->is_malformed()) return refuse(TransportRefusal::kMalformed);
  if (chunked_->is_done()) return Step::kRequest;
  if (end_ - raw_begin_ > kRequestChunkLineAtMost) return refuse(TransportRefusal::kMalformed);
  return Step::kNeedsMore;
}

std::string_view RequestInput::body() const noexcept {
  return {bytes() + begin_ + head_size_, body_size_};
}

bool RequestInput::takes_continue() noexcept { return std::exchange(awaits_continue_, false); }

void RequestInput::forget_request() noexcept {
  chunked_.reset();
  searched_ = head_size_ = body_size_ = 0;
  awaits_continue_ = false;
  if (begin_ == end_) begin_ = end_ = 0;
}

void RequestInput::clear() noexcept {
  begin_ = end_;
  forget_request();
}

void RequestInput::consume() {
  begin_ = chunked_ ? raw_begin_ : begin_ + head_size_ + body_size_;
  forget_request();
  if (buffer_.capacity <= kBufferKept || end_ - begin_ > kBufferKept / 2) return;
  move_to(kBufferKept);
}

}  // namespace sluice::net
