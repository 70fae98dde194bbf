// Lines of a file, or of a text in memory, read in blocks into one buffer that grows only for a
// long line, up to kMaxLineBytes. A line's text stays valid until the next call and is followed by
// kLinePadding readable bytes, which the JSON parser wants. UTF-8's byte order mark, which
// spreadsheets write, is no part of the first line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sluice::ingest {

inline constexpr std::size_t kMaxLineBytes = 8'000'000;
inline constexpr std::size_t kLinePadding = 64;

struct Line {
  std::string_view text;    // without its end, be it LF or CR LF
  std::int64_t number = 0;  // from 1
  bool too_long = false;    // longer than kMaxLineBytes: the text was skipped
  bool has_end = true;      // false: the last one, which the file ends within
};

// "calls.csv:12", as errors name a line.
std::string place_of(const std::string& path, std::int64_t line);

class LineReader {
 public:
  static constexpr std::size_t kBlockBytes = 256 * 1024;

  // A regular file and nothing else, so that it can be read again. Never waits for a pipe's writer.
  static Result<LineReader> open(const std::string& path, std::size_t block_bytes = kBlockBytes);
  // A pipe too, of which rewind() is an error.
  static Result<LineReader> open_once(const std::string& path);
  static LineReader over(std::string_view text, std::size_t block_bytes = kBlockBytes);
  LineReader(LineReader&& other) noexcept;
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  Result<bool> next(Line& line);  // false at the end
  Result<void> rewind();
  std::size_t capacity() const noexcept { return buffer_.size(); }

 private:
  enum class Pipe { kRefused, kTaken };

  LineReader(std::string path, int file, std::string_view text, std::size_t block_bytes);
  static Result<LineReader> open_as(const std::string& path, Pipe pipe, std::size_t block_bytes);
  Result<std::size_t> read_block(char* target, std::size_t size);
  Result<void> fill();
  void make_room();

  std::string path_;
  int file_ = -1;  // -1: text_ is the source
  std::string_view text_;
  std::size_t text_read_ = 0;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the unread part of buffer_
  std::size_t end_ = 0;
  std::int64_t number_ = 0;
  bool at_end_ = false;
};

}  // namespace sluice::ingest
