#include "policy/cache_table.hpp"

#include <map>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("a key that was not inserted is not found") {
  CacheTable table;
  CHECK(table.find(2) == nullptr);
  table.insert(2);
  CHECK(table.find(2) != nullptr);
  CHECK(table.find(4) == nullptr);
  CHECK(table.size() == 1);
}

TEST_CASE("the lifetime is kept beside the key") {
  CacheTable table;
  CacheTable::Entry& entry = table.insert(6);
  CHECK(entry.ttl() == CacheTtl::kFiveMinutes);
  entry.set_ttl(CacheTtl::kOneHour);
  CHECK(entry.ttl() == CacheTtl::kOneHour);
  CHECK(entry.key() == 6);
  CHECK(table.find(6) == &entry);
  entry.set_ttl(CacheTtl::kFiveMinutes);
  CHECK(entry.ttl() == CacheTtl::kFiveMinutes);
}

TEST_CASE("the table agrees with an ordered map over inserts and removals, keys clustered or not") {
  for (const std::uint64_t spread : {1U, 7U, 1'000'003U}) {
    CacheTable table;
    std::map<std::uint64_t, std::int64_t> model;
    for (std::uint64_t step = 1; step <= 20'000; ++step) {
      const std::uint64_t draw = mix64(step * 31 + spread);
      const std::uint64_t key = 2 + 2 * ((draw % 700) * spread);
      if (model.count(key) == 0) {
        table.insert(key).expires = kRunStart + seconds(static_cast<std::int64_t>(step));
        model[key] = static_cast<std::int64_t>(step);
      } else if ((draw >> 32) % 3 != 0) {
        table.remove(key);
        model.erase(key);
      }
      REQUIRE(table.size() == model.size());
      if (step % 500 != 0) continue;
      for (std::uint64_t i = 0; i < 700; ++i) {
        const CacheTable::Entry* entry = table.find(2 + 2 * (i * spread));
        const auto expected = model.find(2 + 2 * (i * spread));
        REQUIRE((entry != nullptr) == (expected != model.end()));
        if (entry != nullptr) {
          REQUIRE(entry->expires == kRunStart + seconds(expected->second));
        }
      }
    }
  }
}

}  // namespace
}  // namespace sluice
