#include "scenario/catalog_check.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "scenario/findings.hpp"

namespace sluice::scenario {
namespace {

constexpr CivilDate kForever{9999, 1, 1};

CivilDate end_of(const DateRange& dates) { return dates.until.value_or(kForever); }
CivilDate end_of(const ModelRow& model) { return model.retired.value_or(kForever); }

std::string day_text(CivilDate date) { return date == kForever ? "now on" : date.text(); }

// One of the three files, and what is found in it.
class File {
 public:
  File(const std::string& text, const std::string& path)
      : root_(root_of(text, path)), decoder_(path) {}
  void add(const std::string& pointer, std::string message) {
    const describe::Value* node = describe::find_pointer(root_, pointer);
    // A missing member is at its row.
    std::string_view row = pointer;
    while (node == nullptr) {
      row = row.substr(0, row.rfind('/'));
      node = describe::find_pointer(root_, row);
    }
    decoder_.fail(*node, pointer, std::move(message));
  }
  Errors take() && { return std::move(decoder_).take(); }

 private:
  static describe::Value root_of(const std::string& text, const std::string& path) {
    auto root = describe::parse_json(text, path);
    SLUICE_CHECK(root.has_value());  // it has been decoded
    return *std::move(root);
  }
  describe::Value root_;
  describe::Decoder decoder_;
};

struct Span {
  DateRange dates;
  std::string pointer;  // of its row
};

bool by_date(const Span& a, const Span& b) { return a.dates.from < b.dates.from; }

class Check {
 public:
  Check(const CatalogTexts& texts, const Catalog& catalog)
      : catalog_(catalog),
        models_(texts.models, texts.folder + "/models.json"),
        limits_(texts.limits, texts.folder + "/limits.json"),
        prices_(texts.prices, texts.folder + "/prices.json") {}

  Errors run() && {
    for (std::size_t i = 0; i < catalog_.models.size(); ++i) model(catalog_.models[i], i);
    tiers();
    for (std::size_t i = 0; i < catalog_.limits.size(); ++i) limit_row(catalog_.limits[i], i);
    for (std::size_t i = 0; i < catalog_.prices.size(); ++i) price_row(catalog_.prices[i], i);
    for (std::size_t i = 0; i < catalog_.other_limits.size(); ++i) {
      dated(limits_, at("/other", i), catalog_.other_limits[i].evidence);
    }
    for (std::size_t i = 0; i < catalog_.tool_prices.size(); ++i) {
      dated(prices_, at("/tools", i), catalog_.tool_prices[i].evidence);
    }
    Errors all = std::move(models_).take();
    for (File* file : {&limits_, &prices_}) {
      Errors more = std::move(*file).take();
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }

 private:
  // "page, 2026-08-21" or "page, 2026-10": of what was read on a page. A guess has read nothing.
  static void dated(File& file, const std::string& row, const Evidence& evidence) {
    if (evidence.confidence == Confidence::kGuess) return;
    const std::string& source = evidence.source;
    for (std::size_t i = source.find("20"); i != std::string::npos; i = source.find("20", i + 1)) {
      const bool is_year = i + 7 <= source.size() && source[i + 4] == '-';
      if (is_year && CivilDate::parse(source.substr(i, 7) + "-01")) return;
    }
    file.add(row + "/source", in_quotes(source) +
                                  " does not say when it was read: add the day, as "
                                  "\", 2026-08-21\"");
  }

  static void range(File& file, const std::string& row, const DateRange& dates) {
    if (!dates.until || dates.from < *dates.until) return;
    file.add(row + "/until", "is not after `from`, " + dates.from.text());
  }

  // The days of [from, until) for which there is a row; every missing stretch is a finding.
  static void holes(File& file, std::vector<Span> spans, CivilDate from, CivilDate until,
                    const std::string& what) {
    std::sort(spans.begin(), spans.end(), by_date);
    CivilDate covered = from;
    for (const Span& span : spans) {
      const CivilDate begins = std::min(span.dates.from, until);
      if (begins > covered) {
        file.add(span.pointer + "/from", what + " from " + covered.text() + " to " + begins.text());
      }
      covered = std::max(covered, end_of(span.dates));
    }
    if (covered >= until || spans.empty()) return;
    file.add(spans.back().pointer + "/until",
             what + " from " + covered.text() + " to " + day_text(until));
  }

  static void overlaps(File& file, std::vector<Span> spans, const std::string& what) {
    std::sort(spans.begin(), spans.end(), by_date);
    for (std::size_t i = 1; i < spans.size(); ++i) {
      if (spans[i].dates.from >= end_of(spans[i - 1].dates)) continue;
      file.add(spans[i].pointer + "/from", what + " has another row on the same days");
    }
  }

  std::vector<Span> price_spans(const std::string& id) const {
    std::vector<Span> spans;
    for (std::size_t i = 0; i < catalog_.prices.size(); ++i) {
      const ModelPriceRow& row = catalog_.prices[i];
      if (std::find(row.models.begin(), row.models.end(), id) == row.models.end()) continue;
      spans.push_back({row.dates, at("/prices", i)});
    }
    return spans;
  }

  std::vector<Span> limit_spans(const std::string& tier, const std::string& group) const {
    std::vector<Span> spans;
    for (std::size_t i = 0; i < catalog_.limits.size(); ++i) {
      const LimitRow& row = catalog_.limits[i];
      const bool its = std::find(row.groups.begin(), row.groups.end(), group) != row.groups.end();
      if (its && row.tier == tier) spans.push_back({row.dates, at("/limits", i)});
    }
    return spans;
  }

  static bool is_unpublished(const ModelRow& model) {
    return model.evidence.note.find("not published") != std::string::npos;
  }

  // Prices before the catalog's first are history that nobody has written down.
  CivilDate first_price() const {
    CivilDate first = kForever;
    for (const ModelPriceRow& row : catalog_.prices) first = std::min(first, row.dates.from);
    return first;
  }

  void model(const ModelRow& model, std::size_t index) {
    const std::string row = at("/models", index);
    dated(models_, row, model.evidence);
    if (model.cache_minimum <= 0) models_.add(row + "/cache_minimum", "must be above 0");
    if (model.service_source.empty()) {
      models_.add(row + "/service_source", "must say where the service times come from");
    }
    if (model.retired && *model.retired <= model.released) {
      models_.add(row + "/retired", "is not after `released`, " + model.released.text());
    }
    const std::vector<Span> spans = price_spans(model.id);
    if (spans.empty()) {
      if (!is_unpublished(model)) models_.add(row, model.id + " has no price in prices.json");
      return;
    }
    holes(prices_, spans, std::max(model.released, first_price()), end_of(model),
          model.id + " has no price");
  }

  void tiers() {
    std::map<std::string, std::vector<Span>> by_tier;
    for (std::size_t i = 0; i < catalog_.tiers.size(); ++i) {
      const TierRow& row = catalog_.tiers[i];
      dated(limits_, at("/tiers", i), row.evidence);
      range(limits_, at("/tiers", i), row.dates);
      by_tier[row.tier].push_back({row.dates, at("/tiers", i)});
    }
    for (auto& [tier, spans] : by_tier) {
      std::sort(spans.begin(), spans.end(), by_date);
      overlaps(limits_, spans, "tier " + tier);
      const DateRange whole{spans.front().dates.from, spans.back().dates.until};
      holes(limits_, spans, whole.from, end_of(whole), "tier " + tier + " has no row");
      for (const std::string& group : catalog_.group_names()) {
        tier_and_group(tier, whole, spans.back().pointer, group);
      }
    }
  }

  // Of tiers that have ended nothing is asked but that their rows follow one another.
  void tier_and_group(const std::string& tier, const DateRange& whole, const std::string& row,
                      const std::string& group) {
    const std::string what = "tier " + tier + ", group " + group;
    std::vector<Span> spans = limit_spans(tier, group);
    std::sort(spans.begin(), spans.end(), by_date);
    overlaps(limits_, spans, what);
    DateRange needed{kForever, CivilDate{}};
    for (const ModelRow& model : catalog_.models) {
      if (model.group != group) continue;
      if (is_unpublished(model)) return;
      needed.from = std::min(needed.from, model.released);
      needed.until = std::max(*needed.until, end_of(model));
    }
    const bool is_current = whole.covers(catalog_.newest_date);
    if (!is_current && spans.empty()) return;
    if (!is_current) needed = {spans.front().dates.from, end_of(spans.back().dates)};
    const CivilDate from = std::max(needed.from, whole.from);
    const CivilDate until = std::min(*needed.until, end_of(whole));
    if (from >= until) return;
    if (spans.empty()) {
      limits_.add(row, what +
                           " has no limits: add a row to `limits`, or \"not published\" to the "
                           "note of a model of the group");
    } else {
      holes(limits_, spans, from, until, what + " has no limits");
    }
  }

  void limit_row(const LimitRow& row, std::size_t index) {
    const std::string pointer = at("/limits", index);
    dated(limits_, pointer, row.evidence);
    range(limits_, pointer, row.dates);
    const std::vector<std::string> groups = catalog_.group_names();
    for (std::size_t i = 0; i < row.groups.size(); ++i) {
      const bool is_noted = !row.evidence.note.empty();
      if (is_noted || std::find(groups.begin(), groups.end(), row.groups[i]) != groups.end())
        continue;
      limits_.add(at(pointer + "/groups", i), in_quotes(row.groups[i]) +
                                                  " is the group of no model in models.json" +
                                                  suggestion(row.groups[i], groups));
    }
    const auto given = limits_of(row);
    if (given.empty()) limits_.add(pointer, "gives no limit at all");
  }

  void price_row(const ModelPriceRow& row, std::size_t index) {
    const std::string pointer = at("/prices", index);
    dated(prices_, pointer, row.evidence);
    range(prices_, pointer, row.dates);
    const auto is_noted = [&row](std::string_view what) {
      return row.evidence.note.find(what) != std::string::npos;
    };
    for (std::size_t i = 0; i < row.bands.size(); ++i) {
      const std::string band = at(pointer + "/bands", i);
      const PriceBandRow& prices = row.bands[i];
      if (!is_noted("cache write")) {
        ratio(prices.cache_write_5m, prices.input, {5, 4, "1.25", "cache write"},
              band + "/cache_write_5m");
        ratio(prices.cache_write_1h, prices.input, {2, 1, "2", "cache write"},
              band + "/cache_write_1h");
      }
      if (!is_noted("cache read")) {
        ratio(prices.cache_read, prices.input, {1, 10, "0.1", "cache read"}, band + "/cache_read");
      }
      if (prices.output < prices.input) prices_.add(band + "/output", "is less than the input");
      if (i > 0 && prices.input < row.bands[i - 1].input) {
        prices_.add(band + "/input", "is less than that of shorter prompts");
      }
    }
    if (!is_noted("batch") && row.batch_permille != 500) {
      prices_.add(pointer + "/batch",
                  "is not 0.5: if that is so, say \"batch\" in `note`, and why");
    }
  }

  struct Ratio {
    std::int64_t numerator;
    std::int64_t denominator;
    const char* text;
    const char* note;
  };

  // Prices are published in whole cents, so that a small one may be a cent off or a little more.
  void ratio(Money price, Money input, Ratio ratio, const std::string& pointer) {
    constexpr int128 kCent = 10'000'000'000;
    const int128 expected = input.picodollars() * ratio.numerator / ratio.denominator;
    const int128 off = price.picodollars() - expected;
    if (off == 0 || (expected % kCent != 0 && off < 2 * kCent && off > -2 * kCent)) return;
    prices_.add(pointer, "is $" + price.exact() + ", but " + ratio.text + " x the input is $" +
                             Money::from_picodollars(expected).exact() + ": if that is so, say \"" +
                             std::string{ratio.note} + "\" in `note`, and why");
  }

  const Catalog& catalog_;
  File models_;
  File limits_;
  File prices_;
};

}  // namespace

Errors check_catalog(const CatalogTexts& texts, const Catalog& catalog) {
  return Check(texts, catalog).run();
}

}  // namespace sluice::scenario
