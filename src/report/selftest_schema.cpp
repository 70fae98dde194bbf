#include "report/selftest_schema.hpp"

#include "describe/schema_parts.hpp"

namespace sluice {

std::string selftest_schema() {
  namespace schema = describe::schema;
  const describe::Value row = schema::object(
      {{"group", schema::text("What is simulated.")},
       {"name", schema::text("What is compared.")},
       {"exact",
        schema::or_null(schema::number("By the closed form; null: infinite, or not a number."))},
       {"simulated", schema::or_null(schema::number("Mean over replications."))},
       {"is_exact", schema::flag("Nothing about it is random: the two must be equal.")},
       {"standard_error", schema::or_null(schema::number("Of what was simulated."))},
       {"sigmas", schema::or_null(schema::number("Standard errors between the two."))},
       {"replications", schema::count("That the verdict rests on.")},
       {"looks",
        schema::count("2: the first lay beyond the limit, and fresh replications decided.")},
       {"pass", schema::flag("They agree.")}});
  return schema::document(
      "What sluice selftest found", "sluice-selftest",
      {{"seed", schema::text("Of all draws.")},
       {"complete", schema::flag("False: stopped before the end.")},
       {"passed", schema::flag("Complete, and all rows pass.")},
       {"failed", schema::count("Rows that do not pass.")},
       {"rows", schema::list(row, "In units of their own: seconds, shares, counts.")}});
}

}  // namespace sluice
