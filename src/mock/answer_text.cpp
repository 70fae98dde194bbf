#include "mock/answer_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/hash.hpp"
#include "mock/vocabulary.hpp"

namespace sluice::mock {
namespace {

// Sixteen tokens share one draw that says where their sentences end. A group always ends with a
// sentence, so that no token needs to know of the group before.
constexpr std::int64_t kGroup = 16;
constexpr std::int64_t kWordsPerDraw = 4;
constexpr std::uint64_t kGroupDraws = 1ULL << 62;  // numbers of draws that no word has

struct Marks {
  std::uint16_t stops;   // bit i: a full stop after token i of the group
  std::uint16_t commas;  // bit i: a comma after it
};
constexpr std::uint16_t bits(std::initializer_list<int> places) {
  unsigned result = 0;
  for (const int place : places) {
    result |= 1U << place;
  }
  return static_cast<std::uint16_t>(result);
}
constexpr std::array<Marks, 8> kMarks = {{
    {bits({15}), bits({5, 10})},
    {bits({6, 15}), bits({2})},
    {bits({8, 15}), bits({})},
    {bits({10, 15}), bits({4})},
    {bits({4, 9, 15}), bits({})},
    {bits({7, 15}), bits({11})},
    {bits({15}), bits({8})},
    {bits({5, 15}), bits({9, 12})},
}};

std::uint64_t draw(std::uint64_t key, std::uint64_t number) noexcept {
  return mix64(key + number * 0x9e3779b97f4a7c15U);
}

// The layout of one group, by what each token needs.
struct Layout {
  unsigned stops = 0;
  unsigned commas = 0;
  unsigned capitals = 0;
  bool begins_paragraph = false;
};

Layout layout_of(const GeneratedText& text, std::int64_t group) noexcept {
  Layout layout;
  if (!text.is_prose) {
    return layout;
  }
  const std::uint64_t drawn = draw(text.key, kGroupDraws + static_cast<std::uint64_t>(group));
  const Marks& marks = kMarks[drawn & 7];
  layout.stops = marks.stops;
  layout.commas = marks.commas;
  layout.capitals = (layout.stops << 1) | 1U;
  layout.begins_paragraph = group > 0 && (drawn >> 8) % 6 == 0;
  if (text.last_token >= 0 && text.last_token / kGroup == group) {
    const unsigned last = 1U << (text.last_token % kGroup);
    layout.stops |= last;
    layout.commas &= ~last;
  }
  return layout;
}

// What makes the first letter of a word, as eight bytes, a capital.
constexpr auto kToCapital = std::bit_cast<std::uint64_t>(VocabularyWord{.text = {0, 'a' - 'A'}});
static_assert(',' + 2 == '.');

// Writes tokens [from, to) of one group and says where it ended. Branches would be mispredicted
// once a token, so marks are written whether or not they count.
char* put_group(char* end, const GeneratedText& text, const Layout& layout, std::int64_t from,
                std::int64_t to) noexcept {
  unsigned capitals = layout.capitals >> (from % kGroup);
  unsigned stops = layout.stops >> (from % kGroup);
  unsigned commas = layout.commas >> (from % kGroup);
  while (from < to) {
    const std::int64_t quarter = from / kWordsPerDraw;
    std::uint64_t words =
        draw(text.key, static_cast<std::uint64_t>(quarter)) >> (16 * (from % kWordsPerDraw));
    const std::int64_t drawn_end = std::min(to, (quarter + 1) * kWordsPerDraw);
    for (; from < drawn_end; ++from) {
      const VocabularyWord& word = kVocabulary[((words & 0xffffU) * kVocabularySize) >> 16];
      const std::uint64_t letters =
          std::bit_cast<std::uint64_t>(word) - kToCapital * (capitals & 1U);
      std::memcpy(end, &letters, sizeof letters);
      end += word.size;
      const unsigned stop = stops & 1U;
      *end = static_cast<char>(',' + 2 * stop);
      end += stop | (commas & 1U);
      words >>= 16;
      capitals >>= 1;
      stops >>= 1;
      commas >>= 1;
    }
  }
  return end;
}

// `paragraph` stands for the space before the first word of a paragraph.
template <std::size_t kSize>
void append_text(std::string& out, const GeneratedText& text, std::int64_t from, std::int64_t to,
                 const char (&paragraph)[kSize]) {
  constexpr std::size_t kBreak = kSize - 1;
  char buffer[kBreak + kGroup * kTokenCharactersMax];
  while (from < to) {
    const std::int64_t group = from / kGroup;
    const std::int64_t group_end = std::min(to, (group + 1) * kGroup);
    const Layout layout = layout_of(text, group);
    char* begin = buffer + kBreak;
    const char* const end = put_group(begin, text, layout, from, group_end);
    if (from == 0) {
      ++begin;  // no space before the first word
    } else if (layout.begins_paragraph && from % kGroup == 0) {
      begin -= kBreak - 1;
      std::memcpy(begin, paragraph, kBreak);
    }
    out.append(begin, static_cast<std::size_t>(end - begin));
    from = group_end;
  }
}

}  // namespace

void append_words(std::string& out, const GeneratedText& text, std::int64_t from, std::int64_t to) {
  append_text(out, text, from, to, "\n\n");
}

void append_json_words(std::string& out, const GeneratedText& text, std::int64_t from,
                       std::int64_t to) {
  append_text(out, text, from, to, "\\n\\n");
}

}  // namespace sluice::mock
