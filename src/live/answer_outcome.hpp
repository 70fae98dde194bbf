// What a client makes of an HTTP answer, or of none: the outcome that InProcessApi would report of
// the same end. A refusal says its limit, an error within a stream its kind, and whatever is
// neither an answer nor a refusal is a lost connection.
#pragma once

#include "api/outcome.hpp"
#include "api/request.hpp"
#include "wire/answer_fields.hpp"
#include "wire/answer_reader.hpp"

namespace sluice::live {

struct SeenAnswer {
  const RequestSpec& spec;
  int status = 0;  // 0: none came
  const wire::AnswerFields& fields;
  const wire::ReadAnswer& answer;
  bool gave_up = false;  // the attempt's time was over
};

// Writes all but `sent`. Usage is what the server said, of an answer that broke off as far as it
// came.
void write_outcome(const SeenAnswer& seen, TimePoint ended, Outcome& outcome);

}  // namespace sluice::live
