// A fast 64-bit hash of content: names prompts, and request bodies that carry no id of ours. The
// same value in every build and on every machine. Two texts of one prompt collide with probability
// 2^-64 by chance; it does not withstand someone who looks for collisions.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::wire {

std::uint64_t content_hash(std::string_view bytes) noexcept;

}  // namespace sluice::wire
