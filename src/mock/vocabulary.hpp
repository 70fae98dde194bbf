// The words of which answers are made: short, common and harmless, each one token. Fixed for ever:
// the text of a seed is part of what a test may rely on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::mock {

// A word with the space before it, in lower case. Padded to eight bytes, so that copying it is one
// move whatever its length and all of them stay in few cache lines.
struct VocabularyWord {
  char text[7] = {};
  std::uint8_t size = 0;  // with the space
};
static_assert(sizeof(VocabularyWord) == 8);

inline constexpr std::size_t kVocabularySize = 256;
extern const std::array<VocabularyWord, kVocabularySize> kVocabulary;

}  // namespace sluice::mock
