#include <string_view>

#include "describe/json.hpp"
#include "describe/value.hpp"
#include "live/record_writer.hpp"

namespace sluice::live {
namespace {

using describe::Value;

Value of_type(std::string_view type, std::string_view description) {
  return Value::object().set("type", type).set("description", description);
}

Value or_null(std::string_view type, std::string_view description) {
  return Value::object()
      .set("type", Value::array({Value(type), Value("null")}))
      .set("description", description);
}

// An object that has all of its members, or some of them where `all_there` is false.
class Object {
 public:
  explicit Object(std::string_view description, bool all_there = true)
      : description_(description), all_there_(all_there) {}

  Object& has(std::string_view name, Value schema) {
    properties_.set(name, std::move(schema));
    required_.push(Value(name));
    return *this;
  }
  Value schema(Value type) const {
    Value made = Value::object();
    made.set("type", std::move(type)).set("description", description_);
    made.set("properties", properties_);
    if (all_there_) made.set("required", required_);
    return made.set("additionalProperties", false);
  }
  Value schema() const { return schema(Value("object")); }

 private:
  std::string description_;
  bool all_there_;
  Value properties_ = Value::object();
  Value required_ = Value::array();
};

Value limits_schema() {
  Object limit("limit and remaining are tokens or requests.");
  limit.has("limit", of_type("integer", "A minute."))
      .has("remaining", of_type("integer", "As the header says: tokens to the nearest thousand."))
      .has("reset", of_type("string", "When it will be full again, RFC 3339."));
  Object limits("What the anthropic-ratelimit-* headers said; {} where there were none.", false);
  for (const char* const kind : {"requests", "tokens", "input_tokens", "output_tokens",
                                 "fast_input_tokens", "fast_output_tokens"}) {
    limits.has(kind, limit.schema());
  }
  return limits.schema();
}

Value usage_schema() {
  return Object("What the server said that it billed.")
      .has("input_tokens", of_type("integer", "Neither read from the cache nor written to it."))
      .has("cache_creation_5m_input_tokens", of_type("integer", "Written for 5 minutes."))
      .has("cache_creation_1h_input_tokens", of_type("integer", "Written for an hour."))
      .has("cache_read_input_tokens", of_type("integer", "Read from the cache."))
      .has("output_tokens", of_type("integer", "Thinking included."))
      .has("thinking_tokens", of_type("integer", "Of the output; 0 where the server does not say."))
      .schema();
}

Value cost_schema() {
  return Object("Dollars, exact, by the scenario's catalog; null: nothing was billed.")
      .has("total", of_type("number", "Of all categories."))
      .has("input", of_type("number", "Plain input."))
      .has("write_5m", of_type("number", "Cache writes for 5 minutes."))
      .has("write_1h", of_type("number", "Cache writes for an hour."))
      .has("cache_read", of_type("number", "Cache reads."))
      .has("output", of_type("number", "Output, thinking included."))
      .has("tools", of_type("number", "Server tools."))
      .schema(Value::array({Value("object"), Value("null")}));
}

void add_who(Object& record) {
  record.has("workload", of_type("string", "Of the scenario."))
      .has("session", of_type("integer", "Of the workload, from 0; up to 2^64 - 1."))
      .has("turn", of_type("integer", "Request of the session, from 0."))
      .has("attempt", of_type("integer", "Of the request, from 1."))
      .has("model", of_type("string", "Of the scenario."))
      .has("key", of_type("string", "Its name in the scenario."))
      .has("workspace", of_type("string", "Of the scenario."))
      .has("speed", of_type("number", "Model seconds in a second of wall time; 1 is real time."));
}

void add_when(Object& record) {
  record.has("planned", of_type("number", "When the user wanted the request."))
      .has("due", of_type("number", "When this attempt was to be sent."))
      .has("sent", or_null("number", "Its last byte had left; null: it never left."))
      .has("first_token", or_null("number", "First content of any kind."))
      .has("first_answer", or_null("number", "First content that is not thinking."))
      .has("ended", of_type("number", "The last byte was there, or the attempt was given up."))
      .has("sent_at", or_null("string", "The calendar at `sent`, RFC 3339."))
      .has("ended_at", of_type("string", "The calendar at `ended`, RFC 3339."));
}

void add_what(Object& record) {
  record.has("stream", of_type("boolean", "Asked for a stream of events."))
      .has("planned_prompt_tokens", of_type("integer", "By the scenario."))
      .has("planned_output_tokens", of_type("integer", "By the scenario, thinking included."))
      .has("max_tokens", of_type("integer", "As sent."))
      .has("status", or_null("integer", "Of HTTP; null: there was no answer."))
      .has("outcome", of_type("string", "ok, an error type of the API, or how it failed without."))
      .has("cause", or_null("string", "Which limit refused a 429; unknown: nothing says."))
      .has("error_type", or_null("string", "The API's."))
      .has("error_code", or_null("string", "The API's details.error_code."))
      .has("error_message", or_null("string", "The API's words, up to 300 bytes."))
      .has("transport", or_null("string", "Why there was no answer, or no whole one."))
      .has("reused_connection", of_type("boolean", "It went over a connection that was open."))
      .has("request_id", or_null("string", "The header."))
      .has("date", or_null("string", "The header, as RFC 3339."))
      .has("retry_after", or_null("number", "Seconds that the answer asked to wait."))
      .has("should_retry",
           or_null("boolean", "x-should-retry, or true after a 401 for which a token was renewed."))
      .has("rate_limits", limits_schema())
      .has("usage", usage_schema())
      .has("stop_reason", or_null("string", "end_turn, max_tokens, ..."))
      .has("priced", of_type("boolean", "false: the catalog has no price for the model."))
      .has("cost", cost_schema())
      .has("saved_by_cache", or_null("number", "Dollars that the cache saved; may be negative."));
}

}  // namespace

std::string record_schema_json() {
  Object record(
      "One attempt of a load run: one line of --records. Instants are seconds of model time since "
      "the start unless they are RFC 3339.");
  add_who(record);
  add_when(record);
  add_what(record);
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "sluice record");
  const Value body = record.schema();
  for (const describe::Member& member : body.members()) schema.set(member.name, member.value);
  return describe::to_json(schema);
}

}  // namespace sluice::live
