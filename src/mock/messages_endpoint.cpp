// POST /v1/messages and POST /v1/messages/count_tokens.
#include <string>

#include "mock/endpoints.hpp"
#include "mock/message_demand.hpp"
#include "mock/message_exchanges.hpp"
#include "mock/refusal_text.hpp"
#include "mock/serve_message.hpp"

namespace sluice::mock {
namespace {

class MessagesFormat final : public AnswerFormat {
 public:
  void append_whole(std::string& body, const AnswerHead& head, const Answer& answer,
                    const Usage& usage) const override {
    answer.append_message(body, head.message, usage);
  }
  void begin(std::string& out, StreamPosition& at, const AnswerHead& head, const Answer& answer,
             const Usage& usage) const override {
    at.stream.begin(out, answer, head.message, usage);
  }
  void advance(std::string& out, StreamPosition& at, const AnswerHead& /*head*/,
               const Answer& answer, std::int64_t tokens) const override {
    at.stream.advance(out, answer, tokens);
  }
  void end(std::string& out, StreamPosition& at, const AnswerHead& /*head*/, const Answer& answer,
           const Usage& usage) const override {
    at.stream.end(out, answer, usage);
  }
  void append_error(std::string& body, const wire::ApiError& error,
                    std::string_view request_id) const override {
    wire::append_error(body, error, request_id);
  }
  void append_stream_error(std::string& out, const wire::ApiError& error) const override {
    wire::append_error_event(out, error);
  }
  void append_limit_fields(std::string& fields,
                           const wire::RateLimitHeaders& headers) const override {
    wire::append_rate_limit_headers(fields, headers);
  }
};

ServedRequest served_count(const Call& call) {
  ServedRequest served;
  served.sequence = call.sequence;
  served.route = kCountRoute;
  served.request_id = call.request_id;
  served.arrived = call.now;
  served.spec.key = call.caller.key;
  served.spec.workspace = call.caller.workspace;
  served.outcome.sent = served.outcome.ended = call.now;
  return served;
}

void refuse_count(MockState& state, Call& call, ServedRequest& served, const wire::ApiError& error,
                  std::string_view more_fields = {}) {
  served.status = http_status(error.kind);
  served.outcome.error = error.kind;
  state.decided(served);
  reply_error(state, call, error, more_fields);
}

}  // namespace

const AnswerFormat& messages_format() noexcept {
  static const MessagesFormat kFormat;
  return kFormat;
}

void create_message(MockState& state, Call& call) {
  const MessageService service{.route = "POST /v1/messages", .format = messages_format()};
  const wire::ParseOptions how{.kind = wire::BodyKind::kMessages, .version = call.version};
  if (const auto error = state.parser.parse(call.request.body, how, state.parsed)) {
    return refuse_message(state, call, service, *error);
  }
  serve_message(state, call, service);
}

// Free, and limited apart from everything else (docs: token-counting, 2026-08).
void count_tokens(MockState& state, Call& call) {
  ServedRequest served = served_count(call);
  const wire::ParseOptions how{.kind = wire::BodyKind::kCountTokens, .version = call.version};
  if (const auto error = state.parser.parse(call.request.body, how, state.parsed)) {
    return refuse_count(state, call, served, *error);
  }
  const std::optional<ModelId> model = state.model(state.parsed.model);
  if (!model) {
    return refuse_count(state, call, served,
                        {ErrorKind::kNotFound, "model: " + std::string(state.parsed.model), {}});
  }
  served.spec.model = *model;
  served.knows_model = true;
  if (const auto wait = state.count_limiter.call(call.now)) {
    Outcome& outcome = served.outcome;
    outcome.limit = LimitCause::kRequests;
    outcome.should_retry = true;
    outcome.retry_after = seconds((ns(*wait) + ns(seconds(1)) - 1) / ns(seconds(1)));
    std::string more;
    append_retry_fields(more, state, outcome, false);
    return refuse_count(state, call, served, count_refusal(state, *model), more);
  }
  const std::int64_t tokens = prompt_tokens(state, state.parsed, *model);
  served.spec.prompt_tokens = tokens;
  state.decided(served);
  reply_json(state, call, 200, "{\"input_tokens\":" + std::to_string(tokens) + "}");
}

}  // namespace sluice::mock
