#include "scenario/price_tables.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.hpp"
#include "base/text.hpp"
#include "describe/decoder.hpp"
#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "scenario/findings.hpp"
#include "scenario/read_file.hpp"
#include "scenario/script_literal.hpp"

namespace sluice::scenario {
namespace {

using describe::Value;
using Kind = Value::Kind;

// As our own rows name them; empty: the table does not say.
struct Prices {
  std::optional<Money> input;
  std::optional<Money> cache_write_5m;
  std::optional<Money> cache_write_1h;
  std::optional<Money> cache_read;
  std::optional<Money> output;
};

// A table of prices that can be asked for a model by its names.
using Lookup = std::optional<Prices> (*)(const Value& table, const std::vector<std::string>& names,
                                         CivilDate date);

struct Package {
  std::string_view name;
  std::array<std::string_view, 2> files;  // the first that is there
  std::array<std::string_view, 2> marks;  // what stands at the beginning of the table, or in it
  bool mark_is_inside;                    // of the object whose brace precedes it
  Lookup lookup;
};

std::string_view text_at(const Value& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->is(Kind::kString) ? std::string_view{value->as_string()} : "";
}

// A number, or {"base": number, "tiers": ...} of which the shortest prompts' counts.
std::optional<Money> money_at(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  if (value != nullptr && value->is(Kind::kObject)) value = value->find("base");
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const Result<Money> money = Money::from_decimal(value->number_text());
  return money ? std::optional(*money) : std::nullopt;
}

// ---- @pydantic/genai-prices: models with rules that say whether a name is theirs

bool is_matched(const Value& rule, std::string_view name) {
  for (const auto& [kind, value] : rule.members()) {
    if (value.is(Kind::kArray)) {
      const auto holds = [name](const Value& one) {
        return one.is(Kind::kObject) && is_matched(one, name);
      };
      if (kind == "or") return std::any_of(value.items().begin(), value.items().end(), holds);
      if (kind == "and") return std::all_of(value.items().begin(), value.items().end(), holds);
    }
    if (!value.is(Kind::kString)) return false;
    const std::string& text = value.as_string();
    if (kind == "equals") return name == text;
    if (kind == "starts_with") return name.starts_with(text);
    if (kind == "ends_with") return name.ends_with(text);
    if (kind == "contains") return name.find(text) != std::string_view::npos;
  }
  return false;  // a regular expression: those stand beside plain rules
}

// Of a list of prices the last that has begun.
const Value* prices_on(const Value& prices, CivilDate date) {
  if (prices.is(Kind::kObject)) return &prices;
  if (!prices.is(Kind::kArray)) return nullptr;
  const Value* last = nullptr;
  for (const Value& entry : prices.items()) {
    const Value* const constraint = entry.find("constraint");
    const std::string_view from = constraint == nullptr ? "" : text_at(*constraint, "start_date");
    const Result<CivilDate> begins = CivilDate::parse(from);
    const bool holds = constraint == nullptr || (begins && *begins <= date);
    if (holds && entry.find("prices") != nullptr) last = entry.find("prices");
  }
  return last;
}

std::optional<Prices> in_genai_prices(const Value& table, const std::vector<std::string>& names,
                                      CivilDate date) {
  const Value* const models = table.find("models");
  if (models == nullptr || !models->is(Kind::kArray)) return std::nullopt;
  for (const Value& model : models->items()) {
    const Value* const rule = model.find("match");
    const Value* const prices = model.find("prices");
    if (rule == nullptr || !rule->is(Kind::kObject) || prices == nullptr) continue;
    const auto its = [rule](const std::string& name) { return is_matched(*rule, name); };
    if (std::none_of(names.begin(), names.end(), its)) continue;
    const Value* const now = prices_on(*prices, date);
    if (now == nullptr) return std::nullopt;
    return Prices{.input = money_at(*now, "input_mtok"),
                  .cache_write_5m = money_at(*now, "cache_write_mtok"),
                  .cache_write_1h = money_at(*now, "cache_write_1h_mtok"),
                  .cache_read = money_at(*now, "cache_read_mtok"),
                  .output = money_at(*now, "output_mtok")};
  }
  return std::nullopt;
}

// ---- @earendil-works/pi-ai: models by id

std::optional<Prices> in_pi_ai(const Value& table, const std::vector<std::string>& names,
                               CivilDate) {
  for (const std::string& name : names) {
    const Value* const model = table.find(name);
    const Value* const cost = model == nullptr ? nullptr : model->find("cost");
    if (cost == nullptr) continue;
    return Prices{.input = money_at(*cost, "input"),
                  .cache_write_5m = money_at(*cost, "cacheWrite"),
                  .cache_write_1h = std::nullopt,
                  .cache_read = money_at(*cost, "cacheRead"),
                  .output = money_at(*cost, "output")};
  }
  return std::nullopt;
}

constexpr std::array<Package, 2> kPackages{{
    {.name = "@pydantic/genai-prices",
     .files = {"dist/index.js", "dist/index.cjs"},
     .marks = {"id: \"anthropic\"", "id:\"anthropic\""},
     .mark_is_inside = true,
     .lookup = in_genai_prices},
    {.name = "@earendil-works/pi-ai",
     .files = {"dist/models.generated.js", "dist/models.js"},
     .marks = {"\"anthropic\": {", "anthropic:{"},
     .mark_is_inside = false,
     .lookup = in_pi_ai},
}};

Result<Value> table_of(const Package& package, const std::string& folder) {
  Result<std::string> text = io_error("", "");
  for (const std::string_view file : package.files) {
    if (!text) text = read_file(folder + "/" + std::string{file});
  }
  if (!text) return tl::unexpected(text.error());
  for (const std::string_view mark : package.marks) {
    const std::size_t found = text->find(mark);
    if (found == std::string::npos) continue;
    const std::size_t brace =
        package.mark_is_inside ? text->rfind('{', found) : found + mark.size() - 1;
    if (brace == std::string::npos) continue;
    if (auto table = script_literal(*text, brace)) return *std::move(table);
  }
  return invalid(folder, "has no table of Anthropic's prices where this program knows it");
}

std::string version_of(const std::string& folder) {
  const Checked<Value> package = describe::read_json(folder + "/package.json");
  return package ? std::string{text_at(*package, "version")} : "";
}

std::vector<std::string> names_of(const ModelRow& model) {
  std::vector<std::string> names{model.id};
  for (const std::string& alias : model.aliases) {
    if (alias.starts_with("claude-")) names.push_back(alias);
  }
  return names;
}

class Comparison {
 public:
  Comparison(PriceComparison& made, const CatalogTexts& texts, const Catalog& catalog)
      : made_(made),
        catalog_(catalog),
        decoder_(texts.folder + "/prices.json"),
        root_(describe::parse_json(texts.prices, "")) {
    SLUICE_CHECK(root_.has_value());  // it has been decoded
  }

  void run(const Package& package, const Value& table) {
    const CivilDate date = catalog_.newest_date;
    for (const ModelRow& model : catalog_.models) {
      const ModelPriceRow* const row = catalog_.price(model.id, date);
      if (row == nullptr || (model.retired && *model.retired <= date)) continue;
      const std::optional<Prices> theirs = package.lookup(table, names_of(model), date);
      if (!theirs) continue;
      ++made_.models;
      const PriceBandRow& ours = row->bands.front();
      const std::string band =
          at("/prices", static_cast<std::size_t>(row - catalog_.prices.data()), "/bands/0");
      compare(model.id, band + "/input", ours.input, theirs->input);
      compare(model.id, band + "/cache_write_5m", ours.cache_write_5m, theirs->cache_write_5m);
      compare(model.id, band + "/cache_write_1h", ours.cache_write_1h, theirs->cache_write_1h);
      compare(model.id, band + "/cache_read", ours.cache_read, theirs->cache_read);
      compare(model.id, band + "/output", ours.output, theirs->output);
    }
    made_.differences = std::move(decoder_).take();
  }

 private:
  void compare(const std::string& model, const std::string& pointer, Money ours,
               std::optional<Money> theirs) {
    if (!theirs) return;
    ++made_.prices;
    if (*theirs == ours) return;
    decoder_.fail(*describe::find_pointer(*root_, pointer), pointer,
                  "is $" + ours.exact() + " for " + model + ", $" + theirs->exact() + " there");
  }

  PriceComparison& made_;
  const Catalog& catalog_;
  describe::Decoder decoder_;
  Checked<Value> root_;
};

}  // namespace

std::vector<PriceComparison> compare_price_tables(const std::string& folder,
                                                  const CatalogTexts& texts,
                                                  const Catalog& catalog) {
  std::vector<PriceComparison> all;
  for (const Package& package : kPackages) {
    const std::string place = folder + "/" + std::string{package.name};
    PriceComparison made;
    made.table = std::string{package.name} + " " + version_of(place);
    if (const Result<Value> table = table_of(package, place)) {
      Comparison(made, texts, catalog).run(package, *table);
    } else {
      made.table = package.name;
      made.why_not = table.error().text();
    }
    all.push_back(std::move(made));
  }
  return all;
}

}  // namespace sluice::scenario
