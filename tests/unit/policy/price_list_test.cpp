#include "policy/price_list.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr ModelId kPricedModel{0};
constexpr std::int64_t kDay = 86'400'000'000'000;

// Dollars per million tokens, in hundred-thousandths of a dollar: 3.75 is 375'000.
constexpr std::int64_t per_million(std::int64_t hundred_thousandths) {
  return hundred_thousandths * 10;
}

// The usual multiples of an input price: 5 m write 1.25, 1 h write 2, read 0.1.
PriceBand band(std::int64_t input, std::int64_t output, std::int64_t prompt_above = 0) {
  const std::int64_t token = per_million(input);
  return {.prompt_above = prompt_above,
          .per_token = {token, token * 5 / 4, token * 2, token / 10, per_million(output), 0}};
}

PriceRow row(PriceBand only) { return {.bands = {only}}; }

PriceRow sonnet() { return row(band(300'000, 1'500'000)); }

PriceRow haiku_two_bands() {
  return {.bands = {band(10'000, 50'000), band(50'000, 250'000, 100'000)}};
}

Money cost(const PriceList& list, const Usage& usage, PricedAs as = {}, std::int64_t at_ns = 0) {
  const auto breakdown = list.cost(kPricedModel, at_ns, usage, as);
  REQUIRE(breakdown);
  return breakdown->total();
}

TEST_CASE(
    "3 input, 12,304 written and 550 output tokens of Sonnet 3.7 cost $0.05439 (litellm 9812)") {
  const PriceList list({{sonnet()}});
  const Usage usage{
      .input_tokens = 3, .cache_creation_5m_input_tokens = 12'304, .output_tokens = 550};
  // 9 + 46,140 + 8,250 millionths of a dollar; the issue quotes five digits.
  CHECK(cost(list, usage).exact() == "0.054399");
}

TEST_CASE("2,455 tokens read from the cache by Haiku 3.5 cost a tenth: $0.000292 (litellm 11789)") {
  const PriceList list({{row(band(80'000, 400'000))}});
  const Usage usage{.input_tokens = 4, .cache_read_input_tokens = 2'455, .output_tokens = 23};
  CHECK(cost(list, usage).text(6) == "$0.000292");
  const Usage as_input{.input_tokens = 2'459, .output_tokens = 23};
  CHECK(cost(list, as_input).text(6) == "$0.002059");
}

TEST_CASE("cache writes are not left out: $0.28, not $0.20 (langfuse 14249)") {
  const PriceList list({{sonnet()}});
  const Usage usage{
      .input_tokens = 15'460, .cache_creation_5m_input_tokens = 19'810, .output_tokens = 10'370};
  CHECK(cost(list, usage).text() == "$0.28");
  const Usage without{.input_tokens = 15'460, .output_tokens = 10'370};
  CHECK(cost(list, without).text() == "$0.20");
}

TEST_CASE("each category has its own price") {
  const PriceList list({{row({.per_token = {1, 10, 100, 1'000, 10'000, 100'000}})}});
  const Usage usage{.input_tokens = 1,
                    .cache_creation_5m_input_tokens = 2,
                    .cache_creation_1h_input_tokens = 3,
                    .cache_read_input_tokens = 4,
                    .output_tokens = 5};
  CHECK(cost(list, usage) == Money::from_picodollars(54'321));
  CHECK(cost(list, Usage{}) == Money{});
}

TEST_CASE("the band follows the whole prompt and applies to every token, output included") {
  const PriceList list({{haiku_two_bands()}});
  const Usage at_limit{.input_tokens = 60'000,
                       .cache_creation_5m_input_tokens = 10'000,
                       .cache_creation_1h_input_tokens = 10'000,
                       .cache_read_input_tokens = 20'000,
                       .output_tokens = 1'000};
  Usage above = at_limit;
  above.cache_read_input_tokens += 1;
  CHECK(cost(list, at_limit).exact() == "0.00995");
  CHECK(cost(list, above).exact() == "0.04975005");
}

TEST_CASE("a price changes at midnight UTC of its date, not before") {
  PriceRow before = row(band(300'000, 1'500'000));
  before.effective_until_ns = 10 * kDay;
  PriceRow after = row(band(200'000, 1'000'000));
  after.effective_from_ns = 10 * kDay;
  const PriceList list({{after, before}});
  const Usage usage{.input_tokens = 1'000'000};
  CHECK(cost(list, usage, {}, 10 * kDay - 1).exact() == "3");
  CHECK(cost(list, usage, {}, 10 * kDay).exact() == "2");
}

TEST_CASE("a model without a price at that time is unpriced, never free") {
  PriceRow later = sonnet();
  later.effective_from_ns = kDay;
  const PriceList list({{later}, {}});
  const Usage usage{.input_tokens = 1};
  CHECK_FALSE(list.cost(kPricedModel, kDay - 1, usage, {}));
  CHECK(list.cost(kPricedModel, kDay, usage, {}));
  CHECK_FALSE(list.cost(ModelId{1}, kDay, usage, {}));
  CHECK_FALSE(list.cost(ModelId{2}, kDay, usage, {}));
}

TEST_CASE("batch, fast and data residency multiply, and stay exact") {
  PriceRow haiku = row(band(10'000, 50'000));
  haiku.fast_permille = 2'000;
  haiku.us_permille = 1'100;
  const PriceList list({{haiku}});
  const Usage read{.cache_read_input_tokens = 1};  // 10^4 picodollars
  CHECK(cost(list, read) == Money::from_picodollars(10'000));
  CHECK(cost(list, read, {.batch = true}) == Money::from_picodollars(5'000));
  CHECK(cost(list, read, {.fast = true}) == Money::from_picodollars(20'000));
  CHECK(cost(list, read, {.us_only = true}) == Money::from_picodollars(11'000));
  CHECK(cost(list, read, {.batch = true, .us_only = true}) == Money::from_picodollars(5'500));
  CHECK(cost(list, read, {.batch = true, .fast = true, .us_only = true}) ==
        Money::from_picodollars(11'000));
}

TEST_CASE("fast mode without a fast price is unpriced") {
  const PriceList list({{sonnet()}});
  CHECK_FALSE(list.cost(kPricedModel, 0, {.input_tokens = 1}, {.fast = true}));
}

TEST_CASE("a price that multipliers leave fractional is rounded once per category, half up") {
  PriceRow odd = row({.per_token = {1, 0, 0, 0, 3, 0}});
  const PriceList list({{odd}});
  CHECK(cost(list, {.input_tokens = 1}, {.batch = true}) == Money::from_picodollars(1));
  CHECK(cost(list, {.input_tokens = 2}, {.batch = true}) == Money::from_picodollars(1));
  CHECK(cost(list, {.input_tokens = 1'001}, {.batch = true}) == Money::from_picodollars(501));
  CHECK(cost(list, {.input_tokens = 1, .output_tokens = 1}, {.batch = true}) ==
        Money::from_picodollars(3));
}

TEST_CASE("a replaced price holds from its date on, for priced and unpriced models alike") {
  PriceList list({{sonnet()}});
  PriceRow change = row(band(100'000, 500'000));
  change.effective_from_ns = kDay;
  list.replace(kPricedModel, change);
  list.replace(ModelId{3}, change);
  const Usage usage{.input_tokens = 1'000'000};
  CHECK(cost(list, usage, {}, kDay - 1).exact() == "3");
  CHECK(cost(list, usage, {}, kDay).exact() == "1");
  CHECK(list.cost(ModelId{3}, kDay, usage, {})->total().exact() == "1");
  CHECK_FALSE(list.cost(ModelId{2}, kDay, usage, {}));
}

}  // namespace
}  // namespace sluice
