// Any bytes as a log of others: every row parser answers with calls within their limits or with
// problems, and a ServeGen client's files with windows and sizes. The first byte chooses what the
// rest is read as.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "ingest/call_stream.hpp"
#include "ingest/litellm_log.hpp"
#include "ingest/log_detection.hpp"
#include "ingest/named_columns.hpp"
#include "ingest/otel_log.hpp"
#include "ingest/servegen_client.hpp"
#include "ingest/trace_calls.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

constexpr std::int64_t kMaxArrivals = 2000;

void check_request(const TraceRequest& request) {
  SLUICE_CHECK(request.at >= Duration{} && request.at < seconds(9'000'000'000));
  // Sizes of answers and thinking are checked one by one.
  for (const std::int64_t tokens : {request.input_tokens, request.output_tokens,
                                    request.thinking_tokens, request.cached_prefix_tokens}) {
    SLUICE_CHECK(tokens >= 0 && tokens <= kMaxTokensPerRow);
  }
  SLUICE_CHECK(request.cached_prefix_tokens <= request.input_tokens);
}

void check_call(const ImportedCall& call) {
  check_request(call.request);
  SLUICE_CHECK(call.request.line > 0);
  if (!call.usage) return;
  const Usage& usage = *call.usage;
  SLUICE_CHECK(usage.input_tokens >= 0 && usage.cache_creation_5m_input_tokens >= 0 &&
               usage.cache_creation_1h_input_tokens >= 0 && usage.cache_read_input_tokens >= 0);
  SLUICE_CHECK(usage.prompt_tokens() == call.request.input_tokens);
}

void read_calls(std::string_view text, const CallFormat& format, bool strict) {
  ImportFacts facts;
  auto stream = CallStream::over(LineReader::over(text, 4096), format,
                                 {.path = "fuzz", .file = 0, .strict = strict}, facts);
  if (!stream) {
    SLUICE_CHECK(!stream.error().message.empty());
    return;
  }
  Duration previous{};
  for (ImportedCall call;;) {
    const Result<bool> more = (*stream)->next(call);
    if (!more) SLUICE_CHECK(!more.error().message.empty() && !more.error().where.empty());
    if (!more || !*more) break;
    check_call(call);
    SLUICE_CHECK(!format.in_order || call.request.at >= previous);
    previous = call.request.at;
  }
  SLUICE_CHECK(facts.bad_row_examples.size() <= 10 && (!strict || facts.bad_rows == 0));
}

void read_client(std::string_view text) {
  LineReader lines = LineReader::over(text);
  const auto windows =
      read_windows(lines, [](std::int64_t line, const std::string& problem) -> Result<void> {
        SLUICE_CHECK(line > 0 && !problem.empty());
        return {};
      });
  SLUICE_CHECK(windows.has_value());
  std::int64_t left = kMaxArrivals;
  for (const ArrivalWindow& window : *windows) {
    if (window.count > left) continue;
    left -= window.count;
    WindowArrivals arrivals(window, DrawStream({1, 2}));
    Duration previous = seconds(window.start);
    for (std::int64_t given = 0;; ++given) {
      const auto at = arrivals.next();
      SLUICE_CHECK(at.has_value() == (given < window.count));
      if (!at) break;
      SLUICE_CHECK(*at >= previous && *at < seconds(window.start + window.length));
      previous = *at;
    }
  }
}

void read_sizes(std::string_view text) {
  std::string padded(text);
  padded.reserve(padded.size() + kLinePadding);
  const FieldResult<SizeTables> tables = parse_size_tables(padded);
  if (!tables || tables->input.empty() || tables->output.empty()) return;
  DrawStream draws({1, 2});
  TraceRequest request;
  for (int draw = 0; draw < 10; ++draw) tables->draw(draws, request);
  check_request(request);
}

CallFormat format_of(std::uint8_t choice) {
  const ImportOptions plain;
  const ImportOptions said = {.columns = {{"at", "a"}, {"input_tokens", "b"}}};
  switch (choice % 8) {
    case 0:
      return azure_format();
    case 1:
      return mooncake_format();
    case 2:
      return burstgpt_format();
    case 3:
      return litellm_format();
    case 4:
      return otel_format();
    case 5:
      return *named_columns_format(LogFormat::kCsv, plain);
    case 6:
      return *named_columns_format(LogFormat::kJsonl, plain);
    default:
      return *named_columns_format(LogFormat::kCsv, said);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::uint8_t choice = data[0] & 0x0f;
  if (choice < 8) {
    read_calls(text, format_of(choice), (data[0] & 0x40) != 0);
  } else if (choice == 8) {
    read_client(text);
  } else if (choice == 9) {
    read_sizes(text);
  } else {
    static_cast<void>(format_of_text(text, {}));
  }
  return 0;
}
