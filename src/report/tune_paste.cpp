#include "report/tune_paste.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/in_seconds.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 2> kPacersBeyondCode = {"vegas", "gradient2"};

std::string quoted_for_shell(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::optional<std::string> python_settings(const TuneResult& result) {
  if (!is_sdk_alone(result.chosen) || result.chosen.retry != "anthropic-sdk-python")
    return std::nullopt;
  std::string text = fmt::format("max_retries={}", result.retry.max_retries);
  if (result.attempt_timeout) {
    text += fmt::format(", timeout={:g}", in_seconds(*result.attempt_timeout));
  }
  return text;
}

std::optional<std::string> typescript_settings(const TuneResult& result) {
  if (!is_sdk_alone(result.chosen) || result.chosen.retry != "anthropic-sdk-typescript")
    return std::nullopt;
  std::string text = fmt::format("maxRetries: {}", result.retry.max_retries);
  if (result.attempt_timeout) {
    text += fmt::format(", timeout: {:.0f}", in_seconds(*result.attempt_timeout) * 1000);
  }
  return text;
}

std::vector<std::string> left_out_of_code(const ClientDesign& design) {
  std::vector<std::string> out;
  const bool is_short = std::find(kPacersBeyondCode.begin(), kPacersBeyondCode.end(),
                                  design.pacing) == kPacersBeyondCode.end();
  if (!is_short) out.push_back("the pacer " + design.pacing);
  if (design.pacing == "sre-throttle") out.push_back("retries of what the pacer itself refuses");
  if (design.budget == "envoy") out.push_back("the retry budget envoy");
  if (design.breaker) out.push_back("the circuit breaker");
  if (design.in_stream) {
    out.push_back("errors in a stream that began with 200: call create() anew where they are read");
  }
  if (design.retry == "langchain-js" || design.retry == "vercel-ai") {
    out.push_back("what else " + design.retry + " does with a retry-after");
  }
  if (design.retry == "openai-cookbook") out.push_back("its pause of the whole process");
  return out;
}

std::string simulate_command(const TuneResult& result, const std::string& path) {
  std::string text = "sluice simulate " + path;
  for (const std::string& override : result.overrides) {
    text += " --set " + quoted_for_shell(override);
  }
  return text;
}

}  // namespace sluice
