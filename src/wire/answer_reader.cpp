#include "wire/answer_reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "wire/answer_document.hpp"
#include "wire/answer_fields.hpp"
#include "wire/sse_parser.hpp"

namespace sluice::wire {
namespace {

constexpr std::size_t kBodyLimit = SseParser::kEventLimit;
constexpr std::size_t kBodyKept = 4096;  // of a body, for the next one
constexpr int kFirstRefusal = 300;       // redirects are not followed

enum class EventKind : std::uint8_t { kOther, kStart, kContent, kDelta, kStop, kError };

EventKind event_kind(std::string_view name) noexcept {
  if (name == "content_block_delta" || name == "content_block_start") return EventKind::kContent;
  if (name == "message_start") return EventKind::kStart;
  if (name == "message_delta") return EventKind::kDelta;
  if (name == "message_stop") return EventKind::kStop;
  return name == "error" ? EventKind::kError : EventKind::kOther;
}

// What a proxy's page is called, or else how it begins.
std::string shown(std::string_view body) {
  constexpr std::size_t kShown = 100;
  constexpr std::string_view kTitle = "<title>";
  const std::size_t title = body.find(kTitle);
  if (title != std::string_view::npos) {
    body.remove_prefix(title + kTitle.size());
    body = body.substr(0, body.find('<'));
  }
  return in_quotes(body.substr(0, kShown));
}

std::string_view without_leading_space(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

std::string what_came(std::string_view body) {
  body = without_leading_space(body);
  if (body.empty()) return "nothing in its body";
  if (body.starts_with('<')) return "a page instead of JSON: " + shown(body);
  if (body.starts_with("event:") || body.starts_with("data:")) {
    return "a stream of events that is not declared as text/event-stream";
  }
  if (body.starts_with('{')) return "JSON that is no answer of the API: " + shown(body);
  return "a body that is not JSON: " + shown(body);
}

}  // namespace

struct AnswerReader::Parts {
  AnswerFormat format = AnswerFormat::kMessages;
  int status = 0;
  bool is_event_stream = false;
  bool is_over = false;
  ContentListener* listener = nullptr;
  ReadAnswer answer{};
  SseParser events{};
  std::string body{};

  void reset();
  void forget_bytes();
  void on_body(std::string_view bytes, TimePoint now);
  void on_event(const SseEvent& event, TimePoint now);
  void act(EventKind kind, const AnswerFacts& facts, TimePoint now);
  void take(const AnswerFacts& facts);
  void take_error(const AnswerFacts& facts);
  void on_content(const AnswerFacts& facts, TimePoint now);
  void read_body();
  void fail(std::string_view problem);
};

void AnswerReader::Parts::reset() {
  std::string model = std::move(answer.model);
  std::string stop_reason = std::move(answer.stop_reason);
  model.clear();
  stop_reason.clear();
  answer = ReadAnswer{};
  answer.model = std::move(model);
  answer.stop_reason = std::move(stop_reason);
  forget_bytes();
  is_over = false;
}

void AnswerReader::Parts::forget_bytes() {
  events.clear();
  body.clear();
  if (body.capacity() > kBodyKept) body = std::string();
}

void AnswerReader::Parts::on_body(std::string_view bytes, TimePoint now) {
  if (bytes.empty()) return;
  if (status < kFirstRefusal) {
    if (body.empty()) answer.first_content = answer.first_answer = now;
    answer.last_content = now;
  }
  if (body.size() + bytes.size() > kBodyLimit) {
    fail("a body that does not end");
    is_over = true;
    return;
  }
  body.append(bytes);
}

void AnswerReader::Parts::on_event(const SseEvent& event, TimePoint now) {
  if (answer.is_whole) return;
  EventKind kind = event_kind(event.name);
  // Some gateways leave the names out, and chat's chunks have none.
  const bool is_named = !event.name.empty() && event.name != "message";
  if (is_named && kind == EventKind::kOther) return;
  if (format == AnswerFormat::kChat && event.data == "[DONE]") {
    answer.is_whole = true;
    return;
  }
  if (kind == EventKind::kStop) {
    answer.is_whole = true;
    return;
  }
  AnswerFacts facts;
  if (!read_answer(event.data, facts)) {
    fail("an event that is not JSON: " + shown(event.data));
    return;
  }
  if (!is_named) kind = event_kind(facts.type);
  act(kind, facts, now);
}

void AnswerReader::Parts::act(EventKind kind, const AnswerFacts& facts, TimePoint now) {
  if (facts.has_error || kind == EventKind::kError) return take_error(facts);
  if (format == AnswerFormat::kChat || kind == EventKind::kStart) {
    take(facts);
    return on_content(facts, now);
  }
  switch (kind) {
    case EventKind::kContent:
      return on_content(facts, now);
    case EventKind::kDelta:
      return take(facts);
    case EventKind::kStop:
      answer.is_whole = true;
      return;
    case EventKind::kStart:
    case EventKind::kError:
    case EventKind::kOther:
      return;
  }
}

void AnswerReader::Parts::take(const AnswerFacts& facts) {
  if (!facts.model.empty() && answer.model != facts.model) answer.model.assign(facts.model);
  if (!facts.stop_reason.empty()) answer.stop_reason.assign(facts.stop_reason);
  if (!facts.usage.is_any) return;
  apply(facts.usage, answer.usage, answer.thinking_tokens);
  answer.has_usage = true;
}

// The first counts: what follows is mostly its echo.
void AnswerReader::Parts::take_error(const AnswerFacts& facts) {
  if (answer.error) return;
  // {"error":"invalid_grant"} has nothing but its type to say.
  const bool is_worded = !facts.error_message.empty();
  answer.error =
      ApiError{.kind = error_kind(status, facts.error_type),
               .message = std::string(is_worded ? facts.error_message : facts.error_type),
               .error_code = std::string(facts.error_code)};
}

void AnswerReader::Parts::on_content(const AnswerFacts& facts, TimePoint now) {
  if (!facts.has_answer && !facts.has_thinking) return;
  if (answer.content_events == 0) {
    answer.first_content = now;
  } else if (listener != nullptr) {
    listener->on_content_gap(now - answer.last_content);
  }
  if (facts.has_answer && answer.first_answer == kNever) answer.first_answer = now;
  answer.last_content = now;
  answer.content_events += 1;
  answer.text_bytes += facts.text_bytes;
}

void AnswerReader::Parts::read_body() {
  const std::size_t size = body.size();
  body.append(SseParser::kPadding, '\0');
  const std::string_view text = std::string_view(body).substr(0, size);
  AnswerFacts facts;
  const bool is_json = read_answer(text, facts);
  const bool is_refusal = status >= kFirstRefusal;
  if (is_json && (facts.has_error || (is_refusal && !facts.error_message.empty()))) {
    take_error(facts);
    answer.is_whole = true;
  } else if (is_json && !is_refusal && (facts.has_blocks || facts.type == "message")) {
    take(facts);
    answer.text_bytes = facts.text_bytes;
    answer.is_whole = true;
  } else {
    fail(what_came(text));
  }
}

void AnswerReader::Parts::fail(std::string_view problem) {
  answer.is_malformed = true;
  if (answer.error) return;
  answer.error = ApiError{.kind = error_kind(status, {}),
                          .message = fmt::format("HTTP {} with {}", status, problem),
                          .error_code = {}};
}

AnswerReader::AnswerReader() : parts_(std::make_unique<Parts>()) {}
AnswerReader::~AnswerReader() = default;
AnswerReader::AnswerReader(AnswerReader&&) noexcept = default;
AnswerReader& AnswerReader::operator=(AnswerReader&&) noexcept = default;

void AnswerReader::begin(AnswerFormat format, int status, bool is_event_stream,
                         ContentListener* listener) {
  parts_->reset();
  parts_->format = format;
  parts_->status = status;
  parts_->is_event_stream = is_event_stream;
  parts_->listener = listener;
}

void AnswerReader::feed(std::string_view bytes, TimePoint now) {
  Parts& parts = *parts_;
  if (parts.is_over) return;
  if (!parts.is_event_stream) return parts.on_body(bytes, now);
  parts.events.feed(bytes, [&](const SseEvent& event) { parts.on_event(event, now); });
  if (parts.events.is_broken()) {
    parts.fail("an event that does not end");
    parts.is_over = true;
  }
}

void AnswerReader::end() {
  Parts& parts = *parts_;
  if (!parts.is_over && !parts.is_event_stream) parts.read_body();
  const bool is_refused = parts.status >= kFirstRefusal && !parts.answer.error;
  if (is_refused) parts.fail("a stream that tells no error");
  parts.is_over = true;
  parts.listener = nullptr;
  parts.forget_bytes();
}

const ReadAnswer& AnswerReader::answer() const noexcept { return parts_->answer; }
ReadAnswer& AnswerReader::answer() noexcept { return parts_->answer; }

}  // namespace sluice::wire
