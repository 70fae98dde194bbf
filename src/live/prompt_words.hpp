// The words of which prompts are made: 128 common English ones of three letters, which tokenizers
// know as one token each, and which JSON needs not escape. A stream is an endless text, named by a
// number; any part of it can be written without what stands before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sluice::live {

inline constexpr std::int64_t kWordBytes = 4;  // with the space behind it

// Words [from, to) of a stream, a space between two of them.
void append_words(std::string& out, std::uint64_t stream, std::int64_t from, std::int64_t to);

}  // namespace sluice::live
