#include "net/chunked_body.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace sluice::net {
namespace {

constexpr std::size_t kTrailersAtMost = 16 * 1024;
constexpr std::ptrdiff_t kHexDigitsAtMost = 15;

bool has_control(std::string_view text) noexcept {
  return std::ranges::any_of(text,
                             [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

}  // namespace

void ChunkedBody::read_size(std::string_view line) noexcept {
  const char* const end = line.data() + line.size();
  const auto [next, error] = std::from_chars(line.data(), end, left_, 16);
  std::string_view rest(next, static_cast<std::size_t>(end - next));
  const bool is_number = error == std::errc{} && next - line.data() <= kHexDigitsAtMost;
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  if (!is_number || has_control(rest) || (!rest.empty() && rest.front() != ';')) {
    state_ = State::kMalformed;
  } else {
    state_ = left_ == 0 ? State::kTrailer : State::kData;
  }
}

void ChunkedBody::read_trailer(std::string_view line) noexcept {
  trailers_ += line.size();
  const std::size_t colon = line.find(':');
  const bool is_field = colon != line.npos && colon != 0 && !has_control(line);
  if (line.empty()) {
    state_ = State::kDone;
  } else if (!is_field || trailers_ > kTrailersAtMost) {
    state_ = State::kMalformed;
  }
}

ChunkedBody::Step ChunkedBody::decode(std::string_view raw, char* out) {
  Step step;
  while (step.raw_used < raw.size() && !is_done() && !is_malformed()) {
    const std::string_view rest = raw.substr(step.raw_used);
    if (state_ == State::kData) {
      const std::size_t size = std::min<std::uint64_t>(left_, rest.size());
      std::memmove(out + step.decoded, rest.data(), size);
      step.decoded += size;
      step.raw_used += size;
      left_ -= size;
      if (left_ == 0) state_ = State::kDataEnd;
      continue;
    }
    const std::size_t end = rest.find('\n');
    if (state_ == State::kDataEnd && !std::string_view("\r\n").starts_with(rest.substr(0, 2))) {
      state_ = State::kMalformed;
    }
    if (end == rest.npos) break;
    if (end == 0 || rest[end - 1] != '\r') state_ = State::kMalformed;
    if (is_malformed()) break;
    const std::string_view line = rest.substr(0, end - 1);
    step.raw_used += end + 1;
    if (state_ == State::kSize) {
      read_size(line);
    } else if (state_ == State::kTrailer) {
      read_trailer(line);
    } else {
      state_ = State::kSize;
    }
  }
  return step;
}

}  // namespace sluice::net
