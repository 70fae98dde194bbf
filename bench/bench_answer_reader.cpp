// What it costs a client to read an answer: one event of a stream, in pieces as sockets give them,
// a message of 600 bytes, the header fields of a response; and how much memory a reader holds while
// its stream is silent.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "base/check.hpp"
#include "wire/answer_fields.hpp"
#include "wire/answer_reader.hpp"
#include "wire/chat_writer.hpp"
#include "wire/message_writer.hpp"

namespace {

using namespace sluice;
using namespace sluice::wire;

constexpr std::size_t kPadding = 64;
constexpr int kEvents = 1000;
constexpr MessageHead kHead{.id = "msg_014p7gG3wDgGV9EUtLvnow3U", .model = "claude-opus-5-5"};
constexpr ChatHead kChatHead{.id = "chatcmpl-1", .model = "claude-opus-5-5", .created = 1};
constexpr ReportedUsage kUsage{.usage = {.input_tokens = 25, .output_tokens = 15}};

std::string stream_begin() {
  std::string text;
  append_message_start(text, kHead, kUsage);
  append_text_start(text, 0);
  append_ping(text);
  return text;
}

std::string deltas() {
  std::string text;
  for (int i = 0; i < kEvents; ++i) append_text_delta(text, 0, "striking thirteen, and ");
  return text;
}

std::string chat_deltas() {
  std::string text;
  for (int i = 0; i < kEvents; ++i) append_chat_text(text, kChatHead, "striking thirteen, and ");
  return text;
}

// Pieces of the size of a delta's event arrive one by one; pieces of 16 kB when a client is late.
void read_events(benchmark::State& state, AnswerFormat format, std::string text) {
  const std::size_t size = text.size();
  text.resize(size + kPadding);
  const auto piece = static_cast<std::size_t>(state.range(0));
  AnswerReader reader;
  std::int64_t now = 0;
  for (auto _ : state) {
    reader.begin(format, 200, true);
    for (std::size_t at = 0; at < size; at += piece) {
      const std::size_t length = std::min(piece, size - at);
      reader.feed(std::string_view(text.data() + at, length), kRunStart + nanoseconds(++now));
    }
    SLUICE_CHECK(reader.answer().content_events == kEvents);
  }
  state.SetItemsProcessed(state.iterations() * kEvents);
}

void delta_events(benchmark::State& state) {
  read_events(state, AnswerFormat::kMessages, deltas());
}
void chat_chunks(benchmark::State& state) {
  read_events(state, AnswerFormat::kChat, chat_deltas());
}

void message_of_600_bytes(benchmark::State& state) {
  std::string text;
  append_message_begin(text, kHead);
  append_text_block(text, true, "It was a bright cold day in April.");
  append_message_end(text, kHead, {}, kUsage);
  const std::size_t size = text.size();
  SLUICE_CHECK(size > 500 && size < 700);
  text.resize(size + kPadding);
  AnswerReader reader;
  for (auto _ : state) {
    reader.begin(AnswerFormat::kMessages, 200, false);
    reader.feed(std::string_view(text.data(), size), kRunStart);
    reader.end();
    SLUICE_CHECK(reader.answer().is_whole);
  }
}

constexpr std::pair<std::string_view, std::string_view> kFields[] = {
    {"Date", "Sat, 21 Nov 2026 10:00:00 GMT"},
    {"Content-Type", "text/event-stream; charset=utf-8"},
    {"Transfer-Encoding", "chunked"},
    {"Connection", "keep-alive"},
    {"Cache-Control", "no-cache"},
    {"anthropic-ratelimit-requests-limit", "4000"},
    {"anthropic-ratelimit-requests-remaining", "3999"},
    {"anthropic-ratelimit-requests-reset", "2026-11-21T10:00:00Z"},
    {"anthropic-ratelimit-input-tokens-limit", "400000"},
    {"anthropic-ratelimit-input-tokens-remaining", "398000"},
    {"anthropic-ratelimit-input-tokens-reset", "2026-11-21T10:00:01Z"},
    {"anthropic-ratelimit-output-tokens-limit", "80000"},
    {"anthropic-ratelimit-output-tokens-remaining", "79000"},
    {"anthropic-ratelimit-output-tokens-reset", "2026-11-21T10:00:01Z"},
    {"anthropic-ratelimit-tokens-limit", "480000"},
    {"anthropic-ratelimit-tokens-remaining", "477000"},
    {"anthropic-ratelimit-tokens-reset", "2026-11-21T10:00:01Z"},
    {"request-id", "req_018EeWyXxfu5pfWkrYcMdjWG"},
    {"anthropic-organization-id", "6f1f0c4e-3b1e-4a8e-9a57-3d1c7d2b5a10"},
    {"strict-transport-security", "max-age=31536000; includeSubDomains; preload"},
    {"via", "1.1 google"},
    {"cf-cache-status", "DYNAMIC"},
    {"X-Robots-Tag", "none"},
    {"Server", "cloudflare"},
    {"CF-RAY", "8f0d3b5d0b8c1234-FRA"},
};

void header_fields(benchmark::State& state) {
  AnswerFields fields;
  for (auto _ : state) {
    clear(fields);
    for (const auto& [name, value] : kFields) read_field(fields, name, value);
    finish_fields(fields);
    SLUICE_CHECK(fields.limits.tokens && fields.is_event_stream);
  }
}

// Every other reader stopped within an event.
void memory_of_silent_readers(benchmark::State& state) {
  constexpr std::size_t kReaders = 5000;
  std::string text = stream_begin() + deltas().substr(0, 20'000);
  text.resize(text.size() + kPadding);
  for (auto _ : state) {
    const std::size_t before = mallinfo2().uordblks;
    std::vector<AnswerReader> readers(kReaders);
    for (std::size_t i = 0; i < kReaders; ++i) {
      readers[i].begin(AnswerFormat::kMessages, 200, true);
      for (std::size_t at = 0; at < 10'000 + i % 500; at += 100) {
        readers[i].feed(std::string_view(text.data() + at, 100), kRunStart);
      }
    }
    const std::size_t after = mallinfo2().uordblks;
    state.counters["bytes_each"] = static_cast<double>((after - before) / kReaders);
  }
}

BENCHMARK(delta_events)->Arg(100)->Arg(16'384);
BENCHMARK(chat_chunks)->Arg(100)->Arg(16'384);
BENCHMARK(message_of_600_bytes);
BENCHMARK(header_fields);
BENCHMARK(memory_of_silent_readers)->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
