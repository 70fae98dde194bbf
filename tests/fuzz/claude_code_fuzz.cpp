// Any bytes as a session log of Claude Code, or as two of one tree: calls within their limits and
// in order, or one error. Where every line is valid JSON, exactly what the slow reader of the unit
// tests makes of it. A NUL separates the files.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "ingest/claude_code_log.hpp"
#include "unit/ingest/claude_code_model.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

std::vector<NamedText> files_of(std::string_view bytes) {
  const std::string_view first = bytes.substr(0, bytes.find('\0'));
  std::vector<NamedText> files{{.name = "p/s1.jsonl", .text = first}};
  if (first.size() < bytes.size()) {
    files.push_back(
        {.name = "p/s1/subagents/agent-a1.jsonl", .text = bytes.substr(first.size() + 1)});
  }
  return files;
}

void check_calls(const PlainLog& log) {
  const PlainCall* before = nullptr;
  for (const PlainCall& call : log.calls) {
    SLUICE_CHECK(call.at >= 0 && call.at <= ns(kMaxTraceTime));
    SLUICE_CHECK(before == nullptr || before->at <= call.at);
    SLUICE_CHECK(call.usage.prompt_tokens() >= 0 && call.usage.prompt_tokens() <= kMaxTokensPerRow);
    SLUICE_CHECK(call.thinking_tokens >= 0 && call.thinking_tokens <= call.usage.output_tokens);
    SLUICE_CHECK(!call.model.empty() && call.model.size() <= 128);
    SLUICE_CHECK(call.line > 0);
    before = &call;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<NamedText> files =
      files_of(std::string_view(reinterpret_cast<const char*>(data), size));
  const auto source = read_claude_code(files);
  RealLog real = read_plainly(*source);
  check_calls(real.log);
  const std::optional<PlainLog> expected = ClaudeCodeModel::read(files, false);
  if (!expected) return 0;
  SLUICE_CHECK(real.error.empty() == !expected->calls.empty());
  SLUICE_CHECK(real.log == *expected);
  return 0;
}
