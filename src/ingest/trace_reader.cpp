#include "ingest/trace_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/integer.hpp"
#include "ingest/row_stream.hpp"
#include "ingest/spread_group.hpp"

namespace sluice::ingest {
namespace {

constexpr Duration kMooncakeSpread = seconds(3);
constexpr std::int64_t kMaxScale = 1000 * kScaleOne;

Result<void> check_options(const TraceOptions& options) {
  struct Rule {
    bool holds;
    std::string_view option;
    std::string_view expected;
  };
  const auto is_scale = [](std::int64_t ppm) { return ppm >= 1 && ppm <= kMaxScale; };
  const auto is_time = [](Duration time, Duration least) {
    return time >= least && time <= kMaxTraceTime;
  };
  const Duration tick = nanoseconds(1);
  const Rule rules[] = {
      {!options.path.empty(), "path", "the name of a trace file"},
      {is_time(options.window_start, {}), "window_start", "a time from 0 to a hundred years"},
      {is_time(options.window_length.value_or(tick), tick), "window_length",
       "a time above 0, up to a hundred years"},
      {is_scale(options.time_scale_ppm), "time_scale", "a factor from 0.000001 to 1000"},
      {is_scale(options.token_scale_ppm), "token_scale", "a factor from 0.000001 to 1000"},
      {is_time(options.until.value_or(tick), tick), "until",
       "a time above 0, up to a hundred years"},
      {is_time(options.spread.value_or(tick), {}), "spread", "a time from 0 to a hundred years"},
      {options.block_tokens >= 1 && options.block_tokens <= kMaxTokensPerRow, "block_tokens",
       "a whole number from 1 to 10000000"},
  };
  for (const Rule& rule : rules) {
    if (rule.holds) continue;
    return tl::unexpected(
        Error{.code = ErrorCode::kUsage,
              .where = std::string(rule.option),
              .message = fmt::format("out of range; expected {}", rule.expected)});
  }
  return {};
}

// To the nearest token, halves up; what was not nothing does not become nothing.
std::int64_t scaled_tokens(std::int64_t tokens, std::int64_t ppm) noexcept {
  if (ppm == kScaleOne || tokens == 0) return tokens;
  const int128 rounded = (static_cast<int128>(tokens) * ppm + kScaleOne / 2) / kScaleOne;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(rounded));
}

}  // namespace

std::string_view name(TraceFormat format) noexcept {
  switch (format) {
    case TraceFormat::kDetect:
      return "detect";
    case TraceFormat::kAzure:
      return "azure";
    case TraceFormat::kMooncake:
      return "mooncake";
    case TraceFormat::kCsv:
      return "csv";
    case TraceFormat::kJsonl:
      return "jsonl";
  }
  return "detect";
}

// Three steps from rows to requests: choose (the window), spread (over equal times), place (loop
// and scale).
class TraceReader::State {
 public:
  State(RowStream rows, TraceOptions options)
      : rows_(std::move(rows)), options_(std::move(options)) {
    const bool mooncake = rows_.format() == TraceFormat::kMooncake;
    spread_ = options_.spread.value_or(mooncake ? kMooncakeSpread : Duration{});
  }

  Result<bool> next(TraceRequest& request) {
    if (failure_) return tl::unexpected(*failure_);
    if (ended_) return false;
    Result<bool> more = advance(request);
    if (!more) {
      failure_ = more.error();
    } else if (!*more) {
      ended_ = true;
    }
    return more;
  }

  const RowStream& rows() const noexcept { return rows_; }
  const TraceOptions& options() const noexcept { return options_; }
  std::int64_t requests() const noexcept { return requests_; }
  std::size_t buffer_bytes() const noexcept {
    return rows_.buffer_bytes() + group_.buffer_bytes() +
           ahead_.block_ids.capacity() * sizeof(std::uint64_t);
  }

 private:
  Result<bool> advance(TraceRequest& request) {
    SLUICE_TRY(bool more, next_in_pass(request));
    if (!more && pass_ == 0 && kept_ == 0) return tl::unexpected(nothing_kept());
    if (!more && options_.loop) {
      if (auto begun = begin_pass(); !begun) return tl::unexpected(std::move(begun).error());
      SLUICE_TRY(const bool again, next_in_pass(request));
      more = again;
    }
    return more ? place(request) : Result<bool>(false);
  }

  Result<bool> next_in_pass(TraceRequest& request) {
    if (spread_ == Duration{}) return choose(request);
    if (group_.empty()) {
      SLUICE_TRY(const bool more, fill_group());
      if (!more) return false;
    }
    group_.take(request);
    return true;
  }

  // The next row inside the window, its time counted from the first kept one.
  Result<bool> choose(TraceRequest& row) {
    for (;;) {
      SLUICE_TRY(const bool more, rows_.next(row));
      if (!more) return false;
      const Duration offset = row.at - *rows_.first_at() - options_.window_start;
      if (offset < Duration{}) continue;
      if (options_.window_length && offset >= *options_.window_length) return false;
      if (!origin_) {
        origin_ = row.at;
        window_end_ = row.at - offset + options_.window_length.value_or(Duration{});
      }
      row.at -= *origin_;
      row.pass = pass_;
      if (pass_ == 0) {
        last_ = row.at;
        ++kept_;
      }
      return true;
    }
  }

  Result<bool> fill_group() {
    if (!have_ahead_) {
      if (pass_read_) return false;
      if (auto read = read_ahead(); !read) return read;
      if (!have_ahead_) return false;
    }
    group_.clear();
    const Duration at = ahead_.at;
    while (have_ahead_ && ahead_.at == at) {
      if (!group_.add(ahead_)) return tl::unexpected(too_many_at_once());
      if (auto read = read_ahead(); !read) return read;
    }
    Duration width = spread_;
    if (have_ahead_) width = std::min(width, ahead_.at - at);
    if (options_.window_length) width = std::min(width, *window_end_ - *origin_ - at);
    group_.spread(width, options_.random, options_.workload_hash);
    return true;
  }

  Result<bool> read_ahead() {
    SLUICE_TRY(have_ahead_, choose(ahead_));
    pass_read_ = !have_ahead_;
    return have_ahead_;
  }

  Result<void> begin_pass() {
    if (pass_ == 0) {
      // A pass lasts as long as its window; without one, the gap to the next pass is the mean gap,
      // or the spread if that is longer.
      const Duration mean_gap = kept_ > 1 ? last_ / (kept_ - 1) : Duration{};
      period_ = options_.window_length.value_or(last_ + std::max(spread_, mean_gap));
      if (period_ == Duration{}) {
        return invalid(options_.path,
                       "all requests have the same time, so the trace cannot loop; give "
                       "window_length, which then is the length of a pass");
      }
    }
    ++pass_;
    pass_read_ = false;
    return rows_.rewind();
  }

  Result<bool> place(TraceRequest& request) {
    const int128 at =
        static_cast<int128>(ns(request.at)) + static_cast<int128>(ns(period_)) * request.pass;
    const int128 scaled = at * options_.time_scale_ppm / kScaleOne;
    if (scaled > ns(kMaxTraceTime)) {
      return invalid(place_of(options_.path, request.line),
                     "the request's scaled time is beyond a hundred years; give until or a smaller "
                     "time_scale");
    }
    request.at = Duration{static_cast<std::int64_t>(scaled)};
    if (options_.until && request.at >= *options_.until) return false;
    const std::int64_t ppm = options_.token_scale_ppm;
    request.input_tokens = scaled_tokens(request.input_tokens, ppm);
    request.output_tokens = scaled_tokens(request.output_tokens, ppm);
    request.thinking_tokens = scaled_tokens(request.thinking_tokens, ppm);
    request.cached_prefix_tokens = scaled_tokens(request.cached_prefix_tokens, ppm);
    if (request.max_tokens) {
      // Rounding the parts up must not lift them above their sum's limit.
      request.max_tokens = std::max(scaled_tokens(*request.max_tokens, ppm),
                                    request.output_tokens + request.thinking_tokens);
    }
    ++requests_;
    return true;
  }

  Error nothing_kept() const {
    const Errors& bad = rows_.bad_row_examples();
    std::string message = "the trace holds no requests";
    if (rows_.good_rows() > 0) {
      message = fmt::format(
          "no request lies in the window, which begins at {}; the rows read span {}",
          seconds_text(options_.window_start), seconds_text(*rows_.last_at() - *rows_.first_at()));
    } else if (!bad.empty()) {
      message = fmt::format("all {} rows are malformed; the first: {}", rows_.bad_rows(),
                            bad.front().text());
    }
    return invalid_input(options_.path, message);
  }

  Error too_many_at_once() const {
    return {.code = ErrorCode::kInvalidInput,
            .where = place_of(options_.path, ahead_.line),
            .message = fmt::format("more than {} rows, or {} block ids, share one timestamp and "
                                   "cannot be spread; give a spread of 0 to keep them together",
                                   SpreadGroup::kMaxRows, SpreadGroup::kMaxBlocks)};
  }

  RowStream rows_;
  TraceOptions options_;
  Duration spread_{};
  SpreadGroup group_;
  TraceRequest ahead_;  // the first row after the group
  bool have_ahead_ = false;
  bool pass_read_ = false;              // this pass has no row after the group
  std::optional<Duration> origin_;      // time of the first kept row, on the file's clock
  std::optional<Duration> window_end_;  // on the file's clock
  Duration last_{};                     // time of the last kept row, from origin_
  std::int64_t kept_ = 0;               // in the first pass
  std::int64_t pass_ = 0;
  Duration period_{};
  std::int64_t requests_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
};

TraceReader::TraceReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TraceReader::~TraceReader() = default;

Result<std::unique_ptr<TraceReader>> TraceReader::open(TraceOptions options) {
  if (auto checked = check_options(options); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  SLUICE_TRY(LineReader lines, LineReader::open(options.path));
  SLUICE_TRY(RowStream rows, RowStream::open(std::move(lines), options));
  auto state = std::make_unique<State>(std::move(rows), std::move(options));
  return std::unique_ptr<TraceReader>(new TraceReader(std::move(state)));
}

Result<std::unique_ptr<TraceReader>> TraceReader::read_text(std::string_view text,
                                                            TraceOptions options) {
  if (auto checked = check_options(options); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  SLUICE_TRY(RowStream rows, RowStream::open(LineReader::over(text), options));
  auto state = std::make_unique<State>(std::move(rows), std::move(options));
  return std::unique_ptr<TraceReader>(new TraceReader(std::move(state)));
}

Result<bool> TraceReader::next(TraceRequest& request) { return state_->next(request); }

TraceFormat TraceReader::format() const noexcept { return state_->rows().format(); }
std::int64_t TraceReader::requests() const noexcept { return state_->requests(); }
std::int64_t TraceReader::bad_rows() const noexcept { return state_->rows().bad_rows(); }
const Errors& TraceReader::bad_row_examples() const noexcept {
  return state_->rows().bad_row_examples();
}
std::size_t TraceReader::buffer_bytes() const noexcept { return state_->buffer_bytes(); }

std::int64_t TraceReader::prefix_tokens(const TraceRequest& request,
                                        std::size_t count) const noexcept {
  const TraceOptions& options = state_->options();
  const auto blocks = static_cast<std::int64_t>(std::min(count, request.block_ids.size()));
  return std::min(request.input_tokens,
                  scaled_tokens(blocks * options.block_tokens, options.token_scale_ppm));
}

}  // namespace sluice::ingest
