// Writes the OpenMetrics text format 1.0 (github.com/OpenObservability/OpenMetrics, 2022), which
// Prometheus reads: by hand, because no client library of Debian's fits. Names are the caller's and
// have to be valid; texts are escaped.
//
//   OpenMetricsText text;
//   text.family({"sluice_cost_dollars", "counter", "dollars", "What the answers cost."});
//   text.sample("_total", {{"model", model}}, cost.exact());
//   std::move(text).take()                        // with its "# EOF"
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "results/load_facts.hpp"

namespace sluice {

class OpenMetricsText {
 public:
  static constexpr std::string_view kContentType =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  struct Family {
    std::string_view name;  // of a counter: without the _total of its samples
    std::string_view type;  // "counter", "gauge", "histogram", "info"
    std::string_view unit;  // the name ends with it; may be empty
    std::string_view help;
  };
  struct Label {
    std::string_view name;
    std::string_view value;
  };
  using Labels = std::initializer_list<Label>;

  // The samples that follow are of this family; one family has one place.
  void family(const Family& family);
  // `value` is a decimal number.
  void sample(std::string_view suffix, Labels labels, std::string_view value);
  void sample(std::string_view suffix, Labels labels, std::int64_t value) {
    sample(suffix, labels, std::to_string(value));
  }
  void sample(std::string_view suffix, Labels labels, std::uint64_t value) {
    sample(suffix, labels, std::to_string(value));
  }
  // All samples of one histogram of nanoseconds, in seconds. Its bounds are those of the recorded
  // buckets that hold 1, 2.5 and 5 of each power of ten from 1 ms to 1,000 s (0.1 s is
  // 0.100139007), so that every count is exact.
  void histogram(Labels labels, const Histogram& histogram);

  // The whole text; nothing can be written after it.
  std::string take() &&;

 private:
  void begin_sample(std::string_view suffix, Labels labels, std::string_view le);
  void escaped(std::string_view text);

  std::string out_;
  std::string_view name_;
};

// "12.000000345": nanoseconds as seconds.
std::string open_metrics_seconds(uint128 nanoseconds);

}  // namespace sluice
