#include "metrics/ledger.hpp"

#include <map>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

struct Response {
  Ledger::Account account;
  Usage usage;
  CostBreakdown cost;
  Money saved;
};

std::vector<Response> responses_of(std::uint64_t seed, int count) {
  std::vector<Response> responses;
  std::uint64_t state = seed;
  const auto draw = [&state](std::uint64_t below) {
    state = mix64(state + 0x9e3779b97f4a7c15U);
    return static_cast<std::int64_t>(state % below);
  };
  for (int i = 0; i < count; ++i) {
    Response response;
    response.account = {.workload = WorkloadId{static_cast<std::uint16_t>(draw(4))},
                        .workspace = WorkspaceId{static_cast<std::uint16_t>(draw(2))},
                        .key = KeyId{static_cast<std::uint16_t>(draw(3))},
                        .model = ModelId{static_cast<std::uint16_t>(draw(3))},
                        .batch = draw(4) == 0,
                        .priced = draw(5) != 0};
    response.usage = {.input_tokens = draw(10'000),
                      .cache_creation_5m_input_tokens = draw(500),
                      .cache_creation_1h_input_tokens = draw(50),
                      .cache_read_input_tokens = draw(90'000),
                      .output_tokens = draw(4'000)};
    for (Money& part : response.cost.by_category) {
      part = Money::from_picodollars(draw(1'000'000'000'000));
    }
    response.saved = Money::from_picodollars(draw(1'000'000) - 500'000);
    responses.push_back(response);
  }
  return responses;
}

void book(Ledger& ledger, const Response& response) {
  ledger.book(response.account, response.usage, response.account.priced ? &response.cost : nullptr,
              &response.saved);
}

bool everything(const Ledger::Account&) { return true; }

}  // namespace

TEST_CASE("totals along every dimension are the naive sums") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    INFO("seed " << seed);
    Ledger ledger;
    std::map<ModelId, Money> by_model;
    std::map<KeyId, Usage> by_key;
    Money total;
    Money saved;
    std::int64_t unpriced = 0;
    for (const Response& response : responses_of(seed, 500)) {
      book(ledger, response);
      by_key[response.account.key] += response.usage;
      if (response.account.priced) {
        by_model[response.account.model] += response.cost.total();
        total += response.cost.total();
        saved += response.saved;
      } else {
        ++unpriced;
      }
    }
    for (const auto& [model, cost] : by_model) {
      const ModelId wanted = model;
      const auto of_model = [wanted](const Ledger::Account& a) { return a.model == wanted; };
      REQUIRE(ledger.total(of_model).total() == cost);
    }
    for (const auto& [key, usage] : by_key) {
      const KeyId wanted = key;
      const auto of_key = [wanted](const Ledger::Account& a) { return a.key == wanted; };
      REQUIRE(ledger.total(of_key).usage == usage);
    }
    const Ledger::Line all = ledger.total(everything);
    REQUIRE(all.responses == 500);
    REQUIRE(all.total() == total);
    REQUIRE(all.cost().total() == total);
    REQUIRE(all.saved_by_cache() == saved);
    REQUIRE(ledger.total([](const Ledger::Account& a) { return !a.priced; }).responses == unpriced);
  }
}

TEST_CASE("what has no price costs nothing and is told apart") {
  Ledger ledger;
  ledger.book({.model = ModelId{1}, .priced = false}, {.input_tokens = 7}, nullptr, nullptr);
  ledger.book({.model = ModelId{1}, .priced = true}, {.input_tokens = 5}, nullptr, nullptr);
  REQUIRE(ledger.lines().size() == 2);
  const auto priced = [](const Ledger::Account& a) { return a.priced; };
  CHECK(ledger.total(priced).usage.input_tokens == 5);
  CHECK(ledger.total(everything).total() == Money{});
}

TEST_CASE("merging equals booking everything into one, in any order") {
  Ledger one;
  Ledger left;
  Ledger right;
  int number = 0;
  for (const Response& response : responses_of(5, 400)) {
    book(one, response);
    book(++number % 3 == 0 ? left : right, response);
  }
  Ledger merged = right;
  merged += left;
  CHECK(merged == one);
  CHECK(merged.lines() == one.lines());
  merged += left;
  CHECK_FALSE(merged == one);
}

TEST_CASE("lines come in the order of their accounts") {
  Ledger ledger;
  for (const Response& response : responses_of(9, 200)) book(ledger, response);
  const std::vector<Ledger::Line> lines = ledger.lines();
  for (std::size_t i = 1; i < lines.size(); ++i) {
    REQUIRE(lines[i - 1].account < lines[i].account);
  }
}
