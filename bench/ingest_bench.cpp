// How fast traces are read: bytes and requests a second on one core, over generated text in memory
// (so that no disk is measured) and over the same text in a file.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.hpp"
#include "ingest/trace_reader.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

constexpr int kRows = 40'000;

// About 24 block ids a row, as the Mooncake conversation trace has.
std::string mooncake_text() {
  std::string text;
  for (int row = 0; row < kRows; ++row) {
    text += fmt::format(
        "{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": 350, "
        "\"hash_ids\": [0",
        row / 10 * 3000, 12'000 + row % 500);
    for (int block = 1; block < 24; ++block) text += fmt::format(", {}", row * 24 + block);
    text += "]}\n";
  }
  return text;
}

std::string azure_text() {
  std::string text = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";
  for (int row = 0; row < kRows; ++row) {
    text += fmt::format("2023-11-16 {:02}:{:02}:{:02}.6805900,{},129\r\n", row / 3600,
                        row / 60 % 60, row % 60, 1000 + row % 3000);
  }
  return text;
}

void drain(TraceReader& reader) {
  TraceRequest request;
  std::int64_t tokens = 0;
  for (;;) {
    const Result<bool> more = reader.next(request);
    SLUICE_CHECK(more.has_value());
    if (!*more) break;
    tokens += request.input_tokens;
  }
  benchmark::DoNotOptimize(tokens);
  SLUICE_CHECK(reader.requests() == kRows);
}

void report(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * kRows);
}

void read_memory(benchmark::State& state, const std::string& text, Duration spread) {
  for (auto _ : state) {
    const auto reader = TraceReader::read_text(text, {.path = "memory", .spread = spread});
    SLUICE_CHECK(reader.has_value());
    drain(**reader);
  }
  report(state, text);
}

void mooncake_in_memory(benchmark::State& state) {
  read_memory(state, mooncake_text(), Duration{});
}
void mooncake_spread(benchmark::State& state) { read_memory(state, mooncake_text(), seconds(3)); }
void azure_in_memory(benchmark::State& state) { read_memory(state, azure_text(), Duration{}); }

void mooncake_file(benchmark::State& state) {
  const std::string text = mooncake_text();
  const char* const folder = std::getenv("TMPDIR");
  std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/sluice-bench-XXXXXX";
  const int descriptor = ::mkstemp(path.data());
  std::FILE* const file = ::fdopen(descriptor, "wb");
  SLUICE_CHECK(file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size());
  std::fclose(file);
  for (auto _ : state) {
    const auto reader = TraceReader::open({.path = path});
    SLUICE_CHECK(reader.has_value());
    drain(**reader);
  }
  ::unlink(path.c_str());
  report(state, text);
}

BENCHMARK(mooncake_in_memory)->Unit(benchmark::kMillisecond);
BENCHMARK(mooncake_spread)->Unit(benchmark::kMillisecond);
BENCHMARK(mooncake_file)->Unit(benchmark::kMillisecond);
BENCHMARK(azure_in_memory)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
