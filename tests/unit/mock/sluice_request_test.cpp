#include "mock/sluice_request.hpp"

#include "base/hash.hpp"
#include "mock/foreign_requests.hpp"
#include "support/catch.hpp"

namespace sluice::mock {
namespace {

TEST_CASE("a request of sluice's own clients is named as the simulator names it") {
  const auto named = parse_sluice_request("support/desk/17/3/2; output=250; thinking=40");
  REQUIRE(named);
  CHECK(named->id.workload_hash == name_hash("support/desk"));
  CHECK(named->id.session == 17);
  CHECK(named->id.turn == 3);
  CHECK(named->attempt == 2);
  CHECK(named->output == 250);
  CHECK(named->thinking == 40);
  const auto bare = parse_sluice_request("chat/0/0/0");
  REQUIRE(bare);
  CHECK_FALSE(bare->output);
  CHECK_FALSE(bare->thinking);
}

TEST_CASE("what does not name a request is an error") {
  for (const std::string_view header :
       {"", "chat", "chat/1/2", "/1/2/3", "chat/1/2/x", "chat/1/2/-1", "chat/1/2/70000",
        "chat/1/2/3; output=", "chat/1/2/3; output=-1", "chat/1/2/3; tokens=5",
        "chat/1/2/3; output=99999999999999999999"}) {
    INFO(header);
    CHECK_FALSE(parse_sluice_request(header));
  }
}

TEST_CASE("equal contents are one request until it is admitted, then the next") {
  ForeignRequests requests;
  const auto first = requests.name(KeyId{0}, 77);
  requests.settle(first.id, false);
  const auto again = requests.name(KeyId{0}, 77);
  CHECK(again.id == first.id);
  CHECK(again.attempt == 1);
  requests.settle(again.id, true);
  const auto next = requests.name(KeyId{0}, 77);
  CHECK(next.id.session == first.id.session);
  CHECK(next.id.turn == first.id.turn + 1);
  CHECK(next.attempt == 0);
}

TEST_CASE("keys do not share their contents") {
  ForeignRequests requests;
  CHECK_FALSE(requests.name(KeyId{0}, 77).id == requests.name(KeyId{1}, 77).id);
}

TEST_CASE("contents beyond what is remembered push out those not used for longest") {
  ForeignRequests requests;
  const auto old = requests.name(KeyId{0}, 1);
  requests.settle(old.id, true);
  for (std::uint64_t i = 2; i < 200'000; ++i) requests.name(KeyId{0}, i);
  CHECK(requests.name(KeyId{0}, 1).id.turn == 0);
}

}  // namespace
}  // namespace sluice::mock
