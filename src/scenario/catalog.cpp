#include "scenario/catalog.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "describe/describe.hpp"
#include "scenario/embedded_catalog.hpp"
#include "scenario/read_file.hpp"

namespace sluice::scenario {
namespace {

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void add_once(std::vector<std::string>& all, const std::string& one) {
  if (!contains(all, one)) all.push_back(one);
}

void append(Errors& errors, Errors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

std::int64_t at_midnight(CivilDate date) { return UnixTime::midnight(date).nanoseconds; }

// What the files say about each other: every priced model and every limited group is one that
// exists.
Errors check_references(const Catalog& catalog, const std::string& folder) {
  Errors errors;
  std::vector<std::string> ids;
  for (const ModelRow& model : catalog.models) ids.push_back(model.id);
  for (std::size_t i = 0; i < catalog.prices.size(); ++i) {
    for (const std::string& id : catalog.prices[i].models) {
      if (contains(ids, id)) continue;
      errors.push_back(
          {ErrorCode::kInvalidInput,
           folder + "/prices.json: /prices/" + std::to_string(i) + "/models",
           in_quotes(id) + " is not the id of a model in models.json" + suggestion(id, ids)});
    }
  }
  const std::vector<std::string> tiers = catalog.tier_names();
  for (std::size_t i = 0; i < catalog.limits.size(); ++i) {
    const std::string& tier = catalog.limits[i].tier;
    if (contains(tiers, tier)) continue;
    errors.push_back({ErrorCode::kInvalidInput,
                      folder + "/limits.json: /limits/" + std::to_string(i) + "/tier",
                      in_quotes(tier) + " is not one of " + join(tiers) + suggestion(tier, tiers)});
  }
  return errors;
}

template <class Row>
std::vector<Row> in_effect(const std::vector<Row>& rows, CivilDate date) {
  std::vector<Row> kept;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
               [date](const Row& row) { return row.dates.covers(date); });
  return kept;
}

}  // namespace

const ModelRow* Catalog::model(std::string_view name) const noexcept {
  for (const ModelRow& row : models) {
    if (row.id == name || contains(row.aliases, name)) return &row;
  }
  return nullptr;
}

const ModelPriceRow* Catalog::price(std::string_view model_id, CivilDate date) const noexcept {
  const ModelPriceRow* last = nullptr;
  for (const ModelPriceRow& row : prices) {
    const bool its = std::find(row.models.begin(), row.models.end(), model_id) != row.models.end();
    if (its && row.dates.covers(date)) last = &row;
  }
  return last;
}

const TierRow* Catalog::tier(std::string_view name, CivilDate date) const noexcept {
  for (const TierRow& row : tiers) {
    if (row.tier == name && row.dates.covers(date)) return &row;
  }
  return nullptr;
}

std::vector<std::string> Catalog::model_names() const {
  std::vector<std::string> names;
  for (const ModelRow& row : models) {
    names.push_back(row.id);
    names.insert(names.end(), row.aliases.begin(), row.aliases.end());
  }
  return names;
}

std::vector<std::string> Catalog::tier_names() const {
  std::vector<std::string> names;
  for (const TierRow& row : tiers) add_once(names, row.tier);
  return names;
}

std::vector<std::string> Catalog::group_names() const {
  std::vector<std::string> names;
  for (const ModelRow& row : models) add_once(names, row.group);
  return names;
}

std::optional<CivilDate> Catalog::date_within_tier(std::string_view name,
                                                   CivilDate date) const noexcept {
  std::optional<CivilDate> last;
  for (const TierRow& row : tiers) {
    if (row.tier != name) continue;
    if (row.dates.covers(date)) return date;
    if (!row.dates.until || *row.dates.until > date) continue;  // begins later
    const CivilDate end = civil_from_days(days_from_civil(*row.dates.until) - 1);
    if (!last || end > *last) last = end;
  }
  return last;
}

Catalog Catalog::as_of(CivilDate date) const {
  Catalog then;
  std::copy_if(models.begin(), models.end(), std::back_inserter(then.models),
               [date](const ModelRow& row) {
                 return row.released <= date && (!row.retired || date < *row.retired);
               });
  then.tiers = in_effect(tiers, date);
  then.limits = in_effect(limits, date);
  then.other_limits = in_effect(other_limits, date);
  then.prices = in_effect(prices, date);
  then.tool_prices = tool_prices;
  then.newest_date = newest_date;
  then.digest = digest;
  return then;
}

NamedLimits limits_of(const LimitRow& row) {
  NamedLimits all;
  const auto add = [&all](LimitType type, const std::optional<std::int64_t>& limit) {
    if (limit) all.push_back({type, *limit});
  };
  add(LimitType::kRequestsPerMinute, row.requests_per_minute);
  add(LimitType::kInputTokensPerMinuteCacheAware, row.input_tokens_per_minute_cache_aware);
  add(LimitType::kInputTokensPerMinute, row.input_tokens_per_minute);
  add(LimitType::kOutputTokensPerMinute, row.output_tokens_per_minute);
  add(LimitType::kFastInputTokensPerMinuteCacheAware, row.fast_itpmca);
  add(LimitType::kFastOutputTokensPerMinute, row.fast_otpm);
  return all;
}

PriceBand price_band(const PriceBandRow& row) noexcept {
  // $1 per million tokens is 10^6 picodollars a token; validation has seen to it that nothing is
  // lost.
  const auto per_token = [](Money per_million) {
    return static_cast<std::int64_t>(per_million.picodollars() / 1'000'000);
  };
  PriceBand band{.prompt_above = row.prompt_above};
  band.per_token[static_cast<std::size_t>(CostCategory::kInput)] = per_token(row.input);
  band.per_token[static_cast<std::size_t>(CostCategory::kWrite5m)] = per_token(row.cache_write_5m);
  band.per_token[static_cast<std::size_t>(CostCategory::kWrite1h)] = per_token(row.cache_write_1h);
  band.per_token[static_cast<std::size_t>(CostCategory::kCacheRead)] = per_token(row.cache_read);
  band.per_token[static_cast<std::size_t>(CostCategory::kOutput)] = per_token(row.output);
  return band;
}

std::vector<PriceRow> price_rows(const Catalog& catalog, std::string_view model_id) {
  std::vector<PriceRow> rows;
  for (const ModelPriceRow& row : catalog.prices) {
    if (!contains(row.models, model_id)) continue;
    PriceRow price;
    price.effective_from_ns = at_midnight(row.dates.from);
    if (row.dates.until) price.effective_until_ns = at_midnight(*row.dates.until);
    for (const PriceBandRow& band : row.bands) price.bands.push_back(price_band(band));
    price.batch_permille = row.batch_permille;
    price.fast_permille = row.fast_permille;
    price.us_permille = row.us_permille;
    rows.push_back(std::move(price));
  }
  return rows;
}

Checked<Catalog> parse_catalog(const CatalogTexts& texts) {
  const std::string& folder = texts.folder;
  auto models = describe::decode_text<ModelsFile>(texts.models, folder + "/models.json");
  auto limits = describe::decode_text<LimitsFile>(texts.limits, folder + "/limits.json");
  auto prices = describe::decode_text<PricesFile>(texts.prices, folder + "/prices.json");
  Errors errors;
  if (!models) append(errors, std::move(models).error());
  if (!limits) append(errors, std::move(limits).error());
  if (!prices) append(errors, std::move(prices).error());
  if (!errors.empty()) return tl::unexpected(std::move(errors));

  Catalog catalog{.models = std::move(models->models),
                  .tiers = std::move(limits->tiers),
                  .limits = std::move(limits->limits),
                  .other_limits = std::move(limits->other),
                  .prices = std::move(prices->prices),
                  .tool_prices = std::move(prices->tools),
                  .newest_date = std::max({models->checked, limits->checked, prices->checked}),
                  .digest = {}};
  std::string all;
  for (const std::string* text : {&texts.models, &texts.limits, &texts.prices}) {
    all += std::to_string(text->size()) + "\n" + *text;
  }
  catalog.digest = sha256_hex(all);
  errors = check_references(catalog, folder);
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return catalog;
}

Checked<CatalogTexts> read_catalog(const std::optional<std::string>& folder) {
  if (folder) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(*folder, ignored)) {
      return tl::unexpected(Errors{invalid_input(
          *folder, "is no folder; a catalog is one of models.json, limits.json and prices.json")});
    }
    auto models = read_file(*folder + "/models.json");
    auto limits = read_file(*folder + "/limits.json");
    auto prices = read_file(*folder + "/prices.json");
    Errors errors;
    for (const auto* file : {&models, &limits, &prices}) {
      if (!*file) errors.push_back(file->error());
    }
    if (!errors.empty()) return tl::unexpected(std::move(errors));
    return CatalogTexts{*folder, std::move(*models), std::move(*limits), std::move(*prices)};
  }
  CatalogTexts texts{.folder = "catalog", .models = {}, .limits = {}, .prices = {}};
  for (const EmbeddedFile& file : embedded_catalog()) {
    if (file.name == "models.json") texts.models = file.text;
    if (file.name == "limits.json") texts.limits = file.text;
    if (file.name == "prices.json") texts.prices = file.text;
  }
  return texts;
}

Checked<Catalog> load_catalog(const std::optional<std::string>& folder) {
  SLUICE_TRY(const CatalogTexts texts, read_catalog(folder));
  return parse_catalog(texts);
}

}  // namespace sluice::scenario
