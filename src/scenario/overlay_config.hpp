// A catalog overlay, format version 1, as it is written: what somebody has read or measured of one
// organization (its limits, service times, errors), laid between the catalog and a scenario that
// names it. `sluice limits pull` and `sluice calibrate` write such files; docs/overlay.schema.json
// is generated from these descriptions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "describe/describe.hpp"
#include "scenario/event_config.hpp"
#include "scenario/organization_config.hpp"
#include "scenario/scenario_config.hpp"

namespace sluice::scenario {

// One estimate with its interval, in words and numbers for people: nothing is computed from it.
struct OverlayEvidence {
  std::string what;
  std::optional<std::string> value;
  std::optional<std::string> low;
  std::optional<std::string> high;
  std::optional<std::string> unit;
  std::optional<std::string> from;
};

struct OverlayConfig {
  std::int64_t sluice_overlay = 0;
  std::vector<std::string> about;
  OrganizationConfig organization;
  std::vector<std::pair<std::string, ModelConfig>> models;
  std::vector<FaultConfig> faults;
  std::vector<OverlayEvidence> evidence;
};

void describe(describe::Fields& v, OverlayEvidence& e);
void describe(describe::Fields& v, OverlayConfig& o);
void validate(const OverlayConfig& o, describe::Problems& problems);

// docs/overlay.schema.json.
std::string overlay_schema_json();

}  // namespace sluice::scenario
