#include "app/machine.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "app/environment.hpp"
#include "app/output_file.hpp"
#include "base/text.hpp"
#include "describe/describe.hpp"

namespace sluice::app {
namespace {

constexpr const char* kFormat = "sluice-machine-1";

// The file's layout.
struct MachineFile {
  std::string format;
  std::int64_t cores = 0;
  std::int64_t sends_per_second = 0;
  std::int64_t streams = 0;
  Duration jitter_p50{};
  Duration jitter_p99{};
  Duration jitter_max{};
};

void describe(describe::Fields& v, MachineFile& file) {
  v.type("machine", "What selftest --machine found.");
  v.field("format", file.format, "always \"sluice-machine-1\"");
  v.field("cores", file.cores, "of the machine then");
  v.field("sends_per_second", file.sends_per_second, "at schedule delay p99 < 1 ms")
      .range(1, 100'000'000);
  v.field("streams", file.streams, "at once").at_least(0);
  v.field("jitter_p50", file.jitter_p50, "of timers");
  v.field("jitter_p99", file.jitter_p99, "of timers");
  v.field("jitter_max", file.jitter_max, "of timers");
}

}  // namespace

std::int64_t all_threads() {
  return std::clamp<std::int64_t>(std::thread::hardware_concurrency(), 1, 256);
}

std::string machine_cache_path() {
  const std::string cache = environment_variable("XDG_CACHE_HOME");
  if (cache.starts_with('/')) return cache + "/sluice/machine.json";
  const std::string home = environment_variable("HOME");
  return home.empty() ? std::string{} : home + "/.cache/sluice/machine.json";
}

MachineFacts machine_facts() {
  const std::string path = machine_cache_path();
  std::error_code ignored;
  if (path.empty() || !std::filesystem::is_regular_file(path, ignored)) return {};
  const auto value = describe::read_json(path);
  if (!value) return {};
  const auto file = describe::decode<MachineFile>(*value, path);
  const unsigned cores = std::thread::hardware_concurrency();
  if (!file || file->format != kFormat || file->cores != cores) return {};
  return {.sends_per_second = static_cast<double>(file->sends_per_second),
          .streams = file->streams,
          .jitter_p50 = file->jitter_p50,
          .jitter_p99 = file->jitter_p99,
          .jitter_max = file->jitter_max,
          .cores = cores,
          .is_measured = true};
}

Result<void> keep_machine_facts(const MachineFacts& facts) {
  const std::string path = machine_cache_path();
  if (path.empty()) return io_error("HOME", "is not set, so there is no cache folder");
  std::error_code failure;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failure);
  if (failure) return io_error(path, "cannot be written: " + failure.message());
  const MachineFile file{.format = kFormat,
                         .cores = facts.cores,
                         .sends_per_second = std::llround(facts.sends_per_second),
                         .streams = facts.streams,
                         .jitter_p50 = facts.jitter_p50,
                         .jitter_p99 = facts.jitter_p99,
                         .jitter_max = facts.jitter_max};
  return write_file(path, describe::to_json(describe::echo(file)));
}

std::string ceiling_text(const MachineFacts& facts) {
  std::string text =
      fmt::format("{} sends a second", with_thousands(std::llround(facts.sends_per_second)));
  if (!facts.is_measured) text += " (not measured on this machine: sluice selftest --machine)";
  return text;
}

}  // namespace sluice::app
