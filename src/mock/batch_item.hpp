// The requests of one batch as they are kept: no bodies and no answers, only what a result is made
// from again. Sixty-odd bytes each, and the texts beside them.
//
//   items.add(custom_id, entry); ... items.answer_spec(items[i], storage)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/request.hpp"
#include "mock/answer.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

// Where a text stands among those of its batch.
struct TextSpan {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

struct BatchEntry {
  std::uint64_t seed = 0;  // of the answer's text and ids
  TextSpan custom_id;
  TextSpan shape;                // of what the answer says, or calls the tool with
  TextSpan words;                // the tool that the answer calls; of a refused one: why
  std::uint32_t first_stop = 0;  // of its stop sequences
  std::uint32_t stop_count = 0;
  ModelId model{};
  TokenCount prompt_tokens;
  TokenCount drawn_tokens;   // what the model would say, before a stop sequence cuts it
  TokenCount output_tokens;  // what it says
  TokenCount thinking_tokens;
  ErrorKind error = ErrorKind::kNone;  // its params were refused
  bool hits_max_tokens : 1 = false;
  bool refuses : 1 = false;
  bool us_only : 1 = false;
  bool introduces_tool : 1 = true;
};

class BatchItems {
 public:
  std::size_t size() const noexcept { return entries_.size(); }
  const BatchEntry& operator[](std::size_t i) const noexcept { return entries_[i]; }
  std::string_view text(TextSpan span) const noexcept {
    return std::string_view(texts_).substr(span.begin, span.size);
  }

  // `spec` and `answer` are what the item's params ask for; made is Answer(answer).
  void add_answered(std::string_view custom_id, const RequestSpec& spec, const AnswerSpec& answer,
                    const Answer& made);
  void add_refused(std::string_view custom_id, const wire::ApiError& error);
  // All are there: gives back what growing took too much.
  void close();

  // What Answer makes the text from; the views last as long as the items and `stops`.
  AnswerSpec answer_spec(const BatchEntry& entry, std::vector<std::string_view>& stops) const;
  wire::ApiError error(const BatchEntry& entry) const;

 private:
  TextSpan keep(std::string_view text);

  std::vector<BatchEntry> entries_;
  std::vector<TextSpan> stops_;
  std::string texts_;
};

}  // namespace sluice::mock
