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
  collecting_.push_back({.planned = planned,
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
    record_creation(batch, ending, attempts);
    if (!ending.retry_after || ending.never_fits || timers_.now() - created >= kExpiry) {
      end(batch, created, ending, attempts);
      co_return;
    }
    ++attempts;
    co_await timers_.until(timers_.now() + *ending.retry_after);
  }
  ending = {};
  ending.sent = ending.ended = timers_.now();
  record_creation(batch, ending, attempts);
  const Entity entity{.workload_hash = workload_.hash, .session = batch_number};
  const Duration takes = completion_(random_.bits(Purpose::kBatch, entity, 1).first);
  const TimePoint accepted = timers_.now();
  const TimePoint done = accepted + std::min(takes, kExpiry);
  const Duration poll_every = std::max(workload_.batch.poll_every, seconds(1));
  TimePoint poll = accepted + poll_every;
  for (; poll < done; poll += poll_every) {
    co_await timers_.until(poll);
    static_cast<void>(api_.batches().call(timers_.now(), 0));
  }
  co_await timers_.until(done);
  api_.batches().completed(count);
  if (takes > kExpiry) {
    ending.error = ErrorKind::kExpired;
  } else {
    bill(batch);
  }
  if (done > accepted) {
    if (poll > done) co_await timers_.until(poll);
    static_cast<void>(api_.batches().call(timers_.now(), 0));
  }
  end(batch, created, ending, attempts);
}

// One exchange, however many requests the batch has.
void BatchClient::record_creation(const Batch& batch, const Outcome& outcome, std::int32_t number) {
  recorder_.attempt({.workload = id_,
                     .workspace = workload_.workspace,
                     .key = workload_.key,
                     .model = workload_.model,
                     .batch = true,
                     .number = number,
                     .outcome = &outcome,
                     .requested = batch.front().planned});
}

// The server has processed the batch, however long its client takes to learn it ("errored,
// canceled, expired: not billed").
void BatchClient::bill(const Batch& batch) {
  RequestSpec spec;
  spec.workspace = workload_.workspace;
  spec.key = workload_.key;
  spec.model = workload_.model;
  spec.us_only = workload_.us_only;
  for (const Item& item : batch) {
    spec.prompt_tokens = item.prompt_tokens;
    spec.output_tokens = item.output_tokens;
    Exchange exchange;
    api_.bill_batch(timers_.now(), spec, exchange);
    recorder_.answered({.workload = id_,
                        .workspace = workload_.workspace,
                        .key = workload_.key,
                        .model = workload_.model,
                        .batch = true,
                        .priced = exchange.priced,
                        .outcome = &exchange.outcome,
                        .cost = exchange.billed ? &exchange.cost : nullptr,
                        .requested = item.planned});
  }
}

// All requests of the batch end now: their client knows.
void BatchClient::end(const Batch& batch, TimePoint created, const Outcome& ending,
                      std::int32_t attempts) {
  for (const Item& item : batch) {
    RequestRecord record;
    record.workload = id_;
    record.batch = true;
    record.error = ending.error;
    record.limit = ending.limit;
    record.attempts = attempts;
    record.planned = item.planned;
    record.first_sent = created;
    record.last_sent = ending.sent;
    record.ended = timers_.now();
    record.deadline = workload_.deadline;
    recorder_.request(record);
  }
}

}  // namespace sluice
