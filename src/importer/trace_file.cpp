#include "importer/trace_file.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace sluice::importer {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

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

TraceFile::TraceFile(std::unique_ptr<StagedFile> file, TraceColumns columns)
    : file_(std::move(file)), columns_(columns), buffer_(header_of(columns)) {
  buffer_.reserve(kBufferBytes * 2);
}

Result<std::unique_ptr<TraceFile>> TraceFile::create(std::string path, TraceColumns columns) {
  SLUICE_TRY(auto file, StagedFile::create(std::move(path)));
  return std::unique_ptr<TraceFile>(new TraceFile(std::move(file), columns));
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
  if (auto written = file_->write(buffer_); !written) return written;
  buffer_.clear();
  return {};
}

}  // namespace sluice::importer
