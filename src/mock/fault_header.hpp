// The header by which a test asks for trouble with this one request, whatever the server's
// configuration says:
//   sluice-fault: 429; retry-after=7
// 429, 529, 500, 504 and disconnect are answered before the limits are looked at and charge
// nothing, on every endpoint of the API; the others happen to an admitted request's answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/outcome.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

namespace sluice::mock {

enum class AskedFault : std::uint8_t {
  kRateLimit,      // 429; retry-after=N, else 1
  kOverloaded,     // 529
  kApiError,       // 500
  kTimeout,        // 504
  kDisconnect,     // no answer, the connection is closed
  kTruncate,       // closed in the middle of the answer
  kStall,          // seconds=N of model time, else 30, before the first token; of a stream, after
                   // its head
  kMalformedSse,   // an event in the middle that is no JSON; of an answer in JSON, its end is
                   // missing
  kErrorInStream,  // an overloaded_error in the middle; of an answer in JSON, 529 instead of it
  kSlow,           // tokens-per-second=N
  kRefusal,        // stop_reason "refusal"
};

struct FaultHeader {
  AskedFault fault = AskedFault::kRateLimit;
  std::int64_t value = 0;  // of its parameter
};

Result<FaultHeader> parse_fault_header(std::string_view header);
// On an endpoint whose answer is no model's: what could only happen to such an answer is wrong too.
Result<FaultHeader> parse_refusal_header(std::string_view header);

// What is answered before the limits are looked at; kNone for the others. kDisconnect is
// kConnection.
ErrorKind refusal_of(AskedFault fault) noexcept;

}  // namespace sluice::mock
