#include "scenario/overlay_config.hpp"

namespace sluice::scenario {

void describe(describe::Fields& v, OverlayEvidence& e) {
  v.type("evidence", "An estimate and what it rests on, for people: nothing is computed from it.");
  v.field("what", e.what, "what was estimated").required().not_empty();
  v.field("value", e.value, "the estimate; absent: it could not be told from the data");
  v.field("low", e.low, "lower end of its interval");
  v.field("high", e.high, "upper end");
  v.field("unit", e.unit, "of the three");
  v.field("from", e.from, "the data behind it");
}

void describe(describe::Fields& v, OverlayConfig& o) {
  v.type("overlay", "A catalog overlay, format version 1.");
  v.field("sluice_overlay", o.sluice_overlay, "format version, 1").required();
  v.field("about", o.about, "where it comes from; reports show these lines");
  v.field("organization", o.organization, "laid under the scenario's, member by member");
  v.field("models", o.models, "service times, laid under the scenario's, by model")
      .at_most_items(kMostNames);
  v.field("faults", o.faults, "put behind the scenario's").at_most_items(kMostOthers);
  v.field("evidence", o.evidence, "what the numbers rest on");
}

void validate(const OverlayConfig& o, describe::Problems& problems) {
  if (o.sluice_overlay == 1) return;
  problems.add("/sluice_overlay", "format version " + std::to_string(o.sluice_overlay) +
                                      " is unknown: this program reads version 1");
}

std::string overlay_schema_json() {
  return describe::to_json(
      describe::schema_of<OverlayConfig>({.id = "", .title = "sluice catalog overlay, version 1"}));
}

}  // namespace sluice::scenario
