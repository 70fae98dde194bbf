#include "importer/read_log.hpp"

#include <filesystem>
#include <utility>

namespace sluice::importer {
namespace {

using ingest::ImportedCall;
using ingest::LogFormat;

// What a format's rows can have beside time and sizes.
TraceColumns columns_of(LogFormat format) {
  switch (format) {
    case LogFormat::kAzure:
      return {};
    case LogFormat::kBurstGpt:
      return {.session = true};
    case LogFormat::kMooncake:
      return {.blocks = true};
    case LogFormat::kServeGen:
      return {.thinking = true};
    case LogFormat::kUsageReport:
      return {.blocks = true};
    case LogFormat::kClaudeCode:
    case LogFormat::kLiteLlm:
    case LogFormat::kOpenTelemetry:
      return {.thinking = true, .max_tokens = true, .session = true, .blocks = true};
    case LogFormat::kDetect:
    case LogFormat::kRecords:
    case LogFormat::kCsv:
    case LogFormat::kJsonl:
      break;
  }
  return {.thinking = true, .max_tokens = true, .session = true, .prefix = true, .blocks = true};
}

// What a trace may not hold (docs/traces.md) although a log may.
void make_writable(ingest::TraceRequest& request) {
  const std::int64_t produced = request.output_tokens + request.thinking_tokens;
  if (request.max_tokens && (*request.max_tokens < produced || *request.max_tokens < 1)) {
    request.max_tokens.reset();
  }
}

std::string trace_path(const std::string& scenario, const std::string& lane) {
  std::filesystem::path path(scenario);
  path.replace_extension();
  return path.string() + "." + lane + ".csv";
}

}  // namespace

LogReading::LogReading(const ImportWishes& wishes, const scenario::Catalog& catalog,
                       const scenario::ModelRow& fallback)
    : wishes_(wishes),
      lanes_({.catalog = catalog, .fallback = fallback, .tier = wishes.tier}),
      spending_(catalog, wishes.tier) {}

Result<void> LogReading::read(ingest::ImportSource& source, Monitor& monitor) {
  constexpr std::int64_t kLookEvery = 1024;
  OrderedCalls ordered(source);
  SplitCalls calls(ordered, wishes_.request_tokens);
  ImportedCall call;
  for (std::int64_t row = 1;; ++row) {
    call.clear();
    SLUICE_TRY(const bool more, calls.next(call));
    if (!more) break;
    if (auto added = add(call, source.facts()); !added) return added;
    if (row % kLookEvery != 0) continue;
    monitor.events += kLookEvery;
    if (monitor.stopped()) {
      return tl::unexpected(
          Error{.code = ErrorCode::kInterrupted, .where = {}, .message = "interrupted"});
    }
  }
  rows_split_ = calls.rows_split();
  for (Lane& lane : lanes_.all()) {
    if (auto finished = finish(lane); !finished) return finished;
  }
  if (calls_ > 0) return {};
  return invalid("", failed_ > 0 ? "every call of the log failed: there is nothing to import"
                                 : "there is no call in the log");
}

Result<void> LogReading::add(ImportedCall& call, const ingest::ImportFacts& facts) {
  ingest::TraceRequest& request = call.request;
  const std::int64_t produced = request.output_tokens + request.thinking_tokens;
  const bool is_billed = call.usage && (call.usage->prompt_tokens() > 0 || produced > 0);
  if (call.failed && !is_billed && produced == 0) {
    ++failed_;
    return {};
  }
  lanes_.limit_names(request.model);
  if (calls_++ == 0) zero_ = request.at;
  last_ = request.at;
  const std::size_t index = lanes_.find(call);
  Lane& lane = lanes_[index];
  if (call.usage) {
    billed_ += *call.usage;
    const CachedBefore before = history_.add(call, index);
    spending_.add(call, lanes_.own_model(request.model), before, facts.has_dates);
  }
  lane.count(call);
  if (!lane.trace) {
    if (auto opened = open_trace(lane, facts.format); !opened) return opened;
  }
  make_writable(request);
  return lane.trace->add(request, request.at - zero_, lane.session_number(request.session));
}

Result<std::string> LogReading::free_path(const Lane& lane) const {
  std::string path = trace_path(wishes_.path, lane.name);
  std::error_code ignored;
  if (!wishes_.fit && !wishes_.replaces && std::filesystem::exists(path, ignored)) {
    return tl::unexpected(Error{.code = ErrorCode::kUsage,
                                .where = path,
                                .message = "is there already; --force replaces it"});
  }
  return path;
}

Result<void> LogReading::open_trace(Lane& lane, LogFormat format) {
  SLUICE_TRY(std::string path, free_path(lane));
  SLUICE_TRY(lane.trace, TraceFile::create(std::move(path), columns_of(format)));
  return {};
}

// A lane may have got another name since its trace was opened.
Result<void> LogReading::finish(Lane& lane) {
  if (auto flushed = lane.trace->flush(); !flushed) return flushed;
  if (lane.trace->path() == trace_path(wishes_.path, lane.name)) return {};
  SLUICE_TRY(std::string path, free_path(lane));
  lane.trace->file().move_to(std::move(path));
  return {};
}

std::optional<double> LogReading::read_share() const noexcept {
  const bool is_cached = billed_.prompt_tokens() > billed_.input_tokens;
  if (!is_cached) return std::nullopt;
  return static_cast<double>(billed_.cache_read_input_tokens) /
         static_cast<double>(billed_.prompt_tokens());
}

}  // namespace sluice::importer
