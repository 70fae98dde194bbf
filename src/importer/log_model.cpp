#include "importer/log_model.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/ascii.hpp"

namespace sluice::importer {
namespace {

using scenario::Catalog;
using scenario::ModelRow;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_digit);
}

void cut_from(std::string& name, std::string_view mark) {
  if (const auto at = name.find(mark); at != std::string::npos) name.resize(at);
}

// "-v1:0", "-v2" of Bedrock.
void cut_version(std::string& name) {
  cut_from(name, ":");
  const auto at = name.rfind("-v");
  if (at != std::string::npos && is_digits(std::string_view(name).substr(at + 2))) name.resize(at);
}

// "-20250929", "-latest".
void cut_date(std::string& name) {
  const auto at = name.rfind('-');
  if (at == std::string::npos) return;
  const std::string_view last = std::string_view(name).substr(at + 1);
  if (last == "latest" || (last.size() == 8 && is_digits(last))) name.resize(at);
}

// What a platform puts before the model's own name: a path, and "us.anthropic.".
std::string own_name(std::string_view name) {
  std::string own(name.substr(name.rfind('/') + 1));
  std::transform(own.begin(), own.end(), own.begin(), ascii::lower);
  constexpr std::string_view kMaker = "anthropic.";
  if (const auto at = own.find(kMaker); at != std::string::npos) own.erase(0, at + kMaker.size());
  cut_from(own, "[");
  return own;
}

}  // namespace

const ModelRow* model_in_log(std::string_view name, const Catalog& catalog) {
  if (const ModelRow* row = catalog.model(name)) return row;
  std::string own = own_name(name);
  if (const ModelRow* row = catalog.model(own)) return row;
  if (const auto at = own.find('@'); at != std::string::npos) {
    std::string dated = own;
    dated[at] = '-';
    if (const ModelRow* row = catalog.model(dated)) return row;
    own.resize(at);
  }
  cut_version(own);
  if (const ModelRow* row = catalog.model(own)) return row;
  cut_date(own);
  if (const ModelRow* row = catalog.model(own)) return row;
  std::replace(own.begin(), own.end(), '.', '-');  // "claude-opus-4.6" of OpenRouter
  return catalog.model(own);
}

std::string_view short_name(const ModelRow& row) noexcept {
  std::string_view best = row.id;
  for (const std::string& alias : row.aliases) {
    const bool has_version = alias.find_first_of("0123456789") != std::string::npos;
    if (has_version && alias.size() < best.size()) best = alias;
  }
  return best;
}

bool is_offered(const ModelRow& row, const Catalog& catalog, std::string_view tier,
                CivilDate date) {
  if (row.released > date || (row.retired && *row.retired <= date)) return false;
  const auto day = catalog.date_within_tier(tier, date);
  if (!day) return false;
  return std::any_of(catalog.limits.begin(), catalog.limits.end(), [&](const auto& one) {
    return one.tier == tier && one.dates.covers(*day) &&
           std::find(one.groups.begin(), one.groups.end(), row.group) != one.groups.end();
  });
}

}  // namespace sluice::importer
