// Blocks from usage: who reads what whom has written.
#include "importer/cache_history.hpp"

#include "support/catch.hpp"
#include "unit/importer/fake_source.hpp"

namespace sluice::importer {
namespace {

using Ids = std::vector<std::uint64_t>;

// How many leading ids two prompts share.
std::size_t shared(const Ids& a, const Ids& b) {
  std::size_t count = 0;
  while (count < a.size() && count < b.size() && a[count] == b[count]) ++count;
  return count;
}

struct Talk {
  CacheHistory history;
  Ids add(ingest::ImportedCall call, std::size_t lane = 0) {
    before = history.add(call, lane);
    return call.request.block_ids;
  }
  CachedBefore before;
};

TEST_CASE("a call reads the beginning of the prefix before it and what it writes is new") {
  Talk talk;
  const Ids first = talk.add(cached_call(seconds(0), 1, 0, 5'120));
  const Ids second = talk.add(cached_call(seconds(60), 1, 5'120, 1'024));
  CHECK(first.size() == 10);
  CHECK(second.size() == 12);
  CHECK(shared(first, second) == 10);
  CHECK(talk.before.readable == 5'120);
  CHECK(talk.before.idle == seconds(60));
}

TEST_CASE("a prefix that was cut shares only what was read") {
  Talk talk;
  const Ids first = talk.add(cached_call(seconds(0), 1, 0, 5'120));
  const Ids second = talk.add(cached_call(seconds(60), 1, 2'560, 5'120));
  CHECK(shared(first, second) == 5);
  CHECK(second.size() == 15);
}

TEST_CASE("a prefix that expired is written anew with the same content") {
  Talk talk;
  const Ids first = talk.add(cached_call(seconds(0), 1, 0, 5'120));
  const Ids second = talk.add(cached_call(minutes(10), 1, 0, 6'144));
  CHECK(shared(first, second) == 10);
  CHECK(talk.before.readable == 5'120);
}

TEST_CASE("one that lived an hour has not expired after ten minutes") {
  Talk talk;
  const Ids first = talk.add(cached_call(seconds(0), 1, 0, 5'120, CacheTtl::kOneHour));
  const Ids second = talk.add(cached_call(minutes(10), 1, 0, 6'144, CacheTtl::kOneHour));
  CHECK(shared(first, second) == 0);
  CHECK(talk.before.ttl == CacheTtl::kOneHour);
}

TEST_CASE("sessions share the beginning of the one before them that they read") {
  Talk talk;
  const Ids first = talk.add(cached_call(seconds(0), 1, 0, 5'120));
  talk.add(cached_call(seconds(10), 1, 5'120, 5'120));
  const Ids other = talk.add(cached_call(seconds(20), 2, 2'048, 3'072));
  CHECK(shared(first, other) == 4);
  CHECK(other.size() == 10);
}

TEST_CASE("lanes share nothing") {
  Talk talk;
  const Ids first = talk.add(cached_call(seconds(0), 1, 0, 5'120), 0);
  const Ids other = talk.add(cached_call(seconds(1), 1, 5'120, 0), 1);
  CHECK(shared(first, other) == 0);
}

TEST_CASE("calls without sessions share a prefix that all of them read") {
  Talk talk;
  const auto without = [](Duration at, std::int64_t read, std::int64_t written) {
    ingest::ImportedCall call = cached_call(at, 0, read, written);
    call.request.session.reset();
    return call;
  };
  const Ids first = talk.add(without(seconds(0), 0, 3'072));
  const Ids second = talk.add(without(seconds(1), 3'072, 0));
  const Ids third = talk.add(without(seconds(2), 3'072, 0));
  CHECK(first == second);
  CHECK(second == third);
}

TEST_CASE("a call without usage or without a cache has no blocks") {
  Talk talk;
  CHECK(talk.add(call_at(seconds(0), 1'000, 10)).empty());
  CHECK(talk.add(cached_call(seconds(1), 1, 0, 0)).empty());
}

TEST_CASE("a call has no more blocks than any model could read") {
  Talk talk;
  CHECK(talk.add(cached_call(seconds(0), 1, 0, kBlocksMost * kBlockTokens)).size() == kBlocksMost);
  CHECK(talk.history.cut_calls() == 0);
  CHECK(talk.add(cached_call(seconds(1), 1, 9'000'000, 1'000'000)).size() == kBlocksMost);
  CHECK(talk.history.cut_calls() == 1);
}

}  // namespace
}  // namespace sluice::importer
