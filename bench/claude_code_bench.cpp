// Reads session logs of Claude Code as an import does and prints what was in them and what it cost,
// as one line of JSON for bench/import.py. Run as: claude_code_bench PATH...
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "ingest/claude_code_log.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Of this program alone: getrusage counts what it was started from, too.
std::int64_t peak_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes;
  }
  return 0;
}

struct Totals {
  std::int64_t calls = 0;
  Usage usage;
};

Result<Totals> read(ImportSource& source) {
  Totals totals;
  for (ImportedCall call;;) {
    SLUICE_TRY(const bool more, source.next(call));
    if (!more) return totals;
    ++totals.calls;
    totals.usage += *call.usage;
  }
}

}  // namespace

int main(int argc, char** argv) {
  ImportOptions options;
  options.paths.assign(argv + 1, argv + argc);
  const double start = cpu_seconds();
  const auto source = open_claude_code(options);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().text().c_str());
    return 2;
  }
  const Result<Totals> totals = read(**source);
  if (!totals) {
    std::fprintf(stderr, "%s\n", totals.error().text().c_str());
    return 2;
  }
  const double seconds = cpu_seconds() - start;
  fmt::print(
      "{{\"calls\": {}, \"input_tokens\": {}, \"output_tokens\": {}, \"rows\": {}, "
      "\"bad_rows\": {}, \"cpu_seconds\": {:.6f}, \"peak_megabytes\": {:.1f}}}\n",
      totals->calls, totals->usage.prompt_tokens(), totals->usage.output_tokens,
      (*source)->facts().rows, (*source)->facts().bad_rows, seconds,
      static_cast<double>(peak_kilobytes()) / 1024);
  return 0;
}
