#include "mock/journal.hpp"

#include "support/catch.hpp"

namespace sluice::mock {
namespace {

ServedRequest call(std::uint64_t sequence, int status = 200) {
  ServedRequest served;
  served.sequence = sequence;
  served.status = status;
  return served;
}

std::vector<std::uint64_t> sequences(const Journal& journal, std::uint64_t after = 0,
                                     std::size_t limit = 1'000) {
  std::vector<std::uint64_t> all;
  for (const ServedRequest* served : journal.list(after, limit)) all.push_back(served->sequence);
  return all;
}

using Sequences = std::vector<std::uint64_t>;

TEST_CASE("the journal keeps the last calls and lists them oldest first") {
  Journal journal(4);
  for (std::uint64_t s = 1; s <= 6; ++s) journal.put(call(s));
  CHECK(sequences(journal) == Sequences{3, 4, 5, 6});
  CHECK(journal.newest() == 6);
}

TEST_CASE("a listing begins behind a sequence number and has an end") {
  Journal journal(10);
  for (std::uint64_t s = 1; s <= 8; ++s) journal.put(call(s));
  CHECK(sequences(journal, 3, 2) == Sequences{4, 5});
  CHECK(sequences(journal, 8).empty());
  CHECK(sequences(journal, UINT64_MAX).empty());
}

TEST_CASE("the end of a call replaces its beginning") {
  Journal journal(4);
  journal.put(call(1));
  journal.put(call(2));
  ServedRequest over = call(1);
  over.client_gone = true;
  journal.put(over);
  REQUIRE(sequences(journal) == Sequences{1, 2});
  CHECK(journal.list(0, 1)[0]->client_gone);
}

TEST_CASE("the end of a call that has left the ring is dropped") {
  Journal journal(4);
  for (std::uint64_t s = 1; s <= 6; ++s) journal.put(call(s));
  journal.put(call(2, 500));
  CHECK(sequences(journal) == Sequences{3, 4, 5, 6});
  for (const ServedRequest* served : journal.list(0, 10)) CHECK(served->status == 200);
}

TEST_CASE("numbers of calls that were not put leave gaps, not stale entries") {
  Journal journal(4);
  for (std::uint64_t s = 1; s <= 4; ++s) journal.put(call(s));
  journal.put(call(7));
  CHECK(sequences(journal) == Sequences{4, 7});
}

TEST_CASE("an entry owns its cache blocks") {
  Journal journal(2);
  {
    ServedRequest served = call(1);
    served.blocks = {{.chain = 5, .prefix_tokens = 2'000}};
    served.spec.cache_blocks = served.blocks;
    journal.put(served);
  }
  journal.put(call(2));
  const ServedRequest& held = *journal.list(0, 1)[0];
  REQUIRE(held.spec.cache_blocks.size() == 1);
  CHECK(&held.spec.cache_blocks[0] == held.blocks.data());
}

TEST_CASE("a journal of no entries keeps nothing, a cleared one nothing of before") {
  Journal none(0);
  none.put(call(1));
  CHECK(none.list(0, 10).empty());
  Journal journal(4);
  journal.put(call(9));
  journal.clear();
  CHECK(journal.list(0, 10).empty());
  journal.put(call(1));
  CHECK(sequences(journal) == Sequences{1});
}

}  // namespace
}  // namespace sluice::mock
