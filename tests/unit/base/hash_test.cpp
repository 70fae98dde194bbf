#include "base/hash.hpp"

#include <cstdint>
#include <set>
#include <string>

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("mix64 is splitmix64's finaliser") {
  // The first outputs of splitmix64 seeded with 0.
  CHECK(mix64(0x9e3779b97f4a7c15U) == 0xe220a8397b1dcdafU);
  CHECK(mix64(0x9e3779b97f4a7c15U * 2) == 0x6e789e6aa1b965f4U);
  CHECK(mix64(0) == 0);
}

TEST_CASE("stable_hash is the finalised FNV-1a") {
  CHECK(stable_hash("") == mix64(0xcbf29ce484222325U));
  CHECK(stable_hash("a") == mix64(0xaf63dc4c8601ec8cU));
  CHECK(stable_hash("foobar") == mix64(0x85944171f73967e8U));
}

TEST_CASE("near names hash far apart") {
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(name_hash("workload-" + std::to_string(i)));
  CHECK(seen.size() == 10'000);
  CHECK(name_hash("chat") != name_hash("chat "));
}

TEST_CASE("hash_combine depends on the order") {
  CHECK(hash_combine(1, 2) != hash_combine(2, 1));
  CHECK(hash_combine(0, 0) != hash_combine(0, 1));
}

}  // namespace
}  // namespace sluice
