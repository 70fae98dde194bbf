// The rows of the dated catalog (scenarios/catalog), as they stand in its three files: models,
// limits, prices. Every row says from when it holds, where it was read, and how far it can be
// trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "describe/fields.hpp"

namespace sluice::scenario {

// How a row is known: official page or source code; real traffic that a user pasted; a restatement
// of the documentation; concluded from those; or a default that a scenario may override.
enum class Confidence { kDocumented, kObserved, kThirdParty, kInferred, kGuess };
std::string_view name(Confidence confidence) noexcept;

struct Evidence {
  std::string source;
  Confidence confidence = Confidence::kGuess;
  std::string note;
};

// In effect on the days in [from, until).
struct DateRange {
  CivilDate from;
  std::optional<CivilDate> until;
  bool covers(CivilDate date) const noexcept { return from <= date && (!until || date < *until); }
};

struct DurationQuantiles {
  Duration p50{};
  Duration p95{};
};
struct SpeedQuantiles {
  std::int64_t p50 = 0;
  std::int64_t p95 = 0;
};

struct ModelRow {
  std::string id;
  std::vector<std::string> aliases;
  std::string group;
  CivilDate released;
  std::optional<CivilDate> retired;
  std::int64_t context = 0;
  std::int64_t max_output = 0;
  std::int64_t cache_minimum = 0;
  std::int64_t tokenizer_permille =
      1000;  // tokens for the same text, relative to the models before Opus 4.7
  std::optional<std::int64_t> tool_prompt_auto;
  std::optional<std::int64_t> tool_prompt_any;
  DurationQuantiles ttft;
  SpeedQuantiles output_per_second;
  std::int64_t prefill_per_second = 1;
  std::int64_t cached_per_second = 1;
  std::string service_source;
  Confidence service_confidence = Confidence::kGuess;
  Evidence evidence;
};

struct TierRow {
  std::string tier;
  DateRange dates;
  std::optional<Money> monthly_spend;
  std::int64_t batch_requests_per_minute = 0;
  std::int64_t enqueued_batch_requests = 0;
  std::int64_t requests_per_batch = 0;
  std::int64_t token_count_requests_per_minute = 0;
  Evidence evidence;
};

struct LimitRow {
  std::string tier;
  std::vector<std::string>
      groups;  // the same numbers for each of them, a bucket of its own for each
  DateRange dates;
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> input_tokens_per_minute_cache_aware;
  std::optional<std::int64_t> input_tokens_per_minute;
  std::optional<std::int64_t> output_tokens_per_minute;
  std::optional<std::int64_t> fast_itpmca;
  std::optional<std::int64_t> fast_otpm;
  Evidence evidence;
};

// A limit that is shown and not simulated.
struct OtherLimitRow {
  std::string name;
  std::vector<std::string> tiers;
  DateRange dates;
  std::optional<std::int64_t> value;  // empty: it exists, its number is not published
  std::string unit;
  Evidence evidence;
};

// Dollars per million tokens.
struct PriceBandRow {
  std::int64_t prompt_above = 0;
  Money input;
  Money cache_write_5m;
  Money cache_write_1h;
  Money cache_read;
  Money output;
};

struct ModelPriceRow {
  std::vector<std::string> models;
  DateRange dates;
  std::vector<PriceBandRow> bands;
  std::int64_t batch_permille = 1000;
  std::optional<std::int64_t> fast_permille;
  std::int64_t us_permille = 1000;
  Evidence evidence;
};

struct ToolPriceRow {
  std::string name;
  Money dollars;
  std::string unit;
  Evidence evidence;
};

struct ModelsFile {
  std::int64_t catalog = 0;
  CivilDate checked;  // the day on which its rows were last compared with their sources
  std::vector<ModelRow> models;
};
struct LimitsFile {
  std::int64_t catalog = 0;
  CivilDate checked;
  std::vector<TierRow> tiers;
  std::vector<LimitRow> limits;
  std::vector<OtherLimitRow> other;
};
struct PricesFile {
  std::int64_t catalog = 0;
  CivilDate checked;
  std::vector<ModelPriceRow> prices;
  std::vector<ToolPriceRow> tools;
};

void describe(describe::Fields& v, ModelRow& m);
void describe(describe::Fields& v, TierRow& t);
void describe(describe::Fields& v, LimitRow& l);
void describe(describe::Fields& v, OtherLimitRow& o);
void describe(describe::Fields& v, ModelPriceRow& p);
void describe(describe::Fields& v, ToolPriceRow& t);
void validate(const ModelRow& m, describe::Problems& problems);
void validate(const ModelPriceRow& p, describe::Problems& problems);
void describe(describe::Fields& v, ModelsFile& file);
void describe(describe::Fields& v, LimitsFile& file);
void describe(describe::Fields& v, PricesFile& file);
void validate(const ModelsFile& file, describe::Problems& problems);
void validate(const PricesFile& file, describe::Problems& problems);

}  // namespace sluice::scenario
