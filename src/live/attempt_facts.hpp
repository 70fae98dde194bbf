// One attempt as it really went: what HttpApi hands to whoever measures or writes records, in the
// instant in which it ended.
#pragma once

#include <cstdint>
#include <string_view>

#include "api/request.hpp"
#include "base/time.hpp"
#include "engine/api_port.hpp"
#include "wire/answer_fields.hpp"
#include "wire/answer_reader.hpp"

namespace sluice::live {

// Valid during the call.
struct AttemptFacts {
  const RequestSpec& spec;
  std::int32_t number;       // 1: the request's first
  TimePoint planned;         // when the user wanted the request
  TimePoint due;             // when this attempt was to be sent; of one held back: when it might
  TimePoint sent;            // its last byte had left; of one that never did: when it began
  std::int64_t sent_wall;    // the same by net::steady_now(); 0: it never left as a whole
  const Exchange& exchange;  // outcome (first_token, ended, usage, error, limit) and cost
  int status;                // 0: no HTTP answer
  const wire::AnswerFields& fields;
  const wire::ReadAnswer& answer;
  std::string_view transport;  // why there was no answer, or no whole one; empty: there was
  bool reused_connection;
  bool renews_token;  // it was refused for its token, and a new one is on its way
};

class AttemptObserver {
 public:
  virtual ~AttemptObserver() = default;
  // An attempt has left, at `wall_now` by net::steady_now(), `delay` of wall time after it was due.
  virtual void on_sent(const RequestSpec& spec, std::int32_t number, TimePoint due,
                       std::int64_t wall_now, Duration delay) = 0;
  virtual void on_held_back() = 0;
  virtual void on_ended(const AttemptFacts& facts) = 0;
};

}  // namespace sluice::live
