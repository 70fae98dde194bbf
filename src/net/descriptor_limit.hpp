// A connection is a descriptor, and the usual limit of 1,024 is not meant for servers and load
// generators.
#pragma once

namespace sluice::net {

// As high as this process may without privileges.
void raise_descriptor_limit() noexcept;

}  // namespace sluice::net
