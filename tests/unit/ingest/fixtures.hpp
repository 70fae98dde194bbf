// Generated traces in the formats that sluice reads, a file that removes itself, and the slow
// obvious way to read: everything at once, line by line, with the standard library.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "ingest/trace_reader.hpp"
#include "support/catch.hpp"

namespace sluice::ingest {

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    const char* const folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr ? "/tmp" : folder) + "/sluice-trace-XXXXXX";
    const int file = ::mkstemp(path_.data());
    REQUIRE(file >= 0);
    stream_ = ::fdopen(file, "wb");
    REQUIRE(stream_ != nullptr);
    append(text);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::fclose(stream_);
    ::unlink(path_.c_str());
  }

  void append(std::string_view text) {
    REQUIRE(std::fwrite(text.data(), 1, text.size(), stream_) == text.size());
    std::fflush(stream_);
  }
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  std::FILE* stream_ = nullptr;
};

// A small generator of its own, so that a fixture never changes.
class FixtureDraw {
 public:
  explicit FixtureDraw(std::uint64_t seed) : state_(seed) {}
  std::int64_t below(std::int64_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(bound));
  }

 private:
  std::uint64_t state_;
};

// Rows as Azure writes them: seven decimals, CR LF.
inline std::string azure_fixture(int rows, std::uint64_t seed) {
  FixtureDraw draw(seed);
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";
  std::int64_t tenth_us = 0;
  for (int i = 0; i < rows; ++i) {
    tenth_us += draw.below(4'000'000);
    const std::int64_t second = tenth_us / 10'000'000;
    text += fmt::format("2023-11-16 {:02}:{:02}:{:02}.{:07},{},{}\r\n", 18 + second / 3600,
                        second / 60 % 60, second % 60, tenth_us % 10'000'000, draw.below(14'000),
                        draw.below(1000));
  }
  return text;
}

// Rows as Mooncake writes them: stamps in steps of 3 s, many rows a stamp, ids that repeat from the
// front.
inline std::string mooncake_fixture(int rows, std::uint64_t seed) {
  FixtureDraw draw(seed);
  std::string text;
  std::int64_t stamp = 0;
  for (int i = 0; i < rows; ++i) {
    if (draw.below(10) == 0) stamp += 3000;
    const std::int64_t input = 1 + draw.below(8000);
    text += fmt::format(
        "{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": {}, "
        "\"hash_ids\": [",
        stamp, input, draw.below(2000));
    const std::int64_t shared = draw.below(4);
    for (std::int64_t block = 0; block < (input + 511) / 512; ++block) {
      text += fmt::format("{}{}", block == 0 ? "" : ", ", block < shared ? block : i * 100 + block);
    }
    text += "]}\n";
  }
  return text;
}

// All requests of a trace, or none and the error.
struct ReadAll {
  std::vector<TraceRequest> requests;
  std::string error;
  std::int64_t bad_rows = 0;
};

inline ReadAll read_all(std::string_view text, TraceOptions options = {}) {
  ReadAll all;
  if (options.path.empty()) options.path = std::string("t");
  const auto reader = TraceReader::read_text(text, options);
  if (!reader) {
    all.error = reader.error().text();
    return all;
  }
  for (TraceRequest request;;) {
    const Result<bool> more = (*reader)->next(request);
    if (!more) {
      all.error = more.error().text();
      break;
    }
    if (!*more) break;
    all.requests.push_back(request);
  }
  all.bad_rows = (*reader)->bad_rows();
  return all;
}

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace sluice::ingest
