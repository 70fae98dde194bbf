#include "mock/batches_call.hpp"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/batches.hpp"
#include "support/catch.hpp"
#include "support/mock_batches.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using nlohmann::json;
using test::MemoryReply;
using test::MockClient;

TEST_CASE("lists are paged from the newest on, forwards and back") {
  MockClient mock(test::start_tier(kAtOnce));
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    const json batch = create(mock, 1);
    ids.insert(ids.begin(), batch.at("id").get<std::string>());
  }
  const auto page = [&](const std::string& query) {
    return mock.get(std::string(kBatches) + "?" + query).json();
  };
  json got = page("limit=2");
  CHECK(got.at("first_id") == ids[0]);
  CHECK(got.at("last_id") == ids[1]);
  CHECK(got.at("has_more") == true);
  got = page("limit=3&after_id=" + ids[1]);
  CHECK(got.at("first_id") == ids[2]);
  CHECK(got.at("last_id") == ids[4]);
  CHECK(got.at("has_more") == false);
  got = page("limit=2&before_id=" + ids[4]);
  CHECK(got.at("first_id") == ids[2]);
  CHECK(got.at("has_more") == true);
  got = page("before_id=" + ids[0]);
  CHECK(got.at("data").empty());
  CHECK(got.at("first_id").is_null());
  for (const char* wrong : {"limit=0", "limit=1001", "limit=x", "after_id=msgbatch_nobody"}) {
    INFO(wrong);
    CHECK(mock.get(std::string(kBatches) + "?" + wrong).status == 400);
  }
}

TEST_CASE("all batch endpoints count against one limit of calls a minute") {
  MockClient mock(
      test::mock_plan(R"({"tier": "start", "batch_limits": {"requests_per_minute": 3}})", kAtOnce));
  const json batch = create(mock, 1);
  CHECK(mock.get(kBatches).status == 200);
  CHECK(mock.get(path_of(batch)).status == 200);
  const MemoryReply& refused = mock.get(path_of(batch));
  CHECK(refused.status == 429);
  CHECK(refused.json().at("error").at("type") == "rate_limit_error");
  CHECK(refused.field("retry-after") == "20");
  CHECK(mock.post(kBatches, body_of(1)).status == 429);
  mock.run_for(seconds(20));
  CHECK(mock.get(path_of(batch)).status == 200);
}

TEST_CASE("a queue that is full refuses a batch until requests have been processed") {
  MockClient mock(test::mock_plan(
      R"({"tier": "start", "batch_limits": {"enqueued_batch_requests": 100}})", {}, kTenMinutes));
  create(mock, 80);
  const MemoryReply& refused = mock.post(kBatches, body_of(30));
  CHECK(refused.status == 429);
  CHECK(refused.has_field("retry-after"));
  mock.run_for(minutes(5));
  CHECK(mock.post(kBatches, body_of(30)).status == 200);
}

TEST_CASE("a spend limit that is reached refuses a batch") {
  MockClient mock(test::mock_plan(
      R"({"tier": "start", "spend": {"organization_limit": "$0.000001"}})", kAtOnce));
  mock.get(path_of(create(mock, 1)));  // is over when it is looked at
  const MemoryReply& refused = mock.post(kBatches, body_of(1));
  CHECK(refused.status == 400);
  CHECK(refused.json().at("error").at("type") == "invalid_request_error");
}

TEST_CASE("a batch endpoint has the trouble that a header asks for") {
  MockClient mock(test::start_tier(kAtOnce));
  const std::string body = body_of(1);
  const auto create_with = [&](std::string_view fault) -> const MemoryReply& {
    return mock.post(kBatches, body, {{"sluice-fault", fault}});
  };
  CHECK(create_with("529").status == 529);
  CHECK(create_with("429; retry-after=7").field("retry-after") == "7");
  CHECK(create_with("disconnect").state == MemoryReply::State::kDropped);
  CHECK(create_with("nonsense").status == 400);
  CHECK(mock.get(kBatches).json().at("data").empty());
  CHECK(mock.state().counters.injected == 3);
}

TEST_CASE("calls of batch endpoints are in the journal, answered and refused") {
  MockClient mock(test::start_tier(kAtOnce));
  create(mock, 1);
  mock.get("/v1/messages/batches/msgbatch_nobody");
  const auto calls = mock.state().journal.list(0, 10);
  REQUIRE(calls.size() == 2);
  CHECK(calls[0]->route == "POST /v1/messages/batches");
  CHECK(calls[0]->status == 200);
  CHECK(calls[1]->route == "GET /v1/messages/batches/{id}");
  CHECK(calls[1]->status == 404);
  CHECK(mock.state().counters.in_flight == 0);
}

TEST_CASE("a slow reader gets the results in pieces, and all of them") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 200);
  const std::string whole = mock.get(path_of(batch, "/results")).body;
  REQUIRE(whole.size() > 64 * 1024);
  mock.read_only(1);
  MemoryReply& reply = mock.get(path_of(batch, "/results"));
  CHECK(reply.body.size() < whole.size());
  while (!reply.is_finished()) {
    REQUIRE(reply.listener != nullptr);
    reply.listener->on_drained();
  }
  CHECK(reply.body == whole);
  CHECK(mock.state().batches->results().open() == 0);
}

TEST_CASE("a reader that goes away, or whose batch is deleted, leaves nothing behind") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 200);
  mock.read_only(1);
  mock.get(path_of(batch, "/results")).listener->on_gone();
  CHECK(mock.state().batches->results().open() == 0);
  MemoryReply& reply = mock.get(path_of(batch, "/results"));
  CHECK(mock.send("DELETE", path_of(batch)).status == 200);
  reply.listener->on_drained();
  CHECK(reply.state == MemoryReply::State::kDropped);
  CHECK(mock.state().batches->results().open() == 0);
}

}  // namespace
}  // namespace sluice::mock
