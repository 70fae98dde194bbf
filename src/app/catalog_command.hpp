// `sluice catalog`: what models, limits and prices are on a day, what differs between two catalogs,
// and what a catalog lacks or has wrong.
#pragma once

#include <optional>
#include <string>

#include "app/commands.hpp"

namespace sluice::app {

struct CatalogArguments {
  std::optional<std::string> catalog;
  std::optional<std::string> as_of;  // YYYY-MM-DD
};
Exit catalog(const CatalogArguments& arguments);

// Folders, or "embedded".
struct CatalogDiffArguments {
  std::string before;
  std::string after;
};
// kOk whether they differ or not, as two catalogs mostly should.
Exit catalog_diff(const CatalogDiffArguments& arguments);

struct CatalogCheckArguments {
  std::string catalog = "embedded";  // or a folder
  std::string node_modules;          // --npm; empty: the current folder's, if it is there
};
// kExpectation where something is wrong; what others' price tables say differently is only shown.
Exit catalog_check(const CatalogCheckArguments& arguments);

struct AllCatalogArguments {
  CatalogArguments show;
  CatalogDiffArguments diff;
  CatalogCheckArguments check;
};

}  // namespace sluice::app
