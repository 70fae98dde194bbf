#include "app/measure_machine.hpp"
#include "describe/schema_parts.hpp"

namespace sluice::app {

std::string machine_schema() {
  namespace parts = describe::schema;
  return parts::document(
      "What sluice selftest --machine measured", "sluice-machine",
      {{"sends_per_second",
        parts::count("Most, of wall time, at a p99 of the schedule delay below 1 ms.")},
       {"streams", parts::count("Most at once without their events being late.")},
       {"jitter_p50",
        parts::number("Seconds of schedule delay of a schedule that is nearly empty.")},
       {"jitter_p99", parts::number("Seconds.")},
       {"jitter_max", parts::number("Seconds.")},
       {"cores", parts::count("That this program may use.")}});
}

}  // namespace sluice::app
