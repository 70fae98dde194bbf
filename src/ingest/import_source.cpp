#include "ingest/import_source.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.hpp"
#include "ingest/call_log.hpp"
#include "ingest/claude_code_log.hpp"
#include "ingest/litellm_log.hpp"
#include "ingest/log_detection.hpp"
#include "ingest/named_columns.hpp"
#include "ingest/otel_log.hpp"
#include "ingest/record_log.hpp"
#include "ingest/servegen_log.hpp"
#include "ingest/trace_calls.hpp"
#include "ingest/usage_report_log.hpp"

namespace sluice::ingest {
namespace {

struct FormatName {
  LogFormat format;
  std::string_view name;
};
constexpr std::array kFormatNames = {
    FormatName{LogFormat::kDetect, "detect"},
    FormatName{LogFormat::kAzure, "azure"},
    FormatName{LogFormat::kBurstGpt, "burstgpt"},
    FormatName{LogFormat::kMooncake, "mooncake"},
    FormatName{LogFormat::kServeGen, "servegen"},
    FormatName{LogFormat::kClaudeCode, "claude-code"},
    FormatName{LogFormat::kLiteLlm, "litellm"},
    FormatName{LogFormat::kOpenTelemetry, "otel"},
    FormatName{LogFormat::kUsageReport, "usage-report"},
    FormatName{LogFormat::kRecords, "records"},
    FormatName{LogFormat::kCsv, "csv"},
    FormatName{LogFormat::kJsonl, "jsonl"},
};

Result<std::unique_ptr<ImportSource>> open_named(const ImportOptions& options) {
  switch (options.format) {
    case LogFormat::kDetect:
      break;
    case LogFormat::kAzure:
      return open_calls(options, azure_format());
    case LogFormat::kBurstGpt:
      return open_calls(options, burstgpt_format());
    case LogFormat::kMooncake:
      return open_calls(options, mooncake_format());
    case LogFormat::kServeGen:
      return open_servegen(options);
    case LogFormat::kClaudeCode:
      return open_claude_code(options);
    case LogFormat::kLiteLlm:
      return open_calls(options, litellm_format());
    case LogFormat::kOpenTelemetry:
      return open_calls(options, otel_format());
    case LogFormat::kUsageReport:
      return open_usage_report(options);
    case LogFormat::kRecords:
      return open_records(options);
    case LogFormat::kCsv:
    case LogFormat::kJsonl: {
      SLUICE_TRY(CallFormat format, named_columns_format(options.format, options));
      return open_calls(options, std::move(format));
    }
  }
  SLUICE_CHECK(false && "a format of the list");
}

}  // namespace

std::string_view name(LogFormat format) noexcept {
  const auto* const found =
      std::find_if(kFormatNames.begin(), kFormatNames.end(),
                   [format](const FormatName& row) { return row.format == format; });
  return found->name;
}

std::optional<LogFormat> log_format_named(std::string_view name) noexcept {
  for (const FormatName& row : kFormatNames) {
    if (row.name == name) return row.format;
  }
  return std::nullopt;
}

std::vector<std::string> log_format_names() {
  std::vector<std::string> names;
  for (const FormatName& row : kFormatNames) {
    if (row.format != LogFormat::kDetect) names.emplace_back(row.name);
  }
  return names;
}

Result<std::unique_ptr<ImportSource>> open_import(const ImportOptions& options) {
  if (options.paths.empty()) {
    return tl::unexpected(Error{.code = ErrorCode::kUsage,
                                .where = "paths",
                                .message = "none is given; expected files or folders to import"});
  }
  if (const auto columns = said_columns(options); !columns) {
    return tl::unexpected(columns.error());
  }
  ImportOptions named = options;
  if (named.format == LogFormat::kDetect) {
    SLUICE_TRY(named.format, detect_log_format(options));
  }
  if (!options.columns.empty() && !takes_names(named.format)) {
    return tl::unexpected(Error{.code = ErrorCode::kUsage,
                                .where = "columns",
                                .message = fmt::format("the format {} has its own; name csv or "
                                                       "jsonl before the files to read them by "
                                                       "these columns",
                                                       name(named.format))});
  }
  return open_named(named);
}

}  // namespace sluice::ingest
