// A connection is a descriptor, and the usual limit of 1,024 is not meant for servers and load
// generators.
#pragma once

#include <cstddef>

namespace sluice::net {

// As high as this process may without privileges. Gives how many it may have open then.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace sluice::net
