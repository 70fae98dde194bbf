#include "engine/batch_client.hpp"

#include <algorithm>
#include <utility>

namespace sluice {
namespace {

// Docs: message-batches, 2026-08: a batch that is not done after 24 hours expires.
constexpr Duration kExpiry = hours(24);

}  // namespace

BatchClient::BatchClient(WorkloadId id, const WorkloadSpec& workload, const RandomSource& random,
                         TimerQueue& timers, FramePool& frames, ApiModel& api, Recorder& recorder)
    : id_(id),
      workload_(workload),
      random_(random),
      completion_(workload.batch.completion),
      timers_(timers),
      frames_(frames),
      api_(api),
      recorder_(recorder) {}

void BatchClient::add(const RequestSpec& spec, TimePoint planned) {
  collecting_.push_back({.id = spec.id,
                         .planned = planned,
                         .prompt_tokens = spec.prompt_tokens,
                         .output_tokens = spec.output_tokens});
  const std::int64_t full =
      std::min(workload_.batch.requests_per_batch, api_.batches().max_per_batch());
  if (static_cast<std::int64_t>(collecting_.size()) >= full) return flush();
  if (collecting_.size() == 1) scope_.start(flush_later(batch_number_));
}

Task BatchClient::flush_later(std::uint64_t batch_number) {
  co_await timers_.until(timers_.now() + workload_.batch.collect_for);
  if (batch_number == batch_number_ && !collecting_.empty()) flush();
}

void BatchClient::flush() {
  Batch batch = std::exchange(collecting_, {});
  const std::uint64_t number = batch_number_++;
  scope_.start(process(std::move(batch), number));
}

Task BatchClient::process(Batch batch, std::uint64_t batch_number) {
  const TimePoint created = timers_.now();
  const auto count = static_cast<std::int64_t>(batch.size());
  std::int32_t attempts = 1;
  Outcome ending;
  while (!api_.admit_batch(timers_.now(), workload_.workspace, workload_.key, count, ending)) {
    if (!ending.retry_after || ending.never_fits || timers_.now() - created >= kExpiry) {
      end(batch, created, ending);
      co_return;
    }
    record_refusal(ending, attempts++);
    co_await timers_.until(timers_.now() + *ending.retry_after);
  }
  const Entity entity{.workload_hash = workload_.hash, .session = batch_number};
  const Duration takes = completion_(random_.bits(Purpose::kBatch, entity, 1).first);
  const TimePoint done = timers_.now() + std::min(takes, kExpiry);
  const Duration poll = std::max(workload_.batch.poll_every, seconds(1));
  while (timers_.now() < done) {
    co_await timers_.until(timers_.now() + poll);
    static_cast<void>(api_.batches().call(timers_.now(), 0));
  }
  api_.batches().completed(count);
  ending = {};
  if (takes > kExpiry) ending.error = ErrorKind::kExpired;
  end(batch, created, ending);
}

void BatchClient::record_refusal(const Outcome& refusal, std::int32_t number) {
  recorder_.attempt({.workload = id_,
                     .workspace = workload_.workspace,
                     .key = workload_.key,
                     .model = workload_.model,
                     .batch = true,
                     .number = number,
                     .outcome = &refusal});
}

// All requests of the batch end now: billed if it succeeded ("errored, canceled, expired: not
// billed").
void BatchClient::end(const Batch& batch, TimePoint created, const Outcome& ending) {
  for (const Item& item : batch) {
    Exchange exchange;
    exchange.outcome = ending;
    exchange.outcome.sent = created;
    exchange.outcome.ended = timers_.now();
    if (ending.ok()) {
      RequestSpec spec;
      spec.id = item.id;
      spec.workspace = workload_.workspace;
      spec.key = workload_.key;
      spec.model = workload_.model;
      spec.us_only = workload_.us_only;
      spec.prompt_tokens = item.prompt_tokens;
      spec.output_tokens = item.output_tokens;
      api_.bill_batch(timers_.now(), spec, exchange);
      exchange.outcome.first_token = timers_.now();
      exchange.outcome.first_answer = timers_.now();
    }
    recorder_.attempt({.workload = id_,
                       .workspace = workload_.workspace,
                       .key = workload_.key,
                       .model = workload_.model,
                       .batch = true,
                       .priced = exchange.priced,
                       .outcome = &exchange.outcome,
                       .cost = exchange.billed ? &exchange.cost : nullptr,
                       .requested = item.planned});
    RequestRecord record;
    record.workload = id_;
    record.batch = true;
    record.error = ending.error;
    record.limit = ending.limit;
    record.attempts = 1;
    record.planned = item.planned;
    record.first_sent = created;
    record.last_sent = created;
    record.first_token = exchange.outcome.first_token;
    record.first_answer = exchange.outcome.first_answer;
    record.ended = timers_.now();
    record.output_tokens = exchange.outcome.usage.output_tokens;
    recorder_.request(record);
  }
}

}  // namespace sluice
