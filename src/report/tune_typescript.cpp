#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/tune_paste.hpp"
#include "report/tune_snippets.hpp"

namespace sluice {
namespace {

std::string typescript_head(const TuneResult& result) {
  std::string text = "// sluice tune, " + result.scenario + ": " + result.chosen_text + "\n";
  const std::vector<std::string> missing = left_out_of_code(result.chosen);
  if (!missing.empty()) text += "// Not in these lines: " + join(missing) + ".\n";
  const std::string timeout = result.attempt_timeout
                                  ? ", timeout: " + typescript_number(*result.attempt_timeout)
                                  : std::string();
  text += "import Anthropic, { APIError } from \"@anthropic-ai/sdk\";\n\n";
  text += "const client = new Anthropic({ maxRetries: 0" + timeout + " }); // create() retries\n";
  text += fmt::format("const MAX_RETRIES = {}, BASE = {}, CAP = {}; // milliseconds\n",
                      result.retry.max_retries, typescript_number(result.retry.base),
                      typescript_number(result.retry.cap));
  text +=
      "const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));\n"
      "const uniform = (low: number, high: number) => low + (high - low) * Math.random();\n";
  return text;
}

std::string typescript_backoff(const TunedRetry& retry) {
  const auto grown = [&](std::string_view wait) {
    return fmt::format(
        "\n// The wait before retry n (0 is the first), and what the next one has to remember.\n"
        "function backoff(n: number, last: number): [number, number] {{\n"
        "  const v = Math.min(CAP, BASE * {:g} ** n);\n  return [{}, last];\n}}\n",
        retry.multiplier, wait);
  };
  const auto own = [](std::string_view body) {
    return "\nfunction backoff(n: number, last: number): [number, number] {\n" + std::string(body) +
           "}\n";
  };
  if (retry.backoff == "fixed") return grown("BASE");
  if (retry.backoff == "full-jitter") return grown("uniform(0, v)");
  if (retry.backoff == "equal-jitter") return grown("v / 2 + uniform(0, v / 2)");
  if (retry.backoff == "shrink")
    return grown(fmt::format("v * uniform({:g}, 1)", 1 - retry.jitter));
  if (retry.backoff == "stretch")
    return grown(fmt::format("v * uniform(1, {:g})", 1 + retry.jitter));
  if (retry.backoff == "add")
    return grown(fmt::format("v + uniform(0, {:g})", retry.jitter * 1000));
  if (retry.backoff == "around")
    return grown(fmt::format("v * uniform({:g}, {:g})", 1 - retry.jitter, 1 + retry.jitter));
  if (retry.backoff == "decorrelated") {
    return own(
        "  const wait = Math.min(CAP, uniform(BASE, 3 * Math.max(BASE, last)));\n"
        "  return [wait, wait];\n");
  }
  if (retry.backoff == "polly") {
    return own(
        "  const t = n + Math.random();\n"
        "  const instant = (BASE / 1.4) * 2 ** t * Math.tanh(Math.sqrt(4 * t));\n"
        "  return [Math.min(CAP, Math.max(0, instant - last)), instant];\n");
  }
  if (retry.backoff == "windowed") {
    return own(
        "  const offset = uniform(0, BASE); // once in every window of BASE\n"
        "  return [last + offset, BASE - offset];\n");
  }
  return grown("v");
}

std::string typescript_budget(const std::string& kind) {
  const auto counted = [](std::string_view size, std::string_view refund, std::string_view cost) {
    return fmt::format(
        "\nlet tokens = {0}; // retry budget of this process\n"
        "const success = (cost: number) => {{ tokens = Math.min({0}, tokens + {1}); }};\n"
        "function allows(status: number) {{\n  const cost = {2};\n"
        "  if (tokens < cost) return 0;\n  tokens -= cost;\n  return cost;\n}}\n",
        size, refund, cost);
  };
  if (kind == "brooker") return counted("5", "0.1", "1");
  if (kind == "aws-quota") return counted("500", "(cost || 1)", "status === 0 ? 10 : 5");
  if (kind == "aws-quota-2026") return counted("500", "(cost || 1)", "status === 429 ? 5 : 14");
  if (kind == "grpc") {
    return "\nlet tokens = 10; // retry budget of this process\n"
           "const success = (_cost: number) => { tokens = Math.min(10, tokens + 0.1); };\n"
           "function allows(_status: number) {\n  tokens = Math.max(0, tokens - 1);\n"
           "  return tokens > 5 ? 1 : 0;\n}\n";
  }
  if (kind == "finagle") {
    return "\nlet spent: [number, number][] = []; // 20 % of the last 10 s, and 10 retries a "
           "second\n"
           "const success = (_cost: number) => {};\n"
           "function allows(_status: number) {\n"
           "  spent = spent.filter(([at]) => at > performance.now() - 10_000);\n"
           "  if (100 + spent.reduce((sum, [, share]) => sum + share, 0) < 1) return 0;\n"
           "  spent.push([performance.now(), -1]);\n  return 1;\n}\n";
  }
  return {};
}

constexpr std::string_view kPlaces = R"(
let free = {}; // requests at once
const queue: (() => void)[] = [];
export async function create(request: any) {{
  if (free > 0) free -= 1;
  else await new Promise<void>((go) => queue.push(go));
  try {{
    return await attempts(request);
  }} finally {{
    const go = queue.shift();
    if (go) go();
    else free += 1;
  }}
}}
)";

std::string typescript_told_wait(const TunedRetry& retry) {
  if (!retry.obeys_retry_after) return "";
  const std::string if_told =
      retry.retry_after_longest
          ? "told > 0 && told <= " + typescript_number(*retry.retry_after_longest)
          : "told > 0";
  if (retry.retry_after_is_minimum) return "if (" + if_told + ") wait = Math.max(told, wait);";
  if (retry.retry_after_spread > Duration{}) {
    return "if (" + if_told + ") wait = told + uniform(0, " +
           typescript_number(retry.retry_after_spread) + ");";
  }
  return "if (" + if_told + ") wait = told;";
}

// Going to another model is no retry, and waits for nothing.
std::vector<std::string> typescript_fallback(const TunedFallback& fallback) {
  const std::string model = "\"" + fallback.model + "\"";
  const std::string counted =
      fallback.after > 1 ? fmt::format(" && ++turnedAway >= {}", fallback.after) : std::string();
  return {fmt::format("if ([{}].includes(status) && request.model !== {}{}) {{",
                      fmt::join(fallback.statuses, ", "), model, counted),
          "  request = { ...request, model: " + model + " };", "  continue;", "}"};
}

std::string typescript_attempts(const TuneResult& result) {
  const bool paces = !typescript_pacer(result).empty();
  const bool has_budget = !typescript_budget(result.chosen.budget).empty();
  std::string text = result.concurrency ? "\nasync function attempts(request: any) {\n"
                                        : "\nexport async function create(request: any) {\n";
  const auto add = [&text](std::string_view line) { text += "  " + std::string(line) + "\n"; };
  add(has_budget ? "let n = 0, last = 0, cost = 0;" : "let n = 0, last = 0;");
  if (result.fallback && result.fallback->after > 1) add("let turnedAway = 0;");
  if (result.chosen.budget == "finagle") add("spent.push([performance.now(), 0.2]);");
  add("for (;;) {");
  if (paces) add("  await before(request);");
  add("  try {");
  add("    const { data, response } = await client.messages.create(request).withResponse();");
  if (paces) add("    after(200, response.headers);");
  if (has_budget) add("    success(cost);");
  add("    return data;");
  add("  } catch (error) {");
  add("    if (!(error instanceof APIError)) throw error;");
  add("    const status = error.status ?? 0; // 0: the connection");
  if (paces) add("    after(status, error.headers);");
  if (result.fallback) {
    for (const std::string& line : typescript_fallback(*result.fallback)) add("    " + line);
  }
  add("    const again = [0, 408, 409, 429].includes(status) || status >= 500;");
  add("    if (n === MAX_RETRIES || !again) throw error;");
  if (has_budget) add("    if (!(cost = allows(status))) throw error;");
  add("    let wait: number;");
  add("    [wait, last] = backoff(n, last);");
  if (const std::string told = typescript_told_wait(result.retry); !told.empty()) {
    add("    const told = 1000 * Number(error.headers?.get(\"retry-after\") ?? 0);");
    add("    " + told);
  }
  add("    await sleep(wait);");
  add("    n++;");
  add("  }");
  add("}");
  return text + "}\n";
}

}  // namespace

std::string typescript_code(const TuneResult& result) {
  std::string text = typescript_head(result);
  text += typescript_pacer(result);
  text += typescript_budget(result.chosen.budget);
  text += typescript_backoff(result.retry);
  if (result.concurrency) text += fmt::format(fmt::runtime(kPlaces), *result.concurrency);
  text += typescript_attempts(result);
  return text;
}

}  // namespace sluice
