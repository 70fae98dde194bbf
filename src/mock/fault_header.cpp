#include "mock/fault_header.hpp"

#include <array>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "mock/header_text.hpp"

namespace sluice::mock {
namespace {

struct FaultRow {
  std::string_view name;
  AskedFault fault;
  std::string_view parameter;  // empty: it has none
  std::int64_t value = 0;      // where the parameter is not given
};

constexpr std::array<FaultRow, 11> kFaults{{
    {"429", AskedFault::kRateLimit, "retry-after", 1},
    {"529", AskedFault::kOverloaded, {}},
    {"500", AskedFault::kApiError, {}},
    {"504", AskedFault::kTimeout, {}},
    {"disconnect", AskedFault::kDisconnect, {}},
    {"truncate", AskedFault::kTruncate, {}},
    {"stall", AskedFault::kStall, "seconds", 30},
    {"malformed-sse", AskedFault::kMalformedSse, {}},
    {"error-in-stream", AskedFault::kErrorInStream, {}},
    {"slow", AskedFault::kSlow, "tokens-per-second", 5},
    {"refusal", AskedFault::kRefusal, {}},
}};
constexpr std::int64_t kValueMax = 86'400;

tl::unexpected<Error> wrong(std::string_view header) {
  std::string right;
  for (const FaultRow& row : kFaults) {
    if (!right.empty()) right += ", ";
    right += row.name;
    if (row.parameter.empty()) continue;
    right.append("; ").append(row.parameter).append("=").append(std::to_string(row.value));
  }
  return invalid("sluice-fault", in_quotes(header) + " is not one of " + right +
                                     " (parameters are whole numbers from 1 to " +
                                     std::to_string(kValueMax) + ")");
}

}  // namespace

Result<FaultHeader> parse_fault_header(std::string_view header) {
  std::string_view rest = header;
  const std::string_view name = take_part(rest, ';');
  for (const FaultRow& row : kFaults) {
    if (row.name != name) continue;
    FaultHeader asked{.fault = row.fault, .value = row.value};
    if (ascii::trimmed(rest).empty()) return asked;
    const std::string_view parameter = take_part(rest, '=');
    const auto value = whole_number<std::int64_t>(ascii::trimmed(rest));
    const bool is_right = !row.parameter.empty() && parameter == row.parameter && value &&
                          *value >= 1 && *value <= kValueMax;
    if (!is_right) return wrong(header);
    asked.value = *value;
    return asked;
  }
  return wrong(header);
}

Result<FaultHeader> parse_refusal_header(std::string_view header) {
  SLUICE_TRY(const FaultHeader asked, parse_fault_header(header));
  if (refusal_of(asked.fault) != ErrorKind::kNone) return asked;
  return invalid("sluice-fault",
                 in_quotes(header) +
                     " happens to the answer of a model: it works on POST /v1/messages and POST "
                     "/v1/chat/completions; here 429, 529, 500, 504 and disconnect do");
}

ErrorKind refusal_of(AskedFault fault) noexcept {
  switch (fault) {
    case AskedFault::kRateLimit:
      return ErrorKind::kRateLimit;
    case AskedFault::kOverloaded:
      return ErrorKind::kOverloaded;
    case AskedFault::kApiError:
      return ErrorKind::kApi;
    case AskedFault::kTimeout:
      return ErrorKind::kTimeout;
    case AskedFault::kDisconnect:
      return ErrorKind::kConnection;
    case AskedFault::kTruncate:
    case AskedFault::kStall:
    case AskedFault::kMalformedSse:
    case AskedFault::kErrorInStream:
    case AskedFault::kSlow:
    case AskedFault::kRefusal:
      break;
  }
  return ErrorKind::kNone;
}

}  // namespace sluice::mock
