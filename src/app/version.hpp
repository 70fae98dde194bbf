// What this binary is: written into it when it is built. The date of the catalog is the catalog's
// own knowledge and not repeated here.
#pragma once

#include <string_view>

namespace sluice {

std::string_view version() noexcept;   // "0.1.0"
std::string_view commit() noexcept;    // "3d8b2f4a1c0e", "-dirty" behind it, or "unknown"
std::string_view compiler() noexcept;  // "GCC 12.2.0"

}  // namespace sluice
