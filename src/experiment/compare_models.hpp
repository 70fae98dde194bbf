// Which models a comparison is about: names as people write them, found in the catalog. A name
// without a version is a family: the newest of it that is to be had.
//
//   SLUICE_TRY(ComparedModel model, find_compared_model("haiku", place));
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/error.hpp"
#include "scenario/catalog.hpp"

namespace sluice {

struct ComparedModel {
  std::string asked;  // "haiku"
  std::string id;     // "claude-haiku-5-5"
  std::int64_t tokenizer_permille = 1000;
};

// Where a model is to be used.
struct ComparedPlace {
  const scenario::Catalog& catalog;
  CivilDate date;
  std::string tier;
};

// An id or an alias with a version is that model, whatever is known of it on that day. A family
// ("haiku") is its newest model that has been released, is not retired, and has a price and limits
// in the tier on that day; failing limits, with a price; failing that, whichever is newest. An
// error names the models there are.
Result<ComparedModel> find_compared_model(std::string_view asked, const ComparedPlace& place);

// "haiku,sonnet-5.5": each once.
Result<std::vector<ComparedModel>> find_compared_models(std::string_view list,
                                                        const ComparedPlace& place);

// A text at its commas, without the spaces around; empty pieces stay.
std::vector<std::string> pieces_of(std::string_view list, char separator = ',');

}  // namespace sluice
