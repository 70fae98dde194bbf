// The words of which answers are made: short, common and harmless, each one token. Fixed for ever:
// the text of a seed is part of what a test may rely on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::mock {

// A word with the space before it, in lower case. Padded to sixteen bytes, so that copying it is
// one move whatever its length.
struct VocabularyWord {
  char text[15] = {};
  std::uint8_t size = 0;  // with the space
};
static_assert(sizeof(VocabularyWord) == 16);

inline constexpr std::size_t kVocabularySize = 384;
extern const std::array<VocabularyWord, kVocabularySize> kVocabulary;

}  // namespace sluice::mock
