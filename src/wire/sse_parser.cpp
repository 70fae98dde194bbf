#include "wire/sse_parser.hpp"

#include <algorithm>
#include <cstring>

namespace sluice::wire {
namespace {

// Thousands of streams wait in the middle of an event or between two: more than this is given back.
constexpr std::size_t kTextKept = 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void empty(std::string& text) noexcept {
  if (text.capacity() > kTextKept) {
    text = std::string();
  } else {
    text.clear();
  }
}

std::string_view padded(std::string& text) {
  const std::size_t size = text.size();
  text.append(SseParser::kPadding, '\0');
  return std::string_view(text).substr(0, size);
}

const char* find(char character, const char* begin, const char* end) noexcept {
  const void* const found =
      begin == end ? nullptr : std::memchr(begin, character, static_cast<std::size_t>(end - begin));
  return found == nullptr ? end : static_cast<const char*>(found);
}

}  // namespace

void SseParser::clear() noexcept {
  forget_event();
  empty(line_);
  piece_ = {};
  line_feed_ = nullptr;
  is_line_whole_ = skips_line_feed_ = is_broken_ = false;
  is_first_line_ = true;
}

void SseParser::begin_piece(std::string_view bytes) noexcept {
  piece_ = bytes;
  line_feed_ = nullptr;
}

bool SseParser::next(SseEvent& event) {
  if (is_given_) forget_event();
  std::string_view line;
  while (!is_broken_ && take_line(line)) {
    if (!line.empty()) {
      read_line(line);
    } else if (finish_event(event)) {
      return true;
    }
  }
  hold();
  return false;
}

bool SseParser::take_line(std::string_view& line) {
  if (skips_line_feed_ && !piece_.empty()) {
    if (piece_.front() == '\n') piece_.remove_prefix(1);
    skips_line_feed_ = false;
  }
  const char* const begin = piece_.data();
  const char* const end = begin + piece_.size();
  // Looked for once a line feed, not once a line: lines may all end in \r.
  if (line_feed_ == nullptr || line_feed_ < begin) line_feed_ = find('\n', begin, end);
  const char* const stop = find('\r', begin, line_feed_);
  if (stop == end) return false;
  line = std::string_view(begin, static_cast<std::size_t>(stop - begin));
  piece_.remove_prefix(line.size() + 1);
  skips_line_feed_ = *stop == '\r';
  if (!line_.empty() && !is_line_whole_) {
    line_.append(line);
    line = padded(line_);
    is_line_whole_ = true;
  }
  if (is_first_line_ && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  is_first_line_ = false;
  return true;
}

void SseParser::read_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  // Without a colon the value is empty, and still a place in the bytes with its padding behind.
  std::string_view value = line.substr(std::min(colon, line.size() - 1) + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    add_data(value);
  } else if (field == "event") {
    name_ = value;
    is_name_held_ = false;
  }
}

void SseParser::add_data(std::string_view value) {
  if (!has_data_) {
    data_ = value;
    has_data_ = true;
    return;
  }
  if (!is_data_held_) held_data_.assign(data_);
  is_data_held_ = true;
  held_data_ += '\n';
  held_data_ += value;
  is_broken_ = held_data_.size() > kEventLimit;
}

bool SseParser::finish_event(SseEvent& event) {
  if (!has_data_) {
    forget_event();
    return false;
  }
  event.name = is_name_held_ ? std::string_view(held_name_) : name_;
  event.data = is_data_held_ ? padded(held_data_) : data_;
  is_given_ = true;
  return true;
}

void SseParser::forget_event() noexcept {
  name_ = data_ = {};
  held_name_.clear();
  empty(held_data_);
  has_data_ = is_name_held_ = is_data_held_ = is_given_ = false;
}

// The piece is over and its bytes will go: what belongs to an event to come is copied.
void SseParser::hold() {
  if (!name_.empty() && !is_name_held_) {
    held_name_.assign(name_);
    is_name_held_ = true;
  }
  if (has_data_ && !is_data_held_) {
    held_data_.assign(data_);
    is_data_held_ = true;
  }
  if (is_line_whole_) empty(line_);
  is_line_whole_ = false;
  line_.append(piece_);
  piece_ = {};
  if (line_.size() + held_data_.size() > kEventLimit) is_broken_ = true;
  if (is_broken_) {
    forget_event();
    empty(line_);
  }
}

}  // namespace sluice::wire
