// What an exchange writes to its reply.
#include <algorithm>

#include "mock/message_exchange.hpp"
#include "mock/message_exchanges.hpp"
#include "mock/refusal_text.hpp"
#include "mock/reply.hpp"
#include "mock/state.hpp"

namespace sluice::mock {
namespace {

constexpr std::string_view kStreamFields =
    "content-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n";
constexpr std::string_view kMalformedEvent =
    "event: content_block_delta\n"
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_del\n\n";

}  // namespace

AnswerHead MessageExchange::head() const noexcept {
  const MockState& state = this->state();
  return {.message = {.id = message_id_,
                      .model = state.plan.run.models[index(served.spec.model)].name,
                      .service_tier = "standard",
                      .inference_geo = served.spec.us_only ? "us" : "global",
                      .speed = served.spec.fast ? "fast" : "standard"},
          .created = state.calendar(served.arrived),
          .wants_stream_usage = wants_stream_usage};
}

// The input is known at the first token; a stream begins with one token of output in its usage.
Usage MessageExchange::input_usage() const noexcept {
  const std::int64_t read = admitted.cache_read;
  const std::int64_t written_5m = admitted.cache_write_5m;
  const std::int64_t written_1h = admitted.cache_write_1h;
  return {.input_tokens = served.spec.prompt_tokens - read - written_5m - written_1h,
          .cache_creation_5m_input_tokens = written_5m,
          .cache_creation_1h_input_tokens = written_1h,
          .cache_read_input_tokens = read,
          .output_tokens = std::min<std::int64_t>(1, served.spec.output_tokens)};
}

void MessageExchange::begin_stream(TimePoint now) {
  is_open_ = true;
  MockState& state = this->state();
  if (now != served.arrived) {
    limits_.read_output(state.api.limiter(), admitted.route, now,
                        state.client_clock(now, served.is_named));
  }
  std::string& fields = owner->fields;
  fields.assign(kStreamFields);
  append_identity(fields, state, served.request_id, served.spec.workspace);
  format->append_limit_fields(fields, limits_.headers());
  reply->begin(200, fields);
  std::string& out = owner->body;
  out.clear();
  format->begin(out, position_, head(), answer, input_usage());
  if (now >= admitted.first_token) write_first_token(out, now);
  write(out);
}

// With the head, or after it if that went early.
void MessageExchange::write_first_token(std::string& out, TimePoint now) {
  if (now < breaks_at_ && now < admitted.ends) {
    write_tokens(out, std::min<std::int64_t>(visible(now), answer.output_tokens()));
  }
}

void MessageExchange::write_tokens(std::string& out, std::int64_t tokens) {
  if (tokens > position_.written) {
    format->advance(out, position_, head(), answer, tokens);
    position_.written = tokens;
  }
  if (is_malformed_ && position_.written * 2 >= answer.output_tokens()) {
    out += kMalformedEvent;
    is_malformed_ = false;
  }
}

void MessageExchange::write(std::string_view bytes) {
  if (reply == nullptr || bytes.empty()) return;
  const bool has_room = reply->write(bytes);
  if (!has_room) is_paused_ = true;
}

// All tokens that are left, and the end.
void MessageExchange::end_reply() {
  std::string& out = owner->body;
  out.clear();
  write_tokens(out, answer.output_tokens());
  format->end(out, position_, head(), answer, served.outcome.usage);
  net::HttpReply* const to = reply;
  to->write(out);
  if (reply == nullptr) return;  // it went meanwhile
  reply = nullptr;
  to->finish();
}

std::string_view MessageExchange::whole_fields() {
  std::string& fields = owner->fields;
  fields.assign(kJsonFields);
  append_identity(fields, state(), served.request_id, served.spec.workspace);
  format->append_limit_fields(fields, limits_.headers());
  return fields;
}

void MessageExchange::send_whole() {
  std::string& body = owner->body;
  body.clear();
  format->append_whole(body, head(), answer, served.outcome.usage);
  if (is_malformed_) body.resize(body.size() / 2);
  net::HttpReply* const to = reply;
  reply = nullptr;
  to->send(200, whole_fields(), body);
}

// The answer ends before its end.
void MessageExchange::send_broken(ErrorKind error) {
  MockState& state = this->state();
  net::HttpReply* const to = reply;
  reply = nullptr;
  std::string& body = owner->body;
  body.clear();
  if (error == ErrorKind::kConnection) {
    if (truncates_ && !served.spec.stream) {
      format->append_whole(body, head(), answer, served.outcome.usage);
      to->begin(200, whole_fields());
      to->write(std::string_view(body).substr(0, body.size() / 2));
    }
    return to->drop();
  }
  const wire::ApiError said =
      refusal_error(state, served.outcome.ended, served.spec, served.outcome);
  if (served.spec.stream) {
    format->append_stream_error(body, said);
    to->write(body);
    return to->finish();
  }
  format->append_error(body, said, served.request_id);
  std::string& fields = owner->fields;
  fields.assign(kJsonFields);
  append_identity(fields, state, served.request_id, served.spec.workspace);
  fields += "x-should-retry: true\r\n";
  to->send(http_status(error), fields, body);
}

}  // namespace sluice::mock
