#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using nlohmann::json;
using test::MemoryReply;
using test::MockClient;

std::vector<std::string> ids_of(const json& page) {
  std::vector<std::string> ids;
  for (const json& model : page.at("data")) ids.push_back(model.at("id").get<std::string>());
  return ids;
}

TEST_CASE("a model is told with its limits, line and dates") {
  MockClient mock(test::start_tier());
  const json model = mock.get("/v1/models/claude-sonnet-5-5").json();
  CHECK(model.at("id") == "claude-sonnet-5-5");
  CHECK(model.at("type") == "model");
  CHECK(model.at("display_name") == "Claude Sonnet 5.5");
  CHECK(model.at("created_at") == "2026-09-28T00:00:00Z");
  CHECK(model.at("lifecycle") == "active");
  CHECK(model.at("line") == "sonnet");
  CHECK(model.at("deprecated_at").is_null());
  CHECK(model.at("retires_at").is_null());
  CHECK(model.at("max_input_tokens") == 1'000'000);
  CHECK(model.at("max_tokens") == 128'000);
  CHECK(model.at("capabilities").at("batch").at("supported") == true);
  CHECK(model.at("capabilities").at("thinking").at("types").at("adaptive").at("supported") == true);
}

TEST_CASE("an alias leads to the model's own id") {
  MockClient mock(test::start_tier());
  const json model = mock.get("/v1/models/claude-haiku-4-5").json();
  CHECK(model.at("id") == "claude-haiku-4-5-20251001");
  CHECK(model.at("display_name") == "Claude Haiku 4.5");
}

TEST_CASE("a model that retires is deprecated until its day") {
  MockClient mock(test::start_tier());
  json model = mock.get("/v1/models/claude-sonnet-4-5").json();
  CHECK(model.at("lifecycle") == "deprecated");
  CHECK(model.at("retires_at") == "2026-11-30T00:00:00Z");
  mock.run_for(hours(24 * 10));
  model = mock.get("/v1/models/claude-sonnet-4-5").json();
  CHECK(model.at("lifecycle") == "retired");
  CHECK(mock.get("/v1/models?lifecycle[]=retired&limit=1000").json().at("data").size() >= 1);
}

TEST_CASE("an unknown model is not found") {
  MockClient mock(test::start_tier());
  const MemoryReply& reply = mock.get("/v1/models/claude-nobody-1");
  CHECK(reply.status == 404);
  CHECK(reply.json().at("error").at("type") == "not_found_error");
}

TEST_CASE("models are listed newest first, without the retired ones") {
  MockClient mock(test::start_tier());
  const json page = mock.get("/v1/models?limit=1000").json();
  CHECK(page.at("has_more") == false);
  std::string newer = "9999";
  for (const json& model : page.at("data")) {
    CHECK(model.at("lifecycle") != "retired");
    CHECK(model.at("created_at").get<std::string>() <= newer);
    newer = model.at("created_at");
  }
  CHECK(page.at("first_id") == page.at("data").front().at("id"));
  CHECK(page.at("last_id") == page.at("data").back().at("id"));
}

TEST_CASE("turning pages shows every model once, forwards and back") {
  MockClient mock(test::start_tier());
  const std::vector<std::string> all = ids_of(mock.get("/v1/models?limit=1000").json());
  REQUIRE(all.size() > 10);
  std::vector<std::string> seen;
  std::string cursor;
  for (bool has_more = true; has_more;) {
    const json page = mock.get("/v1/models?limit=3" + cursor).json();
    for (std::string& id : ids_of(page)) seen.push_back(std::move(id));
    has_more = page.at("has_more");
    cursor = "&after_id=" + page.at("last_id").get<std::string>();
  }
  CHECK(seen == all);
  const json back = mock.get("/v1/models?limit=3&before_id=" + all.at(7)).json();
  CHECK(ids_of(back) == std::vector<std::string>(all.begin() + 4, all.begin() + 7));
  CHECK(back.at("has_more") == true);
}

TEST_CASE("a page holds 20 models unless it is told otherwise") {
  MockClient mock(test::start_tier());
  const std::size_t all = mock.get("/v1/models?limit=1000").json().at("data").size();
  CHECK(mock.get("/v1/models").json().at("data").size() == std::min<std::size_t>(20, all));
}

}  // namespace
}  // namespace sluice::mock
