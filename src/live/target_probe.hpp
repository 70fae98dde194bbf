// Whether a target is a sluice mock, which may be told more than the API: the names of requests, a
// speed. Only loopback addresses are asked, so that no other server sees a path that it does not
// know.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "net/http_client.hpp"

namespace sluice::live {

struct MockFacts {
  std::int64_t speed_permille = 1000;
};

// Nothing: it is something else. An error: nobody answers there.
Result<std::optional<MockFacts>> probe_target(const net::ClientOptions& target);

}  // namespace sluice::live
