#include "importer/trace_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace sluice::importer {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

tl::unexpected<Error> failed(const std::string& path) {
  return io_error(path, fmt::format("cannot be written: {}", std::strerror(errno)));
}

void append(std::string& text, std::int64_t number) {
  const fmt::format_int digits(number);
  text.append(digits.data(), digits.size());
}
void append(std::string& text, std::uint64_t number) {
  const fmt::format_int digits(number);
  text.append(digits.data(), digits.size());
}

// Seconds, with as many digits as are needed.
void append_seconds(std::string& text, Duration at) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  append(text, ns(at) / kSecond);
  std::int64_t rest = ns(at) % kSecond;
  if (rest == 0) return;
  text += '.';
  for (std::int64_t digit = kSecond / 10; rest > 0; digit /= 10) {
    text += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
}

std::string header_of(const TraceColumns& columns) {
  std::string header = "at,input_tokens,output_tokens";
  if (columns.thinking) header += ",thinking_tokens";
  if (columns.max_tokens) header += ",max_tokens";
  if (columns.session) header += ",session";
  if (columns.prefix) header += ",cached_prefix_id,cached_prefix_tokens";
  if (columns.blocks) header += ",block_ids";
  return header + "\n";
}

}  // namespace

TraceFile::TraceFile(std::string path, std::string temporary, int file, TraceColumns columns)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      file_(file),
      columns_(columns),
      buffer_(header_of(columns)) {
  buffer_.reserve(kBufferBytes * 2);
}

Result<std::unique_ptr<TraceFile>> TraceFile::create(std::string path, TraceColumns columns) {
  std::string temporary = path + ".XXXXXX";
  const int file = mkstemp(temporary.data());
  if (file < 0) return failed(path);
  auto made = std::unique_ptr<TraceFile>(new TraceFile(std::move(path), temporary, file, columns));
  return made;
}

TraceFile::~TraceFile() {
  if (file_ >= 0) close(file_);
  if (!is_committed_) unlink(temporary_.c_str());
}

Result<void> TraceFile::add(const ingest::TraceRequest& request, Duration at,
                            std::int64_t session) {
  append_seconds(buffer_, at);
  buffer_ += ',';
  append(buffer_, request.input_tokens);
  buffer_ += ',';
  append(buffer_, request.output_tokens);
  if (columns_.thinking) {
    buffer_ += ',';
    if (request.thinking_tokens > 0) append(buffer_, request.thinking_tokens);
  }
  if (columns_.max_tokens) {
    buffer_ += ',';
    if (request.max_tokens) append(buffer_, *request.max_tokens);
  }
  if (columns_.session) {
    buffer_ += ',';
    if (request.session) append(buffer_, session);
  }
  if (columns_.prefix) {
    buffer_ += ',';
    if (request.cached_prefix_id) append(buffer_, *request.cached_prefix_id);
    buffer_ += ',';
    if (request.cached_prefix_id) append(buffer_, request.cached_prefix_tokens);
  }
  if (columns_.blocks) {
    char separator = ',';
    for (const std::uint64_t id : request.block_ids) {
      buffer_ += separator;
      append(buffer_, id);
      separator = ' ';
    }
    if (request.block_ids.empty()) buffer_ += ',';
  }
  buffer_ += '\n';
  return buffer_.size() < kBufferBytes ? Result<void>{} : flush();
}

Result<void> TraceFile::flush() {
  std::string_view text = buffer_;
  while (!text.empty()) {
    const ssize_t written = write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(path_);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

Result<void> TraceFile::commit() {
  if (auto flushed = flush(); !flushed) return flushed;
  const mode_t mask = umask(0);
  umask(mask);
  const bool is_readable = fchmod(file_, 0666 & ~mask) == 0;
  const bool is_closed = close(std::exchange(file_, -1)) == 0;
  if (!is_readable || !is_closed || rename(temporary_.c_str(), path_.c_str()) != 0) {
    return failed(path_);
  }
  is_committed_ = true;
  return {};
}

void TraceFile::withdraw() noexcept {
  if (is_committed_) unlink(path_.c_str());
}

}  // namespace sluice::importer
