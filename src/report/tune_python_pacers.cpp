#include <string_view>

#include <fmt/format.h>

#include "base/in_seconds.hpp"
#include "report/tune_snippets.hpp"

namespace sluice {
namespace {

constexpr std::string_view kBuckets = R"(

class Bucket:
    def __init__(self, per_minute):
        self.rate = per_minute / 60
        self.size = self.level = self.rate * BURST
        self.at = time.monotonic()

    def wait(self, cost):
        now = time.monotonic()
        self.level = min(self.size, self.level + self.rate * (now - self.at))
        self.at = now
        return max(0.0, (min(cost, self.size) - self.level) / self.rate)


class Pacer:
    def __init__(self):
        self.turn = asyncio.Lock()  # first come, first served

    async def before(self, request):
        text = len(str(request.get("system", ""))) + len(str(request["messages"]))
        costs = {"requests": 1, "input": text / 4, "output": request["max_tokens"]}
        async with self.turn:
            while wait := max(b.wait(costs[k]) for k, b in BUCKETS.items()):
                await asyncio.sleep(wait)
            for kind, bucket in BUCKETS.items():
                bucket.level -= costs[kind]

    def after(self, status, headers):
        pass
)";

std::string buckets(const TuneResult& result) {
  const TunedRates& rates = result.rates;
  std::string rows;
  const auto add = [&rows](std::string_view kind, const std::optional<std::int64_t>& rate) {
    if (rate) rows += fmt::format("{}\"{}\": Bucket({})", rows.empty() ? "" : ", ", kind, *rate);
  };
  add("requests", rates.requests_per_minute);
  add("input", rates.input_tokens_per_minute);
  add("output", rates.output_tokens_per_minute);
  return fmt::format("BURST = {}  # seconds of its rate that a bucket holds\n",
                     python_number(rates.burst)) +
         std::string(kBuckets) + "\n\nBUCKETS = {" + rows + "}  # a minute, of this process\n";
}

std::string fixed(const TuneResult& result) {
  const auto rate = static_cast<double>(result.rates.requests_per_minute.value_or(60));
  return fmt::format(R"(GAP = {:g}  # seconds between sends of this process


class Pacer:
    next = 0.0

    async def before(self, request):
        now = time.monotonic()
        self.next = max(self.next, now) + GAP
        await asyncio.sleep(max(0.0, self.next - GAP - now))

    def after(self, status, headers):
        pass
)",
                     60 / rate);
}

std::string header_paced(const TuneResult& result) {
  const double share = static_cast<double>(result.chosen.share_permille.value_or(900)) / 1000;
  return fmt::format(R"(SHARE = {:g}  # of a bucket that is used


class Pacer:
    next = gap = 0.0

    async def before(self, request):
        now = time.monotonic()
        self.next = max(self.next + self.gap, now)
        await asyncio.sleep(self.next - now)

    def after(self, status, headers):
        gaps = [0.0]
        for kind, cost in COSTS.items():
            name = "anthropic-ratelimit-" + kind
            if name + "-limit" not in headers:
                continue
            limit, left = int(headers[name + "-limit"]), int(headers[name + "-remaining"])
            left -= (1 - SHARE) * limit
            until_full = 60 * (1 - int(headers[name + "-remaining"]) / limit)
            gaps.append(cost * until_full / left if left > cost else 60 * cost / limit)
        self.gap = max(gaps)


# What one request takes: put your own means in.
COSTS = {{"requests": 1, "input-tokens": 2000, "output-tokens": 500}}
)",
                     share);
}

constexpr std::string_view kAimd = R"(

class Pacer:  # attempts in flight: +1 while at least half are used, x 0.9 on a refusal
    limit, busy = 20.0, 0

    def __init__(self):
        self.freed = asyncio.Condition()

    async def before(self, request):
        async with self.freed:
            await self.freed.wait_for(lambda: self.busy < int(self.limit))
            self.busy += 1

    def after(self, status, headers):
        if status == 200 and 2 * self.busy >= self.limit:
            self.limit = min(200.0, self.limit + 1)
        elif status != 200:
            self.limit = max(1.0, self.limit * 0.9)
        self.busy -= 1
        asyncio.ensure_future(self.wake())

    async def wake(self):
        async with self.freed:
            self.freed.notify_all()
)";

constexpr std::string_view kSreThrottle = R"(

class Pacer:  # refuses by itself once more than half of the last two minutes was refused
    def __init__(self):
        self.ended = collections.deque()

    async def before(self, request):
        while self.ended and self.ended[0][0] < time.monotonic() - 120:
            self.ended.popleft()
        requests, accepts = len(self.ended), sum(ok for _, ok in self.ended)
        if random.random() < (requests - 2 * accepts) / (requests + 1):
            raise RuntimeError("throttled by the client itself")

    def after(self, status, headers):
        self.ended.append((time.monotonic(), status not in (0, 429, 529) and status < 500))
)";

constexpr std::string_view kAtb = R"(

class Pacer:  # adaptive token bucket: rate x 1.2 on success, / 2 on a refusal
    rate, level = START / 60, 1.0

    def __init__(self):
        self.at, self.turn = time.monotonic(), asyncio.Lock()

    async def before(self, request):
        async with self.turn:
            while True:
                now = time.monotonic()
                self.level = min(4.0, self.level + self.rate * (now - self.at))
                self.at = now
                if self.level >= 1:
                    break
                await asyncio.sleep((1 - self.level) / self.rate)
            self.level -= 1

    def after(self, status, headers):
        if status == 200:
            self.rate = max(self.rate * 1.2, self.rate + 0.01)
        elif status == 429 or status >= 500:
            self.rate, self.level = max(self.rate / 2, 0.01), 0.0
)";

constexpr std::string_view kAwsAdaptive = R"(

class Pacer:  # botocore's adaptive mode: a bucket, off until the first throttle, cubic after it
    def __init__(self):
        self.turn = asyncio.Lock()
        self.on, self.rate, self.size, self.level = False, 1.0, 1.0, 0.0
        self.answers, self.measured, self.peak, self.k = 0, 0.0, 0.0, 0.0
        self.at = self.throttled = time.monotonic()
        self.bin = math.floor(self.at * 2)

    def refill(self):
        now = time.monotonic()
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return now

    async def before(self, request):
        async with self.turn:
            while self.on:
                self.refill()
                if self.level >= 1:
                    self.level -= 1
                    break
                await asyncio.sleep((1 - self.level) / self.rate)

    def after(self, status, headers):
        now = self.refill()
        self.answers += 1
        if (bin := math.floor(now * 2)) > self.bin:
            self.measured = 0.8 * self.answers / ((bin - self.bin) / 2) + 0.2 * self.measured
            self.answers, self.bin = 0, bin
        if status in (429, 503, 529):
            self.peak = min(self.measured, self.rate) if self.on else self.measured
            self.k = (self.peak * 0.3 / 0.4) ** (1 / 3)
            self.on, self.throttled, rate = True, now, 0.7 * self.peak
        else:
            rate = 0.4 * (now - self.throttled - self.k) ** 3 + self.peak
        rate = min(rate, 2 * self.measured)
        self.rate, self.size = max(rate, 0.5), max(rate, 1.0)
        self.level = min(self.level, self.size)
)";

}  // namespace

std::string python_number(Duration duration) {
  constexpr double kEndless = 1e9;
  const double seconds = in_seconds(duration);
  return seconds > kEndless ? "float(\"inf\")" : fmt::format("{:g}", seconds);
}

std::string python_pacer(const TuneResult& result) {
  const std::string& pacing = result.chosen.pacing;
  if (pacing == "token-bucket" || pacing == "openai-cookbook") return buckets(result);
  if (pacing == "fixed") return fixed(result);
  if (pacing == "header-paced") return header_paced(result);
  if (pacing == "aimd") return std::string(kAimd);
  if (pacing == "sre-throttle") return std::string(kSreThrottle);
  if (pacing == "atb") {
    return fmt::format("START = {}  # a minute\n", result.rates.requests_per_minute.value_or(60)) +
           std::string(kAtb);
  }
  if (pacing == "aws-adaptive") return std::string(kAwsAdaptive);
  return {};
}

}  // namespace sluice
