#include "ingest/otel_log.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "ingest/billed_tokens.hpp"
#include "ingest/json_fields.hpp"
#include "ingest/model_name.hpp"

namespace sluice::ingest {
namespace {

enum class Attribute {
  kOperation,
  kRequestModel,
  kResponseModel,
  kConversation,
  kErrorType,
  kMaxTokens,
  kInput,
  kOutput,
  kCacheRead,
  kCacheWritten,
};
struct AttributeName {
  std::string_view name;
  Attribute attribute;
};
constexpr std::array kAttributes = {
    AttributeName{"gen_ai.operation.name", Attribute::kOperation},
    AttributeName{"gen_ai.request.model", Attribute::kRequestModel},
    AttributeName{"gen_ai.response.model", Attribute::kResponseModel},
    AttributeName{"gen_ai.conversation.id", Attribute::kConversation},
    AttributeName{"error.type", Attribute::kErrorType},
    AttributeName{"gen_ai.request.max_tokens", Attribute::kMaxTokens},
    AttributeName{"gen_ai.usage.input_tokens", Attribute::kInput},
    AttributeName{"gen_ai.usage.prompt_tokens", Attribute::kInput},
    AttributeName{"gen_ai.usage.output_tokens", Attribute::kOutput},
    AttributeName{"gen_ai.usage.completion_tokens", Attribute::kOutput},
    AttributeName{"gen_ai.usage.cache_read.input_tokens", Attribute::kCacheRead},
    AttributeName{"gen_ai.usage.cache_read_input_tokens", Attribute::kCacheRead},
    AttributeName{"gen_ai.usage.cache_creation.input_tokens", Attribute::kCacheWritten},
    AttributeName{"gen_ai.usage.cache_creation_input_tokens", Attribute::kCacheWritten},
};

struct Span {
  std::optional<Duration> start;
  std::optional<std::int64_t> trace;
  std::optional<std::int64_t> conversation;
  BilledTokens tokens;
  std::optional<std::int64_t> max_tokens;
  std::string operation;
  std::string request_model;
  std::string response_model;
  bool failed = false;
  bool is_container = false;  // its spans were read

  bool is_call() const {
    if (operation.empty()) return tokens.prompt || tokens.output || !request_model.empty();
    return operation == "chat" || operation == "text_completion" || operation == "generate_content";
  }
};

template <class... Names>
bool is_one_of(std::string_view text, Names... names) noexcept {
  return ((text == names) || ...);
}

bool is_error(std::string_view status) noexcept {
  return is_one_of(status, "2", "STATUS_CODE_ERROR", "ERROR", "Error", "error");
}

FieldResult<void> set_number(const AttributeName& name, std::string_view text,
                             std::optional<std::int64_t>& number) {
  const FieldResult<std::int64_t> count = token_count({.name = name.name, .text = text});
  if (!count) return tl::unexpected(count.error());
  number = *count;
  return {};
}

FieldResult<void> set_attribute(const AttributeName& name, std::string_view text, Span& span) {
  switch (name.attribute) {
    case Attribute::kOperation:
      span.operation = text;
      return {};
    case Attribute::kRequestModel:
      assign_model_name(span.request_model, text);
      return {};
    case Attribute::kResponseModel:
      assign_model_name(span.response_model, text);
      return {};
    case Attribute::kConversation:
      if (!text.empty()) span.conversation = *hashed_identity({.name = name.name, .text = text});
      return {};
    case Attribute::kErrorType:
      span.failed = span.failed || !text.empty();
      return {};
    case Attribute::kMaxTokens:
      return set_number(name, text, span.max_tokens);
    case Attribute::kInput:
      return set_number(name, text, span.tokens.prompt);
    case Attribute::kOutput:
      return set_number(name, text, span.tokens.output);
    case Attribute::kCacheRead:
      return set_number(name, text, span.tokens.cache_read);
    case Attribute::kCacheWritten:
      return set_number(name, text, span.tokens.cache_written);
  }
  return {};
}

const AttributeName* attribute_named(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(kAttributes.begin(), kAttributes.end(),
                   [name](const AttributeName& row) { return row.name == name; });
  return found == kAttributes.end() ? nullptr : found;
}

// A scalar, or OTLP's {"intValue": "12"} and its like.
FieldResult<std::optional<std::string_view>> any_value(JsonValue value) {
  const FieldResult<JsonType> type = type_of(value);
  if (!type) return tl::unexpected(type.error());
  if (*type != JsonType::object) return scalar_text(value);
  std::optional<std::string_view> inner;
  FieldResult<void> read = members_of(value, [&](std::string_view, JsonValue member) {
    const auto text = scalar_text(member);
    if (!text) return FieldResult<void>(tl::unexpected(text.error()));
    if (*text) inner = **text;
    return FieldResult<void>{};
  });
  if (!read) return tl::unexpected(read.error());
  return inner;
}

FieldResult<void> read_attribute(const AttributeName* name, JsonValue value, Span& span) {
  if (name == nullptr) return {};
  const auto text = any_value(value);
  if (!text) return tl::unexpected(text.error());
  return *text ? set_attribute(*name, **text, span) : FieldResult<void>{};
}

// One of OTLP's {"key": ..., "value": ...}; the writer may turn the two round.
FieldResult<void> read_pair(JsonValue pair, Span& span) {
  std::optional<std::string_view> key;
  std::optional<std::string_view> early;
  FieldResult<void> read =
      members_of(pair, [&](std::string_view name, JsonValue member) -> FieldResult<void> {
        if (name != "key" && name != "value") return {};
        if (name == "value" && key) return read_attribute(attribute_named(*key), member, span);
        const auto text = any_value(member);
        if (!text) return tl::unexpected(text.error());
        (name == "key" ? key : early) = *text;
        return {};
      });
  if (!read || !key || !early) return read;
  const AttributeName* const name = attribute_named(*key);
  return name == nullptr ? FieldResult<void>{} : set_attribute(*name, *early, span);
}

FieldResult<void> read_attributes(JsonValue value, Span& span) {
  const FieldResult<JsonType> type = type_of(value);
  if (!type) return tl::unexpected(type.error());
  if (*type == JsonType::array) {
    return elements_of(value, [&](JsonValue pair) { return read_pair(pair, span); });
  }
  return members_of(value, [&](std::string_view key, JsonValue member) {
    return read_attribute(attribute_named(key), member, span);
  });
}

FieldResult<void> read_status(JsonValue value, Span& span) {
  const auto code = [&](JsonValue member) -> FieldResult<void> {
    const auto text = scalar_text(member);
    if (!text) return tl::unexpected(text.error());
    span.failed = span.failed || (*text && is_error(**text));
    return {};
  };
  const FieldResult<JsonType> type = type_of(value);
  if (!type) return tl::unexpected(type.error());
  if (*type != JsonType::object) return code(value);
  return members_of(value, [&](std::string_view key, JsonValue member) {
    return is_one_of(key, "code", "status_code", "statusCode") ? code(member) : FieldResult<void>{};
  });
}

FieldResult<void> add_call(Span& span, ImportedCall& call) {
  if (!span.start) return tl::unexpected(std::string("the span's start is missing"));
  if (!span.failed && !(span.tokens.prompt && span.tokens.output)) {
    return tl::unexpected(
        std::string("gen_ai.usage.input_tokens or gen_ai.usage.output_tokens is missing"));
  }
  call.request.at = *span.start;
  call.request.session = span.conversation ? span.conversation : span.trace;
  call.request.model =
      std::move(span.request_model.empty() ? span.response_model : span.request_model);
  call.failed = span.failed && span.tokens.output.value_or(0) == 0;
  const std::int64_t produced = span.tokens.output.value_or(0);
  if (span.max_tokens && *span.max_tokens >= std::max<std::int64_t>(1, produced)) {
    call.request.max_tokens = span.max_tokens;
  }
  return set_billed(span.tokens, call);
}

// A document, a list, a span, or what holds spans: each is read by the members that it has.
class OtelParser final : public CallParser {
 public:
  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    simdjson::ondemand::document document;
    JsonValue root;
    const std::size_t readable = row.size() + simdjson::SIMDJSON_PADDING;
    if (const auto problem = parser_.iterate(row.data(), row.size(), readable).get(document)) {
      return not_json(problem);
    }
    if (const auto problem = document.get_value().get(root)) return not_json(problem);
    FieldResult<void> read = read_any(root, batch, 0);
    if (read && document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return tl::unexpected(std::string("text follows the row's object"));
    }
    return read;
  }

 private:
  // Spans are five lists and objects deep in OTLP.
  static constexpr int kDeepest = 12;

  FieldResult<void> read_any(JsonValue value, CallBatch& batch, int depth) {
    if (depth > kDeepest) return tl::unexpected(std::string("the row is nested too deeply"));
    const FieldResult<JsonType> type = type_of(value);
    if (!type) return tl::unexpected(type.error());
    if (*type == JsonType::array) {
      return elements_of(value,
                         [&](JsonValue element) { return read_any(element, batch, depth + 1); });
    }
    if (*type != JsonType::object) {
      return tl::unexpected(std::string("expected a span, or an object that holds spans"));
    }
    Span span;
    std::optional<std::string> problem;  // of this span, which the others of the row survive
    FieldResult<void> read = members_of(value, [&](std::string_view key, JsonValue member) {
      if (is_one_of(key, "resourceSpans", "resource_spans", "scopeSpans", "scope_spans",
                    "instrumentationLibrarySpans", "spans")) {
        span.is_container = true;
        return read_any(member, batch, depth + 1);
      }
      return read_member(key, member, span, problem);
    });
    if (!read) return read;
    if (!span.is_container) finish(span, std::move(problem), batch);
    return {};
  }

  // A value that is wrong is a problem of the span; an error is one of the JSON.
  static FieldResult<void> read_member(std::string_view key, JsonValue value, Span& span,
                                       std::optional<std::string>& problem) {
    FieldResult<void> read;
    if (key == "attributes") {
      read = read_attributes(value, span);
    } else if (key == "status") {
      read = read_status(value, span);
    } else if (is_one_of(key, "traceId", "trace_id")) {
      read = set_identity(value, span.trace);
    } else if (key == "context") {
      read = members_of(value, [&](std::string_view name, JsonValue member) {
        return is_one_of(name, "traceId", "trace_id") ? set_identity(member, span.trace)
                                                      : FieldResult<void>{};
      });
    } else if (is_one_of(key, "startTimeUnixNano", "start_time_unix_nano", "startTime",
                         "start_time")) {
      read = set_time("the span's start", value, span.start);
    }
    if (!read && read.error().find("not valid JSON") != std::string::npos) return read;
    if (!read && !problem) problem = read.error();
    return {};
  }

  static void finish(Span& span, std::optional<std::string> problem, CallBatch& batch) {
    if (!problem && !span.is_call()) {
      batch.add_other();
      return;
    }
    if (!problem) {
      FieldResult<void> added = add_call(span, batch.add());
      if (added) return;
      batch.drop_last();
      problem = added.error();
    }
    batch.reject(*std::move(problem));
  }

  simdjson::ondemand::parser parser_;
};

}  // namespace

CallFormat otel_format() {
  return {.format = LogFormat::kOpenTelemetry,
          .endings = {".jsonl", ".ndjson", ".json", ".log"},
          .is_document = true,
          .parser = [](std::string_view) -> FieldResult<std::unique_ptr<CallParser>> {
            return std::make_unique<OtelParser>();
          }};
}

}  // namespace sluice::ingest
