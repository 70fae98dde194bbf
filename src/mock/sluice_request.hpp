// The header by which sluice's own clients say which request this is, so that the mock draws what
// the simulator draws:
//   sluice-request: workload/session/turn/attempt; output=250; thinking=0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/request.hpp"
#include "base/error.hpp"

namespace sluice::mock {

struct SluiceRequest {
  RequestId id;
  std::int32_t attempt = 0;
  std::optional<std::int64_t> output{};    // tokens of the answer, without thinking
  std::optional<std::int64_t> thinking{};  // tokens
};

Result<SluiceRequest> parse_sluice_request(std::string_view header);

}  // namespace sluice::mock
