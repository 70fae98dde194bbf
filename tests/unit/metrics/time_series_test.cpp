#include "metrics/time_series.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

struct Cell {
  std::int64_t sum = 0;
  std::int64_t max = 0;
  Cell& operator+=(const Cell& other) {
    sum += other.sum;
    max = std::max(max, other.max);
    return *this;
  }
  bool operator==(const Cell&) const = default;
};
using Series = TimeSeries<Cell>;

void add(Series& series, std::int64_t at, std::int64_t value) {
  Cell& cell = series.at(TimePoint{Duration{at}});
  cell += {value, value};
}

std::int64_t sum_of(const Series& series) {
  std::int64_t sum = 0;
  for (const Cell& cell : series.cells()) sum += cell.sum;
  return sum;
}

}  // namespace

TEST_CASE("a value goes to the cell in which its instant lies") {
  Series series(nanoseconds(10));
  add(series, 0, 1);
  add(series, 9, 2);
  add(series, 10, 4);
  add(series, 35, 8);
  REQUIRE(series.cells().size() == 4);
  CHECK(series.cells()[0] == Cell{3, 2});
  CHECK(series.cells()[1] == Cell{4, 4});
  CHECK(series.cells()[2] == Cell{});
  CHECK(series.cells()[3] == Cell{8, 8});
}

TEST_CASE("a series of which only the first cell is written has that cell") {
  Series series(seconds(1));
  SECTION("written at its first instant") { add(series, 0, 3); }
  SECTION("written within it") { add(series, 500, 3); }
  SECTION("written after the empty cells were made wider") {
    series.widen(seconds(2));
    add(series, 0, 3);
  }
  SECTION("written into a sum of empty series") {
    series += Series(seconds(2));
    add(series, 0, 3);
  }
  REQUIRE(series.cells().size() == 1);
  CHECK(series.cells()[0] == Cell{3, 3});
}

TEST_CASE("a series that is never touched has no cells") {
  CHECK(Series(seconds(1)).cells().empty());
}

TEST_CASE("past the last cell the width doubles and nothing is lost") {
  Series series(nanoseconds(10));
  for (std::int64_t i = 0; i < 256; ++i) add(series, i * 10, 1);
  CHECK(series.width() == nanoseconds(10));
  add(series, 2560, 100);
  CHECK(series.width() == nanoseconds(20));
  REQUIRE(series.cells().size() == 129);
  CHECK(series.cells()[0] == Cell{2, 1});
  CHECK(series.cells()[127] == Cell{2, 1});
  CHECK(series.cells()[128] == Cell{100, 100});
  add(series, 1'000'000, 1);
  CHECK(sum_of(series) == 357);
  CHECK(series.cells().size() <= Series::kCells);
}

TEST_CASE("any order of instants gives the cells of the naive sums") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    Series series(nanoseconds(7));
    std::vector<std::pair<std::int64_t, std::int64_t>> events;
    std::uint64_t state = seed;
    for (int i = 0; i < 200; ++i) {
      state = mix64(state + 1);
      events.emplace_back(static_cast<std::int64_t>(state % (1000 * seed * seed)),
                          static_cast<std::int64_t>(state >> 40U));
    }
    for (const auto& [at, value] : events) add(series, at, value);
    std::vector<Cell> naive(series.cells().size());
    for (const auto& [at, value] : events) {
      naive[static_cast<std::size_t>(at / ns(series.width()))] += {value, value};
    }
    REQUIRE(std::equal(naive.begin(), naive.end(), series.cells().begin()));
  }
}

TEST_CASE("merging equals recording everything into one, whatever the widths") {
  for (const std::int64_t far : {100, 30'000, 5'000'000}) {
    Series one(nanoseconds(10));
    Series near(nanoseconds(10));
    Series late(nanoseconds(10));
    for (std::int64_t i = 0; i < 50; ++i) {
      add(one, i * 3, i);
      add(near, i * 3, i);
      add(one, far + i, 2 * i);
      add(late, far + i, 2 * i);
    }
    Series forwards = near;
    forwards += late;
    Series backwards = late;
    backwards += near;
    CHECK(forwards == one);
    CHECK(backwards == one);
  }
}

TEST_CASE("widening merges neighbours") {
  Series series(nanoseconds(10));
  for (std::int64_t i = 0; i < 5; ++i) add(series, i * 10, 1);
  series.widen(nanoseconds(40));
  REQUIRE(series.cells().size() == 2);
  CHECK(series.cells()[0] == Cell{4, 1});
  CHECK(series.cells()[1] == Cell{1, 1});
  add(series, 79, 5);
  CHECK(series.cells()[1] == Cell{6, 5});
}

TEST_CASE("cells are of a width that people know, at most 200 of them") {
  CHECK(cell_width_for(Duration{}) == milliseconds(1));
  CHECK(cell_width_for(seconds(10)) == milliseconds(50));
  CHECK(cell_width_for(minutes(10)) == seconds(5));
  CHECK(cell_width_for(hours(1)) == seconds(30));
  CHECK(cell_width_for(hours(24)) == minutes(10));
  CHECK(cell_width_for(hours(24 * 7)) == hours(1));
  CHECK(cell_width_for(hours(24 * 365)) == hours(48));
  for (const Duration width : {seconds(1), seconds(77), minutes(50), hours(3)}) {
    const Duration cell = cell_width_for(width);
    CHECK(width <= cell * 200);
    CHECK((minutes(1) % cell == Duration{} || cell % minutes(1) == Duration{}));
  }
}
