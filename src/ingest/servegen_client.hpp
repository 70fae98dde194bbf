// One ServeGen client: when its requests arrive, window by window, and how large they are. Holds
// the windows that have requests and one window's sizes. File layout and method: servegen_log.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/draw.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "ingest/fields.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/servegen_sizes.hpp"

namespace sluice::ingest {

struct ArrivalWindow {
  std::int64_t start = 0;   // in seconds
  std::int64_t length = 0;  // in seconds
  std::int64_t count = 0;   // of requests
  double shape = 1;         // of the gaps between them
  bool is_weibull = false;  // else gamma
  std::int64_t line = 0;    // in the file
};

// One row of chunk-N-trace.csv; `count` is of a window of 1 s until the length is known (rate_of).
struct WindowRow {
  ArrivalWindow window;
  double rate = 0;  // requests a second
};
FieldResult<WindowRow> parse_window_row(std::string_view line, std::string& scratch);

// The windows that have requests, each as long as it is to the next; the last is as long as the one
// before it. A row that cannot be read, or whose start is not after the one before it, is told to
// `bad_row`, which may end the reading.
using BadWindow = std::function<Result<void>(std::int64_t line, const std::string& problem)>;
Result<std::vector<ArrivalWindow>> read_windows(LineReader& lines, const BadWindow& bad_row);

// The instants of one window's arrivals, in order: `count` of them at gaps of the window's
// distribution, scaled so that the gap after the last one ends with the window.
class WindowArrivals {
 public:
  WindowArrivals(const ArrivalWindow& window, DrawStream draws);
  std::optional<Duration> next();  // since the windows' zero

 private:
  double gap();
  double gamma_gap();

  ArrivalWindow window_;
  DrawStream draws_;
  double total_ = 0;
  double passed_ = 0;
  std::int64_t given_ = 0;
};

class ServeGenClient {
 public:
  // Draws are keyed by `key`. Arrivals outside of [from, to) are left out.
  struct Options {
    std::uint64_t key = 0;
    std::uint64_t seed = 1;
    Duration from{};
    Duration to{};
  };
  ServeGenClient(std::vector<ArrivalWindow> windows, SizeFile sizes, const Options& options);

  // Moves on to the next arrival; false at the end.
  Result<bool> advance();
  // Of the present arrival.
  Duration at() const noexcept { return at_; }
  void give(TraceRequest& request) const;

 private:
  Result<void> begin_window();

  std::vector<ArrivalWindow> windows_;
  SizeFile size_file_;
  Options options_;
  RandomSource random_;
  std::size_t next_window_ = 0;
  std::optional<WindowArrivals> arrivals_;
  std::optional<DrawStream> size_draws_;
  std::optional<std::size_t> loaded_;  // which of size_file_'s windows tables_ is of
  SizeTables tables_;
  Duration at_{};
  TraceRequest present_;
};

}  // namespace sluice::ingest
