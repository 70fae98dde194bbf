// `sluice policies`: what the policy library holds. Promises one entry for every retry preset,
// budget and pacing that a scenario can name, and for breaker, fallback and batches.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.hpp"
#include "report/policies_text.hpp"

namespace sluice::app {

struct PoliciesArguments {
  std::string name;             // empty: all
  std::string format = "text";  // "text", "json", "markdown"
};
Exit policies(const PoliciesArguments& arguments);

std::vector<PolicyGroup> policy_library();

}  // namespace sluice::app
