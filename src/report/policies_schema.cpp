#include "describe/schema_parts.hpp"
#include "report/policies_text.hpp"

namespace sluice {

std::string policies_schema() {
  namespace schema = describe::schema;
  const describe::Value waits = schema::object(
      {{"after",
        schema::word({"any error", "a 429", "another error"}, "What the attempts fail with.")},
       {"mean_seconds",
        schema::list(schema::number("Seconds."), "Before the first retries, without retry-after.")},
       {"goes_on", schema::flag("There are more retries than these.")}});
  const describe::Value policy = schema::object(
      {{"name", schema::text("As scenarios have it.")},
       {"formula", schema::text("With its constants.")},
       {"source", schema::text("Public, with its date.")},
       {"is_guess", schema::flag("Nobody has published it.")},
       {"waits", schema::list(waits, "Of retry policies; of others there are none.")},
       {"set", schema::text("For --set, of a client that is called app.")},
       {"in_scenario", schema::any_object("The same as members of a scenario.")}});
  const describe::Value group = schema::object(
      {{"group", schema::text("The part of a client: retry, budget, ...")},
       {"meaning", schema::text("What that part decides.")},
       {"policies", schema::list(policy, "In the order in which they are listed.")}});
  return schema::document("What sluice policies lists", "sluice-policies",
                          {{"groups", schema::list(group, "Those that have anything to show.")}});
}

}  // namespace sluice
