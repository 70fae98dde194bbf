#include "mock/credentials.hpp"

#include <string>
#include <vector>

#include "mock/secret_hash.hpp"
#include "support/catch.hpp"

namespace sluice::mock {
namespace {

constexpr TimePoint kNow = kRunStart + hours(1);

MockPlan plan_with(bool any_key) {
  MockPlan plan;
  plan.run.seed = 7;
  plan.run.workspaces = {"default", "web"};
  plan.run.keys = {{"first", WorkspaceId{0}}, {"second", WorkspaceId{1}}};
  plan.key_ids = {"apikey_first", "apikey_second"};
  plan.key_secrets = {"sk-ant-api03-first", "sk-ant-api03-second"};
  plan.admin_secret = "sk-ant-admin01-boss";
  plan.options.any_key = any_key;
  return plan;
}

Credentials::Identified identify(const Credentials& credentials,
                                 const std::vector<net::HeaderField>& headers,
                                 TimePoint now = kNow) {
  const net::HttpRequest request{
      .method = "POST", .path = "/v1/messages", .query = "", .headers = headers, .body = ""};
  return credentials.identify(request, now);
}
Credentials::Identified by_key(const Credentials& credentials, std::string_view secret,
                               TimePoint now = kNow) {
  return identify(credentials, {{"x-api-key", secret}}, now);
}
Credentials::Identified by_bearer(const Credentials& credentials, const std::string& secret,
                                  TimePoint now = kNow) {
  const std::string value = "Bearer " + secret;
  return identify(credentials, {{"authorization", value}}, now);
}

void check_refused(const Credentials::Identified& who, ErrorKind kind, std::string_view message) {
  REQUIRE(who.error);
  CHECK(who.error->kind == kind);
  CHECK(who.error->message == message);
  CHECK(who.caller.kind == Caller::Kind::kNone);
}

TEST_CASE("hashes of secrets are the same only if every bit is") {
  const SecretHash hash = hash_of_secret("sk-ant-api03-first");
  CHECK(is_same_secret(hash, hash_of_secret("sk-ant-api03-first")));
  CHECK_FALSE(is_same_secret(hash, hash_of_secret("sk-ant-api03-firs")));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    SecretHash other = hash;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
    CHECK_FALSE(is_same_secret(hash, other));
  }
}

TEST_CASE("secrets look like nobody's, are their own for every number, and shown only in part") {
  const std::string secret = make_secret("sk-ant-api03-", 1, 1);
  CHECK(secret.starts_with("sk-ant-api03-mock-"));
  CHECK(secret.size() == std::string_view("sk-ant-api03-mock-").size() + 16);
  CHECK(secret == make_secret("sk-ant-api03-", 1, 1));
  CHECK(secret != make_secret("sk-ant-api03-", 1, 2));
  CHECK(secret != make_secret("sk-ant-api03-", 2, 1));
  CHECK(secret_hint(secret) == secret.substr(0, 16) + "..." + secret.substr(30));
  CHECK(secret_hint("short") == "...");
  CHECK(secret_hint(std::string(31, 'x')) == "...");
}

TEST_CASE("a known key acts as itself, in either header") {
  for (const bool any_key : {false, true}) {
    const Credentials credentials(plan_with(any_key));
    for (const auto& who :
         {by_key(credentials, "sk-ant-api03-second"), by_bearer(credentials, "sk-ant-api03-second"),
          identify(credentials, {{"Authorization", "bearer  sk-ant-api03-second"}})}) {
      CHECK_FALSE(who.error);
      CHECK(who.caller.kind == Caller::Kind::kApiKey);
      CHECK(who.caller.key == KeyId{1});
      CHECK(who.caller.workspace == WorkspaceId{1});
    }
  }
}

TEST_CASE("x-api-key counts where both headers are there") {
  const Credentials credentials(plan_with(false));
  const auto who = identify(credentials, {{"authorization", "Bearer sk-ant-api03-first"},
                                          {"x-api-key", "sk-ant-api03-second"}});
  CHECK(who.caller.key == KeyId{1});
}

TEST_CASE("no key is 401 in the API's words, whatever keys are taken") {
  for (const bool any_key : {false, true}) {
    const Credentials credentials(plan_with(any_key));
    constexpr std::string_view kWords = "x-api-key header is required";
    check_refused(identify(credentials, {}), ErrorKind::kAuthentication, kWords);
    check_refused(by_key(credentials, " "), ErrorKind::kAuthentication, kWords);
    check_refused(by_bearer(credentials, ""), ErrorKind::kAuthentication, kWords);
    check_refused(identify(credentials, {{"authorization", "Basic YTpi"}}),
                  ErrorKind::kAuthentication, kWords);
  }
}

TEST_CASE("an unknown key is 401 under strict keys and acts as the first under any") {
  const Credentials strict(plan_with(false));
  check_refused(by_key(strict, "sk-ant-api03-other"), ErrorKind::kAuthentication,
                "invalid x-api-key");
  check_refused(by_bearer(strict, "sk-ant-oat01-other"), ErrorKind::kAuthentication,
                "Invalid bearer token");
  const Credentials any(plan_with(true));
  for (const char* const secret : {"x", "sk-ant-api03-other", "sk-ant-oat01-other"}) {
    const auto who = by_key(any, secret);
    CHECK_FALSE(who.error);
    CHECK(who.caller.key == KeyId{0});
  }
}

TEST_CASE("Admin keys never act as API keys, nor do those that only look like one") {
  for (const bool any_key : {false, true}) {
    const Credentials credentials(plan_with(any_key));
    const auto admin = by_key(credentials, "sk-ant-admin01-boss");
    CHECK_FALSE(admin.error);
    CHECK(admin.caller.kind == Caller::Kind::kAdminKey);
    CHECK(refusal_on(Surface::kApi, admin.caller));
    CHECK_FALSE(refusal_on(Surface::kAdmin, admin.caller));
    check_refused(by_key(credentials, "sk-ant-admin01-other"), ErrorKind::kAuthentication,
                  "invalid x-api-key");
  }
}

TEST_CASE("API keys and tokens are nobody on the Admin API") {
  const Credentials credentials(plan_with(true));
  const auto key = by_key(credentials, "sk-ant-api03-first");
  CHECK_FALSE(refusal_on(Surface::kApi, key.caller));
  const auto refusal = refusal_on(Surface::kAdmin, key.caller);
  REQUIRE(refusal);
  CHECK(refusal->kind == ErrorKind::kAuthentication);
  CHECK(refusal_on(Surface::kAdmin, {.kind = Caller::Kind::kToken}));
  CHECK(refusal_on(Surface::kAdmin, {}));
}

TEST_CASE("a disabled key is 403 until it is active again, also for those that act as it") {
  Credentials credentials(plan_with(true));
  REQUIRE(credentials.set_status("apikey_first", KeyStatus::kInactive));
  for (const char* const secret : {"sk-ant-api03-first", "anything"}) {
    check_refused(by_key(credentials, secret), ErrorKind::kPermission,
                  "This API key has been disabled.");
  }
  CHECK_FALSE(by_key(credentials, "sk-ant-api03-second").error);
  REQUIRE(credentials.set_status("apikey_first", KeyStatus::kArchived));
  check_refused(by_key(credentials, "anything"), ErrorKind::kPermission,
                "This API key has been archived.");
  REQUIRE(credentials.set_status("apikey_first", KeyStatus::kActive));
  CHECK_FALSE(by_key(credentials, "anything").error);
}

TEST_CASE("a key that is made at run time works, in its workspace") {
  Credentials credentials(plan_with(false));
  const auto made = credentials.create(KeyId{2}, "third", WorkspaceId{1}, UnixTime{5});
  CHECK(made.record.name == "third");
  CHECK(made.record.created_at == UnixTime{5});
  CHECK(made.secret.starts_with("sk-ant-api03-mock-"));
  CHECK(made.record.hint.find(made.secret) == std::string::npos);
  const auto who = by_key(credentials, made.secret);
  CHECK(who.caller.key == KeyId{2});
  CHECK(who.caller.workspace == WorkspaceId{1});
  REQUIRE(credentials.find(made.record.id) != nullptr);
  CHECK(credentials.rename(made.record.id, "new name"));
  CHECK(credentials.find(made.record.id)->name == "new name");
  const auto other = credentials.create(KeyId{3}, "fourth", WorkspaceId{}, UnixTime{});
  CHECK(other.secret != made.secret);
  CHECK(other.record.id != made.record.id);
}

TEST_CASE("after a rotation the old secret works for the overlap, the new one at once") {
  Credentials credentials(plan_with(false));
  const auto fresh = credentials.rotate("apikey_second", kNow, minutes(5));
  REQUIRE(fresh);
  CHECK(by_key(credentials, *fresh).caller.key == KeyId{1});
  CHECK_FALSE(by_key(credentials, "sk-ant-api03-second", kNow + minutes(5) - nanoseconds(1)).error);
  check_refused(by_key(credentials, "sk-ant-api03-second", kNow + minutes(5)),
                ErrorKind::kAuthentication, "invalid x-api-key");
  CHECK_FALSE(by_key(credentials, *fresh, kNow + hours(100)).error);
  CHECK_FALSE(by_key(credentials, "sk-ant-api03-first", kNow + hours(100)).error);
}

TEST_CASE("a second rotation does not prolong the first secret's life") {
  Credentials credentials(plan_with(false));
  const auto second = credentials.rotate("apikey_first", kNow, minutes(1));
  const auto third = credentials.rotate("apikey_first", kNow, minutes(10));
  REQUIRE((second && third));
  const TimePoint later = kNow + minutes(2);
  CHECK(by_key(credentials, "sk-ant-api03-first", later).error);
  CHECK_FALSE(by_key(credentials, *second, later).error);
  CHECK_FALSE(by_key(credentials, *third, later).error);
}

TEST_CASE("what does not exist cannot be changed") {
  Credentials credentials(plan_with(false));
  CHECK_FALSE(credentials.set_status("apikey_none", KeyStatus::kInactive));
  CHECK_FALSE(credentials.rename("apikey_none", "x"));
  CHECK_FALSE(credentials.rotate("apikey_none", kNow, minutes(1)));
  CHECK(credentials.find("apikey_none") == nullptr);
}

TEST_CASE("a token acts as its service account until it expires, and then says so") {
  for (const bool any_key : {false, true}) {
    Credentials credentials(plan_with(any_key));
    CHECK_FALSE(credentials.service_account_key("svac_ci", WorkspaceId{1}));
    credentials.add_service_account(KeyId{2}, "svac_ci", WorkspaceId{1}, UnixTime{});
    CHECK(credentials.service_account_key("svac_ci", WorkspaceId{1}) == KeyId{2});
    CHECK_FALSE(credentials.service_account_key("svac_ci", WorkspaceId{0}));
    const std::string token = credentials.issue_token(KeyId{2}, kNow, minutes(10));
    CHECK(token.starts_with("sk-ant-oat01-"));
    const auto who = by_bearer(credentials, token, kNow + minutes(10) - nanoseconds(1));
    CHECK_FALSE(who.error);
    CHECK(who.caller.kind == Caller::Kind::kToken);
    CHECK(who.caller.key == KeyId{2});
    CHECK(who.caller.workspace == WorkspaceId{1});
    check_refused(
        by_bearer(credentials, token, kNow + minutes(10)), ErrorKind::kAuthentication,
        "OAuth token has expired. Please obtain a new token or refresh your existing token.");
    CHECK(credentials.find("svac_ci") == nullptr);  // is no key of the Admin API
  }
}

TEST_CASE("a token is no x-api-key, whatever keys are taken") {
  for (const bool any_key : {false, true}) {
    Credentials credentials(plan_with(any_key));
    credentials.add_service_account(KeyId{2}, "svac_ci", WorkspaceId{1}, UnixTime{});
    const std::string token = credentials.issue_token(KeyId{2}, kNow, minutes(10));
    CHECK_FALSE(by_bearer(credentials, token).error);
    check_refused(by_key(credentials, token), ErrorKind::kAuthentication, "invalid x-api-key");
  }
  check_refused(by_key(Credentials(plan_with(false)), "sk-ant-oat01-other"),
                ErrorKind::kAuthentication, "invalid x-api-key");
}

TEST_CASE("tokens are bounded: the one that would expire first goes") {
  Credentials credentials(plan_with(false));
  credentials.add_service_account(KeyId{2}, "svac_ci", WorkspaceId{0}, UnixTime{});
  const std::string first = credentials.issue_token(KeyId{2}, kNow, hours(1));
  std::string second;
  for (std::size_t i = 0; i < Credentials::kTokensMax; ++i) {
    const std::string token = credentials.issue_token(KeyId{2}, kNow, hours(2));
    if (i == 0) second = token;
  }
  CHECK(by_bearer(credentials, first).error);
  CHECK_FALSE(by_bearer(credentials, second).error);
}

}  // namespace
}  // namespace sluice::mock
