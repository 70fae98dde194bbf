// Chat completions, refusals in every shape, and what is no answer at all.
#include <string>

#include "support/catch.hpp"
#include "unit/wire/answers.hpp"
#include "wire/answer_reader.hpp"
#include "wire/chat_writer.hpp"

namespace sluice::wire {
namespace {

constexpr ChatHead kChatHead{
    .id = "chatcmpl-1", .model = "claude-opus-5-5", .created = 1, .includes_usage = true};

TEST_CASE("a chat completion that our writer writes is read back", "[answer_shapes]") {
  std::string body;
  append_chat_completion(body, kChatHead, "Hello", {}, StopReason::kMaxTokens, kUsage.usage);
  const ReadAnswer answer = read_json(body, 200, AnswerFormat::kChat);
  CHECK(answer.is_whole);
  CHECK(answer.has_usage);
  CHECK(answer.usage.prompt_tokens() == kUsage.usage.prompt_tokens());
  CHECK(answer.usage.cache_read_input_tokens == 1000);
  CHECK(answer.usage.output_tokens == 15);
  CHECK(answer.stop_reason == "length");
  CHECK(answer.model == "claude-opus-5-5");
  CHECK(answer.text_bytes == 5);
  CHECK(answer.first_content == millisecond(7));
}

std::string chat_stream() {
  std::string text;
  append_chat_role(text, kChatHead);
  append_chat_text(text, kChatHead, "Hel");
  append_chat_text(text, kChatHead, "lo");
  append_chat_tool_start(text, kChatHead, "call_1", "get_weather");
  append_chat_tool_arguments(text, kChatHead, "");
  append_chat_tool_arguments(text, kChatHead, "{}");
  append_chat_finish(text, kChatHead, StopReason::kToolUse);
  append_chat_usage(text, kChatHead, kUsage.usage);
  append_chat_done(text);
  return text;
}

TEST_CASE("the chunks that our writer writes are read back however torn", "[answer_shapes]") {
  const std::string text = chat_stream();
  AnswerReader reader;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    reader.begin(AnswerFormat::kChat, 200, true);
    feed(reader, text.substr(0, cut), millisecond(1));
    feed(reader, text.substr(cut), millisecond(2));
    reader.end();
    const ReadAnswer& answer = reader.answer();
    const bool is_same = answer.is_whole && answer.has_usage && answer.usage.output_tokens == 15 &&
                         answer.usage.prompt_tokens() == kUsage.usage.prompt_tokens() &&
                         answer.usage.cache_read_input_tokens == 1000 &&
                         answer.content_events == 4 && answer.text_bytes == 5 &&
                         answer.stop_reason == "tool_calls" && answer.model == kChatHead.model &&
                         !answer.error && !answer.is_malformed;
    if (!is_same) FAIL("torn at " << cut);
  }
}

TEST_CASE("a chat's reasoning is content and no answer", "[answer_shapes]") {
  const ReadAnswer answer = read_stream(
      "data: {\"choices\":[{\"delta\":{\"content\":null,\"reasoning_content\":\"Hm\"}}]}\n\n"
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
      "\"completion_tokens_details\":{\"reasoning_tokens\":3}}}\n\n",
      AnswerFormat::kChat);
  CHECK(answer.first_content == millisecond(7));
  CHECK(answer.first_answer == kNever);
  CHECK(answer.thinking_tokens == 3);
  CHECK(answer.usage.input_tokens == 10);
}

TEST_CASE("chunks without usage have none", "[answer_shapes]") {
  ChatHead head = kChatHead;
  head.includes_usage = false;
  std::string text;
  append_chat_text(text, head, "Hello");
  append_chat_done(text);
  const ReadAnswer answer = read_stream(text, AnswerFormat::kChat);
  CHECK(answer.is_whole);
  CHECK_FALSE(answer.has_usage);
}

TEST_CASE("an error within chunks is told", "[answer_shapes]") {
  const ReadAnswer answer = read_stream(
      "data: {\"error\":{\"message\":\"Busy\",\"type\":\"overloaded_error\",\"code\":503}}\n\n",
      AnswerFormat::kChat);
  REQUIRE(answer.error);
  CHECK(answer.error->kind == ErrorKind::kOverloaded);
  CHECK(answer.error->message == "Busy");
}

TEST_CASE("the refusals that our writers write are read back", "[answer_shapes]") {
  const ApiError error{ErrorKind::kRateLimit, "Too \"much\"", "ramp_limit_exceeded"};
  std::string body;
  SECTION("the API's own") { append_error(body, error, "req_011CegaXgT3UXCMC4LraDuee"); }
  SECTION("without a request's id") { append_error(body, error, {}); }
  SECTION("of the compatible endpoint") { append_chat_error(body, error); }
  const ReadAnswer answer = read_json(body, 429);
  CHECK(answer.is_whole);
  CHECK_FALSE(answer.is_malformed);
  CHECK_FALSE(answer.has_usage);
  CHECK(answer.first_content == kNever);
  REQUIRE(answer.error);
  CHECK(answer.error->kind == error.kind);
  CHECK(answer.error->message == error.message);
  CHECK(answer.error->error_code == error.error_code);
}

struct Body {
  int status;
  const char* text;
  ErrorKind kind;
  const char* message;
};

TEST_CASE("refusals in other servers' shapes are read", "[answer_shapes]") {
  const Body body = GENERATE(values<Body>({
      {413,
       R"({"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}})",
       ErrorKind::kRequestTooLarge, "Request exceeds the maximum size"},
      {429, R"({"error":{"type":"rate_limit_error","message":"Slow","details":null}})",
       ErrorKind::kRateLimit, "Slow"},
      {401,
       R"({"error":{"message":"Bad key","type":"invalid_request_error","param":null,)"
       R"("code":"invalid_api_key"}})",
       ErrorKind::kAuthentication, "Bad key"},
      {400, R"({"error":"invalid_grant","error_description":"No such rule"})",
       ErrorKind::kInvalidRequest, "No such rule"},
      {502, R"({"error":"Bad gateway"})", ErrorKind::kApi, "Bad gateway"},
      {403, R"({"message":"Forbidden"})", ErrorKind::kPermission, "Forbidden"},
      {404, R"({"detail":"Not Found"})", ErrorKind::kNotFound, "Not Found"},
      {200, R"({"type":"error","error":{"type":"api_error","message":"Internal server error"}})",
       ErrorKind::kApi, "Internal server error"},
  }));
  CAPTURE(body.text);
  const ReadAnswer answer = read_json(body.text, body.status);
  REQUIRE(answer.error);
  CHECK(answer.error->kind == body.kind);
  CHECK(answer.error->message == body.message);
  CHECK(answer.is_whole);
  CHECK_FALSE(answer.is_malformed);
}

TEST_CASE("what is no answer of the API is malformed and says what it was", "[answer_shapes]") {
  const Body body = GENERATE(values<Body>({
      {502, "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>",
       ErrorKind::kApi, R"(HTTP 502 with a page instead of JSON: "502 Bad Gateway")"},
      {529, "", ErrorKind::kOverloaded, "HTTP 529 with nothing in its body"},
      {503, "upstream connect error", ErrorKind::kApi,
       R"(HTTP 503 with a body that is not JSON: "upstream connect error")"},
      {429, R"({"retry":true})", ErrorKind::kRateLimit,
       R"(HTTP 429 with JSON that is no answer of the API: "{"retry":true}")"},
      {200, "event: ping\ndata: {}\n\n", ErrorKind::kApi,
       "HTTP 200 with a stream of events that is not declared as text/event-stream"},
      {200, R"({"type":"message","content":[{"type":"te)", ErrorKind::kApi, "HTTP 200 with JSON"},
      {200, "[]", ErrorKind::kApi, "HTTP 200 with a body that is not JSON"},
      {200, R"({"type":"message","content":[]} x)", ErrorKind::kApi, "HTTP 200 with JSON"},
  }));
  CAPTURE(body.text);
  const ReadAnswer answer = read_json(body.text, body.status);
  CHECK(answer.is_malformed);
  CHECK_FALSE(answer.is_whole);
  REQUIRE(answer.error);
  CHECK(answer.error->kind == body.kind);
  CHECK(answer.error->message.substr(0, std::string(body.message).size()) == body.message);
}

TEST_CASE("a refusal declared as a stream is still told as one", "[answer_shapes]") {
  AnswerReader reader;
  reader.begin(AnswerFormat::kMessages, 529, true);
  reader.end();
  REQUIRE(reader.answer().error);
  CHECK(reader.answer().error->kind == ErrorKind::kOverloaded);
  CHECK(reader.answer().is_malformed);
}

}  // namespace
}  // namespace sluice::wire
