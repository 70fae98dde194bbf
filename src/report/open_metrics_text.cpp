#include "report/open_metrics_text.hpp"

#include <array>
#include <utility>

#include "base/decimal.hpp"

namespace sluice {
namespace {

// From a cached answer of a small model to the longest stream that a client waits for.
constexpr std::array<std::uint64_t, 19> kBoundsUs{
    1'000,      2'500,       5'000,       10'000,      25'000,       50'000,     100'000,
    250'000,    500'000,     1'000'000,   2'500'000,   5'000'000,    10'000'000, 25'000'000,
    50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000};
constexpr std::uint64_t kMicrosecond = 1'000;

}  // namespace

void OpenMetricsText::family(const Family& family) {
  name_ = family.name;
  const auto line = [&](std::string_view what, std::string_view text) {
    out_.append("# ").append(what).append(" ").append(family.name).append(" ").append(text);
    out_ += '\n';
  };
  line("TYPE", family.type);
  if (!family.unit.empty()) line("UNIT", family.unit);
  out_.append("# HELP ").append(family.name).append(" ");
  escaped(family.help);
  out_ += '\n';
}

void OpenMetricsText::begin_sample(std::string_view suffix, Labels labels, std::string_view le) {
  out_.append(name_).append(suffix);
  char before = '{';
  const auto put = [&](std::string_view name, std::string_view value) {
    out_ += before;
    out_.append(name).append("=\"");
    escaped(value);
    out_ += '"';
    before = ',';
  };
  for (const Label& label : labels) put(label.name, label.value);
  if (!le.empty()) put("le", le);
  if (before == ',') out_ += '}';
  out_ += ' ';
}

void OpenMetricsText::sample(std::string_view suffix, Labels labels, std::string_view value) {
  begin_sample(suffix, labels, {});
  out_.append(value).append("\n");
}

void OpenMetricsText::histogram(Labels labels, const Histogram& histogram) {
  const auto bucket = [&](std::string_view le, std::uint64_t count) {
    begin_sample("_bucket", labels, le);
    out_.append(std::to_string(count)).append("\n");
  };
  for (const std::uint64_t bound : kBoundsUs) {
    const std::uint64_t end = Histogram::upper_end(Histogram::bucket_of(bound * kMicrosecond));
    bucket(open_metrics_seconds(end), histogram.count_up_to(end));
  }
  bucket("+Inf", histogram.count());
  sample("_count", labels, histogram.count());
  sample("_sum", labels, open_metrics_seconds(histogram.sum()));
}

void OpenMetricsText::escaped(std::string_view text) {
  for (const char character : text) {
    if (character == '\n') {
      out_ += "\\n";
      continue;
    }
    if (character == '\\' || character == '"') out_ += '\\';
    out_ += character;
  }
}

std::string OpenMetricsText::take() && {
  out_ += "# EOF\n";
  return std::move(out_);
}

std::string open_metrics_seconds(uint128 nanoseconds) {
  return decimal_text(static_cast<int128>(nanoseconds), 9);
}

}  // namespace sluice
