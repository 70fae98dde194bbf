#include "mock/answer_text_cut.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sluice::mock {
namespace {

constexpr std::int64_t kStep = 256;  // tokens written at a time

bool may_occur(std::string_view sequence, std::int64_t tokens) noexcept {
  const auto is_of_text = [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           character == ' ' || character == '.' || character == ',' || character == '\n';
  };
  return !sequence.empty() &&
         sequence.size() / kTokenCharactersMax <= static_cast<std::uint64_t>(tokens) &&
         std::all_of(sequence.begin(), sequence.end(), is_of_text);
}

// Sequences of which none begins another: at most one can stand at a place of the text, and it is
// the greatest that is not greater than the text from there.
class StopSet {
 public:
  StopSet(std::span<const std::string_view> sequences, std::int64_t tokens) {
    for (const std::string_view sequence : sequences) {
      if (may_occur(sequence, tokens)) {
        sorted_.push_back(sequence);
      }
    }
    std::sort(sorted_.begin(), sorted_.end());
    std::size_t kept = 0;
    for (const std::string_view sequence : sorted_) {
      if (kept == 0 || !sequence.starts_with(sorted_[kept - 1])) {
        sorted_[kept++] = sequence;
        longest_ = std::max(longest_, sequence.size());
        begins_[static_cast<unsigned char>(sequence.front())] = true;
      }
    }
    sorted_.resize(kept);
  }

  bool empty() const noexcept { return sorted_.empty(); }
  std::size_t longest() const noexcept { return longest_; }

  // The sequence that `text` begins with; empty: none.
  std::string_view at_start_of(std::string_view text) const {
    if (!begins_[static_cast<unsigned char>(text.front())]) {
      return {};
    }
    const auto after = std::upper_bound(sorted_.begin(), sorted_.end(), text);
    if (after == sorted_.begin() || !text.starts_with(*(after - 1))) {
      return {};
    }
    return *(after - 1);
  }

 private:
  std::vector<std::string_view> sorted_;
  std::array<bool, 256> begins_{};
  std::size_t longest_ = 0;
};

// The cut before character `offset`, counted from the start of token `token`.
TextCut cut_at(const GeneratedText& text, std::int64_t token, std::size_t offset,
               std::string_view stop_sequence) {
  std::string characters;
  while (true) {
    characters.clear();
    append_words(characters, text, token, token + 1);
    if (offset < characters.size()) {
      break;
    }
    offset -= characters.size();
    ++token;
  }
  const std::size_t spaces = characters.find_first_not_of(" \n");
  return {.whole_tokens = token,
          .tail_bytes = static_cast<std::uint8_t>(offset),
          .tail_is_token = offset > spaces,
          .stop_sequence = stop_sequence};
}

}  // namespace

std::optional<TextCut> first_cut(const GeneratedText& text, std::int64_t tokens,
                                 std::span<const std::string_view> stop_sequences) {
  if (stop_sequences.empty()) {
    return std::nullopt;
  }
  const StopSet stops(stop_sequences, tokens);
  if (stops.empty()) {
    return std::nullopt;
  }
  std::string window;             // the text from `window_token` on, as far as it is written
  std::int64_t window_token = 0;  // at its start
  std::size_t searched = 0;       // characters of the window at which nothing stands
  for (std::int64_t written = 0; written < tokens;) {
    const std::int64_t step_token = written;
    const std::size_t step_start = window.size();
    written = std::min(tokens, written + kStep);
    append_words(window, text, step_token, written);
    const std::size_t short_of_end = written == tokens ? 0 : stops.longest() - 1;
    const std::size_t search_end = window.size() - std::min(window.size(), short_of_end);
    for (; searched < search_end; ++searched) {
      const std::string_view found = stops.at_start_of(std::string_view(window).substr(searched));
      if (!found.empty()) {
        return cut_at(text, window_token, searched, found);
      }
    }
    if (searched >= step_start) {  // what stood before this step cannot match any more
      window.erase(0, step_start);
      searched -= step_start;
      window_token = step_token;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::mock
