// How fast logs of others are read through open_import: a million rows like Mooncake's in a file,
// which is to take less than 5 s in memory that does not grow with the file, and the other formats'
// rows in smaller files.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.hpp"
#include "ingest/import_source.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kFewer = 100'000;

// A file of rows, gone at the end.
class LogFile {
 public:
  template <class Row>
  LogFile(std::string_view header, std::int64_t rows, Row row) {
    const char* const folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr ? "/tmp" : folder) + "/sluice-bench-XXXXXX";
    const int file = ::mkstemp(path_.data());
    SLUICE_CHECK(file >= 0);
    std::FILE* const stream = ::fdopen(file, "wb");
    SLUICE_CHECK(stream != nullptr);
    write(stream, header);
    for (std::int64_t index = 0; index < rows; ++index) write(stream, row(index));
    SLUICE_CHECK(std::fclose(stream) == 0);
  }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() { ::unlink(path_.c_str()); }

  const std::string& path() const noexcept { return path_; }
  std::int64_t bytes() const noexcept { return bytes_; }

 private:
  void write(std::FILE* stream, std::string_view text) {
    SLUICE_CHECK(std::fwrite(text.data(), 1, text.size(), stream) == text.size());
    bytes_ += static_cast<std::int64_t>(text.size());
  }

  std::string path_;
  std::int64_t bytes_ = 0;
};

void import(benchmark::State& state, const LogFile& file, std::int64_t rows) {
  for (auto _ : state) {
    const auto source = open_import({.paths = {file.path()}});
    SLUICE_CHECK(source.has_value());
    std::int64_t calls = 0;
    std::int64_t tokens = 0;
    for (ImportedCall call;; ++calls) {
      const Result<bool> more = (*source)->next(call);
      SLUICE_CHECK(more.has_value());
      if (!*more) break;
      tokens += call.request.input_tokens;
    }
    SLUICE_CHECK(calls == rows);
    benchmark::DoNotOptimize(tokens);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  state.counters["rss_mb"] = static_cast<double>(usage.ru_maxrss) / 1024;
  state.SetItemsProcessed(state.iterations() * rows);
  state.SetBytesProcessed(state.iterations() * file.bytes());
}

// About 24 block ids a row, as the Mooncake conversation trace has.
std::string mooncake_row(std::int64_t row) {
  std::string text = fmt::format(
      "{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": 350, \"hash_ids\": [0",
      row / 10 * 3000, 12'000 + row % 500);
  for (std::int64_t block = 1; block < 24; ++block) text += fmt::format(", {}", row * 24 + block);
  return text + "]}\n";
}

void mooncake_million(benchmark::State& state) {
  import(state, LogFile("", kMillion, mooncake_row), kMillion);
}

void csv_named(benchmark::State& state) {
  const LogFile file("Created At,model,prompt_tokens,completion_tokens,session_id\n", kFewer,
                     [](std::int64_t row) {
                       return fmt::format("2026-01-02T03:{:02}:{:02}.250Z,claude,{},85,s{}\n",
                                          row / 60 % 60, row % 60, 1000 + row % 977, row % 400);
                     });
  import(state, file, kFewer);
}

void litellm(benchmark::State& state) {
  const LogFile file("", kFewer, [](std::int64_t row) {
    return fmt::format(
        "{{\"id\":\"c-{0}\",\"trace_id\":\"t-{1}\",\"call_type\":\"acompletion\",\"status\":"
        "\"success\",\"prompt_tokens\":1000,\"completion_tokens\":120,\"startTime\":{2}.25,"
        "\"model\":\"claude\",\"messages\":[{{\"role\":\"user\",\"content\":\"{3}\"}}],"
        "\"metadata\":{{\"usage_object\":{{\"cache_read_input_tokens\":600}}}}}}\n",
        row, row % 400, 1'736'940'123 + row, std::string(800, 'x'));
  });
  import(state, file, kFewer);
}

BENCHMARK(mooncake_million)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(csv_named)->Unit(benchmark::kMillisecond);
BENCHMARK(litellm)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
