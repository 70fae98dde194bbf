#include "wire/sse_parser.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

// Each piece in memory of its own that goes afterwards, with exactly the promised padding.
void feed_events(SseParser& parser, std::string_view piece, Events& events) {
  const std::size_t size = piece.size() + SseParser::kPadding;
  const auto bytes = std::make_unique<char[]>(size);
  piece.copy(bytes.get(), piece.size());
  parser.feed({bytes.get(), piece.size()}, [&](const SseEvent& event) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < SseParser::kPadding; ++i) {
      sum += static_cast<unsigned char>(event.data.data()[event.data.size() + i]);
    }
    CHECK(sum < 256 * SseParser::kPadding);
    events.emplace_back(event.name, event.data);
  });
}

Events events_of(std::string_view text) {
  SseParser parser;
  Events events;
  feed_events(parser, text, events);
  return events;
}

TEST_CASE("events come with their name and data", "[sse_parser]") {
  CHECK(events_of("event: ping\ndata: {}\n\nevent: error\ndata: x\n\n") ==
        Events{{"ping", "{}"}, {"error", "x"}});
}

TEST_CASE("the standard's examples are read as it says", "[sse_parser]") {
  CHECK(events_of("data: YHOO\ndata: +2\ndata: 10\n\n") == Events{{"", "YHOO\n+2\n10"}});
  CHECK(events_of(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
                  "data:  third event\n\n") ==
        Events{{"", "first event"}, {"", "second event"}, {"", " third event"}});
  CHECK(events_of("data\n\ndata\ndata\n\ndata:") == Events{{"", ""}, {"", "\n"}});
  CHECK(events_of("data:test\n\ndata: test\n\n") == Events{{"", "test"}, {"", "test"}});
}

TEST_CASE("lines end in any of the three ways", "[sse_parser]") {
  const Events expected{{"a", "1\n2"}, {"", "3"}};
  CHECK(events_of("event: a\ndata: 1\ndata: 2\n\ndata: 3\n\n") == expected);
  CHECK(events_of("event: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n") == expected);
  CHECK(events_of("event: a\rdata: 1\rdata: 2\r\rdata: 3\r\r") == expected);
  CHECK(events_of("event: a\rdata: 1\ndata: 2\r\n\ndata: 3\n\r") == expected);
}

TEST_CASE("a byte-order mark is skipped at the beginning only", "[sse_parser]") {
  CHECK(events_of("\xEF\xBB\xBF"
                  "data: 1\n\n\xEF\xBB\xBF"
                  "data: 2\n\n") == Events{{"", "1"}});
}

TEST_CASE("a name without data is no event and names none that follows", "[sse_parser]") {
  CHECK(events_of("event: ping\n\ndata: 1\n\n") == Events{{"", "1"}});
}

TEST_CASE("unknown fields and comments are read over", "[sse_parser]") {
  CHECK(events_of(":\n: ping\nretry: 10\nid: 7\nData: no\ndatum: no\nevents: no\ndata: 1\n\n") ==
        Events{{"", "1"}});
}

TEST_CASE("an event without its blank line does not come", "[sse_parser]") {
  CHECK(events_of("data: 1\n").empty());
  CHECK(events_of("data: 1").empty());
}

// With every way to end a line, so that pieces end inside \r\n, the mark, names and data.
constexpr std::string_view kAllEndings =
    "\xEF\xBB\xBF: hello\nevent: message_start\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\n"
    "event: ping\rdata: {}\r\rdata:\n\nid: 3\ndata: [DONE]\n\nevent: gone\n\ndata: last\n\n";

TEST_CASE("a stream torn at any byte gives the same events", "[sse_parser]") {
  const Events whole = events_of(kAllEndings);
  REQUIRE(whole.size() == 5);
  for (std::size_t first = 0; first <= kAllEndings.size(); ++first) {
    for (std::size_t second = first; second <= kAllEndings.size(); ++second) {
      SseParser parser;
      Events events;
      feed_events(parser, kAllEndings.substr(0, first), events);
      feed_events(parser, kAllEndings.substr(first, second - first), events);
      feed_events(parser, kAllEndings.substr(second), events);
      if (events != whole) FAIL("torn at " << first << " and " << second);
    }
  }
}

TEST_CASE("a stream in single bytes gives the same events", "[sse_parser]") {
  SseParser parser;
  Events events;
  for (const char& byte : kAllEndings) feed_events(parser, {&byte, 1}, events);
  CHECK(events == events_of(kAllEndings));
}

TEST_CASE("an event that is whole within a piece is not copied", "[sse_parser]") {
  std::string text = "event: a\ndata: {\"text\":1}\n\ndata: torn";
  const std::size_t size = text.size();
  text.append(SseParser::kPadding, '\0');
  SseParser parser;
  const char* data = nullptr;
  parser.feed({text.data(), size}, [&](const SseEvent& event) { data = event.data.data(); });
  CHECK(data == text.data() + 15);
}

TEST_CASE("an event beyond the limit breaks the stream", "[sse_parser]") {
  const std::string piece(1024 * 1024, 'x');
  Events events;
  SECTION("in one line") {
    SseParser parser;
    feed_events(parser, "data: ", events);
    for (int i = 0; i < 15; ++i) feed_events(parser, piece, events);
    CHECK_FALSE(parser.is_broken());
    for (int i = 0; i < 2; ++i) feed_events(parser, piece, events);
    CHECK(parser.is_broken());
    feed_events(parser, "\n\ndata: 1\n\n", events);
    CHECK(events.empty());
    parser.clear();
    feed_events(parser, "data: 1\n\n", events);
    CHECK(events == Events{{"", "1"}});
  }
  SECTION("in many lines") {
    SseParser parser;
    for (int i = 0; i < 17; ++i) feed_events(parser, "data: " + piece + "\n", events);
    CHECK(parser.is_broken());
    CHECK(events.empty());
  }
}

TEST_CASE("nothing of one stream is in the next", "[sse_parser]") {
  SseParser parser;
  Events events;
  feed_events(parser, "event: a\ndata: 1\nda", events);
  parser.clear();
  feed_events(parser,
              "\xEF\xBB\xBF"
              "data: 2\r",
              events);
  parser.clear();
  feed_events(parser, "\ndata: 3\n\n", events);
  CHECK(events == Events{{"", "3"}});
}

}  // namespace
}  // namespace sluice::wire
