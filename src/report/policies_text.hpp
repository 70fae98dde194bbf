// The policy library as people and programs read it: one entry per policy, whatever part of a
// client it belongs to, as text of at most 100 columns, as JSON and as the table of
// docs/policies.md. Promises to show every entry with its source and to mark every guess.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "describe/value.hpp"

namespace sluice {

// Mean waits before the first retries of a request that fails every time, without a retry-after.
struct PolicyWaits {
  std::string after;  // "any error", "a 429", "another error"
  std::vector<Duration> means;
  bool goes_on = false;  // there are more retries than means
};

struct PolicyEntry {
  std::string name;
  std::string formula;  // with its constants
  std::string source;   // public, with its date
  bool is_guess = false;
  std::vector<PolicyWaits> waits;  // of retry policies alone
  std::string override_text;       // for --set, of a client that is called app
  describe::Value in_scenario;     // the same as a member of a scenario, with every constant
};

// One part of a client: "retry", "budget", ...
struct PolicyGroup {
  std::string name;
  std::string meaning;  // what the part decides, one sentence without a final stop
  std::vector<PolicyEntry> entries;
};

std::string policies_text(std::span<const PolicyGroup> groups);
// One entry, with how it is written in a scenario.
std::string policy_text(const PolicyGroup& group, const PolicyEntry& entry);
// In the layout of docs/policies.schema.json.
describe::Value policies_value(std::span<const PolicyGroup> groups);
std::string policies_schema();
std::string policies_markdown(std::span<const PolicyGroup> groups);

}  // namespace sluice
