// What a request's body costs to parse, count and hash: the small one of a chat, a prompt of 200 kB
// as one text, the same as an agent's conversation full of escapes, and each step alone.
#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "base/check.hpp"
#include "wire/content_hash.hpp"
#include "wire/json_text.hpp"
#include "wire/messages_request.hpp"
#include "wire/token_estimate.hpp"

namespace {

using namespace sluice::wire;

constexpr std::size_t kPadding = 64;

std::string prose(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "The clocks were striking thirteen, and nobody looked up. ";
  text.resize(size);
  return text;
}

// As a source file in a JSON string: a line feed or a quote every twenty bytes or so.
std::string escaped_code(std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += R"(  if (name == \"value\") {\n    total += rows[i].count;\n  }\n)";
  }
  return text;
}

std::string small_body() {
  return R"({"model":"claude-sonnet-5-5","max_tokens":1024,"system":"You are a helpful )"
         R"(assistant.","messages":[{"role":"user","content":"What is the capital of France, )"
         R"(and how many people live there? Please answer in one sentence, and name the year )"
         R"(of the figure."}],"stream":true,"metadata":{"user_id":"user-0123456789"}})";
}

std::string one_text_body() {
  return R"({"model":"claude-sonnet-5-5","max_tokens":1024,"messages":[{"role":"user",)"
         R"("content":")" +
         prose(200'000) + "\"}]}";
}

std::string agent_body() {
  std::string body = R"({"model":"m","max_tokens":1024,"messages":[{"role":"user","content":"Go"})";
  for (int turn = 0; turn < 50; ++turn) {
    body += R"(,{"role":"assistant","content":[{"type":"text","text":"Reading."},)"
            R"({"type":"tool_use","id":"toolu_01","name":"read","input":{"path":"src/a.cpp"}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_01",)"
            R"("content":")" +
            escaped_code(3'700) + "\"}]}";
  }
  return body + "]}";
}

void parse(benchmark::State& state, std::string body) {
  const std::size_t size = body.size();
  body.resize(size + kPadding);
  MessagesParser parser;
  MessagesRequest request;
  for (auto _ : state) {
    const auto error = parser.parse(std::string_view(body.data(), size), {}, request);
    SLUICE_CHECK(!error);
    benchmark::DoNotOptimize(request.size);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void small(benchmark::State& state) { parse(state, small_body()); }
void one_text_of_200_kb(benchmark::State& state) { parse(state, one_text_body()); }
void agent_of_200_kb(benchmark::State& state) { parse(state, agent_body()); }

void estimate(benchmark::State& state) {
  const std::string text = prose(200'000);
  for (auto _ : state) benchmark::DoNotOptimize(text_size(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void hash(benchmark::State& state) {
  const std::string text = prose(200'000);
  for (auto _ : state) benchmark::DoNotOptimize(content_hash(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void unescape_code(benchmark::State& state) {
  std::string text = escaped_code(200'000);
  const std::size_t size = text.size();
  text.resize(size + kPadding);
  std::string out(size + kPadding, '\0');
  for (auto _ : state) {
    benchmark::DoNotOptimize(unescape(std::string_view(text.data(), size), out.data()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

BENCHMARK(small);
BENCHMARK(one_text_of_200_kb);
BENCHMARK(agent_of_200_kb);
BENCHMARK(estimate);
BENCHMARK(hash);
BENCHMARK(unescape_code);

}  // namespace

BENCHMARK_MAIN();
