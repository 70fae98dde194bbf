// Prices against decimal arithmetic as one does it on paper: digit by digit, on the price list's
// own text.
#include <algorithm>
#include <string>
#include <vector>

#include "policy/price_list.hpp"
#include "property/property_random.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

// A number as its decimal digits, least significant first, of which `scale` stand behind the point.
struct Paper {
  std::vector<int> digits;
  std::size_t scale = 0;

  static Paper of(const std::string& text) {
    Paper paper;
    bool behind_point = false;
    for (const char character : text) {
      if (character == '.') {
        behind_point = true;
        continue;
      }
      paper.digits.insert(paper.digits.begin(), character - '0');
      if (behind_point) ++paper.scale;
    }
    return paper;
  }

  std::string text() const {
    std::vector<int> padded = digits;
    padded.resize(std::max(padded.size(), scale + 1), 0);
    std::string whole;
    std::string fraction;
    for (std::size_t i = padded.size(); i-- > 0;) {
      (i >= scale ? whole : fraction) += static_cast<char>('0' + padded[i]);
    }
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return fraction.empty() ? whole : whole + "." + fraction;
  }
};

std::vector<int> carried(std::vector<int> digits) {
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] < 10) continue;
    if (i + 1 == digits.size()) digits.push_back(0);
    digits[i + 1] += digits[i] / 10;
    digits[i] %= 10;
  }
  return digits;
}

Paper operator*(const Paper& left, const Paper& right) {
  Paper product{std::vector<int>(left.digits.size() + right.digits.size(), 0),
                left.scale + right.scale};
  for (std::size_t i = 0; i < left.digits.size(); ++i) {
    for (std::size_t j = 0; j < right.digits.size(); ++j) {
      product.digits[i + j] += left.digits[i] * right.digits[j];
    }
  }
  product.digits = carried(product.digits);
  return product;
}

Paper operator+(Paper left, Paper right) {
  if (left.scale < right.scale) std::swap(left, right);
  right.digits.insert(right.digits.begin(), left.scale - right.scale, 0);
  left.digits.resize(std::max(left.digits.size(), right.digits.size()), 0);
  for (std::size_t i = 0; i < right.digits.size(); ++i) left.digits[i] += right.digits[i];
  left.digits = carried(left.digits);
  return left;
}

// Cents per million tokens as a price list writes them.
std::string dollars(std::int64_t ten_thousandths) {
  std::string digits = std::to_string(ten_thousandths);
  digits.insert(0, digits.size() < 5 ? 5 - digits.size() : 0, '0');
  return digits.insert(digits.size() - 4, ".");
}

struct PaperRow {
  std::vector<std::string> per_million;
  PriceRow row;
};

PaperRow any_row(PropertyRandom& random) {
  PaperRow paper;
  PriceBand band;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    // In hundredths of a cent a million tokens: up to $100, as the list's own last digit is.
    const std::int64_t price = random.one_in(4) ? random.below(10) : random.below(1'000'000);
    paper.per_million.push_back(dollars(price));
    band.per_token[i] = price * 100;
  }
  paper.row.bands = {band};
  paper.row.fast_permille = 2'000;
  paper.row.us_permille = 1'100;
  return paper;
}

TEST_CASE("costs equal decimal arithmetic on paper to the last digit") {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    INFO("seed " << seed);
    PropertyRandom random(seed);
    const PaperRow paper = any_row(random);
    const PriceList list({{paper.row}});
    const PricedAs as{
        .batch = random.one_in(2), .fast = random.one_in(3), .us_only = random.one_in(2)};
    const std::int64_t most = random.one_in(5) ? 1'000'000'000'000 : 200'000;
    const Usage usage{.input_tokens = random.below(most),
                      .cache_creation_5m_input_tokens = random.below(most),
                      .cache_creation_1h_input_tokens = random.below(most),
                      .cache_read_input_tokens = random.below(most),
                      .output_tokens = random.below(most)};
    const std::int64_t tokens[] = {usage.input_tokens, usage.cache_creation_5m_input_tokens,
                                   usage.cache_creation_1h_input_tokens,
                                   usage.cache_read_input_tokens, usage.output_tokens};
    const auto cost = list.cost(ModelId{0}, 0, usage, as);
    REQUIRE(cost);
    Paper total = Paper::of("0");
    for (std::size_t i = 0; i < std::size(tokens); ++i) {
      Paper part = Paper::of(paper.per_million[i]) * Paper::of(std::to_string(tokens[i])) *
                   Paper::of("0.000001");
      if (as.batch) part = part * Paper::of("0.5");
      if (as.fast) part = part * Paper::of("2");
      if (as.us_only) part = part * Paper::of("1.1");
      REQUIRE(cost->by_category[i].exact() == part.text());
      total = total + part;
    }
    REQUIRE(cost->total().exact() == total.text());
    REQUIRE(cost->by_category[static_cast<std::size_t>(CostCategory::kTools)] == Money{});
  }
}

TEST_CASE("the band changes right above its threshold and nowhere else") {
  PriceRow row;
  row.bands = {{.prompt_above = 0, .per_token = {1, 1, 1, 1, 1, 0}},
               {.prompt_above = 100'000, .per_token = {5, 5, 5, 5, 5, 0}},
               {.prompt_above = 200'000, .per_token = {7, 7, 7, 7, 7, 0}}};
  const PriceList list({{row}});
  for (std::int64_t prompt = 99'900; prompt <= 200'100; ++prompt) {
    const std::int64_t price = prompt > 200'000 ? 7 : prompt > 100'000 ? 5 : 1;
    const Usage usage{.input_tokens = prompt - 30,
                      .cache_creation_5m_input_tokens = 5,
                      .cache_creation_1h_input_tokens = 5,
                      .cache_read_input_tokens = 20,
                      .output_tokens = 3};
    REQUIRE(list.cost(ModelId{0}, 0, usage, {})->total() ==
            Money::from_picodollars(price * (prompt + 3)));
  }
}

}  // namespace
}  // namespace sluice
