#include "mock/batches.hpp"

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_batches.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using nlohmann::json;
using test::MemoryReply;
using test::MockClient;

// Of everything that has been billed.
Money spent(MockClient& mock) {
  Money sum;
  for (const ModelCounters& model : mock.state().counters.models) sum += model.cost.total();
  return sum;
}

TEST_CASE("a batch counts everything as processing until it ends, and then what became of it") {
  MockClient mock(test::start_tier({}, kTenMinutes));
  json batch = create(mock, 100);
  CHECK(batch.at("type") == "message_batch");
  CHECK(batch.at("id").get<std::string>().starts_with("msgbatch_01"));
  CHECK(batch.at("processing_status") == "in_progress");
  CHECK(batch.at("created_at") == "2026-11-20T22:00:00Z");
  CHECK(batch.at("expires_at") == "2026-11-21T22:00:00Z");
  CHECK(batch.at("ended_at").is_null());
  CHECK(batch.at("archived_at").is_null());
  CHECK(batch.at("cancel_initiated_at").is_null());
  CHECK(batch.at("results_url").is_null());

  mock.run_for(minutes(9));
  batch = mock.get(path_of(batch)).json();
  CHECK(batch.at("processing_status") == "in_progress");
  CHECK(batch.at("request_counts").at("processing") == 100);
  CHECK(batch.at("request_counts").at("succeeded") == 0);

  mock.run_for(minutes(30));
  batch = mock.get(path_of(batch)).json();
  CHECK(batch.at("processing_status") == "ended");
  CHECK(batch.at("ended_at") == "2026-11-20T22:10:00Z");
  CHECK(batch.at("request_counts").at("processing") == 0);
  CHECK(batch.at("request_counts").at("succeeded") == 100);
  CHECK(batch.at("results_url") == "http://localhost:8080" + path_of(batch, "/results"));
  CHECK(mock.state().api.batches().enqueued() == 0);
}

TEST_CASE("without latency a batch is in progress until it is looked at") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 3);
  CHECK(batch.at("processing_status") == "in_progress");
  CHECK(batch.at("results_url").is_null());
  const json seen = mock.get(path_of(batch)).json();
  CHECK(seen.at("processing_status") == "ended");
  CHECK(seen.at("request_counts").at("succeeded") == 3);
  CHECK(seen.at("ended_at") == seen.at("created_at"));
  CHECK(mock.state().api.batches().enqueued() == 0);
  CHECK(types_of(lines_of(mock.get(path_of(batch, "/results")))) ==
        std::map<std::string, int>{{"succeeded", 3}});
  create(mock, 1);
  CHECK(mock.get(kBatches).json().at("data").at(0).at("processing_status") == "ended");
}

TEST_CASE("without latency a batch that nobody looks at ends after a second") {
  MockClient mock(test::start_tier(kAtOnce));
  create(mock, 3);
  CHECK(mock.state().api.batches().enqueued() == 3);
  mock.run_for(seconds(1));
  CHECK(mock.state().api.batches().enqueued() == 0);
  CHECK(spent(mock) > Money{});
}

TEST_CASE("without latency a batch can be cancelled, and has ended when it is looked at") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 3);
  const json canceling = mock.post(path_of(batch, "/cancel")).json();
  CHECK(canceling.at("processing_status") == "canceling");
  CHECK(mock.post(path_of(batch, "/cancel")).json() == canceling);
  const json ended = mock.get(path_of(batch)).json();
  CHECK(ended.at("processing_status") == "ended");
  CHECK(ended.at("request_counts").at("canceled") == 3);
  CHECK(mock.state().api.batches().enqueued() == 0);
  CHECK(spent(mock) == Money{});
}

TEST_CASE("results are messages of the batch tier whose usage is what was billed") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 50);
  Usage sum;
  for (const json& line : lines_of(mock.get(path_of(batch, "/results")))) {
    const json& message = line.at("result").at("message");
    CHECK(message.at("type") == "message");
    CHECK(message.at("model") == "claude-sonnet-5-5");
    const json& usage = message.at("usage");
    CHECK(usage.at("service_tier") == "batch");
    CHECK(usage.at("cache_read_input_tokens") == 0);
    CHECK(usage.at("output_tokens").get<std::int64_t>() <= 200);
    sum.input_tokens += usage.at("input_tokens").get<std::int64_t>();
    sum.output_tokens += usage.at("output_tokens").get<std::int64_t>();
    CHECK_FALSE(message.at("content").at(0).at("text").get<std::string>().empty());
  }
  const std::size_t model = index(*mock.state().model("claude-sonnet-5-5"));
  CHECK(mock.state().counters.models.at(model).usage == sum);
  // $2 and $10 per million tokens, and half of that in a batch.
  const Money price = Money::from_picodollars(sum.input_tokens * 1'000'000) +
                      Money::from_picodollars(sum.output_tokens * 5'000'000);
  CHECK(spent(mock) == price);
}

TEST_CASE("a batch is booked as such in the usage report") {
  MockClient mock(test::start_tier(kAtOnce));
  mock.get(path_of(create(mock, 4)));
  const auto& cells =
      mock.state().usage.at(UsageLedger::Width::kDay, UnixTime::midnight({2026, 11, 20}));
  REQUIRE(cells.size() == 1);
  CHECK(cells.begin()->first.batch);
  CHECK(cells.begin()->second.requests == 4);
}

TEST_CASE("the same results are written again as often as they are asked for") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 20);
  const std::string first = mock.get(path_of(batch, "/results")).body;
  CHECK(mock.get(path_of(batch, "/results")).body == first);
}

TEST_CASE("params that are wrong become errors of their items, not of the batch") {
  MockClient mock(test::start_tier(kAtOnce));
  json wrong = item("wrong");
  wrong["params"].erase("max_tokens");
  json unknown = item("unknown");
  unknown["params"]["model"] = "claude-nobody-1";
  const json requests{{"requests", {item("right"), wrong, unknown}}};
  const json batch = mock.get(path_of(mock.post(kBatches, requests.dump()).json())).json();
  CHECK(batch.at("request_counts").at("succeeded") == 1);
  CHECK(batch.at("request_counts").at("errored") == 2);
  const std::vector<json> lines = lines_of(mock.get(path_of(batch, "/results")));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].at("custom_id") == "wrong");
  const json& error = lines[1].at("result").at("error");
  CHECK(error.at("type") == "error");
  CHECK(error.at("error").at("type") == "invalid_request_error");
  CHECK(lines[2].at("result").at("error").at("error").at("type") == "not_found_error");
}

TEST_CASE("a batch that is wrong as a whole is refused and leaves the queue alone") {
  MockClient mock(test::start_tier());
  const json twice{{"requests", {item("same"), item("same")}}};
  for (const std::string& body : {twice.dump(), std::string(R"({"requests": []})"),
                                  std::string("{}"), std::string("no JSON")}) {
    INFO(body);
    const MemoryReply& reply = mock.post(kBatches, body);
    CHECK(reply.status == 400);
    CHECK(reply.json().at("error").at("type") == "invalid_request_error");
  }
  CHECK(mock.state().api.batches().enqueued() == 0);
  CHECK(mock.get(kBatches).json().at("data").empty());
}

TEST_CASE("what has been processed before a cancellation is kept and billed, the rest is not") {
  MockClient mock(test::start_tier({}, kTenMinutes));
  json batch = create(mock, 100);
  mock.run_for(minutes(4));
  batch = mock.post(path_of(batch, "/cancel")).json();
  CHECK(batch.at("processing_status") == "canceling");
  CHECK(batch.at("cancel_initiated_at") == "2026-11-20T22:04:00Z");
  CHECK(batch.at("request_counts").at("processing") == 100);
  CHECK(mock.get(path_of(batch, "/results")).status == 404);

  mock.run_for(minutes(1));
  batch = mock.get(path_of(batch)).json();
  CHECK(batch.at("processing_status") == "ended");
  CHECK(batch.at("request_counts").at("succeeded") == 40);
  CHECK(batch.at("request_counts").at("canceled") == 60);
  CHECK(types_of(lines_of(mock.get(path_of(batch, "/results")))) ==
        std::map<std::string, int>{{"succeeded", 40}, {"canceled", 60}});
  CHECK(mock.state().api.batches().enqueued() == 0);

  const Money then = spent(mock);
  mock.run_for(hours(1));
  CHECK(spent(mock) == then);
}

TEST_CASE("a batch that has ended cannot be cancelled") {
  MockClient mock(test::start_tier(kAtOnce));
  const json batch = create(mock, 1);
  mock.get(path_of(batch));
  CHECK(mock.post(path_of(batch, "/cancel")).status == 400);
}

TEST_CASE("a batch that is not done after 24 hours expires") {
  std::string slow = kTenMinutes;
  slow.replace(slow.find("10m"), 3, "48h");
  MockClient mock(test::start_tier({}, slow));
  json batch = create(mock, 100);
  mock.run_for(hours(24) - seconds(1));
  CHECK(mock.get(path_of(batch)).json().at("processing_status") == "in_progress");
  mock.run_for(seconds(1));
  batch = mock.get(path_of(batch)).json();
  CHECK(batch.at("ended_at") == batch.at("expires_at"));
  CHECK(batch.at("request_counts").at("succeeded") == 50);
  CHECK(batch.at("request_counts").at("expired") == 50);
  CHECK(types_of(lines_of(mock.get(path_of(batch, "/results")))) ==
        std::map<std::string, int>{{"succeeded", 50}, {"expired", 50}});
}

TEST_CASE("results are there for 29 days from the creation") {
  MockClient mock(test::start_tier(kAtOnce));
  json batch = create(mock, 1);
  mock.run_for(hours(29 * 24) - seconds(1));
  CHECK(mock.get(path_of(batch, "/results")).status == 200);
  mock.run_for(seconds(1));
  CHECK(mock.get(path_of(batch, "/results")).status == 404);
  batch = mock.get(path_of(batch)).json();
  CHECK(batch.at("results_url").is_null());
  CHECK(batch.at("archived_at") == "2026-12-19T22:00:00Z");
}

TEST_CASE("only a batch that has ended can be deleted, and is gone then") {
  MockClient mock(test::start_tier({}, kTenMinutes));
  const json batch = create(mock, 2);
  CHECK(mock.send("DELETE", path_of(batch)).status == 400);
  mock.run_for(minutes(10));
  const MemoryReply& deleted = mock.send("DELETE", path_of(batch));
  CHECK(deleted.json() == json{{"id", batch.at("id")}, {"type", "message_batch_deleted"}});
  CHECK(mock.get(path_of(batch)).status == 404);
  CHECK(mock.get(kBatches).json().at("data").empty());
}

TEST_CASE("a batch belongs to its workspace") {
  MockClient mock(
      test::mock_plan(R"({"tier": "start", "workspaces": [{"name": "research"}], "keys": [)"
                      R"({"name": "one"}, {"name": "other", "workspace": "research"}]})",
                      kAtOnce));
  mock.act_as(0);
  const json batch = create(mock, 1);
  mock.act_as(1);
  CHECK(mock.get(path_of(batch)).status == 404);
  CHECK(mock.get(path_of(batch, "/results")).status == 404);
  CHECK(mock.post(path_of(batch, "/cancel")).status == 404);
  CHECK(mock.send("DELETE", path_of(batch)).status == 404);
  CHECK(mock.get(kBatches).json().at("data").empty());
  mock.act_as(0);
  CHECK(mock.get(path_of(batch)).status == 200);
}

TEST_CASE("a reset forgets batches that are being processed") {
  MockClient mock(test::start_tier({}, kTenMinutes));
  create(mock, 100);
  mock.run_for(minutes(1));
  CHECK(mock.post("/_sluice/reset").status == 200);
  mock.run_for(hours(1));
  CHECK(mock.get(kBatches).json().at("data").empty());
  CHECK(mock.state().counters.models.empty());
}

TEST_CASE("batches are processed evenly, whatever their size and steps") {
  for (const int items : {1, 2, 63, 64, 65, 100, 129, 1000}) {
    MockClient mock(test::start_tier({}, kTenMinutes));
    const json batch = create(mock, items);
    CAPTURE(items);
    for (int minute = 1; minute <= 10; ++minute) {
      mock.run_for(minutes(1));
      const int even = items - items * minute / 10;
      const int step = (items + 63) / 64;  // processed together, when its last item is
      CHECK(mock.state().api.batches().enqueued() >= even);
      CHECK(mock.state().api.batches().enqueued() < even + step);
    }
    CHECK(mock.get(path_of(batch)).json().at("request_counts").at("succeeded") == items);
  }
}

TEST_CASE("an item that waits takes less than 200 bytes") {
  STATIC_REQUIRE(sizeof(BatchEntry) <= 64);
}

}  // namespace
}  // namespace sluice::mock
