// Answers read in one go for tests: every piece in memory of its own, with the promised padding and
// not a byte more, so that a sanitizer sees whatever reads further or later.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "support/instants.hpp"
#include "wire/answer_reader.hpp"
#include "wire/message_writer.hpp"

namespace sluice::wire {

using testing::millisecond;

inline constexpr MessageHead kMessageHead{.id = "msg_014p7gG3wDgGV9EUtLvnow3U",
                                          .model = "claude-opus-5-5"};
inline constexpr ReportedUsage kUsage{.usage = {.input_tokens = 25,
                                                .cache_creation_5m_input_tokens = 300,
                                                .cache_creation_1h_input_tokens = 40,
                                                .cache_read_input_tokens = 1000,
                                                .output_tokens = 15},
                                      .thinking_tokens = 4};

inline void feed(AnswerReader& reader, std::string_view piece, TimePoint now) {
  const auto bytes = std::make_unique<char[]>(piece.size() + 64);
  piece.copy(bytes.get(), piece.size());
  reader.feed({bytes.get(), piece.size()}, now);
}

inline ReadAnswer read_json(std::string_view body, int status = 200,
                            AnswerFormat format = AnswerFormat::kMessages) {
  AnswerReader reader;
  reader.begin(format, status, false);
  feed(reader, body, millisecond(7));
  reader.end();
  return reader.answer();
}

inline ReadAnswer read_stream(std::string_view body,
                              AnswerFormat format = AnswerFormat::kMessages) {
  AnswerReader reader;
  reader.begin(format, 200, true);
  feed(reader, body, millisecond(7));
  reader.end();
  return reader.answer();
}

}  // namespace sluice::wire
