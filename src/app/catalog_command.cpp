#include "app/catalog_command.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "app/load_arguments.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "scenario/catalog.hpp"
#include "scenario/catalog_check.hpp"
#include "scenario/catalog_diff.hpp"
#include "scenario/catalog_text.hpp"
#include "scenario/price_tables.hpp"

namespace sluice::app {
namespace {

constexpr const char* kEmbedded = "embedded";

std::optional<std::string> folder_of(const std::string& name) {
  return name == kEmbedded ? std::nullopt : std::optional(name);
}

std::string summary_of(const scenario::Catalog& catalog) {
  return fmt::format("{}, {}, {}, {}", counted(catalog.models.size(), "model"),
                     counted(catalog.tiers.size(), "tier row"),
                     counted(catalog.limits.size(), "limit row"),
                     counted(catalog.prices.size(), "price row"));
}

std::string text_of(const scenario::PriceComparison& made) {
  if (!made.why_not.empty()) return fmt::format("{}: not compared: {}\n", made.table, made.why_not);
  std::string text = fmt::format(
      "{}: {} of {}, {}\n", made.table, counted(made.prices, "price"),
      counted(made.models, "model"),
      made.differences.empty() ? "all the same" : counted(made.differences.size(), "difference"));
  for (const Error& difference : made.differences) text += "  " + difference.text() + "\n";
  return text;
}

}  // namespace

Exit catalog(const CatalogArguments& arguments) {
  const auto catalog = scenario::load_catalog(arguments.catalog);
  if (!catalog) return report(catalog.error());
  CivilDate date = catalog->newest_date;
  if (arguments.as_of) {
    const auto time = UnixTime::parse(*arguments.as_of);
    if (!time) {
      return report(Error{.where = "--as-of",
                          .message = "\"" + *arguments.as_of + "\" is not a date like 2026-05-01"});
    }
    date = time->date();
  }
  const scenario::Catalog then = catalog->as_of(date);
  if (then.models.empty() || then.limits.empty()) {
    return report(Error{.where = "--as-of",
                        .message = "the catalog does not reach back to " + *arguments.as_of});
  }
  return print(stdout, scenario::catalog_text(*catalog, date)) ? Exit::kOk : Exit::kFailure;
}

Exit catalog_diff(const CatalogDiffArguments& arguments) {
  const auto before = scenario::load_catalog(folder_of(arguments.before));
  const auto after = scenario::load_catalog(folder_of(arguments.after));
  if (!before) return report(before.error());
  if (!after) return report(after.error());
  std::string text =
      fmt::format("{} (checked {}) -> {} (checked {})\n", arguments.before,
                  before->newest_date.text(), arguments.after, after->newest_date.text());
  const std::string differences = scenario::catalog_diff_text(*before, *after);
  text += differences.empty() ? "no row differs\n" : differences;
  return print(stdout, text) ? Exit::kOk : Exit::kFailure;
}

Exit catalog_check(const CatalogCheckArguments& arguments) {
  const auto texts = scenario::read_catalog(folder_of(arguments.catalog));
  if (!texts) return report(texts.error());
  const auto catalog = scenario::parse_catalog(*texts);
  if (!catalog) return report(catalog.error());
  const Errors findings = scenario::check_catalog(*texts, *catalog);
  std::string text;
  for (const Error& finding : findings) text += finding.text() + "\n";
  const std::int64_t age = days_from_civil(today()) - days_from_civil(catalog->newest_date);
  const std::string when =
      age < 0 ? "in " + counted(-age, "day") + ", still to come" : counted(age, "day") + " ago";
  text += fmt::format("{}: {}, checked {} ({}): {}\n", texts->folder, summary_of(*catalog),
                      catalog->newest_date.text(), when,
                      findings.empty() ? "nothing wrong" : counted(findings.size(), "finding"));
  const bool is_asked = !arguments.node_modules.empty();
  const std::string folder = is_asked ? arguments.node_modules : "node_modules";
  std::error_code none;
  if (!is_asked && !std::filesystem::is_directory(folder, none)) {
    text +=
        "prices of others: not compared: there is no node_modules here; docs/catalog.md says "
        "how to get them\n";
  } else {
    for (const auto& made : scenario::compare_price_tables(folder, *texts, *catalog)) {
      text += text_of(made);
    }
  }
  if (!print(stdout, text)) return Exit::kFailure;
  return findings.empty() ? Exit::kOk : Exit::kExpectation;
}

}  // namespace sluice::app
