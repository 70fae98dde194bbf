// Identifiers in the API's form: a prefix that says of what, then characters that look random and
// are unique as the two words they are made from.
//
//   make_id("msg_01", 7, 9);  // "msg_01", then 22 characters of base 58
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::mock {

// `prefix` as the API's ids begin: "msg_01", "req_01", "toolu_01", "msgbatch_01". The words are
// mixed first, so counters will do.
std::string make_id(std::string_view prefix, std::uint64_t first, std::uint64_t second);
// For who has a string to keep it in, and makes one for every request.
void append_id(std::string& out, std::string_view prefix, std::uint64_t first,
               std::uint64_t second);

}  // namespace sluice::mock
