#include "live/prompt_words.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "base/hash.hpp"

namespace sluice::live {
namespace {

constexpr std::string_view kVocabulary =
    "the and for are but not you all any can had her was one our out "
    "day get has him his how man new now old see two way who boy did "
    "its let put say she too use act add age ago air arm art ask bad "
    "bag bar bed big bit box bus buy car cat cup cut dog dry due eat "
    "egg end eye far few fit fly fun gas got guy hat hit hot ice job "
    "key law lay leg lie lot low map may mix net nor off oil own pay "
    "pen per pet pie red rid row run sad sea set sit six sky son sun "
    "tax tea ten tie tip top toy try war wet why win yes yet ear fix ";
constexpr std::size_t kWords = kVocabulary.size() / kWordBytes;
static_assert(kWords == 128 && kVocabulary.size() % kWordBytes == 0);

// One hash names so many words, a byte each.
constexpr std::int64_t kRun = 8;

}  // namespace

void append_words(std::string& out, std::uint64_t stream, std::int64_t from, std::int64_t to) {
  if (from >= to) return;
  const std::size_t begin = out.size();
  out.resize(begin + static_cast<std::size_t>((to - from) * kWordBytes));
  char* place = out.data() + begin;
  for (std::int64_t at = from; at < to;) {
    const std::int64_t run = at / kRun;
    std::uint64_t bits = hash_combine(stream, static_cast<std::uint64_t>(run)) >> (at % kRun * 8);
    for (; at < to && at / kRun == run; ++at, bits >>= 8) {
      std::memcpy(place, kVocabulary.data() + bits % kWords * kWordBytes, kWordBytes);
      place += kWordBytes;
    }
  }
  out.pop_back();  // the last word's space
}

}  // namespace sluice::live
