// How an answer is said: in the Messages API's own format or in OpenAI's. What is asked, decided
// and produced, and when, is the same for both (message_exchange.hpp). No state: one object serves
// all answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/calendar.hpp"
#include "mock/answer.hpp"
#include "wire/api_error.hpp"
#include "wire/message_writer.hpp"
#include "wire/rate_limit_headers.hpp"

namespace sluice::mock {

struct AnswerHead {
  wire::MessageHead message;
  UnixTime created;                // when the request came
  bool wants_stream_usage = true;  // OpenAI's stream_options.include_usage
};

// Where a stream stands: kept for every open one.
struct StreamPosition {
  AnswerStream stream;
  std::int64_t written = 0;  // tokens
};

class AnswerFormat {
 public:
  virtual ~AnswerFormat() = default;

  virtual void append_whole(std::string& body, const AnswerHead& head, const Answer& answer,
                            const Usage& usage) const = 0;
  // `usage`: the input's, and what has been produced so far.
  virtual void begin(std::string& out, StreamPosition& at, const AnswerHead& head,
                     const Answer& answer, const Usage& usage) const = 0;
  // From at.written to `tokens`; the caller sets at.written after it.
  virtual void advance(std::string& out, StreamPosition& at, const AnswerHead& head,
                       const Answer& answer, std::int64_t tokens) const = 0;
  virtual void end(std::string& out, StreamPosition& at, const AnswerHead& head,
                   const Answer& answer, const Usage& usage) const = 0;

  virtual void append_error(std::string& body, const wire::ApiError& error,
                            std::string_view request_id) const = 0;
  // Within a stream that has begun.
  virtual void append_stream_error(std::string& out, const wire::ApiError& error) const = 0;
  virtual void append_limit_fields(std::string& fields,
                                   const wire::RateLimitHeaders& headers) const = 0;
};

// The Messages API's own.
const AnswerFormat& messages_format() noexcept;

}  // namespace sluice::mock
