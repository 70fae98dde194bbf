#include "wire/content_hash.hpp"

#include <bit>
#include <cstdint>
#include <set>
#include <string>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

TEST_CASE("the hash of a content never changes") {
  CHECK(content_hash("") == content_hash(std::string()));
  CHECK(content_hash("") == 0x3dcf86763fd8802aU);
  CHECK(content_hash("sluice") == 0xe2835d52e1c90b72U);
  CHECK(content_hash(std::string(1000, 'a')) == 0xed09eb27ef21526fU);
}

TEST_CASE("texts of zeros of every length differ") {
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size < 600; ++size) {
    seen.insert(content_hash(std::string(size, '\0')));
  }
  CHECK(seen.size() == 600);
}

TEST_CASE("every bit of a text moves about half of the hash") {
  for (const std::size_t size : {1U, 7U, 16U, 17U, 64U, 65U, 200U}) {
    const std::string text(size, 'x');
    const std::uint64_t before = content_hash(text);
    std::int64_t moved = 0;
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string other = text;
      other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
      const int distance = std::popcount(before ^ content_hash(other));
      CHECK(distance > 8);
      moved += distance;
    }
    const double average = static_cast<double>(moved) / static_cast<double>(8 * size);
    INFO(size);
    CHECK(average == Approx(32).margin(3));
  }
}

TEST_CASE("a hash does not depend on where the text stands in memory") {
  const std::string text(333, 'q');
  for (std::size_t offset = 0; offset < 16; ++offset) {
    const std::string moved = std::string(offset, '-') + text + "---";
    CHECK(content_hash(std::string_view(moved).substr(offset, text.size())) == content_hash(text));
  }
}

}  // namespace
}  // namespace sluice::wire
