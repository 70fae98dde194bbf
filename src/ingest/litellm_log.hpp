// Logs of a LiteLLM proxy: its standard logging payloads, one JSON object a line, and rows of its
// spend logs (LiteLLM_SpendLogs, as /spend/logs or a database gives them), one a line or in a list.
// Prompts, answers, keys, users and addresses are stepped over unread.
//
// Fields (docs.litellm.ai/docs/proxy/logging_spec; litellm/types/utils.py StandardLoggingPayload
// and litellm/proxy/_types.py SpendLogsPayload, 2026-10): `startTime` (seconds since 1970, or a
// date), `model`, `prompt_tokens`, `completion_tokens`, `status`, `cache_hit` (LiteLLM's own cache
// answered: no call), `call_type`, `session_id` or `trace_id`, and in `metadata`, which spend logs
// hold as a text, `usage_object` or `additional_usage_values` with `cache_read_input_tokens` and
// `cache_creation_input_tokens`, also as `prompt_tokens_details`.
#pragma once

#include "ingest/call_stream.hpp"

namespace sluice::ingest {

// Not in order: rows are written when calls end. LiteLLM counts cached tokens into `prompt_tokens`
// (llms/anthropic/chat/transformation.py, calculate_usage); where they do not fit into it they are
// taken to come on top, as some versions of 2025 have it for what is written. Cache writes last
// five minutes unless the row says an hour.
CallFormat litellm_format();

}  // namespace sluice::ingest
