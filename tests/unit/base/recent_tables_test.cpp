#include "base/recent_tables.hpp"

#include "support/catch.hpp"

using namespace sluice;

namespace {

QuantileTable constant_table(int value) {
  return QuantileTable([=](Tail) { return static_cast<double>(value); }, {.max = 1'000});
}

}  // namespace

TEST_CASE("a table that was made lately is not made again, one that gave way is") {
  RecentTables<int> tables;
  int made = 0;
  const auto value_of = [&](int key) {
    const QuantileTable& table = tables.of(key, [&] {
      ++made;
      return constant_table(key);
    });
    return table(std::uint64_t{1} << 62);
  };
  constexpr int kMost = RecentTables<int>::kMost;
  for (int round = 0; round < 3; ++round) {
    for (int key = 1; key <= kMost; ++key) CHECK(value_of(key) == key);
  }
  CHECK(made == kMost);
  CHECK(value_of(kMost + 1) == kMost + 1);
  CHECK(value_of(2) == 2);
  CHECK(made == kMost + 1);
  CHECK(value_of(1) == 1);
  CHECK(made == kMost + 2);
}
