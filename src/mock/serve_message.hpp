// One call that asks for an answer, in whichever format: judge, admit, and answer at once or over
// time. POST /v1/messages and POST /v1/chat/completions are this with their own way to parse and
// their own format.
//
//   const MessageService service{.route = "POST /v1/messages", .format = messages_format()};
//   if (auto error = state.parser.parse(body, how, state.parsed)) {
//     return refuse_message(state, call, service, *error);
//   }
//   serve_message(state, call, service);
#pragma once

#include <string_view>

#include "mock/answer_format.hpp"
#include "mock/call.hpp"
#include "mock/state.hpp"

namespace sluice::mock {

struct MessageService {
  std::string_view route;  // lives as long as the program
  const AnswerFormat& format;
  bool wants_stream_usage = true;
};

// state.parsed is what the call asks for.
void serve_message(MockState& state, Call& call, const MessageService& service);

// What is wrong with the call itself: answered in the format's words, noted in the journal.
void refuse_message(MockState& state, Call& call, const MessageService& service,
                    const wire::ApiError& error);

}  // namespace sluice::mock
