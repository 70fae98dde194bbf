// Where a stop sequence cuts a generated text: at its earliest occurrence, and of several that
// begin there, the one that is complete first. The cost is that of writing the text once, however
// many sequences there are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mock/answer_text.hpp"

namespace sluice::mock {

struct TextCut {
  std::int64_t whole_tokens = 0;  // before the cut
  std::uint8_t tail_bytes = 0;    // of the next token, before the cut
  bool tail_is_token = false;     // it has a letter; else it is only the space before one
  std::string_view stop_sequence;

  std::int64_t tokens() const noexcept { return whole_tokens + (tail_is_token ? 1 : 0); }
};

// Empty sequences never match.
std::optional<TextCut> first_cut(const GeneratedText& text, std::int64_t tokens,
                                 std::span<const std::string_view> stop_sequences);

}  // namespace sluice::mock
