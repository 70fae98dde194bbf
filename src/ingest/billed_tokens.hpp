// Token counts as gateways and tracers log them -> the Messages API's usage. They count a prompt
// once, cached tokens included, where the API tells its parts; some versions leave the cached part
// out, which can be told where it is larger than the whole.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "api/usage.hpp"
#include "ingest/fields.hpp"
#include "ingest/imported_call.hpp"

namespace sluice::ingest {

struct BilledTokens {
  std::optional<std::int64_t> prompt;  // the cached part included if that fits into it
  std::optional<std::int64_t> output;
  std::optional<std::int64_t> cache_read;
  std::optional<std::int64_t> cache_written;     // of any duration
  std::optional<std::int64_t> cache_written_1h;  // of cache_written
};

// Sets the call's usage and token counts; 0 where one is not given. An error where they are more
// than a call can have.
inline FieldResult<void> set_billed(const BilledTokens& tokens, ImportedCall& call) {
  Usage usage;
  usage.output_tokens = tokens.output.value_or(0);
  usage.cache_read_input_tokens = tokens.cache_read.value_or(0);
  const std::int64_t hour = tokens.cache_written_1h.value_or(0);
  const std::int64_t written = std::max(hour, tokens.cache_written.value_or(0));
  usage.cache_creation_1h_input_tokens = hour;
  usage.cache_creation_5m_input_tokens = written - hour;
  const std::int64_t prompt = tokens.prompt.value_or(0);
  const std::int64_t cached = usage.cache_read_input_tokens + written;
  usage.input_tokens = prompt >= cached ? prompt - cached : prompt;
  if (usage.prompt_tokens() > kMaxTokensPerRow) {
    return tl::unexpected(fmt::format("the prompt has {} tokens; expected at most {}",
                                      usage.prompt_tokens(), kMaxTokensPerRow));
  }
  call.request.input_tokens = usage.prompt_tokens();
  call.request.output_tokens = usage.output_tokens;
  call.usage = usage;
  return {};
}

}  // namespace sluice::ingest
