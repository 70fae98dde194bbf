#include "mock/answer_shape.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "mock/answer_text.hpp"
#include "wire/json_append.hpp"
#include "wire/schema_example.hpp"

namespace sluice::mock {
namespace {

// Without a place for words the text itself is spread over the tokens.
std::string_view piece_of(const ShapedText& text, std::int64_t from, std::int64_t to) {
  const auto place = [&](std::int64_t token) {
    return text.shape.size() * static_cast<std::size_t>(token) /
           static_cast<std::size_t>(text.tokens);
  };
  return text.shape.substr(place(from), place(to) - place(from));
}

template <class AppendLiteral>
void append(std::string& out, const ShapedText& text, std::int64_t from, std::int64_t to,
            AppendLiteral&& literal) {
  if (from >= to) return;
  const std::int64_t places = std::count(text.shape.begin(), text.shape.end(), wire::kWordsHere);
  if (places == 0) return literal(piece_of(text, from, to));
  std::string_view rest = text.shape;
  for (std::int64_t place = 0; place < places; ++place) {
    const std::size_t mark = rest.find(wire::kWordsHere);
    const std::string_view before = rest.substr(0, mark);
    rest.remove_prefix(mark + 1);
    const std::int64_t begin = place * text.tokens / places;
    const std::int64_t end = (place + 1) * text.tokens / places;
    if (begin >= to) return;
    if (begin >= from) literal(before);
    const auto number = static_cast<std::uint64_t>(place);
    const GeneratedText words{.key = place == 0 ? text.key : hash_combine(text.key, number),
                              .is_prose = false};
    if (begin == end && begin >= from) append_words(out, words, 0, 1);
    const std::int64_t first = std::max(from, begin);
    if (first < end) append_words(out, words, first - begin, std::min(to, end) - begin);
  }
  if (to == text.tokens) literal(rest);
}

}  // namespace

void append_shaped(std::string& out, const ShapedText& text, std::int64_t from, std::int64_t to) {
  append(out, text, from, to, [&](std::string_view literal) { out += literal; });
}

void append_json_shaped(std::string& out, const ShapedText& text, std::int64_t from,
                        std::int64_t to) {
  append(out, text, from, to,
         [&](std::string_view literal) { wire::append_json_text(out, literal); });
}

}  // namespace sluice::mock
