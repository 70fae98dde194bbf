#include "ingest/usage_report_log.hpp"

#include <utility>

#include "ingest/call_log.hpp"
#include "ingest/usage_report.hpp"

namespace sluice::ingest {
namespace {

void fill(ImportedCall& call, const UsageRow& row) {
  call.request.at = nanoseconds(row.start.nanoseconds);
  call.covers = row.covers;
  call.usage = row.usage;
  call.request.input_tokens = row.usage.prompt_tokens();
  call.request.output_tokens = row.usage.output_tokens;
  call.request.model = row.group.model;
  call.is_batch = row.group.service_tier == "batch";
  call.is_fast = row.group.speed == "fast";
  call.is_us_only = row.group.inference_geo == "us";
  call.web_searches = row.web_search_requests;
  call.is_long_context = row.group.context_window == "200k-1M";
  const std::string& tier = row.group.service_tier;
  if (!tier.empty() && tier != "standard" && tier != "batch") call.other_tier = tier;
}

class UsageReportParser final : public CallParser {
 public:
  FieldResult<void> parse(std::string_view row, CallBatch& batch) override {
    FieldResult<UsageReport> report = parse_usage_report(row);
    if (!report) return tl::unexpected(std::move(report).error());
    for (std::string& problem : report->problems) batch.reject(std::move(problem));
    for (const UsageRow& one : report->usage) {
      if (one.usage == Usage{}) {
        batch.add_other();
      } else {
        fill(batch.add(), one);
      }
    }
    for (std::size_t i = 0; i < report->cost.size(); ++i) batch.add_other();
    return {};
  }
};

}  // namespace

Result<std::unique_ptr<ImportSource>> open_usage_report(const ImportOptions& options) {
  CallFormat format;
  format.format = LogFormat::kUsageReport;
  format.endings = {".json", ".jsonl", ".ndjson"};
  format.is_document = true;
  format.parser = [](std::string_view) -> FieldResult<std::unique_ptr<CallParser>> {
    return std::make_unique<UsageReportParser>();
  };
  return open_calls(options, std::move(format));
}

}  // namespace sluice::ingest
