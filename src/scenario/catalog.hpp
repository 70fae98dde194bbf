// The dated catalog: what models, limits and prices were on which day. Embedded in the binary, or
// read from a folder of the same three files (models.json, limits.json, prices.json). Everything a
// scenario refers to by name comes from here.
//
//   SLUICE_TRY(Catalog catalog, load_catalog(std::nullopt));     // the embedded one
//   const ModelRow* model = catalog.model("sonnet-5.5");
//   Catalog then = catalog.as_of({2026, 5, 1});                  // only the rows in effect on that
//   day
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "base/error.hpp"
#include "policy/price_list.hpp"
#include "scenario/catalog_rows.hpp"
#include "scenario/named_limit.hpp"

namespace sluice::scenario {

struct Catalog {
  std::vector<ModelRow> models;
  std::vector<TierRow> tiers;
  std::vector<LimitRow> limits;
  std::vector<OtherLimitRow> other_limits;
  std::vector<ModelPriceRow> prices;
  std::vector<ToolPriceRow> tool_prices;
  CivilDate newest_date;  // the latest day on which one of the files was checked
  std::string digest;     // sha256 of the three files

  // By id or alias; nullptr if there is none.
  const ModelRow* model(std::string_view name) const noexcept;
  // The row in effect on that day.
  const TierRow* tier(std::string_view name, CivilDate date) const noexcept;
  // The row in effect on that day, of a model by its id; nullptr: unpriced.
  const ModelPriceRow* price(std::string_view model_id, CivilDate date) const noexcept;
  std::vector<std::string> model_names() const;  // ids and aliases
  std::vector<std::string> tier_names() const;   // once each, in the order of the file
  std::vector<std::string> group_names() const;  // once each
  // The last day on which a tier's rows still held, or `date` itself if they do then: a tier that
  // has ended can be named for ever. Nothing if the tier begins later.
  std::optional<CivilDate> date_within_tier(std::string_view name, CivilDate date) const noexcept;

  // Only the rows in effect on that day.
  Catalog as_of(CivilDate date) const;
};

// The limits of a row, in the order of LimitType.
NamedLimits limits_of(const LimitRow& row);

// All rows of one model's price as the price list wants them; empty: unpriced.
std::vector<PriceRow> price_rows(const Catalog& catalog, std::string_view model_id);
PriceBand price_band(const PriceBandRow& row) noexcept;

// `folder` empty: the embedded catalog. All errors of all files at once, with line and column.
Checked<Catalog> load_catalog(const std::optional<std::string>& folder);

struct CatalogTexts {
  std::string folder;  // for messages
  std::string models;
  std::string limits;
  std::string prices;
};
Checked<Catalog> parse_catalog(const CatalogTexts& texts);
// The three files as they are; `folder` empty: the embedded ones.
Checked<CatalogTexts> read_catalog(const std::optional<std::string>& folder);

}  // namespace sluice::scenario
