// Any bytes as a trace: the reader answers with requests in order and within their limits, or with
// one error. The first bytes choose the options, the rest is the file.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "ingest/trace_reader.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

constexpr std::int64_t kMaxRequests = 2000;  // a loop may be endless

TraceOptions options_from(std::uint8_t choice, std::uint8_t more) {
  TraceOptions options;
  options.path = "fuzz";
  options.format = static_cast<TraceFormat>(choice % 5);
  options.loop = (choice & 0x20) != 0;
  options.skip_bad_rows = (choice & 0x40) != 0;
  if ((choice & 0x80) != 0) options.spread = milliseconds(500);
  if ((more & 1) != 0) options.window_start = seconds(1);
  if ((more & 2) != 0) options.window_length = seconds(3);
  if ((more & 4) != 0) options.token_scale_ppm = 1'350'000;
  if ((more & 8) != 0) options.time_scale_ppm = 500'000;
  options.random = RandomSource(more, 0);
  return options;
}

void check_request(const TraceRequest& request, Duration previous) {
  SLUICE_CHECK(request.at >= previous && request.at <= kMaxTraceTime);
  for (const std::int64_t tokens : {request.input_tokens, request.output_tokens,
                                    request.thinking_tokens, request.cached_prefix_tokens}) {
    SLUICE_CHECK(tokens >= 0 && tokens <= 2 * kMaxTokensPerRow);
  }
  SLUICE_CHECK(request.cached_prefix_tokens <= request.input_tokens);
  SLUICE_CHECK(!request.max_tokens ||
               *request.max_tokens >= request.output_tokens + request.thinking_tokens);
  SLUICE_CHECK(request.line > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto reader = TraceReader::read_text(text, options_from(data[0], data[1]));
  if (!reader) {
    SLUICE_CHECK(!reader.error().message.empty());
    return 0;
  }
  TraceRequest request;
  Duration previous{};
  while ((*reader)->requests() < kMaxRequests) {
    const Result<bool> more = (*reader)->next(request);
    if (!more) SLUICE_CHECK(!more.error().message.empty() && !more.error().where.empty());
    if (!more || !*more) break;
    check_request(request, previous);
    previous = request.at;
  }
  return 0;
}
