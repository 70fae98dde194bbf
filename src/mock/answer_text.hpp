// Readable text from a key: token i is a word that can be written without those before it, with the
// space, the capital letter and the stop or comma that belong to it. So pieces written one after
// another are the text, wherever they were cut.
#pragma once

#include <cstdint>
#include <string>

namespace sluice::mock {

struct GeneratedText {
  std::uint64_t key = 0;
  // Sentences and paragraphs; else bare words with a space between them.
  bool is_prose = true;
  // The token after which the text ends with a full stop whatever the sentence; none: it breaks
  // off.
  std::int64_t last_token = -1;
};

// Tokens [from, to) as they are, and as the inside of a JSON string.
void append_words(std::string& out, const GeneratedText& text, std::int64_t from, std::int64_t to);
void append_json_words(std::string& out, const GeneratedText& text, std::int64_t from,
                       std::int64_t to);

// No token has more characters, its space or paragraph break included.
inline constexpr std::size_t kTokenCharactersMax = 12;

}  // namespace sluice::mock
