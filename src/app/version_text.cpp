#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/version.hpp"
#include "base/check.hpp"
#include "scenario/catalog.hpp"

namespace sluice::app {

std::string version_text() {
  const auto catalog = scenario::load_catalog(std::nullopt);
  SLUICE_CHECK(catalog.has_value());  // the embedded catalog is checked by the tests
  const CivilDate date = catalog->newest_date;
  return fmt::format("sluice {}\ncommit   {}\ncompiler {}\ncatalog  {:04}-{:02}-{:02}\n", version(),
                     commit(), compiler(), date.year, date.month, date.day);
}

}  // namespace sluice::app
