#include "app/version.hpp"

#include "sluice_version.inc"

namespace sluice {

std::string_view version() noexcept { return SLUICE_VERSION; }
std::string_view commit() noexcept { return SLUICE_COMMIT; }
std::string_view compiler() noexcept { return SLUICE_COMPILER; }

}  // namespace sluice
