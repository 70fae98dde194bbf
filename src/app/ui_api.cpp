#include "app/ui_api.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "app/ui_save.hpp"
#include "base/check.hpp"
#include "policy/retry_policy.hpp"
#include "results/json_value.hpp"
#include "scenario/client_config.hpp"

namespace sluice::app {
namespace {

using describe::Value;

constexpr std::string_view kJson = "application/json";
// A scenario of some thousand workloads, or one with a long list of sizes, is below it.
constexpr std::size_t kLargestBody = 2 * 1024 * 1024;

constexpr std::array kReads = {"/api/schema", "/api/scenarios", "/api/catalog"};
constexpr std::array kWrites = {"/api/check", "/api/simulate", "/api/save"};

template <class Paths>
bool has(const Paths& paths, std::string_view path) noexcept {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

void send(net::HttpReply& reply, const Value& value) {
  send_web(reply, 200, kJson, describe::to_json(value, 0));
}

// The tiers in which a model's group has limits.
std::vector<std::string> tiers_with(const scenario::Catalog& catalog, const std::string& group) {
  std::vector<std::string> tiers;
  for (const scenario::LimitRow& row : catalog.limits) {
    const bool has_group =
        std::find(row.groups.begin(), row.groups.end(), group) != row.groups.end();
    if (has_group && std::find(tiers.begin(), tiers.end(), row.tier) == tiers.end()) {
      tiers.push_back(row.tier);
    }
  }
  return tiers;
}

// What the levers for tier, model and retry policy can be set to, as of the catalog's date; and
// what a command line has to name for the same.
Value catalog_value(const UiBase& base) {
  const scenario::Catalog catalog = base.catalog.as_of(base.catalog.newest_date);
  Value models = Value::array();
  for (const scenario::ModelRow& row : catalog.models) {
    Value model = Value::object();
    model.set("id", row.id)
        .set("aliases", texts_of(row.aliases))
        .set("group", row.group)
        .set("tiers", texts_of(tiers_with(catalog, row.group)));
    models.push(std::move(model));
  }
  Value policies = Value::array();
  for (const PresetInfo& info : retry_presets()) {
    Value policy = Value::object();
    policy.set("name", info.name).set("formula", info.formula);
    policies.push(std::move(policy));
  }
  Value value = Value::object();
  if (base.catalog_folder) value.set("folder", *base.catalog_folder);
  return value.set("overlays", texts_of(base.overlays))
      .set("date", base.catalog.newest_date.text())
      .set("tiers", texts_of(catalog.tier_names()))
      .set("models", std::move(models))
      .set("retry_policies", std::move(policies))
      .set("default_retry_policy", scenario::kDefaultPreset);
}

struct SaveRequest {
  UiScenario scenario;
  std::string name;
  bool overwrite = false;
};

void describe(describe::Fields& v, SaveRequest& s) {
  v.type("ui_save", "A scenario to be kept.");
  v.field("scenario", s.scenario, "as it is on the page").required();
  v.field("name", s.name, "of the file").required();
  v.field("overwrite", s.overwrite, "an existing file is replaced");
}

}  // namespace

UiApi::UiApi(UiBase base, std::string own) : base_(std::move(base)), scenarios_(std::move(own)) {}

std::size_t UiApi::body_limit(std::string_view path) const noexcept {
  return has(kWrites, path) ? kLargestBody : 0;
}

void UiApi::handle(const net::HttpRequest& request, net::HttpReply& reply) {
  const bool reads = has(kReads, request.path);
  if (!reads && !has(kWrites, request.path)) {
    return send_web_error(reply, 404, "There is nothing here.");
  }
  if (request.method != (reads ? "GET" : "POST")) {
    const std::string_view allow = reads ? "allow: GET\r\n" : "allow: POST\r\n";
    return reply.send(405, std::string(allow) + web_fields("text/plain"), "");
  }
  if (reads) return get(request.path, reply);
  post(request, reply);
}

void UiApi::get(std::string_view path, net::HttpReply& reply) {
  if (path == "/api/schema") return send_web(reply, 200, kJson, scenario::schema_json());
  if (path == "/api/scenarios") return send(reply, scenarios_.to_value());
  send(reply, catalog_value(base_));
}

void UiApi::post(const net::HttpRequest& request, net::HttpReply& reply) {
  if (request.path == "/api/save") return save(request.body, reply);
  auto scenario = describe::decode_text<UiScenario>(request.body, "request");
  if (!scenario) return send_web_error(reply, 400, scenario.error().front().text());
  if (request.path == "/api/check") return send(reply, check_value(*scenario, base_));
  SLUICE_CHECK(runs_ != nullptr);
  runs_->start(std::move(*scenario), reply);
}

// {"saved": path}, {"exists": path}, or {"errors"}: of the scenario, or of the name.
void UiApi::save(std::string_view body, net::HttpReply& reply) {
  const auto order = describe::decode_text<SaveRequest>(body, "request");
  if (!order) return send_web_error(reply, 400, order.error().front().text());
  const UiScenario& scenario = order->scenario;
  Value answer = Value::object();
  const auto wrong = [&](const Errors& errors) {
    send(reply, answer.set("errors", to_value(errors, scenario.path)));
  };
  if (const auto loaded = load(scenario, base_); !loaded) return wrong(loaded.error());
  const auto text = merged_text(scenario);
  if (!text) return wrong(text.error());
  const auto outcome = save_scenario(scenarios_.folder(),
                                     {.name = order->name, .overwrite = order->overwrite}, *text);
  if (!outcome) return wrong({outcome.error()});
  if (*outcome == SaveOutcome::kExists) return send(reply, answer.set("exists", order->name));
  send(reply, answer.set("saved", scenarios_.add(order->name)).set("text", *text));
}

}  // namespace sluice::app
