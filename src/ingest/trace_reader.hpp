// Streams a trace file as requests in time order, in memory that does not depend on the file's
// length. Formats, columns, and what every option means: docs/traces.md. Same file, options and
// seed: same requests.
//
//   SLUICE_TRY(auto reader, TraceReader::open({.path = "day.csv", .loop = true, .until =
//   hours(24)})); TraceRequest request; for (;;) { SLUICE_TRY(bool more, reader->next(request)); if
//   (!more) break; use(request); }
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/draw.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

enum class TraceFormat { kDetect, kAzure, kMooncake, kCsv, kJsonl };

// "azure", "mooncake", "csv" or "jsonl"; kDetect is "detect".
std::string_view name(TraceFormat format) noexcept;

// A factor as parts per million: 2'000'000 doubles.
inline constexpr std::int64_t kScaleOne = 1'000'000;

struct TraceOptions {
  std::string path{};
  TraceFormat format = TraceFormat::kDetect;
  Duration window_start{};  // since the file's first row; earlier rows are left out
  std::optional<Duration> window_length{};
  std::int64_t time_scale_ppm = kScaleOne;   // multiplies every gap: 2'000'000 is half as fast
  std::int64_t token_scale_ppm = kScaleOne;  // multiplies every token count
  bool loop = false;                         // begin again at the end, for ever or until `until`
  std::optional<Duration> until{};  // requests at or after this (scaled) time are not given
  bool skip_bad_rows = false;       // count malformed rows instead of stopping at the first
  // Rows that share a timestamp are spread over this much of the trace's time; unset: 3 s for
  // Mooncake, else 0.
  std::optional<Duration> spread{};
  std::int64_t block_tokens = 512;  // tokens of one entry of block_ids, before scaling
  RandomSource random{0, 0};        // places the spread rows,
  std::uint32_t workload_hash = 0;  // which it keys by the workload (base/hash.hpp: name_hash)
};

class TraceReader {
 public:
  static Result<std::unique_ptr<TraceReader>> open(TraceOptions options);
  // The same over a text in memory, which must outlive the reader; options.path only names it in
  // messages.
  static Result<std::unique_ptr<TraceReader>> read_text(std::string_view text,
                                                        TraceOptions options);
  ~TraceReader();
  TraceReader(const TraceReader&) = delete;
  TraceReader& operator=(const TraceReader&) = delete;

  // The next request, at or after the one before it; false at the end. An error is final: it is
  // returned again.
  Result<bool> next(TraceRequest& request);

  TraceFormat format() const noexcept;              // never kDetect
  std::int64_t requests() const noexcept;           // given so far, over all passes
  std::int64_t bad_rows() const noexcept;           // skipped so far, in the first pass
  const Errors& bad_row_examples() const noexcept;  // the first few of them, with file and line
  // Tokens, after scaling, of the first `count` blocks of a request; never more than its input.
  std::int64_t prefix_tokens(const TraceRequest& request, std::size_t count) const noexcept;
  std::size_t buffer_bytes() const noexcept;  // what it holds now, whatever the file's size

 private:
  class State;
  explicit TraceReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::ingest
