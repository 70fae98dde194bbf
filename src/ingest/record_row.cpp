#include "ingest/record_row.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <simdjson.h>

#include "ingest/line_reader.hpp"
#include "ingest/record_values.hpp"

namespace sluice::ingest {

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

struct RecordRowParser::Buffers {
  simdjson::ondemand::parser parser;
};

namespace {

using simdjson::error_code;
using simdjson::ondemand::value;

template <class Row>
struct Member {
  std::string_view name;
  bool (*read)(RecordValues& r, value& v, Row& row);
};

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

constexpr std::array kLimitMembers = {
    Member<RecordedLimit>{
        "limit", [](RecordValues& r, value& v, RecordedLimit& to) { return r.whole(v, to.limit); }},
    Member<RecordedLimit>{"remaining", [](RecordValues& r, value& v,
                                          RecordedLimit& to) { return r.whole(v, to.remaining); }},
    Member<RecordedLimit>{"reset", [](RecordValues& r, value& v,
                                      RecordedLimit& to) { return r.instant(v, to.reset); }},
};

template <std::optional<RecordedLimit> RecordedLimits::*kWhich>
bool read_limit(RecordValues& r, value& v, RecordedLimits& to) {
  return r.object_of(v, kLimitMembers, kAll, (to.*kWhich).emplace());
}
constexpr std::array kLimitsMembers = {
    Member<RecordedLimits>{"requests", read_limit<&RecordedLimits::requests>},
    Member<RecordedLimits>{"tokens", read_limit<&RecordedLimits::tokens>},
    Member<RecordedLimits>{"input_tokens", read_limit<&RecordedLimits::input_tokens>},
    Member<RecordedLimits>{"output_tokens", read_limit<&RecordedLimits::output_tokens>},
    Member<RecordedLimits>{"fast_input_tokens", read_limit<&RecordedLimits::fast_input_tokens>},
    Member<RecordedLimits>{"fast_output_tokens", read_limit<&RecordedLimits::fast_output_tokens>},
};

template <std::int64_t Usage::*kWhich>
bool read_tokens(RecordValues& r, value& v, RecordRow& row) {
  return r.whole(v, row.usage.*kWhich);
}
constexpr std::array kUsageMembers = {
    Member<RecordRow>{"input_tokens", read_tokens<&Usage::input_tokens>},
    Member<RecordRow>{"cache_creation_5m_input_tokens",
                      read_tokens<&Usage::cache_creation_5m_input_tokens>},
    Member<RecordRow>{"cache_creation_1h_input_tokens",
                      read_tokens<&Usage::cache_creation_1h_input_tokens>},
    Member<RecordRow>{"cache_read_input_tokens", read_tokens<&Usage::cache_read_input_tokens>},
    Member<RecordRow>{"output_tokens", read_tokens<&Usage::output_tokens>},
    Member<RecordRow>{
        "thinking_tokens",
        [](RecordValues& r, value& v, RecordRow& row) { return r.whole(v, row.thinking_tokens); }},
};

struct CostRead {
  CostBreakdown cost;
  Money total;
};
template <CostCategory kCategory>
bool read_part(RecordValues& r, value& v, CostRead& to) {
  return r.money(v, to.cost.by_category[static_cast<std::size_t>(kCategory)]);
}
constexpr std::array kCostMembers = {
    Member<CostRead>{"total",
                     [](RecordValues& r, value& v, CostRead& to) { return r.money(v, to.total); }},
    Member<CostRead>{"input", read_part<CostCategory::kInput>},
    Member<CostRead>{"write_5m", read_part<CostCategory::kWrite5m>},
    Member<CostRead>{"write_1h", read_part<CostCategory::kWrite1h>},
    Member<CostRead>{"cache_read", read_part<CostCategory::kCacheRead>},
    Member<CostRead>{"output", read_part<CostCategory::kOutput>},
    Member<CostRead>{"tools", read_part<CostCategory::kTools>},
};

bool read_cost(RecordValues& r, value& v, RecordRow& row) {
  return r.or_null(v, row.cost, [&](CostBreakdown& to) {
    CostRead read;
    if (!r.object_of(v, kCostMembers, kAll, read)) return false;
    to = read.cost;
    if (read.total == to.total()) return true;
    r.problem.message = "\"total\" of the cost is not the sum of its parts";
    return false;
  });
}

bool read_outcome(RecordValues& r, value& v, RecordRow& row) {
  std::string_view text;
  if (!r.view(v, text)) return false;
  row.outcome = ErrorKind::kNone;
  if (text == "ok") return true;
  for (std::size_t i = 1; i < kErrorKindCount; ++i) {
    row.outcome = static_cast<ErrorKind>(i);
    if (name(row.outcome) == text) return true;
  }
  return r.wrong("an outcome, such as ok or rate_limit_error");
}

bool read_cause(RecordValues& r, value& v, RecordRow& row) {
  return r.or_null(v, row.cause, [&](LimitCause& to) {
    std::string_view text;
    if (!r.view(v, text)) return false;
    for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
      to = static_cast<LimitCause>(i);
      if (name(to) == text) return true;
    }
    return r.wrong("a cause, such as requests or unknown");
  });
}

bool read_status(RecordValues& r, value& v, RecordRow& row) {
  return r.or_null(v, row.status, [&](int& to) { return r.whole(v, to, 100, 999); });
}

bool read_speed(RecordValues& r, value& v, RecordRow& row) {
  constexpr std::int64_t kFastest = 1'000'000'000;
  if (!r.scaled(v, 3, kFastest, row.speed_permille)) return false;
  return row.speed_permille > 0 || r.wrong("more than nothing");
}

template <std::string RecordRow::*kWhich>
bool read_text(RecordValues& r, value& v, RecordRow& row) {
  return r.text(v, row.*kWhich);
}
template <std::string RecordRow::*kWhich>
bool read_text_or_null(RecordValues& r, value& v, RecordRow& row) {
  return r.text_or_null(v, row.*kWhich);
}
template <std::int64_t RecordRow::*kWhich>
bool read_whole(RecordValues& r, value& v, RecordRow& row) {
  return r.whole(v, row.*kWhich);
}
template <Duration RecordRow::*kWhich>
bool read_seconds(RecordValues& r, value& v, RecordRow& row) {
  return r.seconds(v, row.*kWhich);
}
template <std::optional<Duration> RecordRow::*kWhich>
bool read_seconds_or_null(RecordValues& r, value& v, RecordRow& row) {
  return r.or_null(v, row.*kWhich, [&](Duration& to) { return r.seconds(v, to); });
}
template <std::optional<UnixTime> RecordRow::*kWhich>
bool read_instant_or_null(RecordValues& r, value& v, RecordRow& row) {
  return r.or_null(v, row.*kWhich, [&](UnixTime& to) { return r.instant(v, to); });
}
template <bool RecordRow::*kWhich>
bool read_truth(RecordValues& r, value& v, RecordRow& row) {
  return r.truth(v, row.*kWhich);
}

// In the order of live/append_record.cpp.
constexpr std::array kMembers = {
    Member<RecordRow>{"workload", read_text<&RecordRow::workload>},
    Member<RecordRow>{"session",
                      [](RecordValues& r, value& v, RecordRow& row) {
                        return r.whole<std::uint64_t>(v, row.session, 0, kAll);
                      }},
    Member<RecordRow>{"turn", read_whole<&RecordRow::turn>},
    Member<RecordRow>{"attempt",
                      [](RecordValues& r, value& v, RecordRow& row) {
                        return r.whole<std::int64_t>(v, row.attempt, 1);
                      }},
    Member<RecordRow>{"model", read_text<&RecordRow::model>},
    Member<RecordRow>{"key", read_text<&RecordRow::key>},
    Member<RecordRow>{"workspace", read_text<&RecordRow::workspace>},
    Member<RecordRow>{"speed", read_speed},
    Member<RecordRow>{"planned", read_seconds<&RecordRow::planned>},
    Member<RecordRow>{"due", read_seconds<&RecordRow::due>},
    Member<RecordRow>{"sent", read_seconds_or_null<&RecordRow::sent>},
    Member<RecordRow>{"first_token", read_seconds_or_null<&RecordRow::first_token>},
    Member<RecordRow>{"first_answer", read_seconds_or_null<&RecordRow::first_answer>},
    Member<RecordRow>{"ended", read_seconds<&RecordRow::ended>},
    Member<RecordRow>{"sent_at", read_instant_or_null<&RecordRow::sent_at>},
    Member<RecordRow>{
        "ended_at",
        [](RecordValues& r, value& v, RecordRow& row) { return r.instant(v, row.ended_at); }},
    Member<RecordRow>{"stream", read_truth<&RecordRow::stream>},
    Member<RecordRow>{"planned_prompt_tokens", read_whole<&RecordRow::planned_prompt_tokens>},
    Member<RecordRow>{"planned_output_tokens", read_whole<&RecordRow::planned_output_tokens>},
    Member<RecordRow>{"max_tokens", read_whole<&RecordRow::max_tokens>},
    Member<RecordRow>{"status", read_status},
    Member<RecordRow>{"outcome", read_outcome},
    Member<RecordRow>{"cause", read_cause},
    Member<RecordRow>{"error_type", read_text_or_null<&RecordRow::error_type>},
    Member<RecordRow>{"error_code", read_text_or_null<&RecordRow::error_code>},
    Member<RecordRow>{"error_message", read_text_or_null<&RecordRow::error_message>},
    Member<RecordRow>{"transport", read_text_or_null<&RecordRow::transport>},
    Member<RecordRow>{"reused_connection", read_truth<&RecordRow::reused_connection>},
    Member<RecordRow>{"request_id", read_text_or_null<&RecordRow::request_id>},
    Member<RecordRow>{"date", read_instant_or_null<&RecordRow::date>},
    Member<RecordRow>{"retry_after", read_seconds_or_null<&RecordRow::retry_after>},
    Member<RecordRow>{"should_retry",
                      [](RecordValues& r, value& v, RecordRow& row) {
                        return r.or_null(v, row.should_retry,
                                         [&](bool& to) { return r.truth(v, to); });
                      }},
    Member<RecordRow>{"rate_limits",
                      [](RecordValues& r, value& v, RecordRow& row) {
                        row.rate_limits = {};
                        return r.object_of(v, kLimitsMembers, 0, row.rate_limits);
                      }},
    Member<RecordRow>{"usage",
                      [](RecordValues& r, value& v, RecordRow& row) {
                        return r.object_of(v, kUsageMembers, kAll, row);
                      }},
    Member<RecordRow>{"stop_reason", read_text_or_null<&RecordRow::stop_reason>},
    Member<RecordRow>{"priced", read_truth<&RecordRow::priced>},
    Member<RecordRow>{"cost", read_cost},
    Member<RecordRow>{"saved_by_cache",
                      [](RecordValues& r, value& v, RecordRow& row) {
                        return r.or_null(v, row.saved_by_cache,
                                         [&](Money& to) { return r.money(v, to); });
                      }},
};

}  // namespace

RecordRowParser::RecordRowParser() : buffers_(std::make_unique<Buffers>()) {}
RecordRowParser::RecordRowParser(RecordRowParser&&) noexcept = default;
RecordRowParser& RecordRowParser::operator=(RecordRowParser&&) noexcept = default;
RecordRowParser::~RecordRowParser() = default;

tl::expected<void, RecordProblem> RecordRowParser::parse(std::string_view line, RecordRow& row) {
  RecordValues reader;
  simdjson::ondemand::document document;
  simdjson::ondemand::object fields;
  const std::size_t readable = line.size() + simdjson::SIMDJSON_PADDING;
  auto read = [&] {
    if (const error_code code =
            buffers_->parser.iterate(line.data(), line.size(), readable).get(document)) {
      return reader.no_json(code);
    }
    if (const error_code code = document.get_object().get(fields)) return reader.no_json(code);
    if (!reader.members(fields, kMembers, kAll, row)) {
      return false;
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS ||
           reader.no_json(simdjson::TRAILING_CONTENT);
  };
  if (!read()) return tl::unexpected(std::move(reader.problem));
  return {};
}

}  // namespace sluice::ingest
