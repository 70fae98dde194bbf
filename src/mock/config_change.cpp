#include "mock/config_change.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "describe/describe.hpp"
#include "describe/pointer.hpp"
#include "engine/api_model.hpp"
#include "scenario/event_config.hpp"
#include "scenario/organization_config.hpp"

namespace sluice::mock {
namespace {

constexpr Money kMostDollars = Money::from_dollars(1'000'000'000);
constexpr std::size_t kFaultsMax = 100;
constexpr std::string_view kBody = "body";

using Limits = scenario::LimitMap;

}  // namespace

// The body as it is written. In this namespace so that describe() is found.
struct WorkspaceBody {
  Limits limits;
};
// Money, or "unlimited".
struct SpendBody {
  std::optional<describe::Value> cap;
  std::optional<describe::Value> organization_limit;
  std::optional<describe::Value> credit;
};
struct ConfigBody {
  Limits limits;
  std::vector<std::pair<std::string, WorkspaceBody>> workspaces;
  SpendBody spend;
  std::optional<std::vector<scenario::FaultConfig>> faults;
};
struct FaultsBody {
  std::vector<scenario::FaultConfig> faults;
};

void describe(describe::Fields& v, WorkspaceBody& w) {
  v.field("limits", w.limits, "its own limits, by group or model");
}
void describe(describe::Fields& v, SpendBody& s) {
  v.field("cap", s.cap, "the tier's monthly cap");
  v.field("organization_limit", s.organization_limit, "the customer's own, a month");
  v.field("credit", s.credit, "prepaid balance from now on");
}
void describe(describe::Fields& v, ConfigBody& c) {
  v.field("limits", c.limits, "of the organization, by group or model");
  v.field("workspaces", c.workspaces, "by name");
  v.field("spend", c.spend, "money");
  v.field("faults", c.faults, "instead of all that there are");
}
void describe(describe::Fields& v, FaultsBody& f) {
  v.field("faults", f.faults, "instead of all that there are").required();
}

namespace {

// Turns names into ids and collects what is wrong.
class Reader {
 public:
  Reader(const MockPlan& plan, TimePoint now) : plan_(plan), now_(now) {}

  void limits(const Limits& limits, std::optional<WorkspaceId> workspace,
              const std::string& pointer, ApiModel& api);
  void workspaces(const ConfigBody& body, ApiModel& api);
  void faults(const std::vector<scenario::FaultConfig>& configs);
  void money(const std::optional<describe::Value>& value, const std::string& pointer,
             ConfigChange::NewMoney& money);

  Checked<ConfigChange> result() && {
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(change_);
  }
  ConfigChange& change() noexcept { return change_; }

 private:
  void fail(const std::string& pointer, std::string message) {
    errors_.push_back(
        {.where = std::string{kBody} + ": " + pointer, .message = std::move(message)});
  }
  std::optional<ModelId> model(std::string_view name) const;
  std::optional<GroupId> group(std::string_view name) const;
  std::string unknown(std::string_view name, std::string_view what,
                      const std::vector<std::string>& known) const;
  std::vector<std::string> model_names() const;
  void limit(LimitType type, std::int64_t limit, GroupId group,
             std::optional<WorkspaceId> workspace, const std::string& pointer, ApiModel& api);

  const MockPlan& plan_;
  TimePoint now_;
  ConfigChange change_;
  Errors errors_;
};

std::optional<ModelId> Reader::model(std::string_view name) const {
  for (std::size_t i = 0; i < plan_.run.models.size(); ++i) {
    if (plan_.run.models[i].name == name) return ModelId(i);
    if (i >= plan_.models.size()) continue;
    const std::vector<std::string>& aliases = plan_.models[i].aliases;
    if (std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return ModelId(i);
  }
  return std::nullopt;
}

std::optional<GroupId> Reader::group(std::string_view name) const {
  const std::vector<std::string>& groups = plan_.run.groups;
  const auto found = std::find(groups.begin(), groups.end(), name);
  if (found != groups.end()) return GroupId(found - groups.begin());
  const auto its_model = model(name);
  if (!its_model) return std::nullopt;
  return plan_.run.models[index(*its_model)].group;
}

std::vector<std::string> Reader::model_names() const {
  std::vector<std::string> names;
  for (const ModelPlan& one : plan_.run.models) names.push_back(one.name);
  return names;
}

std::string Reader::unknown(std::string_view name, std::string_view what,
                            const std::vector<std::string>& known) const {
  const std::string near = suggestion(name, known);
  return in_quotes(name) + " is not " + std::string{what} +
         (near.empty() ? ": there are " + join(known) : near);
}

void Reader::limit(LimitType type, std::int64_t limit, GroupId group,
                   std::optional<WorkspaceId> workspace, const std::string& pointer,
                   ApiModel& api) {
  RateLimiter& limiter = api.limiter();
  std::vector<std::string> known;
  for (std::size_t i = 0; i < limiter.size(); ++i) {
    const LimiterSpec& spec = limiter.spec(LimiterId(i));
    if (spec.workspace != workspace || spec.group != group) continue;
    if (spec.type == type) {
      change_.limits.push_back({LimiterId(i), std::min(limit, kNoLimit)});
      return;
    }
    known.emplace_back(name(spec.type));
  }
  std::string message = "there is no such limiter to change at run time";
  if (!known.empty()) {
    message += "; group " + in_quotes(plan_.run.groups[index(group)]) + " has " + join(known);
  } else if (!plan_.options.limits) {
    message += ": the server was started with --limits off";
  } else {
    message += ": give the scenario's organization one to begin with";
  }
  fail(pointer, std::move(message));
}

void Reader::limits(const Limits& limits, std::optional<WorkspaceId> workspace,
                    const std::string& pointer, ApiModel& api) {
  for (const auto& [name, set] : limits) {
    const std::string where = pointer + describe::pointer_segment(name);
    const auto its_group = group(name);
    if (!its_group) {
      std::vector<std::string> known = plan_.run.groups;
      const std::vector<std::string> models = model_names();
      known.insert(known.end(), models.begin(), models.end());
      fail(where, unknown(name, "a group or a model", known));
      continue;
    }
    for (const scenario::NamedLimit& one : scenario::given_limits(set)) {
      const std::string field = where + "/" + std::string{sluice::name(one.type)};
      limit(one.type, one.limit, *its_group, workspace, field, api);
    }
  }
}

void Reader::workspaces(const ConfigBody& body, ApiModel& api) {
  const std::vector<std::string>& known = plan_.run.workspaces;
  for (const auto& [name, workspace] : body.workspaces) {
    const std::string where = "/workspaces" + describe::pointer_segment(name);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      fail(where, unknown(name, "a workspace", known));
    } else if (found == known.begin()) {
      // docs: rate-limits "Setting lower limits for Workspaces", 2026-08.
      fail(where, "the default workspace has no limits of its own: change the organization's");
    } else {
      limits(workspace.limits, WorkspaceId(found - known.begin()), where + "/limits", api);
    }
  }
}

void Reader::faults(const std::vector<scenario::FaultConfig>& configs) {
  if (configs.size() > kFaultsMax) {
    fail("/faults", "has more than " + std::to_string(kFaultsMax) + " faults");
    return;
  }
  std::vector<FaultSpec> faults;
  for (const scenario::FaultConfig& config : configs) {
    std::optional<ModelId> its_model;
    if (config.model) {
      its_model = model(*config.model);
      const std::string where = "/faults/" + std::to_string(faults.size()) + "/model";
      if (!its_model) fail(where, unknown(*config.model, "a model", model_names()));
    }
    faults.push_back(scenario::fault_of(config, now_, its_model));
  }
  change_.faults = std::move(faults);
}

void Reader::money(const std::optional<describe::Value>& value, const std::string& pointer,
                   ConfigChange::NewMoney& money) {
  if (!value) return;
  if (*value == describe::Value{"unlimited"}) {
    money.emplace(std::nullopt);
    return;
  }
  auto parsed =
      describe::Scalar<Money>::parse(*value, {.min = 0, .max = kMostDollars.picodollars()});
  if (!parsed) {
    fail(pointer, std::move(parsed.error().message) + ", or \"unlimited\"");
    return;
  }
  money.emplace(*parsed);
}

}  // namespace

bool ConfigChange::is_empty() const noexcept {
  return limits.empty() && !faults && !cap && !organization_limit && !credit;
}

Checked<ConfigChange> read_config_change(std::string_view text, const MockPlan& plan, ApiModel& api,
                                         TimePoint now) {
  const auto body = describe::decode_text<ConfigBody>(text, kBody);
  if (!body) return tl::unexpected(body.error());
  Reader reader(plan, now);
  reader.limits(body->limits, std::nullopt, "/limits", api);
  reader.workspaces(*body, api);
  if (body->faults) reader.faults(*body->faults);
  ConfigChange& change = reader.change();
  reader.money(body->spend.cap, "/spend/cap", change.cap);
  reader.money(body->spend.organization_limit, "/spend/organization_limit",
               change.organization_limit);
  reader.money(body->spend.credit, "/spend/credit", change.credit);
  return std::move(reader).result();
}

Checked<ConfigChange> read_faults(std::string_view text, const MockPlan& plan, TimePoint now) {
  const auto body = describe::decode_text<FaultsBody>(text, kBody);
  if (!body) return tl::unexpected(body.error());
  Reader reader(plan, now);
  reader.faults(body->faults);
  return std::move(reader).result();
}

void apply(const ConfigChange& change, TimePoint now, ApiModel& api, MockPlan& plan) {
  for (const ConfigChange::Limit& one : change.limits) {
    api.limiter().set_limit(now, one.limiter, one.limit);
    plan.run.limits.limiters[index(one.limiter)].limit = one.limit;
  }
  if (change.faults) {
    plan.run.faults = *change.faults;
    api.set_faults(*change.faults);
  }
  SpendGuard& spend = api.spend();
  if (change.cap) spend.set_tier_cap(*change.cap);
  if (change.organization_limit) spend.set_organization_limit(*change.organization_limit);
  if (change.credit) spend.set_credit_left(*change.credit);
}

}  // namespace sluice::mock
