#include "policy/retry_budget.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "base/draw.hpp"
#include "support/catch.hpp"
#include "support/outcomes.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

using testing::ended_with;
using testing::TestDraws;

constexpr std::uint64_t kBudgetSeed = 20261123;

// A client that sees one attempt through before the next.
struct Session {
  RetryBudget budget;
  TimePoint now = kRunStart;

  bool attempt(ErrorKind kind, ErrorKind retried = ErrorKind::kNone) {
    budget.started(now, retried != ErrorKind::kNone);
    budget.ended(ended_with(kind), retried);
    return kind != ErrorKind::kNone && budget.take(now, ended_with(kind));
  }
  void succeed(int count) {
    for (int i = 0; i < count; ++i) attempt(ErrorKind::kNone);
  }
  // How many retries a request of endless failures gets, at most `most`.
  int fail(ErrorKind kind, int most) {
    int retries = 0;
    bool again = attempt(kind);
    while (again && ++retries < most) again = attempt(kind, kind);
    // The last of the retries fails too, and is not asked to be retried.
    if (again) {
      budget.started(now, true);
      budget.ended(ended_with(kind), kind);
    }
    return retries;
  }
};

TEST_CASE("a budget allows as many retries in a row as its source's full bucket holds") {
  constexpr int kMany = 10'000;
  const auto from_full = [](BudgetKind kind, ErrorKind error) {
    return Session{RetryBudget(kind)}.fail(error, kMany);
  };
  const auto overloaded = ErrorKind::kOverloaded;
  CHECK(from_full(BudgetKind::kNone, overloaded) == kMany);
  CHECK(from_full(BudgetKind::kGrpc, overloaded) == 4);       // 10 to 6: five failures are too many
  CHECK(from_full(BudgetKind::kFinagle, overloaded) == 100);  // ten a second for ten seconds
  CHECK(from_full(BudgetKind::kBrooker, overloaded) == 5);
  CHECK(from_full(BudgetKind::kAwsQuota, overloaded) == 100);
  CHECK(from_full(BudgetKind::kAwsQuota, ErrorKind::kAttemptTimeout) == 50);
  CHECK(from_full(BudgetKind::kAwsQuota2026, overloaded) == 35);  // of 500 / 14
  CHECK(from_full(BudgetKind::kAwsQuota2026, ErrorKind::kAttemptTimeout) == 35);
  CHECK(from_full(BudgetKind::kAwsQuota2026, ErrorKind::kRateLimit) == 100);
}

// Retries allowed per 1000 successes when every retry fails and the bucket is as good as empty.
int retries_per_thousand(BudgetKind kind, ErrorKind error) {
  Session session{RetryBudget(kind)};
  while (session.fail(error, 1) == 1) {
  }
  int retries = 0;
  for (int i = 0; i < 1000; ++i) {
    session.succeed(1);
    if (session.budget.take(session.now, ended_with(error))) {
      ++retries;
      session.budget.started(session.now, true);
      session.budget.ended(ended_with(error), error);
    }
  }
  return retries;
}

TEST_CASE("an empty AWS quota lets one retry through for 5 successes, since 2026 for 14") {
  CHECK(retries_per_thousand(BudgetKind::kAwsQuota, ErrorKind::kOverloaded) == 200);
  CHECK(retries_per_thousand(BudgetKind::kAwsQuota, ErrorKind::kAttemptTimeout) == 100);
  const int transient = retries_per_thousand(BudgetKind::kAwsQuota2026, ErrorKind::kOverloaded);
  CHECK((transient == 1000 / 14 || transient == 1000 / 14 + 1));  // what was left in it
  CHECK(retries_per_thousand(BudgetKind::kAwsQuota2026, ErrorKind::kRateLimit) == 200);
}

TEST_CASE("an empty bucket of Brooker's lets one retry through for 10 successes") {
  CHECK(retries_per_thousand(BudgetKind::kBrooker, ErrorKind::kOverloaded) == 100);
}

TEST_CASE("gRPC lets one failure be retried for 10 successes at the threshold") {
  CHECK(retries_per_thousand(BudgetKind::kGrpc, ErrorKind::kOverloaded) == 100);
}

TEST_CASE("under total failure gRPC allows no retry at all once half of its tokens are gone") {
  Session session{RetryBudget(BudgetKind::kGrpc)};
  int retries = 0;
  for (int i = 0; i < 1000; ++i) retries += session.fail(ErrorKind::kOverloaded, 4);
  CHECK(retries == 4);
  session.succeed(50);  // from nothing to the threshold of 5
  CHECK_FALSE(session.budget.take(session.now, ended_with(ErrorKind::kOverloaded)));
  session.succeed(1);
  CHECK(session.budget.take(session.now, ended_with(ErrorKind::kOverloaded)));
}

TEST_CASE("gRPC does not count a malformed request as a failure of the service") {
  Session session{RetryBudget(BudgetKind::kGrpc)};
  for (int i = 0; i < 100; ++i) {
    session.budget.started(session.now, false);
    session.budget.ended(ended_with(ErrorKind::kInvalidRequest), ErrorKind::kNone);
  }
  CHECK(session.fail(ErrorKind::kOverloaded, 100) == 4);
}

TEST_CASE("Finagle lets a fifth of the requests and ten a second be retried, without end") {
  for (const std::int64_t per_second : {10, 50, 100, 1000}) {
    Session session{RetryBudget(BudgetKind::kFinagle)};
    const auto run = [&](std::int64_t from, std::int64_t to) {
      std::int64_t retries = 0;
      for (std::int64_t i = from * per_second; i < to * per_second; ++i) {
        session.now = kRunStart + nanoseconds(i * (1'000'000'000 / per_second));
        retries += session.fail(ErrorKind::kOverloaded, 5);
      }
      return retries;
    };
    run(0, 40);
    const std::int64_t retries = run(40, 240);
    const std::int64_t expected = 200 * (per_second / 5 + 10);
    INFO(per_second << " requests a second");
    CHECK(retries <= expected * 101 / 100);
    CHECK(retries >= expected * 99 / 100);
  }
}

TEST_CASE("Finagle forgets a request and a retry ten seconds later") {
  Session session{RetryBudget(BudgetKind::kFinagle)};
  session.succeed(1000);
  CHECK(session.fail(ErrorKind::kOverloaded, 1000) == 300);  // 100 + 1001 / 5
  session.now = kRunStart + seconds(9) + milliseconds(999);
  CHECK(session.fail(ErrorKind::kOverloaded, 1000) == 0);
  session.now = kRunStart + seconds(10);
  CHECK(session.fail(ErrorKind::kOverloaded, 1000) == 100);
  session.now = kRunStart + hours(24);
  CHECK(session.fail(ErrorKind::kOverloaded, 1000) == 100);
}

TEST_CASE("a retry that succeeds gets back from the AWS quota what it cost") {
  for (const auto kind : {BudgetKind::kAwsQuota, BudgetKind::kAwsQuota2026}) {
    for (const auto error :
         {ErrorKind::kOverloaded, ErrorKind::kRateLimit, ErrorKind::kAttemptTimeout}) {
      Session session{RetryBudget(kind)};
      for (int i = 0; i < 1000; ++i) {
        REQUIRE(session.attempt(error));
        session.attempt(ErrorKind::kNone, error);
      }
      const int from_full = Session{RetryBudget(kind)}.fail(ErrorKind::kRateLimit, 1000);
      CHECK(session.fail(ErrorKind::kRateLimit, 1000) == from_full);
    }
  }
}

TEST_CASE("Envoy lets a fifth of the attempts in flight be retries, and always three") {
  for (const int in_flight : {0, 1, 14, 15, 19, 20, 100, 1004}) {
    RetryBudget budget(BudgetKind::kEnvoy);
    for (int i = 0; i < in_flight; ++i) budget.started(kRunStart, false);
    const Outcome failure = ended_with(ErrorKind::kOverloaded);
    int retries = 0;
    while (budget.take(kRunStart, failure)) ++retries;
    INFO(in_flight << " in flight");
    CHECK(retries == std::max(3, in_flight / 5));
    budget.give_up();
    CHECK(budget.take(kRunStart, failure));
    CHECK_FALSE(budget.take(kRunStart, failure));
    // A retry on its way is itself one of the attempts in flight, until it is over.
    budget.started(kRunStart, true);
    const bool makes_room = (in_flight + 1) / 5 > std::max(3, in_flight / 5);
    CHECK(budget.take(kRunStart, failure) == makes_room);
    budget.ended(ended_with(ErrorKind::kNone), ErrorKind::kOverloaded);
    CHECK(budget.take(kRunStart, failure) == !makes_room);
  }
}

// The sources' rules in whole tenths, one line each, with Finagle's window kept event by event.
struct ObviousBudget {
  BudgetKind kind;
  int tenths = kind == BudgetKind::kGrpc ? 100 : kind == BudgetKind::kBrooker ? 50 : 5000;
  int most = tenths;
  int in_flight = 0;
  int retries = 0;
  std::deque<std::pair<std::int64_t, int>> events{};  // second, deposit

  int cost(ErrorKind error) const {
    if (kind == BudgetKind::kBrooker) return 10;
    if (kind == BudgetKind::kAwsQuota) return error == ErrorKind::kAttemptTimeout ? 100 : 50;
    return error == ErrorKind::kRateLimit ? 50 : 140;
  }
  bool is_aws() const { return kind == BudgetKind::kAwsQuota || kind == BudgetKind::kAwsQuota2026; }
  void started(TimePoint now, bool is_retry) {
    ++in_flight;
    if (!is_retry) events.emplace_back(ns(now) / 1'000'000'000, 1);
  }
  void ended(ErrorKind error, ErrorKind retried) {
    const bool ok = error == ErrorKind::kNone;
    --in_flight;
    retries -= retried != ErrorKind::kNone ? 1 : 0;
    if (!is_aws()) tenths += ok ? 1 : 0;
    if (is_aws() && ok) tenths += retried == ErrorKind::kNone ? 10 : cost(retried);
    if (kind == BudgetKind::kGrpc && !ok) tenths -= 10;
    tenths = std::clamp(tenths, 0, most);
  }
  bool may(TimePoint now, ErrorKind error) {
    if (kind == BudgetKind::kGrpc) return tenths > 50;
    if (kind == BudgetKind::kEnvoy) return retries < std::max(3, in_flight * 20 / 100);
    if (kind != BudgetKind::kFinagle) return tenths >= cost(error);
    const std::int64_t second = ns(now) / 1'000'000'000;
    int balance = 500;
    for (const auto& [when, deposit] : events) balance += when > second - 10 ? deposit : 0;
    return balance >= 5;
  }
  bool take(TimePoint now, ErrorKind error) {
    if (!may(now, error)) return false;
    ++retries;
    events.emplace_back(ns(now) / 1'000'000'000, -5);
    if (is_aws() || kind == BudgetKind::kBrooker) tenths -= cost(error);
    return true;
  }
};

TEST_CASE("every budget decides as the obvious model does on random streams") {
  const std::vector<ErrorKind> errors = {ErrorKind::kNone, ErrorKind::kOverloaded,
                                         ErrorKind::kRateLimit, ErrorKind::kAttemptTimeout};
  for (const auto kind : {BudgetKind::kGrpc, BudgetKind::kFinagle, BudgetKind::kBrooker,
                          BudgetKind::kAwsQuota, BudgetKind::kAwsQuota2026, BudgetKind::kEnvoy}) {
    for (std::uint64_t stream = 0; stream < 8; ++stream) {
      DrawStream draws = TestDraws{kBudgetSeed, stream}.stream();
      RetryBudget budget(kind);
      ObviousBudget model{kind};
      TimePoint now = kRunStart;
      std::vector<ErrorKind> flying;   // by what they retry
      std::vector<ErrorKind> waiting;  // retries taken and not sent
      int allowed = 0;
      int refused = 0;
      for (int step = 0; step < 3000; ++step) {
        now += milliseconds(static_cast<std::int64_t>(uniform_below(draws.next(), 60)));
        const std::uint64_t what = uniform_below(draws.next(), 20);
        if (what == 0 && !waiting.empty()) {
          waiting.pop_back();
          budget.give_up();
          --model.retries;
        } else if (what < 6 && !waiting.empty()) {
          flying.push_back(waiting.back());
          waiting.pop_back();
          budget.started(now, true);
          model.started(now, true);
        } else if (what < 12 || flying.empty()) {
          flying.push_back(ErrorKind::kNone);
          budget.started(now, false);
          model.started(now, false);
        } else {
          const std::size_t which = uniform_below(draws.next(), flying.size());
          const ErrorKind retried = flying[which];
          flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(which));
          // The higher the stream, the more fails.
          const bool ok = uniform_below(draws.next(), 8) >= stream + 1;
          const ErrorKind error =
              ok ? ErrorKind::kNone : errors[1 + uniform_below(draws.next(), 3)];
          budget.ended(ended_with(error), retried);
          model.ended(error, retried);
          if (ok) continue;
          const bool may = model.take(now, error);
          INFO(name(kind) << ", stream " << stream << ", step " << step << ", seed "
                          << kBudgetSeed);
          REQUIRE(budget.take(now, ended_with(error)) == may);
          ++(may ? allowed : refused);
          if (may) waiting.push_back(error);
        }
      }
      INFO(name(kind) << ", stream " << stream << ", seed " << kBudgetSeed);
      CHECK(allowed > 0);
      if (stream == 7) CHECK(refused > 0);
    }
  }
}

TEST_CASE("every budget is found by its name and says where it comes from") {
  CHECK(budgets().size() == 7);
  for (std::size_t i = 0; i < budgets().size(); ++i) {
    const BudgetInfo& info = budgets()[i];
    CHECK(info.kind == static_cast<BudgetKind>(i));
    CHECK(budget_named(name(info.kind)) == info.kind);
    CHECK_FALSE(info.formula.empty());
    CHECK_FALSE(info.source.empty());
  }
  CHECK_FALSE(budget_named("aws").has_value());
}

}  // namespace
}  // namespace sluice
