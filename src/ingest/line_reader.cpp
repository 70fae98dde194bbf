#include "ingest/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace sluice::ingest {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

tl::unexpected<Error> failed(const std::string& path, std::string_view what, int number) {
  return io_error(path, fmt::format("{}: {}", what, std::generic_category().message(number)));
}

// Of what is no regular file. A device might never end.
std::string_view kind_of(mode_t mode) noexcept {
  if (S_ISDIR(mode)) return "folder";
  return S_ISFIFO(mode) ? "pipe" : "device";
}

}  // namespace

std::string place_of(const std::string& path, std::int64_t line) {
  return fmt::format("{}:{}", path, line);
}

LineReader::LineReader(std::string path, int file, std::string_view text, std::size_t block_bytes)
    : path_(std::move(path)), file_(file), text_(text), buffer_(block_bytes + kLinePadding) {}

LineReader::LineReader(LineReader&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      text_(other.text_),
      text_read_(other.text_read_),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_),
      number_(other.number_),
      at_end_(other.at_end_) {}

LineReader::~LineReader() {
  if (file_ >= 0) ::close(file_);
}

Result<LineReader> LineReader::open(const std::string& path, std::size_t block_bytes) {
  return open_as(path, Pipe::kRefused, block_bytes);
}

Result<LineReader> LineReader::open_once(const std::string& path) {
  return open_as(path, Pipe::kTaken, kBlockBytes);
}

Result<LineReader> LineReader::open_as(const std::string& path, Pipe pipe,
                                       std::size_t block_bytes) {
  // Without the flag, which a regular file has no use for, opening waits until a pipe has a writer.
  const int wait = pipe == Pipe::kTaken ? 0 : O_NONBLOCK;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | wait);
  if (file < 0) return failed(path, "cannot be opened", errno);
  LineReader reader(path, file, {}, block_bytes);
  struct stat status {};
  if (::fstat(file, &status) != 0) return failed(path, "cannot be examined", errno);
  if (S_ISREG(status.st_mode)) return reader;
  if (S_ISFIFO(status.st_mode) && pipe == Pipe::kTaken) return reader;
  return io_error(path, fmt::format("is a {}; expected a file{}", kind_of(status.st_mode),
                                    pipe == Pipe::kTaken ? " or a pipe" : ""));
}

LineReader LineReader::over(std::string_view text, std::size_t block_bytes) {
  return LineReader({}, -1, text, block_bytes);
}

Result<std::size_t> LineReader::read_block(char* target, std::size_t size) {
  if (file_ < 0) {
    const std::size_t count = std::min(size, text_.size() - text_read_);
    std::memcpy(target, text_.data() + text_read_, count);
    text_read_ += count;
    return count;
  }
  for (;;) {
    const ssize_t count = ::read(file_, target, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return failed(path_, "cannot be read", errno);
  }
}

// Space after end_ for at least one byte: moves the unread part to the front, then doubles the
// buffer.
void LineReader::make_room() {
  if (end_ + kLinePadding < buffer_.size()) return;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  } else {
    const std::size_t usable = std::min(2 * (buffer_.size() - kLinePadding), kMaxLineBytes + 2);
    buffer_.resize(usable + kLinePadding);
  }
}

Result<void> LineReader::fill() {
  make_room();
  SLUICE_TRY(const std::size_t count,
             read_block(buffer_.data() + end_, buffer_.size() - kLinePadding - end_));
  end_ += count;
  at_end_ = count == 0;
  return {};
}

Result<bool> LineReader::next(Line& line) {
  std::size_t scanned = 0;  // bytes after begin_ that hold no line end
  bool too_long = false;
  for (;;) {
    const char* const start = buffer_.data() + begin_;
    const std::size_t held = end_ - begin_;
    const void* const found =
        held == scanned ? nullptr : std::memchr(start + scanned, '\n', held - scanned);
    if (found == nullptr && !at_end_) {
      scanned = held;
      if (held > kMaxLineBytes + 1) {  // one more for the CR
        too_long = true;
        begin_ = end_ = scanned = 0;
      }
      if (auto filled = fill(); !filled) return tl::unexpected(std::move(filled).error());
      continue;
    }
    if (found == nullptr && held == 0 && !too_long) return false;
    std::size_t length =
        found == nullptr ? held : static_cast<std::size_t>(static_cast<const char*>(found) - start);
    begin_ += length + (found == nullptr ? 0 : 1);
    if (length > 0 && start[length - 1] == '\r') --length;
    too_long = too_long || length > kMaxLineBytes;
    std::string_view text = too_long ? std::string_view{} : std::string_view(start, length);
    if (number_ == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    line = {.text = text, .number = ++number_, .too_long = too_long, .has_end = found != nullptr};
    return true;
  }
}

Result<void> LineReader::rewind() {
  if (file_ >= 0 && ::lseek(file_, 0, SEEK_SET) != 0) {
    return failed(path_, "cannot be read again from the start", errno);
  }
  text_read_ = begin_ = end_ = 0;
  number_ = 0;
  at_end_ = false;
  return {};
}

}  // namespace sluice::ingest
