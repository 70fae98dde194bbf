// Any bytes as the body of an answer: the first byte says in what pieces they come, the second in
// what format and status. However they are cut, the same events and the same answer come of them,
// and nothing of the answer before is in it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "wire/answer_reader.hpp"
#include "wire/sse_parser.hpp"

namespace {

using namespace sluice;
using namespace sluice::wire;

// Each piece goes after it was fed, and its padding is not what follows in the stream.
template <class Feed>
void in_pieces(std::string_view bytes, std::size_t piece, Feed&& feed) {
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, piece);
    const auto memory = std::make_unique<char[]>(part.size() + SseParser::kPadding);
    std::memcpy(memory.get(), part.data(), part.size());
    std::memset(memory.get() + part.size(), '"', SseParser::kPadding);
    feed(std::string_view(memory.get(), part.size()));
    bytes.remove_prefix(part.size());
  }
}

std::vector<std::string> events_of(std::string_view bytes, std::size_t piece) {
  SseParser parser;
  std::vector<std::string> events;
  in_pieces(bytes, piece, [&](std::string_view part) {
    parser.feed(part, [&](const SseEvent& event) {
      std::string padded(event.data.size() + SseParser::kPadding, '\0');
      std::memcpy(padded.data(), event.data.data(), padded.size());
      events.push_back(std::string(event.name) + '\0' + std::string(event.data));
    });
  });
  SLUICE_CHECK(!parser.is_broken());
  return events;
}

struct Gaps final : ContentListener {
  void on_content_gap(Duration gap) override {
    SLUICE_CHECK(gap >= Duration{0});
    ++count;
  }
  std::int64_t count = 0;
};

void check(const ReadAnswer& answer, int status) {
  const Usage& usage = answer.usage;
  SLUICE_CHECK(usage.input_tokens >= 0 && usage.output_tokens >= 0 && usage.prompt_tokens() >= 0);
  SLUICE_CHECK(usage.cache_creation_5m_input_tokens >= 0);
  SLUICE_CHECK(usage.cache_creation_1h_input_tokens >= 0 && answer.thinking_tokens >= 0);
  SLUICE_CHECK(answer.text_bytes >= 0 && answer.first_content <= answer.first_answer);
  SLUICE_CHECK(!answer.is_malformed || answer.error);
  SLUICE_CHECK(status < 400 || answer.error);
  SLUICE_CHECK(!answer.error || answer.error->kind != ErrorKind::kNone);
}

void read(AnswerReader& reader, std::string_view bytes, std::size_t piece, std::uint8_t choice) {
  constexpr int kStatuses[] = {200, 400, 429, 529};
  const int status = kStatuses[choice & 3U];
  const auto format = (choice & 4U) != 0 ? AnswerFormat::kChat : AnswerFormat::kMessages;
  Gaps gaps;
  std::int64_t now = 0;
  reader.begin(format, status, (choice & 8U) != 0, &gaps);
  in_pieces(bytes, piece,
            [&](std::string_view part) { reader.feed(part, kRunStart + milliseconds(++now)); });
  reader.end();
  check(reader.answer(), status);
  SLUICE_CHECK(gaps.count == std::max<std::int64_t>(0, reader.answer().content_events - 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = std::size_t{data[0]} + 1;
  SLUICE_CHECK(events_of(bytes, bytes.size()) == events_of(bytes, piece));
  static AnswerReader reader;
  AnswerReader fresh;
  read(reader, bytes, piece, data[1]);
  read(fresh, bytes, bytes.size(), data[1]);
  const ReadAnswer& a = reader.answer();
  const ReadAnswer& b = fresh.answer();
  SLUICE_CHECK(a.is_whole == b.is_whole && a.is_malformed == b.is_malformed);
  SLUICE_CHECK(a.has_usage == b.has_usage && a.usage == b.usage);
  SLUICE_CHECK(a.thinking_tokens == b.thinking_tokens && a.text_bytes == b.text_bytes);
  SLUICE_CHECK(a.model == b.model && a.stop_reason == b.stop_reason);
  SLUICE_CHECK(a.content_events == b.content_events);
  SLUICE_CHECK(a.error.has_value() == b.error.has_value());
  SLUICE_CHECK(!a.error ||
               (a.error->kind == b.error->kind && a.error->message == b.error->message));
  return 0;
}
