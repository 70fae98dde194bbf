#include "app/commands.hpp"
#include "base/calendar.hpp"
#include "scenario/catalog.hpp"
#include "scenario/catalog_text.hpp"

namespace sluice::app {

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

}  // namespace sluice::app
