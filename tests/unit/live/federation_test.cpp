#include "live/federation.hpp"

#include <map>
#include <string>

#include "live/credentials.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "unit/live/settings.hpp"

using namespace sluice;
using live::Federation;
using testing::look_up;
using testing::Settings;
using testing::TemporaryFolder;
using testing::variables;

namespace {

const Settings kWhole{{"ANTHROPIC_FEDERATION_RULE_ID", "fdrl_env"},
                      {"ANTHROPIC_ORGANIZATION_ID", "org-env"},
                      {"ANTHROPIC_SERVICE_ACCOUNT_ID", "svac_env"},
                      {"ANTHROPIC_IDENTITY_TOKEN_FILE", "/token"}};

Settings without(const std::string& name, Settings settings = kWhole) {
  settings.erase(name);
  return settings;
}
Settings with(const std::string& name, const std::string& value, Settings settings = kWhole) {
  settings[name] = value;
  return settings;
}

Result<std::optional<Federation>> find_rule(const Settings& settings) {
  variables = settings;
  return live::find_federation(live::Variables(look_up, {}, ""));
}
Federation found_rule(const Settings& settings) {
  auto federation = find_rule(settings);
  if (!federation) FAIL(federation.error().text());
  REQUIRE(*federation);
  return std::move(**federation);
}
std::string rule_refusal(const Settings& settings) {
  const auto federation = find_rule(settings);
  REQUIRE_FALSE(federation);
  CHECK(federation.error().text().find("hidden") == std::string::npos);
  return federation.error().text();
}

// A folder of settings as the SDKs have them.
class Profiles {
 public:
  Profiles() { std::filesystem::create_directory(folder_ / "configs"); }
  std::string path() const { return folder_ / "."; }
  std::string file(const std::string& name) const { return path() + "/configs/" + name + ".json"; }
  void write(const std::string& name, const std::string& text) const {
    folder_.write("configs/" + name + ".json", text);
  }
  void activate(const std::string& name) const { folder_.write("active_config", name + "\n"); }
  Settings settings(Settings more = {}) const {
    more["ANTHROPIC_CONFIG_DIR"] = path();
    return more;
  }

 private:
  TemporaryFolder folder_;
};

std::string profile(const std::string& rule) {
  return R"({"version": "1.0", "organization_id": "org-1", "workspace_id": "wrkspc_1",
             "base_url": "https://else.test", "authentication": {"type": "oidc_federation",
             "federation_rule_id": ")" +
         rule + R"(", "service_account_id": "svac_1", "scope": "x",
             "identity_token": {"source": "file", "path": "/profile-token"}}})";
}

}  // namespace

TEST_CASE("the variables of a federation make one") {
  const Federation one = found_rule(with("ANTHROPIC_WORKSPACE_ID", "wrkspc_1"));
  CHECK(one.rule_id == "fdrl_env");
  CHECK(one.organization_id == "org-env");
  CHECK(one.service_account_id == "svac_env");
  CHECK(one.workspace_id == "wrkspc_1");
  CHECK(one.token_file == "/token");
  CHECK(one.token.empty());
  CHECK(found_rule(kWhole).workspace_id.empty());
}

TEST_CASE("an identity token may stand in a variable, and its file comes before it") {
  const Settings both = with("ANTHROPIC_IDENTITY_TOKEN", "jwt");
  CHECK(found_rule(both).token.empty());
  const Federation one = found_rule(without("ANTHROPIC_IDENTITY_TOKEN_FILE", both));
  CHECK(one.token_file.empty());
  const auto token = live::identity_token(one);
  REQUIRE(token);
  CHECK(token->reveal() == "jwt");
}

TEST_CASE("half of a federation's variables is an error that names the others") {
  const std::string begin = "credentials: some variables of a federation are set, but not ";
  CHECK(rule_refusal(without("ANTHROPIC_FEDERATION_RULE_ID")) ==
        begin + "ANTHROPIC_FEDERATION_RULE_ID");
  CHECK(rule_refusal(without("ANTHROPIC_ORGANIZATION_ID")) == begin + "ANTHROPIC_ORGANIZATION_ID");
  CHECK(rule_refusal(without("ANTHROPIC_SERVICE_ACCOUNT_ID")) ==
        begin + "ANTHROPIC_SERVICE_ACCOUNT_ID");
  CHECK(rule_refusal(without("ANTHROPIC_IDENTITY_TOKEN_FILE")) ==
        begin + "ANTHROPIC_IDENTITY_TOKEN_FILE or ANTHROPIC_IDENTITY_TOKEN");
  CHECK(rule_refusal({{"ANTHROPIC_IDENTITY_TOKEN", "hidden"}}) ==
        begin +
            "ANTHROPIC_FEDERATION_RULE_ID, ANTHROPIC_ORGANIZATION_ID, "
            "ANTHROPIC_SERVICE_ACCOUNT_ID");
  CHECK(rule_refusal(with("ANTHROPIC_ORGANIZATION_ID", "")) == begin + "ANTHROPIC_ORGANIZATION_ID");
}

TEST_CASE("an organization or a workspace alone asks for no federation") {
  const auto none =
      find_rule({{"ANTHROPIC_ORGANIZATION_ID", "org"}, {"ANTHROPIC_WORKSPACE_ID", "w"}});
  REQUIRE(none);
  CHECK_FALSE(*none);
}

TEST_CASE("a named profile comes before the variables, they before the active profile") {
  const Profiles profiles;
  profiles.write("named", profile("fdrl_named"));
  profiles.write("default", profile("fdrl_default"));
  const Settings named = profiles.settings(with("ANTHROPIC_PROFILE", "named"));
  CHECK(found_rule(named).rule_id == "fdrl_named");
  CHECK(found_rule(named).source == "profile named");
  CHECK(found_rule(without("ANTHROPIC_PROFILE", named)).rule_id == "fdrl_env");
  CHECK(found_rule(profiles.settings()).rule_id == "fdrl_default");
  profiles.activate("named");
  CHECK(found_rule(profiles.settings()).rule_id == "fdrl_named");
  CHECK(found_rule(profiles.settings({{"ANTHROPIC_PROFILE", ""}})).rule_id == "fdrl_named");
}

TEST_CASE("settings are looked for where the SDKs have them") {
  const TemporaryFolder home;
  std::filesystem::create_directories(home / ".config/anthropic/configs");
  home.write(".config/anthropic/configs/default.json", profile("fdrl_home"));
  std::filesystem::create_directories(home / "xdg/anthropic/configs");
  home.write("xdg/anthropic/configs/default.json", profile("fdrl_xdg"));
  CHECK(found_rule({{"HOME", home / "."}}).rule_id == "fdrl_home");
  CHECK(found_rule({{"HOME", home / "."}, {"XDG_CONFIG_HOME", home / "xdg"}}).rule_id ==
        "fdrl_xdg");
  const auto none = find_rule({});
  REQUIRE(none);
  CHECK_FALSE(*none);
}

TEST_CASE("a profile's own fields come before the variables, which fill its gaps") {
  const Profiles profiles;
  profiles.write("default", profile("fdrl_1"));
  const Federation own = found_rule(profiles.settings(
      without("ANTHROPIC_IDENTITY_TOKEN_FILE", without("ANTHROPIC_ORGANIZATION_ID"))));
  CHECK(own.rule_id == "fdrl_1");
  CHECK(own.organization_id == "org-1");
  CHECK(own.service_account_id == "svac_1");
  CHECK(own.workspace_id == "wrkspc_1");
  CHECK(own.token_file == "/profile-token");
  profiles.write("default", R"({"authentication": {"type": "oidc_federation"}})");
  const Federation filled = found_rule(profiles.settings(with("ANTHROPIC_PROFILE", "default")));
  CHECK(filled.rule_id == "fdrl_env");
  CHECK(filled.organization_id == "org-env");
  CHECK(filled.token_file == "/token");
  CHECK(filled.source == "profile default");
}

TEST_CASE("a profile without a service account is one, as the SDK has it") {
  const Profiles profiles;
  profiles.write("default", R"({"organization_id": "o", "authentication": {
    "type": "oidc_federation", "federation_rule_id": "f",
    "identity_token": {"source": "file", "path": "t"}}})");
  CHECK(found_rule(profiles.settings()).service_account_id.empty());
}

TEST_CASE("a profile that is named has to be there") {
  const Profiles profiles;
  CHECK(rule_refusal(profiles.settings({{"ANTHROPIC_PROFILE", "gone"}})) ==
        "ANTHROPIC_PROFILE: names the profile \"gone\", but there is no " + profiles.file("gone"));
  CHECK(rule_refusal(profiles.settings({{"ANTHROPIC_PROFILE", "../x"}})) ==
        "ANTHROPIC_PROFILE: \"../x\" cannot name a profile: only letters, digits, '_', '.' and "
        "'-'");
  CHECK(rule_refusal({{"ANTHROPIC_PROFILE", "x"}}) ==
        "ANTHROPIC_PROFILE: is set, but there is no folder for profiles: set ANTHROPIC_CONFIG_DIR "
        "or HOME");
}

TEST_CASE("what is wrong with a profile is said by file and place, without its content") {
  const Profiles profiles;
  const auto wrong = [&](const std::string& text) {
    profiles.write("default", text);
    const std::string said = rule_refusal(profiles.settings());
    REQUIRE(said.starts_with(profiles.file("default") + ": "));
    return said.substr(profiles.file("default").size() + 2);
  };
  CHECK(wrong("{hidden") == "is not a JSON object");
  CHECK(wrong(R"({"x": "hidden"})") == "has no object \"authentication\"");
  CHECK(wrong(R"({"authentication": {"type": "magic"}})") ==
        "authentication.type \"magic\" is not oidc_federation");
  CHECK(wrong(R"({"authentication": {"type": "user_oauth"}})").starts_with("is a person's login"));
  CHECK(wrong(R"({"authentication": {"type": "oidc_federation", "federation_rule_id": 1}})") ==
        "/authentication/federation_rule_id: is not a string");
  CHECK(wrong(R"({"organization_id": [], "authentication": {"type": "oidc_federation"}})") ==
        "/organization_id: is not a string");
  CHECK(wrong(R"({"authentication": {"type": "oidc_federation",
                  "identity_token": {"source": "url", "path": "hidden"}}})")
            .starts_with("/authentication/identity_token: is not {\"source\": \"file\""));
  CHECK(wrong(R"({"authentication": {"type": "oidc_federation"}})") ==
        "lacks authentication.federation_rule_id, and ANTHROPIC_FEDERATION_RULE_ID is not set");
  CHECK(wrong(R"({"authentication": {"type": "oidc_federation", "federation_rule_id": "f"}})") ==
        "lacks organization_id, and ANTHROPIC_ORGANIZATION_ID is not set");
  CHECK(wrong(R"({"organization_id": "o", "authentication": {"type": "oidc_federation",
                  "federation_rule_id": "f"}})")
            .starts_with("lacks authentication.identity_token, and neither"));
}

TEST_CASE("an identity token is read anew each time and is at most 16 KiB") {
  const TemporaryFolder folder;
  const Federation one{.token_file = folder.write("token", "first\n")};
  CHECK(live::identity_token(one)->reveal() == "first");
  folder.write("token", "second");
  CHECK(live::identity_token(one)->reveal() == "second");
  folder.write("token", std::string(16 * 1024, 'x'));
  CHECK(live::identity_token(one));
  folder.write("token", std::string(16 * 1024 + 1, 'x'));
  CHECK(live::identity_token(one).error().message ==
        "is larger than 16 KiB, which the API does not take as an identity token");
}

TEST_CASE("a key comes before a federation, and a federation serves several keys of a workspace") {
  variables = with("ANTHROPIC_API_KEY", "key");
  const std::vector<KeyPlan> one{{.name = "default"}};
  auto plan = live::find_credentials(one, {}, look_up);
  REQUIRE(plan);
  CHECK_FALSE(plan->federation);
  variables = kWhole;
  plan = live::find_credentials(one, {}, look_up);
  REQUIRE(plan);
  REQUIRE(plan->federation);
  CHECK(plan->keys.empty());
  CHECK(plan->source == "federation rule of ANTHROPIC_FEDERATION_RULE_ID");
  std::vector<KeyPlan> two{{.name = "a"}, {.name = "b"}};
  CHECK(live::find_credentials(two, {}, look_up));
  two[1].workspace = WorkspaceId{1};
  plan = live::find_credentials(two, {}, look_up);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().message.find("acts in one workspace") != std::string::npos);
}
