#include "ingest/usage_report.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/decimal.hpp"
#include "ingest/json_problem.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/model_name.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr int kCentDigits = Money::kDigits - 2;

// Reads members of one object; the first that is wrong is kept.
class Members {
 public:
  explicit Members(const simdjson::dom::object& of) : of_(of) {}

  const std::string& problem() const noexcept { return problem_; }

  // None: absent or null.
  std::optional<element> find(const char* name) const {
    element found;
    if (of_[name].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
    return found;
  }
  std::int64_t tokens(const char* name, bool is_required) {
    const auto found = find(name);
    if (!found) {
      if (is_required) wrong(name, "missing; expected a number of tokens");
      return 0;
    }
    std::int64_t number = 0;
    if (found->get(number) != simdjson::SUCCESS || number < 0 || number > kMaxTokensPerReportRow) {
      wrong(name, fmt::format("not a whole number from 0 to {}", kMaxTokensPerReportRow));
      return 0;
    }
    return number;
  }
  std::string_view text(const char* name) {
    const auto found = find(name);
    std::string_view text;
    if (found && found->get(text) != simdjson::SUCCESS) wrong(name, "not a text");
    return text;
  }
  // Of the letters that names of models have.
  std::string name(const char* member) {
    std::string harmless;
    assign_model_name(harmless, text(member));
    return harmless;
  }
  std::optional<UnixTime> instant(const char* name) {
    const auto time = UnixTime::parse(text(name));
    if (time && time->nanoseconds >= 0 && time->nanoseconds <= ns(kMaxTraceTime)) return *time;
    wrong(name, "not an instant of RFC 3339 of the years 1970 to 2069");
    return std::nullopt;
  }
  std::optional<simdjson::dom::object> inner(const char* name) {
    const auto found = find(name);
    simdjson::dom::object inner;
    if (!found) return std::nullopt;
    if (found->get(inner) == simdjson::SUCCESS) return inner;
    wrong(name, "not an object");
    return std::nullopt;
  }
  void adopt(const Members& inside) {
    if (problem_.empty()) problem_ = inside.problem_;
  }
  void wrong(std::string_view name, std::string_view what) {
    if (problem_.empty()) problem_ = fmt::format("{} is {}", name, what);
  }

 private:
  simdjson::dom::object of_;
  std::string problem_;
};

ReportGroup read_group(Members& row) {
  return {.model = row.name("model"),
          .workspace_id = row.name("workspace_id"),
          .service_tier = row.name("service_tier"),
          .context_window = row.name("context_window"),
          .speed = row.name("speed"),
          .inference_geo = row.name("inference_geo")};
}

struct Interval {
  UnixTime start;
  Duration covers{};
};

UsageRow read_usage(Members& row, const Interval& interval) {
  UsageRow read{.start = interval.start,
                .covers = interval.covers,
                .group = read_group(row),
                .usage = {},
                .web_search_requests = 0};
  Usage& usage = read.usage;
  usage.input_tokens = row.tokens("uncached_input_tokens", true);
  usage.cache_read_input_tokens = row.tokens("cache_read_input_tokens", false);
  usage.output_tokens = row.tokens("output_tokens", true);
  if (const auto written = row.inner("cache_creation")) {
    Members inside(*written);
    usage.cache_creation_5m_input_tokens = inside.tokens("ephemeral_5m_input_tokens", false);
    usage.cache_creation_1h_input_tokens = inside.tokens("ephemeral_1h_input_tokens", false);
    row.adopt(inside);
  }
  if (const auto tools = row.inner("server_tool_use")) {
    Members inside(*tools);
    read.web_search_requests = inside.tokens("web_search_requests", false);
    row.adopt(inside);
  }
  return read;
}

CostRow read_cost(Members& row, const Interval& interval) {
  CostRow read{.start = interval.start,
               .covers = interval.covers,
               .group = read_group(row),
               .amount = {},
               .currency = row.name("currency"),
               .cost_type = row.name("cost_type"),
               .token_type = row.name("token_type")};
  const auto cents = parse_decimal(row.text("amount"), kCentDigits);
  constexpr int128 kMost = int128{1'000'000'000} * Money::kPicodollarsPerDollar;
  if (cents && *cents <= kMost && *cents >= -kMost) {
    read.amount = Money::from_picodollars(*cents);
  } else {
    row.wrong("amount", "not a text with cents, as 123.45, below a billion dollars");
  }
  return read;
}

class Reading {
 public:
  UsageReport report;

  void read_intervals(const array& intervals, std::string_view name) {
    std::size_t position = 0;
    for (const element one : intervals) {
      read_interval(one, fmt::format("{}.{}", name, position++));
    }
  }

  // False: neither a page nor a file of our own.
  bool read_page(const simdjson::dom::object& page) {
    array list;
    if (page["data"].get(list) == simdjson::SUCCESS) {
      read_intervals(list, "data");
      std::string_view next;
      bool has_more = true;
      const bool says_end = page["has_more"].get(has_more) == simdjson::SUCCESS && !has_more;
      const bool has_next = page["next_page"].get(next) == simdjson::SUCCESS;
      report.next_page = has_next && !says_end ? std::string(next) : std::string();
      return true;
    }
    std::int64_t version = 0;
    if (page["sluice_usage"].get(version) != simdjson::SUCCESS || version != 1) return false;
    if (page["usage"].get(list) == simdjson::SUCCESS) read_intervals(list, "usage");
    if (page["cost"].get(list) == simdjson::SUCCESS) read_intervals(list, "cost");
    return true;
  }

 private:
  void reject(const std::string& place, std::string_view problem) {
    report.problems.push_back(fmt::format("{}: {}", place, problem));
  }

  void read_interval(const element& one, const std::string& place) {
    simdjson::dom::object members;
    array results;
    if (one.get(members) != simdjson::SUCCESS) return reject(place, "is not an object");
    Members interval(members);
    const auto start = interval.instant("starting_at");
    const auto end = interval.instant("ending_at");
    if (!start || !end) return reject(place, interval.problem());
    if (*end <= *start) return reject(place, "ending_at is not after starting_at");
    if (members["results"].get(results) != simdjson::SUCCESS) {
      return reject(place, "results is not a list");
    }
    if (results.size() == 0) ++report.empty_intervals;
    std::size_t position = 0;
    for (const element result : results) {
      read_row(result, {.start = *start, .covers = *end - *start},
               fmt::format("{}.results.{}", place, position++));
    }
  }

  void read_row(const element& one, const Interval& interval, const std::string& place) {
    simdjson::dom::object members;
    if (one.get(members) != simdjson::SUCCESS) return reject(place, "is not an object");
    Members row(members);
    if (row.find("amount")) {
      CostRow read = read_cost(row, interval);
      if (row.problem().empty()) report.cost.push_back(std::move(read));
    } else {
      UsageRow read = read_usage(row, interval);
      if (row.problem().empty()) report.usage.push_back(std::move(read));
    }
    if (!row.problem().empty()) reject(place, row.problem());
  }
};

}  // namespace

FieldResult<UsageReport> parse_usage_report(std::string_view text) {
  static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);
  simdjson::dom::parser parser;
  element root;
  // The text is padded: no copy is made.
  if (const auto problem = parser.parse(text.data(), text.size(), false).get(root)) {
    return tl::unexpected(fmt::format("the report is not valid JSON ({})", json_problem(problem)));
  }
  Reading reading;
  const auto not_one = [] {
    return tl::unexpected(std::string(
        "this is no usage report; expected an object with a list of intervals as data, or a file "
        "of sluice usage pull"));
  };
  simdjson::dom::object page;
  array pages;
  if (root.get(page) == simdjson::SUCCESS) {
    if (!reading.read_page(page)) return not_one();
  } else if (root.get(pages) == simdjson::SUCCESS) {
    for (const element one : pages) {
      if (one.get(page) != simdjson::SUCCESS || !reading.read_page(page)) return not_one();
    }
  } else {
    return not_one();
  }
  return std::move(reading.report);
}

}  // namespace sluice::ingest
