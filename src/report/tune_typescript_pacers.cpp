#include <string_view>

#include <fmt/format.h>

#include "report/tune_snippets.hpp"

namespace sluice {
namespace {

constexpr std::string_view kBucketsTs = R"(
class Bucket {
  rate: number; size: number; level: number; at = performance.now();
  constructor(perMinute: number) {
    this.rate = perMinute / 60_000;
    this.size = this.level = this.rate * BURST;
  }
  wait(cost: number) {
    const now = performance.now();
    this.level = Math.min(this.size, this.level + this.rate * (now - this.at));
    this.at = now;
    return Math.max(0, (Math.min(cost, this.size) - this.level) / this.rate);
  }
}
let turn: Promise<unknown> = Promise.resolve(); // first come, first served
function before(request: any) {
  const text = JSON.stringify([request.system ?? "", request.messages]).length;
  const costs: Record<string, number> =
    { requests: 1, input: text / 4, output: request.max_tokens };
  turn = turn.then(async () => {
    const wait = () => Math.max(...Object.entries(BUCKETS).map(([k, b]) => b.wait(costs[k])));
    for (let ms = wait(); ms > 0; ms = wait()) await sleep(ms);
    for (const [kind, bucket] of Object.entries(BUCKETS)) bucket.level -= costs[kind];
  });
  return turn;
}
function after(_status: number, _headers?: Headers) {}
)";

std::string ts_buckets(const TuneResult& result) {
  std::string rows;
  const auto add = [&rows](std::string_view kind, const std::optional<std::int64_t>& rate) {
    if (rate) rows += fmt::format("{}{}: new Bucket({})", rows.empty() ? "" : ", ", kind, *rate);
  };
  add("requests", result.rates.requests_per_minute);
  add("input", result.rates.input_tokens_per_minute);
  add("output", result.rates.output_tokens_per_minute);
  return fmt::format("const BURST = {}; // milliseconds of its rate that a bucket holds\n",
                     typescript_number(result.rates.burst)) +
         std::string(kBucketsTs) + "const BUCKETS: Record<string, Bucket> = { " + rows +
         " }; // a minute, of this process\n";
}

constexpr std::string_view kGap = R"(
let next = 0;
async function before(_request: any) {
  const now = performance.now();
  next = Math.max(next, now) + gap;
  await sleep(next - gap - now);
}
)";

std::string ts_fixed(const TuneResult& result) {
  const auto rate = static_cast<double>(result.rates.requests_per_minute.value_or(60));
  return fmt::format("const gap = {:g}; // milliseconds between sends of this process\n",
                     60'000 / rate) +
         std::string(kGap) + "function after(_status: number, _headers?: Headers) {}\n";
}

std::string ts_header_paced(const TuneResult& result) {
  const double share = static_cast<double>(result.chosen.share_permille.value_or(900)) / 1000;
  return fmt::format("const SHARE = {:g}; // of a bucket that is used\n", share) +
         "// What one request takes: put your own means in.\n"
         "const COSTS = { requests: 1, \"input-tokens\": 2000, \"output-tokens\": 500 };\n"
         "let gap = 0;\n" +
         std::string(kGap) + R"(function after(_status: number, headers?: Headers) {
  gap = 0;
  for (const [kind, cost] of Object.entries(COSTS)) {
    const name = `anthropic-ratelimit-${kind}`;
    const limit = Number(headers?.get(`${name}-limit`) ?? 0);
    if (!limit) continue;
    const remaining = Number(headers!.get(`${name}-remaining`));
    const left = remaining - (1 - SHARE) * limit;
    const untilFull = 60_000 * (1 - remaining / limit);
    gap = Math.max(gap, left > cost ? (cost * untilFull) / left : (60_000 * cost) / limit);
  }
}
)";
}

constexpr std::string_view kAimdTs = R"(
let limit = 20, busy = 0; // attempts in flight: +1 while half are used, x 0.9 on a refusal
const waiting: (() => void)[] = [];
async function before(_request: any) {
  while (busy >= Math.floor(limit)) await new Promise<void>((go) => waiting.push(go));
  busy += 1;
}
function after(status: number, _headers?: Headers) {
  if (status !== 200) limit = Math.max(1, limit * 0.9);
  else if (2 * busy >= limit) limit = Math.min(200, limit + 1);
  busy -= 1;
  for (const go of waiting.splice(0)) go();
}
)";

constexpr std::string_view kSreThrottleTs = R"(
let ended: [number, boolean][] = [];
async function before(_request: any) { // refuses once more than half of 2 min was refused
  ended = ended.filter(([at]) => at > performance.now() - 120_000);
  const accepts = ended.filter(([, ok]) => ok).length;
  if (Math.random() < (ended.length - 2 * accepts) / (ended.length + 1))
    throw new Error("throttled by the client itself");
}
function after(status: number, _headers?: Headers) {
  ended.push([performance.now(), status > 0 && status !== 429 && status < 500]);
}
)";

constexpr std::string_view kAtbTs = R"(
let level = 1, at = performance.now(); // adaptive token bucket
let turn: Promise<unknown> = Promise.resolve();
function before(_request: any) {
  turn = turn.then(async () => {
    for (;;) {
      const now = performance.now();
      level = Math.min(4, level + (rate * (now - at)) / 1000);
      at = now;
      if (level >= 1) break;
      await sleep(((1 - level) / rate) * 1000);
    }
    level -= 1;
  });
  return turn;
}
function after(status: number, _headers?: Headers) {
  if (status === 200) rate = Math.max(rate * 1.2, rate + 0.01);
  else if (status === 429 || status >= 500) { rate = Math.max(rate / 2, 0.01); level = 0; }
}
)";

constexpr std::string_view kAwsAdaptiveTs = R"(
// botocore's adaptive mode: a bucket, off until the first throttle, cubic after it. Seconds.
let on = false, rate = 1, size = 1, level = 0, answers = 0, measured = 0, peak = 0, k = 0;
const clock = () => performance.now() / 1000;
let at = clock(), throttled = at, bin = Math.floor(at * 2);
function refill() {
  const now = clock();
  level = Math.min(size, level + (now - at) * rate);
  return (at = now);
}
let turn: Promise<unknown> = Promise.resolve();
function before(_request: any) {
  turn = turn.then(async () => {
    while (on) {
      refill();
      if (level >= 1) { level -= 1; break; }
      await sleep(((1 - level) / rate) * 1000);
    }
  });
  return turn;
}
function after(status: number, _headers?: Headers) {
  const now = refill(), last = Math.floor(now * 2);
  answers += 1;
  if (last > bin) {
    measured = (0.8 * answers) / ((last - bin) / 2) + 0.2 * measured;
    answers = 0; bin = last;
  }
  let next = 0.4 * (now - throttled - k) ** 3 + peak;
  if ([429, 503, 529].includes(status)) {
    peak = on ? Math.min(measured, rate) : measured;
    k = Math.cbrt((peak * 0.3) / 0.4);
    on = true; throttled = now; next = 0.7 * peak;
  }
  next = Math.min(next, 2 * measured);
  rate = Math.max(next, 0.5); size = Math.max(next, 1);
  level = Math.min(level, size);
}
)";

}  // namespace

std::string typescript_number(Duration duration) {
  constexpr std::int64_t kEndless = 1'000'000'000;  // seconds
  const std::int64_t milliseconds = ns(duration) / 1'000'000;
  return milliseconds / 1000 > kEndless ? "Infinity" : std::to_string(milliseconds);
}

std::string typescript_pacer(const TuneResult& result) {
  const std::string& pacing = result.chosen.pacing;
  if (pacing == "token-bucket" || pacing == "openai-cookbook") return ts_buckets(result);
  if (pacing == "fixed") return ts_fixed(result);
  if (pacing == "header-paced") return ts_header_paced(result);
  if (pacing == "aimd") return std::string(kAimdTs);
  if (pacing == "sre-throttle") return std::string(kSreThrottleTs);
  if (pacing == "atb") {
    return fmt::format("let rate = {} / 60; // a second\n",
                       result.rates.requests_per_minute.value_or(60)) +
           std::string(kAtbTs);
  }
  if (pacing == "aws-adaptive") return std::string(kAwsAdaptiveTs);
  return {};
}

}  // namespace sluice
