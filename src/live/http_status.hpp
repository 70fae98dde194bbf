// Of HTTP's status codes, what the load tester has to tell apart: an answer, and everything else.
// A redirect is no answer, for it is not followed.
#pragma once

namespace sluice::live {

constexpr bool is_success(int status) noexcept { return status >= 200 && status < 300; }

}  // namespace sluice::live
