#include "ingest/litellm_log.hpp"

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

// Parts of the names of LiteLLM's call types that are not calls of a text model.
constexpr std::array<std::string_view, 13> kOtherCalls = {
    "embedding", "image", "moderation", "transcription", "speech",      "rerank", "batch",
    "file",      "mcp",   "search",     "vector_store",  "fine_tuning", "video"};

struct LiteLlmRow {
  std::optional<Duration> at;
  BilledTokens tokens;
  std::string model;
  std::optional<std::int64_t> session;
  std::optional<std::int64_t> trace;
  std::optional<std::int64_t> web_searches;
  bool is_us_only = false;
  bool failed = false;
  bool is_other = false;      // not a call of a text model, or LiteLLM's own cache answered
  bool is_container = false;  // its rows were read
};

bool is_true(std::string_view text) noexcept { return text == "true" || text == "True"; }

class LiteLlmParser final : public CallParser {
 public:
  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    simdjson::ondemand::document document;
    JsonValue root;
    const std::size_t readable = row.size() + simdjson::SIMDJSON_PADDING;
    if (const auto problem = parser_.iterate(row.data(), row.size(), readable).get(document)) {
      return not_json(problem);
    }
    if (const auto problem = document.get_value().get(root)) return not_json(problem);
    const FieldResult<JsonType> type = type_of(root);
    if (!type) return tl::unexpected(type.error());
    FieldResult<void> read;
    if (*type == JsonType::array) {
      read = read_list(root, batch, 0);
    } else if (*type == JsonType::object) {
      read = read_row(root, batch, 0);
    } else {
      return tl::unexpected(std::string("the row is not a JSON object"));
    }
    if (read && document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return tl::unexpected(std::string("text follows the row's object"));
    }
    return read;
  }

 private:
  static constexpr int kDeepest = 4;  // lists of rows in one another

  FieldResult<void> read_list(JsonValue list, CallBatch& batch, int depth) {
    if (depth > kDeepest) return tl::unexpected(std::string("the row is nested too deeply"));
    return elements_of(list,
                       [&](JsonValue element) { return read_row(element, batch, depth + 1); });
  }

  FieldResult<void> read_row(JsonValue value, CallBatch& batch, int depth) {
    LiteLlmRow row;
    FieldResult<void> read =
        members_of(value, [&](std::string_view key, JsonValue member) -> FieldResult<void> {
          if (key != "data" || row.at) return read_member(key, member, row);
          row.is_container = true;
          return read_list(member, batch, depth);
        });
    if (!read) return read;
    if (row.is_container && !row.at) return {};
    if (row.is_other) {
      batch.add_other();
      return {};
    }
    if (FieldResult<void> added = add_call(row, batch.add()); !added) {
      batch.drop_last();
      batch.reject(added.error());
    }
    return {};
  }

  static FieldResult<void> add_call(LiteLlmRow& row, ImportedCall& call) {
    if (!row.at) return tl::unexpected(std::string("startTime is missing"));
    if (!row.failed && !(row.tokens.prompt && row.tokens.output)) {
      return tl::unexpected(std::string("prompt_tokens or completion_tokens is missing"));
    }
    call.request.at = *row.at;
    call.request.model = std::move(row.model);
    call.request.session = row.session ? row.session : row.trace;
    call.is_us_only = row.is_us_only;
    call.web_searches = row.web_searches.value_or(0);
    call.failed = row.failed && row.tokens.output.value_or(0) == 0;
    return set_billed(row.tokens, call);
  }

  FieldResult<void> read_member(std::string_view key, JsonValue value, LiteLlmRow& row) {
    if (key == "startTime" || key == "start_time") return set_time("startTime", value, row.at);
    if (key == "session_id" || key == "litellm_session_id") {
      return set_identity(value, row.session);
    }
    if (key == "trace_id" || key == "litellm_trace_id") return set_identity(value, row.trace);
    if (key == "metadata") return read_metadata(value, row);
    if (key == "usage" || key == "usage_object") return read_usage(value, row);
    if (key == "response") {
      return members_of(value, [&](std::string_view name, JsonValue member) {
        return name == "usage" ? read_usage(member, row) : FieldResult<void>{};
      });
    }
    if (key == "standard_logging_object") {
      return members_of(value, [&](std::string_view name, JsonValue member) {
        return name == key ? FieldResult<void>{} : read_member(name, member, row);
      });
    }
    if (key == "model" || key == "status" || key == "cache_hit" || key == "call_type") {
      return read_word(key, value, row);
    }
    return read_count(key, value, row.tokens);
  }

  static FieldResult<void> read_word(std::string_view key, JsonValue value, LiteLlmRow& row) {
    const auto text = scalar_text(value);
    if (!text) return tl::unexpected(text.error());
    const std::string_view word = text->value_or(std::string_view{});
    if (key == "model") {
      assign_model_name(row.model, word);
    } else if (key == "inference_geo") {
      row.is_us_only = row.is_us_only || word == "us";
    } else if (key == "status") {
      row.failed = row.failed || word == "failure";
    } else if (key == "cache_hit") {
      row.is_other = row.is_other || is_true(word);
    } else {
      row.is_other = row.is_other || std::any_of(kOtherCalls.begin(), kOtherCalls.end(),
                                                 [word](std::string_view other) {
                                                   return word.find(other) != word.npos;
                                                 });
    }
    return {};
  }

  static FieldResult<void> read_count(std::string_view key, JsonValue value, BilledTokens& tokens) {
    if (key == "prompt_tokens") return set_count(key, value, tokens.prompt);
    if (key == "completion_tokens") return set_count(key, value, tokens.output);
    if (key == "cache_read_input_tokens") return set_count(key, value, tokens.cache_read);
    if (key == "cache_creation_input_tokens") return set_count(key, value, tokens.cache_written);
    return {};
  }

  static FieldResult<void> read_usage(JsonValue value, LiteLlmRow& row) {
    return members_of(value, [&](std::string_view key, JsonValue member) -> FieldResult<void> {
      if (key == "prompt_tokens_details") return read_details(member, row.tokens);
      if (key == "cache_creation") return read_durations(member, row.tokens);
      if (key == "server_tool_use") return read_tools(member, row);
      if (key == "inference_geo") return read_word(key, member, row);
      return read_count(key, member, row.tokens);
    });
  }

  static FieldResult<void> read_tools(JsonValue value, LiteLlmRow& row) {
    return members_of(value, [&](std::string_view key, JsonValue member) {
      return key == "web_search_requests" ? set_count(key, member, row.web_searches)
                                          : FieldResult<void>{};
    });
  }

  static FieldResult<void> read_details(JsonValue value, BilledTokens& tokens) {
    return members_of(value, [&](std::string_view key, JsonValue member) -> FieldResult<void> {
      if (key == "cached_tokens") return set_count(key, member, tokens.cache_read);
      if (key == "cache_creation_tokens") return set_count(key, member, tokens.cache_written);
      if (key == "cache_creation_token_details") return read_durations(member, tokens);
      return {};
    });
  }

  static FieldResult<void> read_durations(JsonValue value, BilledTokens& tokens) {
    return members_of(value, [&](std::string_view key, JsonValue member) {
      return key == "ephemeral_1h_input_tokens" ? set_count(key, member, tokens.cache_written_1h)
                                                : FieldResult<void>{};
    });
  }

  FieldResult<void> read_metadata(JsonValue value, LiteLlmRow& row) {
    const FieldResult<JsonType> type = type_of(value);
    if (!type) return tl::unexpected(type.error());
    if (*type == JsonType::object) return read_metadata_object(value, row);
    if (*type != JsonType::string) return {};
    std::string_view text;
    if (const auto problem = value.get_string().get(text)) return not_json(problem);
    metadata_.assign(text);
    metadata_.reserve(metadata_.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::document document;
    JsonValue inner;
    if (metadata_parser_.iterate(metadata_.data(), metadata_.size(), metadata_.capacity())
                .get(document) != simdjson::SUCCESS ||
        document.get_value().get(inner) != simdjson::SUCCESS) {
      return {};  // not LiteLLM's: a text of the user's own
    }
    return read_metadata_object(inner, row);
  }

  static FieldResult<void> read_metadata_object(JsonValue value, LiteLlmRow& row) {
    return members_of(value, [&](std::string_view key, JsonValue member) -> FieldResult<void> {
      if (key == "status") return read_word(key, member, row);
      if (key == "usage_object" || key == "additional_usage_values") {
        return read_usage(member, row);
      }
      return {};
    });
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::parser metadata_parser_;
  std::string metadata_;  // a spend log's, with room for the padding
};

}  // namespace

CallFormat litellm_format() {
  return {.format = LogFormat::kLiteLlm,
          .endings = {".jsonl", ".ndjson", ".json", ".log"},
          .is_document = true,
          .parser = [](std::string_view) -> FieldResult<std::unique_ptr<CallParser>> {
            return std::make_unique<LiteLlmParser>();
          }};
}

}  // namespace sluice::ingest
