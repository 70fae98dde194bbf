#include "live/run_guard.hpp"

#include <string>
#include <vector>

#include "base/hash.hpp"
#include "support/catch.hpp"
#include "support/dollars.hpp"
#include "support/plans.hpp"

namespace sluice::live {
namespace {

using testing::dollars;

constexpr TokenBounds kBounds{.prompt = 1000, .output = 10};
constexpr auto kGo = Permission::Kind::kGo;
constexpr auto kWaitForEnd = Permission::Kind::kWaitForEnd;
constexpr auto kStop = Permission::Kind::kStop;

// Dollars and what a bill may round.
Money at_worst(const char* text) { return dollars(text) + Money::from_picodollars(6); }

// How an attempt ended, to be changed by the test: whole, with 1000 and 10 tokens for $2.10.
struct Ended {
  RequestSpec spec = testing::small_request();
  Exchange exchange{};
  wire::AnswerFields fields{};
  wire::ReadAnswer answer{};
  int status = 200;
  std::int64_t sent_wall = 1;
  bool renews_token = false;

  Ended() {
    answer.is_whole = true;
    answer.has_usage = true;
    answer.usage = {.input_tokens = 1000, .output_tokens = 10};
    exchange.outcome.usage = answer.usage;
    exchange.billed = true;
    exchange.cost.by_category = {dollars("2"), {}, {}, {}, dollars("0.1"), {}};
  }
  static Ended refused(int status, ErrorKind error, const char* words = "no") {
    Ended ended = lost(error);
    ended.status = status;
    ended.answer.is_whole = true;
    ended.answer.error = wire::ApiError{.kind = error, .message = words, .error_code = {}};
    return ended;
  }
  static Ended lost(ErrorKind error = ErrorKind::kConnection) {
    Ended ended;
    ended.answer = {};
    ended.exchange = {};
    ended.exchange.outcome.error = error;
    ended.status = 0;
    return ended;
  }
  AttemptFacts facts() const {
    return {.spec = spec,
            .number = 1,
            .planned = {},
            .due = {},
            .sent = {},
            .sent_wall = sent_wall,
            .exchange = exchange,
            .status = status,
            .fields = fields,
            .answer = answer,
            .transport = {},
            .reused_connection = false,
            .renews_token = renews_token};
  }
};

struct Guard {
  explicit Guard(GuardOptions options = {}, RunPlan run_plan = testing::small_plan())
      : plan(std::move(run_plan)), guard(plan, options) {}

  Permission::Kind ask(const RequestSpec& spec = testing::small_request()) {
    return guard.ask(kRunStart, spec, kBounds, held.emplace_back()).kind;
  }
  void settle(const Ended& ended) { guard.settle(ended.facts(), held.front()); }
  // Asks and settles.
  void pass(const Ended& ended) {
    held.clear();
    REQUIRE(ask() == kGo);
    settle(ended);
  }

  RunPlan plan;
  RunGuard guard;
  std::vector<Reservation> held;
};

}  // namespace

TEST_CASE("the worst cost takes the dearest way that the cache blocks leave") {
  Guard guard;
  RequestSpec spec = testing::small_request();
  const auto worst = [&] { return *guard.guard.worst_cost(kRunStart, spec, kBounds); };
  CHECK(worst() == at_worst("2.1"));
  std::vector<CacheBlock> blocks = {{.chain = 1, .prefix_tokens = 10}};
  spec.cache_blocks = blocks;
  CHECK(worst() == at_worst("3.1"));
  blocks[0].ttl = CacheTtl::kOneHour;
  CHECK(worst() == at_worst("4.1"));
}

TEST_CASE("the worst cost knows multipliers, bands and models without a price") {
  RunPlan plan = testing::small_plan();
  PriceRow& row = plan.models[0].prices[0];
  row.us_permille = 1100;
  row.fast_permille = 2000;
  PriceBand cheaper = row.bands[0];
  cheaper.prompt_above = 900;
  cheaper.per_token[0] /= 10;
  row.bands.push_back(cheaper);
  plan.models.push_back(testing::small_model());
  plan.models[1].prices.clear();
  Guard guard({}, plan);
  RequestSpec spec = testing::small_request();
  const auto worst = [&] { return guard.guard.worst_cost(kRunStart, spec, kBounds); };
  CHECK(worst() == at_worst("1.9"));  // 900 tokens are dearer than 1000
  spec.us_only = true;
  CHECK(worst() == at_worst("2.09"));
  spec.fast = true;
  CHECK(worst() == at_worst("4.18"));
  spec.model = ModelId{1};
  CHECK(worst() == std::nullopt);
}

TEST_CASE("a price that changes within the run counts from then on") {
  RunPlan plan = testing::small_plan();
  PriceRow row = testing::small_prices();
  row.effective_from_ns = plan.start_unix_ns + ns(minutes(1));
  row.bands[0].per_token[0] *= 2;
  plan.events.push_back(
      {.at = kRunStart + minutes(1), .action = PriceChanged{{}, row}, .text = ""});
  Guard guard({}, plan);
  CHECK(guard.guard.worst_cost(kRunStart, testing::small_request(), kBounds) == at_worst("2.1"));
  CHECK(guard.guard.worst_cost(kRunStart + minutes(1), testing::small_request(), kBounds) ==
        at_worst("4.1"));
}

TEST_CASE("what is in flight is reserved, and the cap ends the run") {
  Guard guard({.max_cost = dollars("5")});
  CHECK(guard.ask() == kGo);
  CHECK(guard.ask() == kGo);
  CHECK(guard.ask() == kWaitForEnd);
  CHECK(guard.guard.stop() == StopReason::kNone);
  guard.settle({});
  CHECK(guard.guard.spent() == dollars("2.1"));
  CHECK(guard.ask() == kWaitForEnd);
  guard.settle({});
  CHECK(guard.guard.reserved() == Money{});
  CHECK(guard.ask() == kStop);
  CHECK(guard.guard.stop() == StopReason::kSpendCap);
  CHECK(guard.guard.stop_detail() ==
        "$4.20 of $5.00 are spent, and the next attempt may cost $2.1000");
}

TEST_CASE("a cap cannot be kept for a model without a price") {
  RunPlan plan = testing::small_plan();
  plan.models[0].prices.clear();
  Guard guard({.max_cost = dollars("5")}, plan);
  CHECK(guard.ask() == kStop);
  CHECK(guard.guard.stop_detail() == "model has no price, so that the cap cannot be kept");
  Guard other({}, plan);
  CHECK(other.ask() == kGo);
}

TEST_CASE("an attempt counts at its worst if it may have been billed without a word") {
  Guard guard;
  SECTION("no answer came") {
    guard.pass(Ended::lost(ErrorKind::kAttemptTimeout));
    CHECK(guard.guard.spent() == at_worst("2.1"));
  }
  SECTION("an answer without usage came") {
    Ended ended = Ended::lost();
    ended.status = 200;
    guard.pass(ended);
    CHECK(guard.guard.spent() == at_worst("2.1"));
  }
  SECTION("a stream broke off after its prompt was told") {
    Ended ended;
    ended.answer.is_whole = false;
    ended.answer.usage = {.input_tokens = 500, .output_tokens = 1};
    guard.pass(ended);
    CHECK(guard.guard.spent() == dollars("1.1"));
  }
}

TEST_CASE("what was refused or never left costs nothing") {
  Guard guard;
  SECTION("refused") { guard.pass(Ended::refused(529, ErrorKind::kOverloaded)); }
  SECTION("never left") {
    Ended ended = Ended::lost();
    ended.sent_wall = 0;
    guard.pass(ended);
  }
  CHECK(guard.guard.spent() == Money{});
  CHECK(guard.guard.reserved() == Money{});
}

TEST_CASE("the cap is never passed, whatever attempts come to") {
  const std::uint64_t seed = GENERATE(range(1, 30));
  CAPTURE(seed);
  std::uint64_t state = seed;
  const auto below = [&state](std::uint64_t most) {
    state += 0x9e3779b97f4a7c15U;
    return mix64(state) % most;
  };
  const Money cap = dollars("40");
  Guard guard({.max_cost = cap});
  std::vector<Reservation> open;
  Money billed;
  for (int step = 0; step < 500 && guard.guard.stop() == StopReason::kNone; ++step) {
    RequestSpec spec = testing::small_request();
    spec.prompt_tokens = static_cast<std::int64_t>(1 + below(2000));
    spec.max_tokens = static_cast<std::int64_t>(1 + below(50));
    const TokenBounds bounds{.prompt = spec.prompt_tokens, .output = spec.max_tokens};
    Reservation reservation;
    const auto asked = guard.guard.ask(kRunStart, spec, bounds, reservation);
    if (asked.kind == kGo) open.push_back(reservation);
    CHECK(guard.guard.spent() + guard.guard.reserved() <= cap);
    if (open.empty() || (asked.kind == kGo && below(3) != 0)) continue;
    const std::size_t which = below(open.size());
    const Reservation& held = open[which];
    Ended ended;
    const std::int64_t output = static_cast<std::int64_t>(below(held.bounds.output + 1));
    const Money cost =
        Money::from_picodollars(1'000'000'000) * (2 * held.bounds.prompt + 10 * output);
    ended.exchange.cost.by_category = {cost, {}, {}, {}, {}, {}};
    if (below(4) == 0) ended = Ended::lost();  // and was billed all the same
    guard.guard.settle(ended.facts(), open[which]);
    billed += cost;
    open.erase(open.begin() + static_cast<long>(which));
  }
  CHECK(billed <= guard.guard.spent());
  CHECK(guard.guard.spent() <= cap);
}

TEST_CASE("a refusal that no retry can mend ends the run") {
  const auto stop_after = [](const Ended& ended, bool stops = true) {
    Guard guard({.stops_on_refusal = stops});
    guard.pass(ended);
    return guard.guard.stop();
  };
  const Ended unauthorized = Ended::refused(401, ErrorKind::kAuthentication, "invalid x-api-key");
  CHECK(stop_after(unauthorized) == StopReason::kAuthentication);
  CHECK(stop_after(unauthorized, false) == StopReason::kNone);
  CHECK(stop_after(Ended::refused(403, ErrorKind::kPermission)) == StopReason::kPermission);
  CHECK(stop_after(Ended::refused(402, ErrorKind::kBilling)) == StopReason::kCreditGone);
  CHECK(stop_after(Ended::refused(400, ErrorKind::kInvalidRequest,
                                  "Your credit balance is too low to access the Anthropic API.")) ==
        StopReason::kCreditGone);
  CHECK(stop_after(Ended::refused(400, ErrorKind::kInvalidRequest)) == StopReason::kNone);
  CHECK(stop_after(Ended::refused(429, ErrorKind::kRateLimit)) == StopReason::kNone);
  Ended renewing = unauthorized;
  renewing.renews_token = true;
  CHECK(stop_after(renewing) == StopReason::kNone);
}

TEST_CASE("after the end nothing goes") {
  Guard guard;
  guard.pass(Ended::refused(401, ErrorKind::kAuthentication, "invalid x-api-key"));
  CHECK(guard.guard.stop_detail() == "invalid x-api-key");
  CHECK(guard.ask() == kStop);
}

TEST_CASE("errors end the run when they are more than their share of the last hundred") {
  Guard guard({.error_share_permille = 500});
  SECTION("twenty have to be there") {
    for (int i = 0; i < 19; ++i) guard.pass(Ended::lost());
    CHECK(guard.guard.stop() == StopReason::kNone);
    guard.pass(Ended::lost());
    CHECK(guard.guard.stop() == StopReason::kErrorShare);
    CHECK(guard.guard.stop_detail() == "20 of the last 20 attempts failed");
  }
  SECTION("older ones are forgotten") {
    for (int i = 0; i < 1000; ++i) guard.pass({});
    for (int i = 0; i < 50; ++i) guard.pass(Ended::lost());
    CHECK(guard.guard.stop() == StopReason::kNone);
    guard.pass(Ended::lost());
    CHECK(guard.guard.stop() == StopReason::kErrorShare);
  }
  SECTION("what a limit refused is no error") {
    for (int i = 0; i < 200; ++i) guard.pass(Ended::refused(429, ErrorKind::kRateLimit));
    CHECK(guard.guard.stop() == StopReason::kNone);
  }
}

TEST_CASE("the lowest headroom that a header showed is kept") {
  Guard guard;
  CHECK(guard.guard.lowest_headroom() == std::nullopt);
  wire::AnswerFields fields;
  fields.limits.requests = wire::LimitState{.limit = 50, .remaining = 40, .full_at = {}};
  fields.limits.input_tokens = wire::LimitState{.limit = 1000, .remaining = 250, .full_at = {}};
  Reservation reservation;
  guard.guard.saw_head(kRunStart, testing::small_request(), fields, reservation);
  fields.limits.input_tokens->remaining = 900;
  guard.guard.saw_head(kRunStart, testing::small_request(), fields, reservation);
  CHECK(guard.guard.lowest_headroom() == 0.25);
}

}  // namespace sluice::live
