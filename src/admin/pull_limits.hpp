// Reads all that the Admin API says of an organization's limits: its rate limits by group, its
// workspaces' own, and what may be spent.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/admin_answers.hpp"
#include "admin/admin_client.hpp"
#include "base/error.hpp"

namespace sluice::admin {

struct PulledWorkspace {
  std::string id;
  std::string name;
  std::vector<AnsweredGroup> groups;  // what differs from the organization's
};

struct PulledLimits {
  AnsweredOrganization organization;  // empty texts: not told
  std::vector<AnsweredGroup> groups;
  std::vector<PulledWorkspace> workspaces;
  std::optional<std::vector<AnsweredSpendLimit>> spend;  // none: not available, `notes` says why
  std::vector<std::string> notes;
};

Result<PulledLimits> pull_limits(AdminClient& client);

}  // namespace sluice::admin
