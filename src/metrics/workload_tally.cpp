#include "metrics/workload_tally.hpp"

namespace sluice {

void WorkloadTally::move_to(WorkloadTotals& totals) {
  RequestTotals& requests = totals.requests;
  const auto promptly = static_cast<std::int64_t>(prompt.count());
  requests.offered += offered;
  requests.ended[static_cast<std::size_t>(ErrorKind::kNone)] += promptly;
  requests.first_try += promptly;
  requests.good += good;
  requests.attempts.record(1, prompt.count());
  totals.attempts.ended[static_cast<std::size_t>(ErrorKind::kNone)] += attempts_succeeded;

  Latencies& latency = totals.latency;
  latency.first_try += prompt;
  latency.from_send += prompt;
  latency.queueing.record(0, prompt.count());
  latency.ttft += ttft_prompt;
  latency.ttft_from_send += ttft_prompt;
  latency.first_answer += ttft_prompt;
  latency.inter_token += inter_token;
  *this = {};
}

}  // namespace sluice
