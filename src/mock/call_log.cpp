#include "mock/call_log.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::mock {
namespace {

std::string cause_of(const ServedRequest& served) {
  const Outcome& outcome = served.outcome;
  if (served.client_gone) return "client-gone";
  if (outcome.ok()) return "ok";
  std::string cause(name(outcome.error));
  if (outcome.limit) cause.append("/").append(name(*outcome.limit));
  if (!served.error_code.empty()) cause.append("/").append(served.error_code);
  return cause;
}

std::string_view fault_of(const ServedRequest& served) {
  if (served.injected) return " injected";
  return served.fault_planned ? " planned-fault" : "";
}

// RFC 3339 with three digits of the second, so that columns align.
std::string time_of(const MockState& state, TimePoint at) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  constexpr std::int64_t kSecond = 1000 * kMillisecond;
  const std::int64_t unix_ns = state.calendar(at).nanoseconds;
  std::string text = UnixTime{unix_ns - unix_ns % kSecond}.text();
  text.pop_back();
  return text + fmt::format(".{:03}Z", unix_ns % kSecond / kMillisecond);
}

}  // namespace

std::string log_line(const MockState& state, const ServedRequest& served) {
  const Outcome& outcome = served.outcome;
  const Usage& usage = outcome.usage;
  const std::string& model = state.plan.run.models[index(served.spec.model)].name;
  return fmt::format("{} {} {} {} {} {}{} in={} cache-read={} cache-write={} out={} ms={}",
                     time_of(state, outcome.ended), served.request_id, served.route,
                     served.knows_model ? model : "-", served.status, cause_of(served),
                     fault_of(served), usage.input_tokens, usage.cache_read_input_tokens,
                     usage.cache_creation_input_tokens(), usage.output_tokens,
                     ns(outcome.ended - served.arrived) / 1'000'000);
}

std::string log_line(const MockState& state, const Call& call) {
  const std::string quoted = in_quotes(call.request.path);  // control characters do not pass
  return fmt::format("{} {} {} {} {}", time_of(state, call.now), call.request_id,
                     call.request.method, quoted.substr(1, quoted.size() - 2), call.status);
}

}  // namespace sluice::mock
