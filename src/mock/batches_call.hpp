// One call of a Message Batches endpoint, whichever it is: let in by the limit of calls a minute
// that all of them share, noted once for the journal, the counters and the grade, and answered.
//
//   BatchesCall batches(state, call, kRoute);
//   if (!batches.admit()) return;                 // has been refused
//   batches.answer(json);
#pragma once

#include <cstdint>
#include <string_view>

#include "api/outcome.hpp"
#include "mock/call.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

struct MockState;

class BatchesCall {
 public:
  // `route` lives as long as the program.
  BatchesCall(MockState& state, Call& call, std::string_view route);

  // What the request's own sluice-fault header asks for, then the limit of calls. False: refused.
  bool admit();
  // The creation of a batch of that many requests, whose `content` names it; spend and the queue
  // have their say too.
  bool admit_creation(std::int64_t requests, std::uint64_t content);

  void answer(std::string_view json);
  void refuse(const wire::ApiError& error, const Outcome& refusal = {});
  void refuse_unknown();  // 404
  // That it is being answered by somebody else.
  void note_answered();

 private:
  bool is_struck();
  void refuse_limit(const Outcome& refusal);
  void note(const Outcome& outcome, int status, const wire::ApiError* error);

  MockState& state_;
  Call& call_;
  std::string_view route_;
  std::uint64_t content_;  // tells it from other calls of the route
  bool is_injected_ = false;
};

}  // namespace sluice::mock
