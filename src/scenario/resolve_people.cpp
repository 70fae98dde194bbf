#include <algorithm>

#include "base/text.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

void resolve_workspaces(Resolution& r) {
  const std::vector<WorkspaceConfig>& all = r.config.organization.workspaces;
  r.plan.workspaces = {"default"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string pointer = at("/organization/workspaces", i, "/name");
    const auto& known = r.plan.workspaces;
    if (all[i].name == "default") {
      r.findings.error(pointer, "\"default\" is always there and has no limits of its own");
    } else if (std::find(known.begin(), known.end(), all[i].name) != known.end()) {
      r.findings.error(pointer, in_quotes(all[i].name) + " is the name of two workspaces");
    }
    r.plan.workspaces.push_back(all[i].name);
  }
}

void resolve_keys(Resolution& r) {
  const std::vector<KeyConfig>& all = r.config.organization.keys;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto same = [&](const KeyPlan& key) { return key.name == all[i].name; };
    if (std::any_of(r.plan.keys.begin(), r.plan.keys.end(), same)) {
      r.findings.error(at("/organization/keys", i, "/name"),
                       in_quotes(all[i].name) + " is the name of two keys");
    }
    const auto workspace = r.workspace(all[i].workspace, at("/organization/keys", i, "/workspace"));
    r.plan.keys.push_back({all[i].name, workspace.value_or(WorkspaceId{})});
  }
}

void note_guess(Resolution& r, const ClientPlan& client) {
  if (!client.retry.is_guess) return;
  r.guess("the retry formula of " + client.retry.preset + " is not published: a guess");
}

}  // namespace

void resolve_people(Resolution& r) {
  resolve_workspaces(r);
  resolve_keys(r);
  for (const auto& [name, client] : r.config.clients) {
    r.plan.clients.push_back(resolve(client, name));
    note_guess(r, r.plan.clients.back());
  }
}

}  // namespace sluice::scenario
