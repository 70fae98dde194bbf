#include "scenario/catalog_rows.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "describe/describe.hpp"
#include "scenario/organization_config.hpp"

namespace sluice::describe {

template <>
struct EnumNames<scenario::Confidence> {
  using Name = Named<scenario::Confidence>;
  static constexpr std::array values{Name{"documented", scenario::Confidence::kDocumented},
                                     Name{"observed", scenario::Confidence::kObserved},
                                     Name{"third_party", scenario::Confidence::kThirdParty},
                                     Name{"inferred", scenario::Confidence::kInferred},
                                     Name{"guess", scenario::Confidence::kGuess}};
};

}  // namespace sluice::describe

namespace sluice::scenario {

using describe::Fields;
using describe::Problems;

std::string_view name(Confidence confidence) noexcept {
  for (const auto& named : describe::EnumNames<Confidence>::values) {
    if (named.value == confidence) return named.name;
  }
  return {};
}

namespace {

void describe_evidence(Fields& v, Evidence& evidence) {
  v.field("source", evidence.source, "where it was read, and when").required().not_empty();
  v.field("confidence", evidence.confidence, "how it is known").required();
  v.field("note", evidence.note, "what a reader should know besides");
}

void describe_dates(Fields& v, DateRange& dates) {
  v.field("from", dates.from, "first day on which it holds").required();
  v.field("until", dates.until, "first day on which it holds no more");
}

void describe_version(Fields& v, std::int64_t& version, CivilDate& checked) {
  v.field("catalog", version, "format version of the file").required().range<std::int64_t>(1, 1);
  v.field("checked", checked, "day on which the rows were last compared with their sources")
      .required();
}

}  // namespace

void describe(Fields& v, DurationQuantiles& q) {
  v.type("duration_quantiles", "A lognormal duration by its median and 95th percentile.");
  v.field("p50", q.p50, "median").required().positive();
  v.field("p95", q.p95, "95th percentile").required().positive();
}

void describe(Fields& v, SpeedQuantiles& q) {
  v.type("speed_quantiles", "A lognormal speed by its median and 95th percentile.");
  v.field("p50", q.p50, "median").required().positive();
  v.field("p95", q.p95, "95th percentile").required().positive();
}

void describe(Fields& v, ModelRow& m) {
  v.type("model", "A model and its default service times.");
  v.field("id", m.id, "the API's id").required().not_empty();
  v.field("aliases", m.aliases, "other names that a scenario may use");
  v.field("group", m.group, "rate-limit group: models that share one set of limits")
      .required()
      .not_empty();
  v.field("released", m.released, "first day").required();
  v.field("retired", m.retired, "first day on which it answers no more");
  v.field("context", m.context, "largest prompt and output together")
      .tokens()
      .required()
      .positive();
  v.field("max_output", m.max_output, "largest output").tokens().required().positive();
  v.field("cache_minimum", m.cache_minimum, "shortest prefix that is cached").tokens().required();
  v.field("tokenizer", m.tokenizer_permille,
          "tokens for the same text, relative to the models before Opus 4.7")
      .permille()
      .required()
      .positive();
  v.field("tool_prompt_auto", m.tool_prompt_auto, "tokens that tool use adds, tool_choice auto");
  v.field("tool_prompt_any", m.tool_prompt_any, "tokens that tool use adds, tool_choice any");
  v.field("ttft", m.ttft, "time to first token of a short prompt").required();
  v.field("output_per_second", m.output_per_second, "output tokens a second").required();
  v.field("prefill_per_second", m.prefill_per_second, "uncached input tokens a second")
      .required()
      .positive();
  v.field("cached_per_second", m.cached_per_second, "cached input tokens a second")
      .required()
      .positive();
  v.field("service_source", m.service_source, "where the service times were read").required();
  v.field("service_confidence", m.service_confidence, "how they are known").required();
  describe_evidence(v, m.evidence);
}

void validate(const ModelRow& m, Problems& problems) {
  if (m.ttft.p95 < m.ttft.p50) problems.add("/ttft/p95", "is below p50");
  if (m.output_per_second.p95 < m.output_per_second.p50) {
    problems.add("/output_per_second/p95", "is below p50");
  }
}

void describe(Fields& v, TierRow& t) {
  v.type("tier", "What a usage tier sets for the whole organization.");
  v.field("tier", t.tier, "its name").required().not_empty();
  describe_dates(v, t.dates);
  v.field("monthly_spend", t.monthly_spend, "cap of a calendar month, in dollars");
  v.field("batch_requests_per_minute", t.batch_requests_per_minute, "over all batch endpoints")
      .required()
      .positive();
  v.field("enqueued_batch_requests", t.enqueued_batch_requests, "in the processing queue")
      .required()
      .positive();
  v.field("requests_per_batch", t.requests_per_batch, "largest batch").required().positive();
  v.field("token_count_requests_per_minute", t.token_count_requests_per_minute, "token counting")
      .required()
      .positive();
  describe_evidence(v, t.evidence);
}

void describe(Fields& v, LimitRow& l) {
  v.type("limit", "The Messages limits of one tier for some groups of models.");
  v.field("tier", l.tier, "the tier's name").required();
  v.field("groups", l.groups, "the groups, each with a bucket of its own").required().not_empty();
  describe_dates(v, l.dates);
  const auto limit = [&v](std::string_view key, std::optional<std::int64_t>& member,
                          std::string_view doc) {
    v.field(key, member, doc).range<std::int64_t>(1, kLargestLimit);
  };
  limit("requests_per_minute", l.requests_per_minute, "RPM");
  limit("input_tokens_per_minute_cache_aware", l.input_tokens_per_minute_cache_aware,
        "ITPM without cache reads");
  limit("input_tokens_per_minute", l.input_tokens_per_minute, "ITPM with cache reads");
  limit("output_tokens_per_minute", l.output_tokens_per_minute, "OTPM");
  limit("fast_itpmca", l.fast_itpmca, "ITPM of fast mode, without cache reads");
  limit("fast_otpm", l.fast_otpm, "OTPM of fast mode");
  describe_evidence(v, l.evidence);
}

void describe(Fields& v, OtherLimitRow& o) {
  v.type("other_limit", "A limit that is shown and not simulated.");
  v.field("name", o.name, "what it limits").required();
  v.field("tiers", o.tiers, "in these tiers").required();
  describe_dates(v, o.dates);
  v.field("value", o.value, "the limit; absent: it exists, its number is not published");
  v.field("unit", o.unit, "what it counts").required();
  describe_evidence(v, o.evidence);
}

void describe(Fields& v, PriceBandRow& b) {
  v.type("price_band", "Dollars per million tokens, by prompt length.");
  v.field("prompt_above", b.prompt_above, "applies to prompts longer than this")
      .required()
      .at_least(std::int64_t{0});
  const auto price = [&v](std::string_view key, Money& member, std::string_view doc) {
    v.field(key, member, doc).required().range(Money{}, Money::from_dollars(100'000));
  };
  price("input", b.input, "uncached input");
  price("cache_write_5m", b.cache_write_5m, "cache writes that live five minutes");
  price("cache_write_1h", b.cache_write_1h, "cache writes that live an hour");
  price("cache_read", b.cache_read, "cache reads");
  price("output", b.output, "output, thinking included");
}

void validate(const PriceBandRow& b, Problems& problems) {
  const auto exact = [&problems](Money price, std::string_view where) {
    if (price.picodollars() % 1'000'000 != 0) {
      problems.add(where, "has more than six digits after the point");
    }
  };
  exact(b.input, "/input");
  exact(b.cache_write_5m, "/cache_write_5m");
  exact(b.cache_write_1h, "/cache_write_1h");
  exact(b.cache_read, "/cache_read");
  exact(b.output, "/output");
}

void describe(Fields& v, ModelPriceRow& p) {
  v.type("price", "The token prices of some models.");
  v.field("models", p.models, "ids of the models").required().not_empty();
  describe_dates(v, p.dates);
  v.field("bands", p.bands, "prices by prompt length, the first for prompts above 0")
      .required()
      .not_empty();
  v.field("batch", p.batch_permille, "factor for batches").permille().required().positive();
  v.field("fast", p.fast_permille, "factor for fast mode; absent: there is none").permille();
  v.field("us", p.us_permille, "factor for inference in the US").permille().positive();
  describe_evidence(v, p.evidence);
}

void validate(const ModelPriceRow& p, Problems& problems) {
  if (!p.bands.empty() && p.bands.front().prompt_above != 0) {
    problems.add("/bands/0/prompt_above", "must be 0: the first band is for every prompt");
  }
  for (std::size_t i = 1; i < p.bands.size(); ++i) {
    if (p.bands[i].prompt_above > p.bands[i - 1].prompt_above) continue;
    problems.add("/bands/" + std::to_string(i) + "/prompt_above",
                 "must be above the band before it");
  }
}

void describe(Fields& v, ToolPriceRow& t) {
  v.type("tool_price", "What a tool costs beside its tokens.");
  v.field("name", t.name, "the tool").required();
  v.field("dollars", t.dollars, "price").required();
  v.field("unit", t.unit, "of what").required();
  describe_evidence(v, t.evidence);
}

void describe(Fields& v, ModelsFile& file) {
  v.type("models_file", "The models of the catalog.");
  describe_version(v, file.catalog, file.checked);
  v.field("models", file.models, "newest first").required().not_empty();
}

void describe(Fields& v, LimitsFile& file) {
  v.type("limits_file", "The limits of the catalog.");
  describe_version(v, file.catalog, file.checked);
  v.field("tiers", file.tiers, "the usage tiers").required().not_empty();
  v.field("limits", file.limits, "the Messages limits").required().not_empty();
  v.field("other", file.other, "limits that are shown and not simulated");
}

void describe(Fields& v, PricesFile& file) {
  v.type("prices_file", "The prices of the catalog.");
  describe_version(v, file.catalog, file.checked);
  v.field("prices", file.prices, "token prices").required();
  v.field("tools", file.tools, "prices of tools");
}

void validate(const ModelsFile& file, Problems& problems) {
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < file.models.size(); ++i) {
    std::vector<std::string> names = file.models[i].aliases;
    names.push_back(file.models[i].id);
    for (const std::string& one : names) {
      if (std::find(seen.begin(), seen.end(), one) != seen.end()) {
        problems.add("/models/" + std::to_string(i), in_quotes(one) + " names two models");
      }
      seen.push_back(one);
    }
  }
}

void validate(const PricesFile& file, Problems& problems) {
  for (std::size_t i = 0; i < file.prices.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const ModelPriceRow& a = file.prices[k];
      const ModelPriceRow& b = file.prices[i];
      const bool apart = (a.dates.until && *a.dates.until <= b.dates.from) ||
                         (b.dates.until && *b.dates.until <= a.dates.from);
      for (const std::string& model : b.models) {
        if (apart || std::find(a.models.begin(), a.models.end(), model) == a.models.end()) continue;
        problems.add("/prices/" + std::to_string(i) + "/from",
                     in_quotes(model) + " has another price row on the same days");
      }
    }
  }
}

}  // namespace sluice::scenario
