// Parts of an answer's header that every endpoint writes: appended as whole lines, each ended by
// \r\n, as HttpReply wants them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/ids.hpp"
#include "mock/state.hpp"

namespace sluice::mock {

inline constexpr std::string_view kJsonFields = "content-type: application/json\r\n";

// "request-id: ...\r\nanthropic-organization-id: ...\r\nanthropic-workspace-id: ...\r\n"; the last
// one only for who acts in a workspace.
void append_identity(std::string& fields, const MockState& state, std::string_view request_id,
                     std::optional<WorkspaceId> workspace);

// "x-should-retry: ...\r\n", "cache-control: no-store\r\n": what an error of that kind brings, but
// for what a limit says.
void append_error_fields(std::string& fields, ErrorKind kind);

}  // namespace sluice::mock
