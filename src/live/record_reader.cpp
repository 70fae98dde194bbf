#include "live/record_reader.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "live/record.hpp"
#include "metrics/recorder.hpp"
#include "policy/retry_policy.hpp"

namespace sluice::live {
namespace {

RecorderSpec spec_of_records(const RunPlan& plan, const RunFacts& facts) {
  return {.workloads = plan.workloads.size(),
          .workspaces = plan.workspaces.size(),
          .keys = plan.keys.size(),
          .models = plan.models.size(),
          .limiters = facts.limiters.size(),
          .duration = facts.duration,
          .counts_from = facts.counts_from,
          .latency_within = facts.latency_within,
          .ttft_within = facts.ttft_within};
}

// Requests as the client tells them to the recorder (engine/client.cpp), from their attempts.
class Requests {
 public:
  Requests(const RunPlan& plan, const RunFacts& facts)
      : plan_(plan), recorder_(spec_of_records(plan, facts)) {}

  // What is wrong, if anything: a request's attempts come in their order.
  std::optional<std::string> add(const Record& record);
  // What still waited to be tried again: a deadline ended it, or it has not ended.
  void close_by_deadline(TimePoint stopped_at);
  const Recorder& recorder() const noexcept { return recorder_; }

 private:
  struct ById {
    bool operator()(const RequestId& a, const RequestId& b) const noexcept {
      return std::tie(a.workload_hash, a.session, a.turn) <
             std::tie(b.workload_hash, b.session, b.turn);
    }
  };

  const WorkloadSpec& workload(const Record& record) const {
    return plan_.workloads[index(record.workload)];
  }
  void note(const Record& record, RequestRecord& request);
  bool is_last(const Record& record, const RequestRecord& request) const;

  const RunPlan& plan_;
  Recorder recorder_;
  std::map<RequestId, RequestRecord, ById> open_;
};

std::optional<std::string> Requests::add(const Record& record) {
  const auto name_of_request = [&] {
    return fmt::format("workload {}, session {}, turn {}", workload(record).name, record.id.session,
                       record.id.turn);
  };
  const auto [found, is_new] = open_.try_emplace(record.id);
  RequestRecord& request = found->second;
  if (request.attempts + 1 != record.number) {
    return fmt::format("attempt {} of {} follows on {}: attempts of a request come in their order",
                       record.number, name_of_request(),
                       is_new ? "nothing" : fmt::format("attempt {}", request.attempts));
  }
  if (is_new) {
    recorder_.offered(record.workload, record.planned);
  } else {
    request.waited += std::max(Duration{}, record.due - request.ended);
  }
  note(record, request);
  if (is_last(record, request)) {
    recorder_.request(request);
    open_.erase(found);
  }
  return std::nullopt;
}

void Requests::note(const Record& record, RequestRecord& request) {
  const Exchange& exchange = record.exchange;
  const Outcome& outcome = exchange.outcome;
  recorder_.attempt({.workload = record.workload,
                     .workspace = record.workspace,
                     .key = record.key,
                     .model = record.model,
                     .batch = false,
                     .priced = exchange.priced,
                     .number = static_cast<std::int32_t>(record.number),
                     .outcome = &outcome,
                     .cost = exchange.billed ? &exchange.cost : nullptr,
                     .saved_by_cache = &exchange.saved_by_cache,
                     .requested = record.planned});
  request.workload = record.workload;
  request.error = outcome.error;
  request.limit = outcome.limit;
  request.attempts = static_cast<std::int32_t>(record.number);
  request.planned = record.planned;
  if (record.number == 1) request.first_sent = outcome.sent;
  request.last_sent = outcome.sent;
  request.deadline = workload(record).deadline;
  request.ended = outcome.ended;
  if (outcome.ok()) {
    request.first_token = outcome.first_token;
    request.first_answer = outcome.first_answer;
    request.output_tokens = outcome.usage.output_tokens;
  } else if (request.deadline && outcome.ended >= record.planned + *request.deadline) {
    request.error = ErrorKind::kDeadline;
  }
}

// As the client decides, so that no more is remembered than what waits to be tried again.
bool Requests::is_last(const Record& record, const RequestRecord& request) const {
  const Outcome& outcome = record.exchange.outcome;
  if (outcome.ok() || request.error == ErrorKind::kDeadline) return true;
  const RetryState retries{.retries = record.number - 1};
  return !is_retried(plan_.clients[workload(record).client].retry, retries, outcome);
}

void Requests::close_by_deadline(TimePoint stopped_at) {
  for (auto& [id, request] : open_) {
    if (!request.deadline) continue;
    const TimePoint ended = request.planned + *request.deadline;
    if (ended > stopped_at) continue;
    request.waited += ended - request.ended;
    request.ended = ended;
    request.error = ErrorKind::kDeadline;
    recorder_.request(request);
  }
  open_.clear();
}

}  // namespace

Result<RecordedRun> result_of_records(const std::string& path, const RunPlan& plan,
                                      RunFacts facts) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return io_error(path, "cannot be opened: records of a load run are expected here");
  Requests requests(plan, facts);
  std::string line;
  std::optional<std::int64_t> speed;
  for (std::int64_t number = 1; std::getline(file, line); ++number) {
    const std::string where = fmt::format("{}:{}", path, number);
    SLUICE_TRY(const Record record, parse_record(line, where, plan));
    if (speed.value_or(record.speed_permille) != record.speed_permille) {
      return invalid(where, "\"speed\" is not that of the lines before: records are of one run");
    }
    speed = record.speed_permille;
    if (auto problem = requests.add(record)) return invalid(where, std::move(*problem));
  }
  if (file.bad()) return io_error(path, "cannot be read to its end");
  if (!speed) {
    return invalid(path,
                   "has no record of an attempt; expected a line an attempt, as sluice replay "
                   "--records writes them");
  }
  requests.close_by_deadline(facts.stopped_at.value_or(kNever));
  return RecordedRun{make_result(requests.recorder(), facts), *speed};
}

}  // namespace sluice::live
