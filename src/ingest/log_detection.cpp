#include "ingest/log_detection.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_files.hpp"
#include "ingest/row_parser.hpp"
#include "ingest/servegen_log.hpp"
#include "ingest/unknown_log.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kFilesLookedAt = 64;
constexpr std::size_t kLinesLookedAt = 32;

// A JSON log is the first of these of which all names occur in one line. A name within a text of
// the log does not count, for the quotes around it are escaped there.
struct JsonMark {
  LogFormat format;
  std::array<std::string_view, 3> names;
};
constexpr std::array kJsonMarks = {
    JsonMark{LogFormat::kOpenTelemetry, {"\"resourceSpans\""}},
    JsonMark{LogFormat::kOpenTelemetry, {"\"resource_spans\""}},
    JsonMark{LogFormat::kClaudeCode, {"\"sessionId\"", "\"type\"", "\"uuid\""}},
    JsonMark{LogFormat::kClaudeCode, {"\"leafUuid\"", "\"type\""}},
    JsonMark{LogFormat::kClaudeCode, {"\"messageId\"", "\"type\"", "\"snapshot\""}},
    JsonMark{LogFormat::kUsageReport, {"\"sluice_usage\""}},
    JsonMark{LogFormat::kUsageReport, {"\"starting_at\"", "\"results\""}},
    JsonMark{LogFormat::kRecords, {"\"workload\"", "\"attempt\"", "\"planned\""}},
    JsonMark{LogFormat::kLiteLlm, {"\"standard_logging_object\""}},
    JsonMark{LogFormat::kLiteLlm, {"\"call_type\"", "\"startTime\""}},
    JsonMark{LogFormat::kLiteLlm, {"\"completion_tokens\"", "\"startTime\""}},
    JsonMark{LogFormat::kOpenTelemetry, {"\"gen_ai."}},
    JsonMark{LogFormat::kOpenTelemetry, {"\"start_time", "\"attributes\"", "\"trace"}},
    JsonMark{LogFormat::kOpenTelemetry, {"\"startTime", "\"attributes\"", "\"trace"}},
    JsonMark{LogFormat::kOpenTelemetry, {"\"trace_id\"", "\"spans\""}},
    JsonMark{LogFormat::kMooncake, {"\"timestamp\"", "\"input_length\"", "\"output_length\""}},
};

// Whether the part occurs where no backslash stands before it.
bool holds(std::string_view text, std::string_view part) noexcept {
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
    if (at == 0 || text[at - 1] != '\\') return true;
  }
  return false;
}

LogFormat format_of_json(std::string_view text) {
  for (const JsonMark& mark : kJsonMarks) {
    const bool all = std::all_of(mark.names.begin(), mark.names.end(),
                                 [text](std::string_view name) { return holds(text, name); });
    if (all) return mark.format;
  }
  return LogFormat::kDetect;
}

LogFormat format_of_csv(std::string_view header, const ImportOptions& options) {
  if (holds(header, "ContextTokens") && holds(header, "TIMESTAMP")) return LogFormat::kAzure;
  if (holds(header, "Request tokens") && holds(header, "Timestamp")) return LogFormat::kBurstGpt;
  const bool is_named = problem_with_columns(LogFormat::kCsv, header, options).empty();
  return is_named ? LogFormat::kCsv : LogFormat::kDetect;
}

LogFormat format_of_lines(LineReader& lines, const ImportOptions& options) {
  Line line;
  std::string beginning;  // of a JSON document over many lines
  for (std::size_t count = 0; count < kLinesLookedAt || !beginning.empty(); ++count) {
    const Result<bool> more = lines.next(line);
    if (!more || !*more || line.too_long) break;
    const std::string_view text = ascii::trimmed(line.text);
    if (text.empty() || !check_signature(text)) continue;
    const bool is_json = text.front() == '{' || text.front() == '[';
    if (!is_json && beginning.empty()) return format_of_csv(text, options);
    const LogFormat format = format_of_json(text);
    if (format != LogFormat::kDetect) return format;
    if (problem_with_columns(LogFormat::kJsonl, text, options).empty()) return LogFormat::kJsonl;
    beginning += text;
    if (beginning.size() > kBytesLookedAt) break;
  }
  return format_of_json(beginning);
}

// Files that were named one by one, behind the first that was recognized, are of its format or of
// none that is known: of what lies in folders the rows that cannot be read are told.
Result<void> check_named_alike(const std::vector<std::string>& files, std::size_t first,
                               LogFormat format, const ImportOptions& options) {
  for (std::size_t index = first + 1; index < std::min(files.size(), kFilesLookedAt); ++index) {
    const auto& paths = options.paths;
    if (std::find(paths.begin(), paths.end(), files[index]) == paths.end()) continue;
    Result<LineReader> lines = LineReader::open(files[index], kBytesLookedAt);
    if (!lines) continue;  // its reader says why
    const LogFormat other = format_of_lines(*lines, options);
    if (other == LogFormat::kDetect || other == format) continue;
    return invalid(files[index], fmt::format("is of the format {}, and {} of {}; import them apart",
                                             name(other), files[first], name(format)));
  }
  return {};
}

}  // namespace

LogFormat format_of_text(std::string_view beginning, const ImportOptions& options) {
  LineReader lines = LineReader::over(beginning);
  return format_of_lines(lines, options);
}

Result<LogFormat> detect_log_format(const ImportOptions& options) {
  LeftAside left_aside;
  constexpr std::array<std::string_view, 5> kEndings = {".csv", ".jsonl", ".json", ".ndjson",
                                                        ".log"};
  SLUICE_TRY(const std::vector<std::string> files, log_files(options.paths, kEndings, left_aside));
  if (std::any_of(files.begin(), files.end(), is_servegen_file)) return LogFormat::kServeGen;
  std::optional<Error> unreadable;
  for (std::size_t index = 0; index < std::min(files.size(), kFilesLookedAt); ++index) {
    Result<LineReader> lines = LineReader::open(files[index], kBytesLookedAt);
    if (!lines) {
      unreadable = lines.error();
      continue;
    }
    const LogFormat format = format_of_lines(*lines, options);
    if (format == LogFormat::kDetect) continue;
    if (auto same = check_named_alike(files, index, format, options); !same) {
      return tl::unexpected(std::move(same).error());
    }
    return format;
  }
  if (unreadable) return tl::unexpected(*unreadable);
  return tl::unexpected(why_not_recognized(files.front(), options));
}

}  // namespace sluice::ingest
