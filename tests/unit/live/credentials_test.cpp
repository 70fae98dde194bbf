#include "live/credentials.hpp"

#include <map>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/process.hpp"
#include "unit/live/settings.hpp"

using namespace sluice;
using live::CredentialPlan;
using testing::look_up;
using testing::variables;

namespace {

const std::vector<KeyPlan> kOne{{.name = "default"}};
const std::vector<KeyPlan> kTwo{{.name = "team-a"},
                                {.name = "team.b", .workspace = WorkspaceId{1}}};

struct Given {
  std::map<std::string, std::string> environment{};
  live::CredentialSources sources{};
  std::vector<KeyPlan> keys = kOne;
};

Result<CredentialPlan> find_plan(const Given& given) {
  variables = given.environment;
  return live::find_credentials(given.keys, given.sources, look_up);
}

CredentialPlan found_plan(const Given& given) {
  auto plan = find_plan(given);
  if (!plan) FAIL(plan.error().text());
  return std::move(*plan);
}

// The error, which never holds what is secret in these tests.
std::string plan_refusal(const Given& given) {
  const auto plan = find_plan(given);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().text().find("hidden") == std::string::npos);
  return plan.error().text();
}

std::string only_key(const CredentialPlan& plan) {
  REQUIRE(plan.keys.size() == 1);
  return std::string(plan.keys[0].reveal());
}

}  // namespace

TEST_CASE("a key file comes before a key, a key before a token") {
  const testing::TemporaryFolder folder;
  const std::string file = folder.write("key", "from-file\n");
  Given given{
      .environment = {{"ANTHROPIC_API_KEY", "from-key"}, {"ANTHROPIC_AUTH_TOKEN", "from-token"}},
      .sources = {.key_files = {file}}};
  CHECK(only_key(found_plan(given)) == "from-file");
  CHECK_FALSE(found_plan(given).is_bearer);
  given.sources.key_files.clear();
  CHECK(only_key(found_plan(given)) == "from-key");
  CHECK_FALSE(found_plan(given).is_bearer);
  given.environment.erase("ANTHROPIC_API_KEY");
  CHECK(only_key(found_plan(given)) == "from-token");
  CHECK(found_plan(given).is_bearer);
}

TEST_CASE("what serves is named, with a hint and without the secret") {
  const Given given{.environment = {{"ANTHROPIC_API_KEY", "sk-ant-api03-hidden"},
                                    {"ANTHROPIC_AUTH_TOKEN", "hidden"}}};
  CHECK(found_plan(given).source ==
        "ANTHROPIC_API_KEY, sk-ant-api03-...(19 characters) (ANTHROPIC_AUTH_TOKEN is not used)");
}

TEST_CASE("an empty key is a key that is wrong, and not one that is not there") {
  CHECK(plan_refusal(
            {.environment = {{"ANTHROPIC_API_KEY", ""}, {"ANTHROPIC_AUTH_TOKEN", "hidden"}}}) ==
        "ANTHROPIC_API_KEY: is set, but empty: give it a value, or unset it");
  CHECK(plan_refusal({.environment = {{"ANTHROPIC_API_KEY", " \n"}}}) ==
        "ANTHROPIC_API_KEY: is set, but empty: give it a value, or unset it");
  CHECK(plan_refusal({.environment = {{"ANTHROPIC_AUTH_TOKEN", ""}}}) ==
        "ANTHROPIC_AUTH_TOKEN: is set, but empty: give it a value, or unset it");
}

TEST_CASE("white space around a key does not count, and inside it is an error") {
  CHECK(only_key(found_plan({.environment = {{"ANTHROPIC_API_KEY", " key\n"}}})) == "key");
  for (const char* const wrong : {"hidden key", "hidden\r\nx-injected: 1", "hidden\x7f", "\xff"}) {
    const std::string text = plan_refusal({.environment = {{"ANTHROPIC_API_KEY", wrong}}});
    CHECK(text.starts_with("ANTHROPIC_API_KEY: holds a character that cannot stand in a header"));
    CHECK(text.find("injected") == std::string::npos);
  }
}

TEST_CASE("without any credentials the error says where they are looked for") {
  const std::string text = plan_refusal({});
  for (const char* const word :
       {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "--api-key-file", "--env-file",
        "ANTHROPIC_PROFILE", "ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_CONFIG_DIR"}) {
    CHECK(text.find(word) != std::string::npos);
  }
}

TEST_CASE("an env file fills what the environment does not set") {
  const testing::TemporaryFolder folder;
  const std::string file =
      folder.write(".env", "ANTHROPIC_API_KEY=from-file\nANTHROPIC_AUTH_TOKEN=other\n");
  Given given{.sources = {.env_file = file}};
  CHECK(only_key(found_plan(given)) == "from-file");
  CHECK(found_plan(given).source.starts_with("ANTHROPIC_API_KEY in " + file + ", ..."));
  given.environment["ANTHROPIC_API_KEY"] = "own";
  CHECK(only_key(found_plan(given)) == "own");
  CHECK(found_plan(given).source.starts_with("ANTHROPIC_API_KEY, ..."));
  given.environment["ANTHROPIC_API_KEY"] = "";
  CHECK(plan_refusal(given).starts_with("ANTHROPIC_API_KEY: is set, but empty"));
}

TEST_CASE("an env file is read as dotenv reads it") {
  const std::string text =
      "\xef\xbb\xbf# a comment\n\n  \t\r\nPLAIN=value\nexport EXPORTED=yes\n  SPACED = a b  # no\n"
      "HASH=a#b\r\nSINGLE='a # \\n \"b\"' # c\nDOUBLE=\"a\\n\\\"b\\\" \\\\ \\x #\"\n"
      "BACK=`it's \"x\"`\nEMPTY=\nNOTHING= # "
      "c\nEQUALS=a=b==\nTWICE=1\nTWICE=2\nexport=odd\nLAST=end";
  const auto file = live::EnvFile::parse(text, ".env");
  REQUIRE(file);
  const auto is = [&](const char* name, std::string_view value) {
    INFO(name);
    const live::Secret* const held = file->find(name);
    REQUIRE(held != nullptr);
    CHECK(held->reveal() == value);
  };
  is("PLAIN", "value");
  is("EXPORTED", "yes");
  is("SPACED", "a b");
  is("HASH", "a#b");
  is("SINGLE", "a # \\n \"b\"");
  is("DOUBLE", "a\n\"b\" \\ \\x #");
  is("BACK", "it's \"x\"");
  is("EMPTY", "");
  is("NOTHING", "");
  is("EQUALS", "a=b==");
  is("TWICE", "2");
  is("export", "odd");
  is("LAST", "end");
  CHECK(file->find("NONE") == nullptr);
}

TEST_CASE("a bad line of an env file is named by its number and never quoted") {
  const testing::TemporaryFolder folder;
  const auto wrong = [&](const std::string& line) {
    const std::string file = folder.write(".env", "# first\nA=1\n" + line + "\nB=2\n");
    const std::string text = plan_refusal({.sources = {.env_file = file}});
    REQUIRE(text.starts_with(file + ":3: "));
    return text.substr(file.size() + 4);
  };
  CHECK(wrong("hidden") == "is neither NAME=value nor a comment nor empty");
  CHECK(wrong("hidden hidden=1") == "has no name of letters, digits and _ before its =");
  CHECK(wrong("=hidden") == "has no name of letters, digits and _ before its =");
  CHECK(wrong("export =hidden") == "has no name of letters, digits and _ before its =");
  CHECK(wrong("KEY=\"hidden") == "has a quote that does not end on its line");
  CHECK(wrong("KEY='hidden' hidden") == "has text behind its closing quote");
  CHECK(plan_refusal({.sources = {.env_file = folder / "none"}})
            .ends_with("cannot be opened: No such file or directory"));
}

TEST_CASE("each of several keys has its own variable or file") {
  const testing::TemporaryFolder folder;
  Given given{.environment = {{"ANTHROPIC_API_KEY_TEAM_A", "key-a"},
                              {"ANTHROPIC_API_KEY_TEAM_B", "key-b"},
                              {"ANTHROPIC_API_KEY", "hidden"}},
              .keys = kTwo};
  CredentialPlan plan = found_plan(given);
  REQUIRE(plan.keys.size() == 2);
  CHECK(plan.keys[0].reveal() == "key-a");
  CHECK(plan.keys[1].reveal() == "key-b");
  given.sources.key_files = {"team.b=" + folder.write("b", "file-b")};
  plan = found_plan(given);
  CHECK(plan.keys[0].reveal() == "key-a");
  CHECK(plan.keys[1].reveal() == "file-b");
  CHECK(plan.source.find("file-b") == std::string::npos);
}

TEST_CASE("the error about several keys names those that are missing") {
  const std::string end =
      " (ANTHROPIC_API_KEY is not used then); --api-key-file KEY=PATH does as well";
  CHECK(plan_refusal({.environment = {{"ANTHROPIC_API_KEY", "hidden"},
                                      {"ANTHROPIC_API_KEY_TEAM_A", "hidden"}},
                      .keys = kTwo}) ==
        "credentials: the scenario has 2 keys and each wants its own, but "
        "ANTHROPIC_API_KEY_TEAM_B is not set" +
            end);
  CHECK(plan_refusal({.environment = {{"ANTHROPIC_API_KEY", "hidden"}}, .keys = kTwo}) ==
        "credentials: the scenario has 2 keys and each wants its own, but "
        "ANTHROPIC_API_KEY_TEAM_A, ANTHROPIC_API_KEY_TEAM_B are not set" +
            end);
  CHECK(plan_refusal({.environment = {{"ANTHROPIC_API_KEY_TEAM_A", "hidden"},
                                      {"ANTHROPIC_API_KEY_TEAM_B", ""}},
                      .keys = kTwo})
            .starts_with("ANTHROPIC_API_KEY_TEAM_B: is set, but empty"));
}

TEST_CASE("keys whose variables would be one want files") {
  const testing::TemporaryFolder folder;
  Given given{.environment = {{"ANTHROPIC_API_KEY_TEAM_A", "key"}},
              .keys = {{.name = "team-a"}, {.name = "team a"}}};
  CHECK(plan_refusal(given).find("would both be ANTHROPIC_API_KEY_TEAM_A") != std::string::npos);
  given.sources.key_files = {"team a=" + folder.write("key", "other")};
  CHECK(found_plan(given).keys[1].reveal() == "other");
}

TEST_CASE("what an option for a key file says has to be of the scenario") {
  const auto wrong = [&](std::vector<std::string> files, const std::vector<KeyPlan>& keys = kTwo) {
    return plan_refusal({.sources = {.key_files = std::move(files)}, .keys = keys});
  };
  CHECK(wrong({"key.txt"}) ==
        "--api-key-file: the scenario has 2 keys: write KEY=PATH for each, where KEY is one of "
        "team-a, team.b");
  CHECK(wrong({"team-x=key.txt"}) ==
        "--api-key-file: \"team-x\" is not a key of the scenario (team-a, team.b); did you mean "
        "\"team-a\"?");
  CHECK(wrong({"team-a="}) == "--api-key-file: lacks a path behind the =");
  CHECK(wrong({"team-a=x", "team-a=y"}) == "--api-key-file: names two files for key \"team-a\"");
  CHECK(wrong({"x", "y"}, kOne) == "--api-key-file: names two files for key \"default\"");
  CHECK(wrong({"./a=b"}, kOne) == "./a=b: cannot be opened: No such file or directory");
}

TEST_CASE("a key goes as x-api-key, a token as a bearer's") {
  CredentialPlan keys;
  keys.keys.emplace_back("one");
  keys.keys.emplace_back("two");
  live::Credentials by_key(std::move(keys));
  CHECK(by_key.header(KeyId{0}) == "x-api-key: one\r\n");
  CHECK(by_key.header(KeyId{1}) == "x-api-key: two\r\n");
  CHECK_FALSE(by_key.was_refused(KeyId{0}));
  CHECK_FALSE(by_key.failure());
  CredentialPlan token;
  token.is_bearer = true;
  token.keys.emplace_back("one");
  live::Credentials by_token(std::move(token));
  CHECK(by_token.header(KeyId{0}) == "authorization: Bearer one\r\n");
}
