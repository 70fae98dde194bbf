// What the mock writes for every request and every event: an answer's text and JSON, one delta of a
// stream, the rate-limit headers.
#include <array>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "mock/answer.hpp"
#include "wire/chat_writer.hpp"
#include "wire/rate_limit_headers.hpp"

namespace sluice {
namespace {

constexpr wire::MessageHead kHead{.id = "msg_014p7gG3wDgGV9EUtLvnow3U", .model = "claude-opus-5-5"};
constexpr Usage kUsage{.input_tokens = 1234, .cache_read_input_tokens = 5678, .output_tokens = 100};

void text_delta(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    wire::append_text_delta(out, 0, " something");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(text_delta);

// A stream's step of that many tokens, its text included.
void advance_stream(benchmark::State& state) {
  const mock::Answer answer({.seed = 3, .output_tokens = 1'000'000'000});
  mock::AnswerStream stream;
  std::string out;
  stream.begin(out, answer, kHead, kUsage);
  std::int64_t tokens = 0;
  for (auto _ : state) {
    out.clear();
    stream.advance(out, answer, tokens += state.range(0));
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(advance_stream)->Arg(1)->Arg(8);

// The whole of an answer: decided, said and written.
void whole_message(benchmark::State& state) {
  std::string out;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    out.clear();
    const mock::Answer answer({.seed = ++seed, .output_tokens = state.range(0)});
    answer.append_message(out, kHead, kUsage);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(whole_message)->Arg(10)->Arg(100)->Arg(1000);

void whole_message_with_stop_sequences(benchmark::State& state) {
  const std::array<std::string_view, 2> stops = {"never said", "\n\nHuman:"};
  std::string out;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    out.clear();
    const mock::Answer answer({.seed = ++seed, .output_tokens = 100, .stop_sequences = stops});
    answer.append_message(out, kHead, kUsage);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(whole_message_with_stop_sequences);

void begin_and_end_stream(benchmark::State& state) {
  const mock::Answer answer({.seed = 3, .output_tokens = 1});
  std::string out;
  for (auto _ : state) {
    out.clear();
    mock::AnswerStream stream;
    stream.begin(out, answer, kHead, kUsage);
    stream.advance(out, answer, 1);
    stream.end(out, answer, kUsage);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(begin_and_end_stream);

void chat_text_chunk(benchmark::State& state) {
  constexpr wire::ChatHead kChatHead{
      .id = "chatcmpl-014p7gG3wDgGV9EU", .model = "claude-opus-5-5", .created = 1'790'000'000};
  std::string out;
  for (auto _ : state) {
    out.clear();
    wire::append_chat_text(out, kChatHead, " something");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(chat_text_chunk);

void json_string_of_10_kilobytes(benchmark::State& state) {
  const std::string text(10'000, 'x');
  std::string out;
  for (auto _ : state) {
    out.clear();
    wire::append_json_string(out, text);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(json_string_of_10_kilobytes);

void four_rate_limit_triples(benchmark::State& state) {
  std::string out;
  UnixTime now{1'790'000'000'000'000'000};
  for (auto _ : state) {
    out.clear();
    now = now + milliseconds(3);
    wire::append_rate_limit_headers(
        out, {.requests = wire::LimitState{10'000, 9'876, now + milliseconds(744)},
              .tokens = wire::LimitState{12'000'000, 11'876'543, now + milliseconds(800)},
              .input_tokens = wire::LimitState{10'000'000, 9'987'654, now + milliseconds(75)},
              .output_tokens = wire::LimitState{2'000'000, 1'888'889, now + seconds(3)}});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(four_rate_limit_triples);

void make_request_id(benchmark::State& state) {
  std::uint64_t sequence = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(mock::make_id("req_01", 42, ++sequence));
  }
}
BENCHMARK(make_request_id);

}  // namespace
}  // namespace sluice

BENCHMARK_MAIN();
