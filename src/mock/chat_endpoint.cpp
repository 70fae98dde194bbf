// POST /v1/chat/completions: the Messages API's exchange in OpenAI's format (docs: openai-sdk,
// 2026-04), for clients and gateways that speak nothing else. Limits, money and times are the same;
// nothing is cached, and thinking is not shown.
#include <algorithm>
#include <string>

#include "mock/endpoints.hpp"
#include "mock/serve_message.hpp"
#include "wire/chat_request.hpp"
#include "wire/chat_writer.hpp"

namespace sluice::mock {
namespace {

constexpr std::string_view kRoute = "POST /v1/chat/completions";

wire::ChatHead chat_head(const AnswerHead& head) {
  return {.id = head.message.id,
          .model = head.message.model,
          .created = head.created.nanoseconds / ns(seconds(1)),
          .includes_usage = head.wants_stream_usage};
}

// The part of a tool's arguments that belongs to tokens [from, to) of so many: its text is ASCII,
// so it can be cut anywhere.
std::string_view part_of(std::string_view text, const Answer::Block& block, std::int64_t from,
                         std::int64_t to) {
  const auto place = [&](std::int64_t tokens) {
    return text.size() * static_cast<std::size_t>(tokens) / static_cast<std::size_t>(block.tokens);
  };
  return text.substr(place(from), place(to) - place(from));
}

class ChatFormat final : public AnswerFormat {
 public:
  void append_whole(std::string& body, const AnswerHead& head, const Answer& answer,
                    const Usage& usage) const override {
    std::string text;
    answer.append_text(text, 0, answer.text_tokens());
    const std::string id = answer.tool_name().empty() ? "" : answer.tool_id();
    const std::string input = answer.tool_input();
    std::optional<wire::ChatToolCall> call;
    if (!answer.tool_name().empty()) {
      call = wire::ChatToolCall{.id = id, .name = answer.tool_name(), .arguments = input};
    }
    wire::append_chat_completion(body, chat_head(head), text, call, answer.ending().reason, usage);
  }

  void begin(std::string& out, StreamPosition& /*at*/, const AnswerHead& head,
             const Answer& /*answer*/, const Usage& /*usage*/) const override {
    wire::append_chat_role(out, chat_head(head));
  }

  void advance(std::string& out, StreamPosition& at, const AnswerHead& head, const Answer& answer,
               std::int64_t tokens) const override {
    for (const Answer::Block& block : answer.blocks()) {
      const std::int64_t from = std::max<std::int64_t>(at.written - block.first_token, 0);
      const std::int64_t to = std::min(tokens - block.first_token, block.tokens);
      if (from >= to) continue;
      if (block.kind == Answer::Kind::kText) append_text(out, head, answer, from, to);
      if (block.kind == Answer::Kind::kTool) append_call(out, head, answer, block, from, to);
    }
  }

  void end(std::string& out, StreamPosition& /*at*/, const AnswerHead& head, const Answer& answer,
           const Usage& usage) const override {
    const wire::ChatHead chat = chat_head(head);
    wire::append_chat_finish(out, chat, answer.ending().reason);
    if (chat.includes_usage) wire::append_chat_usage(out, chat, usage);
    wire::append_chat_done(out);
  }

  void append_error(std::string& body, const wire::ApiError& error,
                    std::string_view /*request_id*/) const override {
    wire::append_chat_error(body, error);
  }

  // An error in a stream is a chunk of its own, in the shape of the error body.
  void append_stream_error(std::string& out, const wire::ApiError& error) const override {
    out += "data: ";
    wire::append_chat_error(out, error);
    out += "\n\n";
  }

  // openai-processing-ms is always empty (docs).
  void append_limit_fields(std::string& fields,
                           const wire::RateLimitHeaders& headers) const override {
    wire::append_chat_rate_limit_headers(fields, headers);
    fields += "openai-version: 2020-10-01\r\nopenai-processing-ms: \r\n";
  }

 private:
  static void append_text(std::string& out, const AnswerHead& head, const Answer& answer,
                          std::int64_t from, std::int64_t to) {
    std::string text;
    answer.append_text(text, from, to);
    wire::append_chat_text(out, chat_head(head), text);
  }

  static void append_call(std::string& out, const AnswerHead& head, const Answer& answer,
                          const Answer::Block& block, std::int64_t from, std::int64_t to) {
    const wire::ChatHead chat = chat_head(head);
    if (from == 0) {
      wire::append_chat_tool_start(out, chat, answer.tool_id(), answer.tool_name());
    }
    const std::string input = answer.tool_input();
    wire::append_chat_tool_arguments(out, chat, part_of(input, block, from, to));
  }
};

const AnswerFormat& chat_format() noexcept {
  static const ChatFormat kFormat;
  return kFormat;
}

}  // namespace

void create_chat_completion(MockState& state, Call& call) {
  wire::ChatExtras extras;
  const auto error = state.parser.parse_chat(call.request.body, state.parsed, extras);
  const MessageService service{
      .route = kRoute, .format = chat_format(), .wants_stream_usage = extras.include_usage};
  if (error) return refuse_message(state, call, service, *error);
  serve_message(state, call, service);
}

}  // namespace sluice::mock
