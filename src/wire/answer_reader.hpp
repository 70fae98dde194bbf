// What came back, read as it comes: a message or a refusal as JSON, or a stream of events, of the
// Messages API (docs: streaming, 2026-08) or of OpenAI's chat completions. Sans-I/O: bytes and the
// instant at which they came in, what a client has to know of them out. Usage is the server's word;
// pieces of text are not tokens.
//
//   reader.begin(AnswerFormat::kMessages, status, is_event_stream);
//   reader.feed(bytes, now); ... reader.end();      // 64 bytes behind `bytes` must be readable
//   reader.answer().usage
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/usage.hpp"
#include "base/time.hpp"
#include "wire/api_error.hpp"

namespace sluice::wire {

enum class AnswerFormat : std::uint8_t { kMessages, kChat };

// Of a content event, for statistics of what a stream's reader sees.
class ContentListener {
 public:
  virtual ~ContentListener() = default;
  // `gap`: since the content event before it in the same answer.
  virtual void on_content_gap(Duration gap) = 0;
};

struct ReadAnswer {
  bool is_whole = false;   // message_stop, [DONE], or the whole JSON, a refusal's too
  bool has_usage = false;  // the server said what it bills; of a stream, as far as it came
  Usage usage{};
  std::int64_t thinking_tokens = 0;  // part of usage.output_tokens, where it says so
  std::string stop_reason{};         // "end_turn", "max_tokens", ...; chat's finish_reason as it is
  std::string model{};               // that answered
  // The first event with content of any kind, a tool's name too; empty ones do not count. Of JSON
  // with a status of success: its first byte.
  TimePoint first_content = kNever;
  TimePoint first_answer = kNever;  // the first content that is not thinking
  TimePoint last_content = kNever;
  std::int64_t content_events = 0;  // of a stream
  std::int64_t text_bytes = 0;      // of answer text; thinking and tools' input left out
  std::optional<ApiError> error{};  // the body of a refusal, or an error within a stream
  bool is_malformed = false;        // what came is none of the above; `error` says what it was
};

// One reader is for any number of answers, one after another. While it waits it keeps little: an
// event that has not come whole, a body so far; what JSON costs to parse is the thread's.
class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();
  AnswerReader(AnswerReader&&) noexcept;
  AnswerReader& operator=(AnswerReader&&) noexcept;

  void begin(AnswerFormat format, int status, bool is_event_stream,
             ContentListener* listener = nullptr);
  void feed(std::string_view bytes, TimePoint now);
  // The body is over: what is not whole by now is not.
  void end();
  const ReadAnswer& answer() const noexcept;
  ReadAnswer& answer() noexcept;  // for whoever must not pass on all that a server said

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::wire
