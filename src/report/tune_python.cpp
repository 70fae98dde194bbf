#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/tune_paste.hpp"
#include "report/tune_snippets.hpp"

namespace sluice {
namespace {

std::string python_head(const TuneResult& result) {
  std::string text = "# sluice tune, " + result.scenario + ": " + result.chosen_text + "\n";
  const std::vector<std::string> missing = left_out_of_code(result.chosen);
  if (!missing.empty()) text += "# Not in these lines: " + join(missing) + ".\n";
  text +=
      "import asyncio, collections, math, random, time\n"
      "from anthropic import APIConnectionError, APIStatusError, AsyncAnthropic\n\n";
  const std::string timeout = result.attempt_timeout
                                  ? ", timeout=" + python_number(*result.attempt_timeout)
                                  : std::string();
  text += "client = AsyncAnthropic(max_retries=0" + timeout + ")  # create() retries\n";
  text += fmt::format("MAX_RETRIES, BASE, CAP = {}, {}, {}  # seconds\n", result.retry.max_retries,
                      python_number(result.retry.base), python_number(result.retry.cap));
  return text;
}

// The wait before retry n (0 is the first) and what the next one has to remember.
std::string python_backoff(const TunedRetry& retry) {
  std::string text = "\n\ndef backoff(n, last):\n";
  const auto grown = fmt::format("    v = min(CAP, BASE * {:g} ** n)\n", retry.multiplier);
  const auto returns = [&](std::string_view wait) {
    return text + grown + "    return " + std::string(wait) + ", last\n";
  };
  if (retry.backoff == "fixed") return text + "    return BASE, last\n";
  if (retry.backoff == "full-jitter") return returns("random.uniform(0, v)");
  if (retry.backoff == "equal-jitter") return returns("v / 2 + random.uniform(0, v / 2)");
  if (retry.backoff == "shrink")
    return returns(fmt::format("v * (1 - {:g} * random.random())", retry.jitter));
  if (retry.backoff == "stretch")
    return returns(fmt::format("v * (1 + {:g} * random.random())", retry.jitter));
  if (retry.backoff == "add")
    return returns(fmt::format("v + {:g} * random.random()", retry.jitter));
  if (retry.backoff == "around")
    return returns(
        fmt::format("v * random.uniform({:g}, {:g})", 1 - retry.jitter, 1 + retry.jitter));
  if (retry.backoff == "decorrelated") {
    return text +
           "    wait = min(CAP, random.uniform(BASE, 3 * max(BASE, last)))\n"
           "    return wait, wait\n";
  }
  if (retry.backoff == "polly") {
    return text +
           "    t = n + random.random()\n"
           "    instant = BASE / 1.4 * 2 ** t * math.tanh(math.sqrt(4 * t))\n"
           "    return min(CAP, max(0, instant - last)), instant\n";
  }
  if (retry.backoff == "windowed") {
    return text +
           "    offset = random.uniform(0, BASE)  # once in every window of BASE\n"
           "    return last + offset, BASE - offset\n";
  }
  return returns("v");
}

constexpr std::string_view kCounted = R"(

class Budget:  # over all requests of this process
    tokens = {0}

    def success(self, cost):
        self.tokens = min({0}, self.tokens + {1})

    def allows(self, status):
        cost = {2}
        if self.tokens < cost:
            return None
        self.tokens -= cost
        return cost
)";

constexpr std::string_view kGrpc = R"(

class Budget:  # over all requests of this process
    tokens = 10.0

    def success(self, cost):
        self.tokens = min(10.0, self.tokens + 0.1)

    def allows(self, status):
        self.tokens = max(0.0, self.tokens - 1)
        return 1 if self.tokens > 5 else None
)";

constexpr std::string_view kFinagle = R"(

class Budget:  # 20 % of the requests of the last 10 s and 10 retries a second
    def __init__(self):
        self.spent = collections.deque()  # (when, retries it allows)

    def request(self):
        self.spent.append((time.monotonic(), 0.2))

    def success(self, cost):
        pass

    def allows(self, status):
        while self.spent and self.spent[0][0] < time.monotonic() - 10:
            self.spent.popleft()
        if 100 + sum(share for _, share in self.spent) < 1:
            return None
        self.spent.append((time.monotonic(), -1))
        return 1
)";

std::string python_budget(const std::string& kind) {
  const auto counted = [](std::string_view size, std::string_view refund, std::string_view cost) {
    return fmt::format(fmt::runtime(kCounted), size, refund, cost);
  };
  if (kind == "brooker") return counted("5.0", "0.1", "1");
  if (kind == "aws-quota") return counted("500", "(cost or 1)", "10 if status == 0 else 5");
  if (kind == "aws-quota-2026") return counted("500", "(cost or 1)", "5 if status == 429 else 14");
  if (kind == "grpc") return std::string(kGrpc);
  if (kind == "finagle") return std::string(kFinagle);
  return {};
}

// What is waited where the answer says how long.
std::string python_told_wait(const TunedRetry& retry) {
  if (!retry.obeys_retry_after) return "";
  const std::string if_told = retry.retry_after_longest
                                  ? "if 0 < told <= " + python_number(*retry.retry_after_longest)
                                  : "if told > 0";
  if (retry.retry_after_is_minimum) return "wait = max(told, wait) " + if_told + " else wait";
  if (retry.retry_after_spread > Duration{}) {
    return fmt::format("wait = told + random.uniform(0, {}) {} else wait",
                       python_number(retry.retry_after_spread), if_told);
  }
  return "wait = told " + if_told + " else wait";
}

// Going to another model is no retry, and waits for nothing.
std::vector<std::string> python_fallback(const TunedFallback& fallback) {
  const std::string model = "\"" + fallback.model + "\"";
  const std::string statuses = fmt::format("{}", fmt::join(fallback.statuses, ", "));
  std::vector<std::string> lines;
  lines.push_back(fmt::format("if status in [{}] and request[\"model\"] != {}:", statuses, model));
  std::string in = "    ";
  if (fallback.after > 1) {
    lines.push_back(in + "turned_away += 1");
    lines.push_back(in + fmt::format("if turned_away >= {}:", fallback.after));
    in += "    ";
  }
  lines.push_back(in + "request[\"model\"] = " + model);
  lines.push_back(in + "continue");
  return lines;
}

std::string python_create(const TuneResult& result) {
  const bool paces = !python_pacer(result).empty();
  const bool has_budget = !python_budget(result.chosen.budget).empty();
  std::string text = "\n\n";
  if (paces) text += "pacer = Pacer()\n";
  if (has_budget) text += "budget = Budget()\n";
  if (result.concurrency) {
    text +=
        fmt::format("places = asyncio.Semaphore({})  # requests at once\n", *result.concurrency);
  }
  text += "\n\nasync def create(**request):\n";
  std::string in = "    ";
  const auto add = [&](std::string_view line) { text += in + std::string(line) + "\n"; };
  if (result.concurrency) {
    add("async with places:");
    in += "    ";
  }
  add("n, last, cost = 0, 0.0, 0");
  const bool counts = result.fallback && result.fallback->after > 1;
  if (counts) add("turned_away = 0");
  if (result.chosen.budget == "finagle") add("budget.request()");
  add("while True:");
  in += "    ";
  if (paces) add("await pacer.before(request)");
  add("headers, told = {}, 0.0");
  add("try:");
  add("    answer = await client.messages.with_raw_response.create(**request)");
  if (paces) add("    pacer.after(200, answer.headers)");
  if (has_budget) add("    budget.success(cost)");
  add("    return answer.parse()");
  add("except APIStatusError as error:");
  add("    failure, status, headers = error, error.status_code, error.response.headers");
  add("    told = float(headers.get(\"retry-after\") or 0)");
  add("except APIConnectionError as error:");
  add("    failure, status = error, 0");
  if (paces) add("pacer.after(status, headers)");
  if (result.fallback) {
    for (const std::string& line : python_fallback(*result.fallback)) add(line);
  }
  add("if n == MAX_RETRIES or status not in (0, 408, 409, 429) and status < 500:");
  add("    raise failure");
  if (has_budget) {
    add("if (cost := budget.allows(status)) is None:");
    add("    raise failure");
  }
  add("wait, last = backoff(n, last)");
  if (const std::string told = python_told_wait(result.retry); !told.empty()) add(told);
  add("await asyncio.sleep(wait)");
  add("n += 1");
  return text;
}

}  // namespace

std::string python_code(const TuneResult& result) {
  std::string text = python_head(result);
  text += python_pacer(result);
  text += python_budget(result.chosen.budget);
  text += python_backoff(result.retry);
  text += python_create(result);
  return text;
}

}  // namespace sluice
