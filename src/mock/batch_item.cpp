#include "mock/batch_item.hpp"

#include "base/check.hpp"

namespace sluice::mock {

TextSpan BatchItems::keep(std::string_view text) {
  // A batch's body has at most 256 MB, and so have its texts.
  SLUICE_CHECK(texts_.size() + text.size() <= UINT32_MAX);
  const TextSpan span{.begin = static_cast<std::uint32_t>(texts_.size()),
                      .size = static_cast<std::uint32_t>(text.size())};
  texts_ += text;
  return span;
}

void BatchItems::add_answered(std::string_view custom_id, const RequestSpec& spec,
                              const AnswerSpec& answer, const Answer& made) {
  BatchEntry entry;
  entry.seed = answer.seed;
  entry.custom_id = keep(custom_id);
  entry.words = keep(answer.tool);
  entry.shape = keep(answer.shape);
  entry.introduces_tool = answer.introduces_tool;
  entry.first_stop = static_cast<std::uint32_t>(stops_.size());
  entry.stop_count = static_cast<std::uint32_t>(answer.stop_sequences.size());
  for (const std::string_view stop : answer.stop_sequences) stops_.push_back(keep(stop));
  entry.model = spec.model;
  entry.prompt_tokens = spec.prompt_tokens;
  entry.drawn_tokens = answer.output_tokens;
  entry.output_tokens = made.output_tokens();
  entry.thinking_tokens = answer.thinking_tokens;
  entry.hits_max_tokens = answer.hits_max_tokens;
  entry.refuses = answer.refuses;
  entry.us_only = spec.us_only;
  entries_.push_back(entry);
}

void BatchItems::add_refused(std::string_view custom_id, const wire::ApiError& error) {
  BatchEntry entry;
  entry.custom_id = keep(custom_id);
  entry.words = keep(error.message);
  entry.error = error.kind;
  entries_.push_back(entry);
}

void BatchItems::close() {
  entries_.shrink_to_fit();
  stops_.shrink_to_fit();
  texts_.shrink_to_fit();
}

AnswerSpec BatchItems::answer_spec(const BatchEntry& entry,
                                   std::vector<std::string_view>& stops) const {
  stops.clear();
  for (std::size_t i = 0; i < entry.stop_count; ++i) {
    stops.push_back(text(stops_[entry.first_stop + i]));
  }
  return {.seed = entry.seed,
          .output_tokens = entry.drawn_tokens,
          .thinking_tokens = entry.thinking_tokens,
          .hits_max_tokens = entry.hits_max_tokens,
          .refuses = entry.refuses,
          .tool = text(entry.words),
          .introduces_tool = entry.introduces_tool,
          .shape = text(entry.shape),
          .stop_sequences = stops};
}

wire::ApiError BatchItems::error(const BatchEntry& entry) const {
  return {.kind = entry.error, .message = std::string(text(entry.words)), .error_code = {}};
}

}  // namespace sluice::mock
