#include "describe/schema_parts.hpp"
#include "report/probe_text.hpp"

namespace sluice {

std::string probe_schema() {
  namespace schema = describe::schema;
  const describe::Value part = schema::object(
      {{"what", schema::text("What it tells, as an estimate of sluice calibrate.")},
       {"of", schema::text("The model or the rate-limit group.")},
       {"how", schema::text("What is sent.")},
       {"requests", schema::count("That it takes.")},
       {"cost_expected",
        schema::or_null(schema::number("Dollars, exact; null: the catalog has no price."))},
       {"cost_worst",
        schema::or_null(schema::number("Dollars: nothing is read from a cache or refused."))}});
  return schema::document(
      "What sluice calibrate --probe plans", "sluice-probe",
      {{"scenario", schema::text("Whose organization and models it asks.")},
       {"parts", schema::list(part, "What is to be sent, in this order.")},
       {"left_out", schema::list(part, "Dearer than what may be spent.")},
       {"known", schema::texts("What the records have told already.")},
       {"cost_expected", schema::number("Dollars, of all priced parts.")},
       {"cost_worst", schema::number("Dollars, of all priced parts.")},
       {"duration", schema::number("Seconds that it takes.")},
       {"written",
        schema::or_null(schema::text("The scenario that runs it; null: not written."))}});
}

}  // namespace sluice
