#include "experiment/compare_models.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

using scenario::Catalog;
using scenario::ModelRow;

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

// Of "claude-haiku-5-5" and "claude-3-haiku-20240307" it is "haiku".
bool is_of_family(const ModelRow& row, std::string_view family) {
  const std::vector<std::string> words = pieces_of(row.id, '-');
  return std::find(words.begin(), words.end(), family) != words.end() && family != "claude";
}

bool is_limited(const ModelRow& row, const ComparedPlace& place) {
  const auto date = place.catalog.date_within_tier(place.tier, place.date);
  if (!date) return false;
  return std::any_of(
      place.catalog.limits.begin(), place.catalog.limits.end(), [&](const auto& one) {
        return one.tier == place.tier && one.dates.covers(*date) &&
               std::find(one.groups.begin(), one.groups.end(), row.group) != one.groups.end();
      });
}

// How much of what a family's choice wants a model has; the larger is better.
int fitness(const ModelRow& row, const ComparedPlace& place) {
  if (row.released > place.date || (row.retired && *row.retired <= place.date)) return 0;
  if (place.catalog.price(row.id, place.date) == nullptr) return 1;
  return is_limited(row, place) ? 3 : 2;
}

const ModelRow* newest_of(std::string_view family, const ComparedPlace& place) {
  const ModelRow* best = nullptr;
  for (const ModelRow& row : place.catalog.models) {
    if (!is_of_family(row, family)) continue;
    const auto rank = [&](const ModelRow& one) {
      return std::pair(fitness(one, place), one.released);
    };
    if (best == nullptr || rank(row) > rank(*best)) best = &row;
  }
  return best;
}

}  // namespace

std::vector<std::string> pieces_of(std::string_view list, char separator) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(separator, begin), list.size());
    pieces.emplace_back(ascii::trimmed(list.substr(begin, end - begin)));
    begin = end + 1;
  }
  return pieces;
}

Result<ComparedModel> find_compared_model(std::string_view asked, const ComparedPlace& place) {
  const ModelRow* row = has_digit(asked) ? nullptr : newest_of(asked, place);
  if (row == nullptr) row = place.catalog.model(asked);
  if (row == nullptr) {
    const std::vector<std::string> names = place.catalog.model_names();
    std::string near = suggestion(asked, names);
    if (near.empty()) near = ": sluice catalog lists them; haiku, sonnet, opus are their newest";
    return invalid("--models", in_quotes(asked) + " is not a model of the catalog" + near);
  }
  return ComparedModel{std::string(asked), row->id, row->tokenizer_permille};
}

Result<std::vector<ComparedModel>> find_compared_models(std::string_view list,
                                                        const ComparedPlace& place) {
  std::vector<ComparedModel> models;
  for (const std::string& piece : pieces_of(list)) {
    SLUICE_TRY(ComparedModel model, find_compared_model(piece, place));
    for (const ComparedModel& other : models) {
      if (other.id != model.id) continue;
      return invalid("--models", in_quotes(piece) + " and " + in_quotes(other.asked) +
                                     " are both " + model.id + ": leave one out");
    }
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace sluice
