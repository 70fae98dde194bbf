#include "scenario/tier_limits.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sluice::scenario {
namespace {

// The tiers of that day, for messages.
std::vector<std::string> tiers_on(const Catalog& catalog, CivilDate date) {
  std::vector<std::string> names;
  for (const TierRow& row : catalog.tiers) {
    if (row.dates.covers(date)) names.push_back(row.tier);
  }
  return names;
}

std::string unknown_tier(const Catalog& catalog, const std::string& tier) {
  std::vector<std::string> names = catalog.tier_names();
  names.emplace_back(kCustomTier);
  return in_quotes(tier) + " is not one of " + join(names) + suggestion(tier, names);
}

std::string not_yet(const Catalog& catalog, const std::string& tier, CivilDate date) {
  CivilDate first = {9999, 1, 1};
  CivilDate first_of_all = first;
  for (const TierRow& row : catalog.tiers) {
    if (row.tier == tier) first = std::min(first, row.dates.from);
    first_of_all = std::min(first_of_all, row.dates.from);
  }
  const std::vector<std::string> others = tiers_on(catalog, date);
  std::string text =
      in_quotes(tier) + " begins on " + first.text() + ", after the start on " + date.text();
  if (others.empty()) {
    return text + ": the catalog's limits begin on " + first_of_all.text();
  }
  return text + ": the tiers of that day are " + join(others);
}

}  // namespace

std::optional<TierLimits> TierLimits::find(Resolution& r, const std::string& tier, CivilDate date,
                                           const std::string& pointer) {
  if (tier == kCustomTier) return std::nullopt;
  const std::vector<std::string> names = r.catalog.tier_names();
  if (std::find(names.begin(), names.end(), tier) == names.end()) {
    r.findings.error(pointer, unknown_tier(r.catalog, tier));
    return std::nullopt;
  }
  const std::optional<CivilDate> within = r.catalog.date_within_tier(tier, date);
  if (!within) {
    r.findings.error(pointer, not_yet(r.catalog, tier, date));
    return std::nullopt;
  }
  if (*within != date) {
    r.guess("tier " + tier + " ended before " + date.text() + ": its numbers of " + within->text() +
            " are used");
  }
  return TierLimits{r.catalog, r.catalog.tier(tier, *within), *within};
}

const LimitRow* TierLimits::row_of(std::string_view group) const {
  for (const LimitRow& row : catalog_->limits) {
    const bool its = std::find(row.groups.begin(), row.groups.end(), group) != row.groups.end();
    if (its && row.tier == row_->tier && row.dates.covers(date_)) return &row;
  }
  return nullptr;
}

NamedLimits TierLimits::of_group(std::string_view group) const {
  const LimitRow* row = row_of(group);
  return row == nullptr ? NamedLimits{} : limits_of(*row);
}

void TierLimits::note_guesses(Resolution& r, std::string_view group) const {
  const LimitRow* row = row_of(group);
  if (row == nullptr || row->evidence.confidence != Confidence::kGuess) return;
  r.guess("limits of " + std::string{group} + " in tier " + row_->tier + " are a guess (" +
          row->evidence.source + ")");
}

}  // namespace sluice::scenario
