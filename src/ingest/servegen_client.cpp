#include "ingest/servegen_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/deterministic_math.hpp"
#include "base/hash.hpp"
#include "ingest/csv_cells.hpp"
#include "ingest/row_parser.hpp"

namespace sluice::ingest {
namespace {

constexpr std::int64_t kOnlyWindow = 600;  // seconds, where a file has a single row
constexpr std::int64_t kMostSeconds = 100LL * 365 * 24 * 3600;
constexpr double kMostRequests = 100e6;  // in one window
// Beyond these the gaps of a window would not be finite.
constexpr double kLeastShape = 0.01;
constexpr double kMostShape = 1000;

FieldResult<double> number(FieldText field, double most) {
  double value = 0;
  const char* const end = field.text.data() + field.text.size();
  const auto [stop, problem] = std::from_chars(field.text.data(), end, value);
  if (problem == std::errc{} && stop == end && value >= 0 && value <= most) return value;
  return tl::unexpected(fmt::format("{} is not a number from 0 to {}", field.name, most));
}

// In (0, 1).
double open_interval(std::uint64_t bits) noexcept {
  return (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;
}

}  // namespace

FieldResult<WindowRow> parse_window_row(std::string_view line, std::string& scratch) {
  constexpr std::size_t kCells = 6;
  std::array<std::string, kCells> cell;
  CellCursor cells(line, scratch);
  std::size_t count = 0;
  for (; cells.more(); ++count) {
    const FieldResult<std::string_view> text = cells.next();
    if (!text) return tl::unexpected(text.error());
    if (count < kCells) cell[count] = *text;
  }
  if (count != kCells) {
    return tl::unexpected(fmt::format(
        "the row has {} cells; expected start, rate, CV, distribution, shape, scale", count));
  }
  WindowRow row;
  const auto start =
      whole_number({.name = "the start", .text = cell[0]}, {.least = 0, .most = kMostSeconds});
  if (!start) return tl::unexpected(start.error());
  row.window.start = *start;
  const auto rate = number({.name = "the rate", .text = cell[1]}, kMostRequests);
  if (!rate) return tl::unexpected(rate.error());
  if (cell[3].empty()) return row;
  if (cell[3] != "Gamma" && cell[3] != "Weibull") {
    return tl::unexpected(std::string("the distribution is neither Gamma nor Weibull"));
  }
  const auto shape = number({.name = "the shape", .text = cell[4]}, kMostShape);
  if (!shape) return tl::unexpected(shape.error());
  if (*shape < kLeastShape) {
    return tl::unexpected(fmt::format("the shape is less than {}", kLeastShape));
  }
  row.rate = *rate;
  row.window.shape = *shape;
  row.window.is_weibull = cell[3] == "Weibull";
  return row;
}

Result<std::vector<ArrivalWindow>> read_windows(LineReader& lines, const BadWindow& bad_row) {
  std::vector<ArrivalWindow> windows;
  std::optional<WindowRow> open;  // its length is not known yet
  std::int64_t length = kOnlyWindow;
  const auto close = [&] {
    const double count = std::floor(open->rate * static_cast<double>(length) + 0.5);
    open->window.length = length;
    open->window.count = static_cast<std::int64_t>(std::min(count, kMostRequests));
    if (open->window.count > 0) windows.push_back(open->window);
  };
  std::string scratch;
  Line line;
  for (;;) {
    SLUICE_TRY(const bool more, lines.next(line));
    if (!more) break;
    if (!line.too_long && ascii::is_blank(line.text)) continue;
    FieldResult<void> text = check_encoding(line.text);
    FieldResult<WindowRow> row =
        text ? parse_window_row(line.text, scratch)
             : FieldResult<WindowRow>(tl::unexpected(std::move(text).error()));
    if (row && open && row->window.start <= open->window.start) {
      row = tl::unexpected(std::string("the start is not after the one of the row before it"));
    }
    if (!row) {
      if (auto noted = bad_row(line.number, row.error()); !noted) {
        return tl::unexpected(std::move(noted).error());
      }
      continue;
    }
    row->window.line = line.number;
    if (open) {
      length = row->window.start - open->window.start;
      close();
    }
    open = *row;
  }
  if (open) close();
  return windows;
}

WindowArrivals::WindowArrivals(const ArrivalWindow& window, DrawStream draws)
    : window_(window), draws_(draws) {
  for (std::int64_t index = 0; index <= window_.count; ++index) total_ += gap();
  draws_ = draws;  // the same gaps again, one by one
}

std::optional<Duration> WindowArrivals::next() {
  if (given_ == window_.count) return std::nullopt;
  ++given_;
  passed_ += gap();
  const std::int64_t length = ns(seconds(window_.length));
  // Gaps so bursty that all of them are below the least number come evenly.
  const double part = total_ > 0
                          ? passed_ / total_
                          : static_cast<double>(given_) / static_cast<double>(window_.count + 1);
  const auto within = static_cast<std::int64_t>(part * static_cast<double>(length));
  return seconds(window_.start) + nanoseconds(std::clamp<std::int64_t>(within, 0, length - 1));
}

double WindowArrivals::gap() {
  if (!window_.is_weibull) return gamma_gap();
  const double exponential = -deterministic::log(open_interval(draws_.next()));
  return deterministic::pow(exponential, 1 / window_.shape);
}

// Marsaglia, Tsang, ACM TOMS 26 (2000); below a shape of 1 with their boost.
double WindowArrivals::gamma_gap() {
  const bool is_low = window_.shape < 1;
  const double d = (is_low ? window_.shape + 1 : window_.shape) - 1.0 / 3.0;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double normal = deterministic::normal_exceeded_with(open_interval(draws_.next()));
    const double root = 1 + c * normal;
    const double uniform = open_interval(draws_.next());
    if (root <= 0) continue;
    const double cube = root * root * root;
    const double square = normal * normal;
    // Their squeeze spares nearly all of the logarithms.
    if (uniform >= 1 - 0.0331 * square * square) {
      const double bound = 0.5 * square + d - d * cube + d * deterministic::log(cube);
      if (deterministic::log(uniform) >= bound) continue;
    }
    if (!is_low) return d * cube;
    return d * cube * deterministic::pow(open_interval(draws_.next()), 1 / window_.shape);
  }
}

ServeGenClient::ServeGenClient(std::vector<ArrivalWindow> windows, SizeFile sizes,
                               const Options& options)
    : windows_(std::move(windows)),
      size_file_(std::move(sizes)),
      options_(options),
      random_(options.seed, 0) {
  const auto is_outside = [&](const ArrivalWindow& window) {
    return seconds(window.start) >= options.to ||
           seconds(window.start + window.length) <= options.from;
  };
  windows_.erase(std::remove_if(windows_.begin(), windows_.end(), is_outside), windows_.end());
  windows_.shrink_to_fit();
}

Result<void> ServeGenClient::begin_window() {
  const ArrivalWindow& window = windows_[next_window_++];
  const Entity entity{.workload_hash = static_cast<std::uint32_t>(mix64(options_.key)),
                      .session = static_cast<std::uint64_t>(window.start)};
  arrivals_.emplace(window, random_.stream(Purpose::kArrival, entity));
  size_draws_.emplace(random_.stream(Purpose::kSize, entity));
  present_.line = window.line;
  const std::size_t sizes = size_file_.window_at(window.start);
  if (loaded_ == sizes) return {};
  SLUICE_TRY(tables_, size_file_.load(sizes));
  loaded_ = sizes;
  return {};
}

Result<bool> ServeGenClient::advance() {
  for (;;) {
    const std::optional<Duration> arrival = arrivals_ ? arrivals_->next() : std::nullopt;
    if (!arrival) {
      if (next_window_ == windows_.size()) return false;
      if (auto begun = begin_window(); !begun) return tl::unexpected(std::move(begun).error());
      continue;
    }
    tables_.draw(*size_draws_, present_);
    if (*arrival < options_.from || *arrival >= options_.to) continue;
    at_ = *arrival;
    return true;
  }
}

void ServeGenClient::give(TraceRequest& request) const {
  request.at = at_;
  request.input_tokens = present_.input_tokens;
  request.output_tokens = present_.output_tokens;
  request.thinking_tokens = present_.thinking_tokens;
  request.line = present_.line;
}

}  // namespace sluice::ingest
