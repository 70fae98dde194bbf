// Spans of calls to models that OpenTelemetry's GenAI conventions describe, as a stream of calls:
// lines of the OTLP file exporter ({"resourceSpans": ...}), spans one a line as the SDKs' console
// exporters write them, lists of either, and documents with a list of "spans". Messages and all
// other attributes are stepped over unread.
//
// Attributes (opentelemetry.io/docs/specs/semconv/gen-ai, and its anthropic page; 2026-10):
// gen_ai.operation.name, .request.model, .request.max_tokens, .usage.input_tokens,
// .usage.output_tokens, .usage.cache_read.input_tokens, .usage.cache_creation.input_tokens,
// .conversation.id, error.type; before 1.28 .usage.prompt_tokens and .usage.completion_tokens; of
// other makers .usage.cache_read_input_tokens and .usage.cache_creation_input_tokens. OTLP in JSON:
// opentelemetry.io/docs/specs/otel/protocol/file-exporter; flat spans as
// github.com/kubernetes-sigs/inference-perf, examples/otel (2026-02).
#pragma once

#include "ingest/call_stream.hpp"

namespace sluice::ingest {

// Not in order. A span is a call if its operation is chat, text_completion or generate_content, or
// if it names none but a model or tokens. Agents' and workflows' spans repeat the tokens of the
// calls within them and are no calls. By the conventions input_tokens includes what was read from
// and written to a cache; where that does not fit into it, it is taken to come on top. The session
// is the conversation, or else the trace.
CallFormat otel_format();

}  // namespace sluice::ingest
