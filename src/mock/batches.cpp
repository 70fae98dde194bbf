#include "mock/batches.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "mock/ids.hpp"
#include "mock/state.hpp"

namespace sluice::mock {
namespace {

// Docs: message-batches, 2026-08.
constexpr Duration kExpiry = hours(24);
constexpr Duration kResultsKept = hours(24 * 29);
// Assumptions (docs/model.md, Batches): how long a batch takes where no workload of the scenario
// says it, and how long it is canceling, "non-interruptible requests" being finished meanwhile.
constexpr DurationLognormal kCompletion{
    .p50 = minutes(2), .p95 = minutes(20), .min = seconds(1), .max = kDurationMax};
constexpr Duration kCanceling = seconds(5);
// Docs: batch processing, 2026-08: a batch is in_progress when it has been created. One that takes
// no time ends when it is looked at, so that a client can poll or cancel it whatever the clock
// does; after this it ends unseen.
constexpr Duration kUnseen = seconds(1);
// A batch is processed in so many steps at most: enough to spread the work, few enough to cost
// nothing.
constexpr std::int64_t kSteps = 64;
// More than that is not kept, however many batches are made: the oldest results go first.
constexpr std::size_t kItemsKept = 4'000'000;
constexpr std::size_t kBatchesKept = 20'000;
// Docs: usage report, `context_window`: 0-200k and 200k-1M.
constexpr std::int64_t kLongContext = 200'000;

const WorkloadSpec* batched_workload(const RunPlan& plan) {
  const auto found =
      std::find_if(plan.workloads.begin(), plan.workloads.end(),
                   [](const WorkloadSpec& workload) { return workload.batch.share_ppm > 0; });
  return found == plan.workloads.end() ? nullptr : &*found;
}

DurationSpec completion_of(const RunPlan& plan) {
  const WorkloadSpec* workload = batched_workload(plan);
  return workload != nullptr ? workload->batch.completion : kCompletion;
}

// How many of `whole` are done after `elapsed` of `takes`.
std::int64_t share(std::int64_t whole, Duration elapsed, Duration takes) noexcept {
  if (elapsed >= takes) return whole;
  return static_cast<std::int64_t>(int128{whole} * ns(elapsed) / ns(takes));
}

bool takes_no_time(const Batch& batch) noexcept { return batch.takes == Duration{}; }

// When the next step's last request is processed.
TimePoint next_due(const Batch& batch) noexcept {
  if (batch.cancel_initiated) {
    return std::min(*batch.cancel_initiated + (takes_no_time(batch) ? kUnseen : kCanceling),
                    batch.expires());
  }
  if (takes_no_time(batch)) return batch.created + kUnseen;
  const auto whole = static_cast<std::int64_t>(batch.size);
  const std::int64_t step = (whole + kSteps - 1) / kSteps;
  const std::int64_t target = std::min(whole, static_cast<std::int64_t>(batch.processed) + step);
  const int128 part = (int128{ns(batch.takes)} * target + whole - 1) / whole;
  return std::min(batch.created + Duration{static_cast<std::int64_t>(part)}, batch.expires());
}

}  // namespace

BatchStatus Batch::status() const noexcept {
  if (ended) return BatchStatus::kEnded;
  return cancel_initiated ? BatchStatus::kCanceling : BatchStatus::kInProgress;
}

// "Requests start as processing and move to one of the other statuses only once processing of the
// entire batch ends."
BatchCounts Batch::counts() const noexcept {
  if (!ended) return {.processing = size};
  BatchCounts counts{.succeeded = processed - errored, .errored = errored};
  (cancel_initiated ? counts.canceled : counts.expired) = size - processed;
  return counts;
}

TimePoint Batch::expires() const noexcept { return created + kExpiry; }

std::optional<TimePoint> Batch::archived(TimePoint now) const noexcept {
  if (dropped) return dropped;
  if (now >= created + kResultsKept) return created + kResultsKept;
  return std::nullopt;
}

// The wait of Batches::work(): one timer for all batches, set anew whenever one of them changes.
struct Batches::NextDue {
  Batches& batches;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    batches.waiting_ = handle;
    batches.wait_for_next();
  }
  void await_resume() const noexcept {}
};

Batches::Batches(MockState& state)
    : state_(state), takes_(completion_of(state.plan.run)), results_(state) {
  const WorkloadSpec* workload = batched_workload(state.plan.run);
  if (workload != nullptr) draws_as_ = workload->hash;
  scope_.start(work());
}

Batches::~Batches() { state_.timers.cancel(ticket_); }

Task Batches::work() {
  NextDue wait{*this};
  while (true) {
    co_await wait;
    const TimePoint now = state_.timers.now();
    while (!due_.empty() && due_.begin()->first <= now) {
      Batch& batch = batches_.at(due_.begin()->second);
      advance(batch, now);
      plan(batch);
    }
  }
}

void Batches::wait_for_next() {
  state_.timers.cancel(ticket_);
  ticket_ = due_.empty() ? TimerQueue::kNoTicket : state_.timers.arm(due_.begin()->first, waiting_);
}

void Batches::plan(Batch& batch) {
  due_.erase({batch.due, batch.number});
  batch.due = batch.ended ? kNever : next_due(batch);
  if (!batch.ended) due_.emplace(batch.due, batch.number);
}

// Draws are those that the simulator makes for the same batch of the same workload.
Batch& Batches::create(const Caller& caller, BatchItems items, TimePoint now) {
  const Entity entity{.workload_hash = draws_as_, .session = created_};
  const Bits128 bits = state_.random.bits(Purpose::kBatch, entity, 1);
  const std::uint64_t number = ++created_;
  Batch& batch = batches_[number];
  batch.number = number;
  batch.id = make_id("msgbatch_01", bits.second, number);
  batch.workspace = caller.workspace;
  batch.key = caller.key;
  batch.created = now;
  if (state_.plan.options.latency) batch.takes = takes_(bits.first);
  items.close();
  batch.size = items.size();
  SLUICE_CHECK(batch.size > 0);  // the parser refuses an empty batch
  batch.items = std::move(items);
  numbers_.emplace(batch.id, number);
  items_kept_ += batch.size;
  make_room(now);
  plan(batch);
  wait_for_next();
  return batch;
}

void Batches::look_at(Batch& batch, TimePoint now) {
  if (batch.ended || !takes_no_time(batch)) return;
  if (!batch.cancel_initiated) process_up_to(batch, batch.size, now);
  end(batch, now);
  plan(batch);
  wait_for_next();
}

void Batches::look_at_all(WorkspaceId workspace, TimePoint now) {
  std::vector<std::uint64_t> open;
  for (const auto& [due, number] : due_) open.push_back(number);
  for (const std::uint64_t number : open) {
    Batch& batch = batches_.at(number);
    if (batch.workspace == workspace) look_at(batch, now);
  }
}

Batch* Batches::find(std::string_view id, WorkspaceId workspace) {
  const auto number = numbers_.find(std::string(id));
  if (number == numbers_.end()) return nullptr;
  Batch& batch = batches_.at(number->second);
  return batch.workspace == workspace ? &batch : nullptr;
}

const Batch* Batches::find(std::uint64_t number) const {
  const auto found = batches_.find(number);
  return found == batches_.end() ? nullptr : &found->second;
}

std::vector<const Batch*> Batches::newest_first(WorkspaceId workspace) const {
  std::vector<const Batch*> found;
  for (auto each = batches_.rbegin(); each != batches_.rend(); ++each) {
    if (each->second.workspace == workspace) found.push_back(&each->second);
  }
  return found;
}

void Batches::cancel(Batch& batch, TimePoint now) {
  SLUICE_CHECK(!batch.ended);
  if (batch.cancel_initiated) return;
  if (!takes_no_time(batch)) {
    const auto whole = static_cast<std::int64_t>(batch.size);
    const auto done = static_cast<std::size_t>(share(whole, now - batch.created, batch.takes));
    process_up_to(batch, std::max(done, batch.processed), now);
  }
  batch.cancel_initiated = now;
  plan(batch);
  wait_for_next();
}

void Batches::remove(const Batch& batch) {
  SLUICE_CHECK(batch.ended.has_value());
  items_kept_ -= batch.items.size();
  numbers_.erase(batch.id);
  batches_.erase(batch.number);
}

// `now` may be long after what is due, when the clock has jumped: the batch ended when it was due.
void Batches::advance(Batch& batch, TimePoint now) {
  if (batch.cancel_initiated) {
    const TimePoint due = next_due(batch);
    if (now >= due) end(batch, due);
    return;
  }
  if (takes_no_time(batch)) {
    if (now >= next_due(batch)) look_at(batch, now);
    return;
  }
  const TimePoint until = std::min(now, batch.expires());
  const auto whole = static_cast<std::int64_t>(batch.size);
  const auto done = static_cast<std::size_t>(share(whole, until - batch.created, batch.takes));
  process_up_to(batch, std::max(done, batch.processed), now);
  if (batch.processed == batch.size) {
    end(batch, batch.created + batch.takes);
  } else if (now >= batch.expires()) {
    end(batch, batch.expires());
  }
}

void Batches::process_up_to(Batch& batch, std::size_t end, TimePoint now) {
  const std::size_t first = batch.processed;
  for (; batch.processed < end; ++batch.processed) {
    const BatchEntry& entry = batch.items[batch.processed];
    if (entry.error != ErrorKind::kNone) {
      ++batch.errored;
    } else {
      process(batch, entry, now);
    }
  }
  // "A batch request is considered part of the processing queue when it has yet to be successfully
  // processed by the model" (docs: rate-limits, 2026-08).
  state_.api.batches().completed(static_cast<std::int64_t>(batch.processed - first));
}

void Batches::process(const Batch& batch, const BatchEntry& entry, TimePoint now) {
  RequestSpec spec;
  spec.workspace = batch.workspace;
  spec.key = batch.key;
  spec.model = entry.model;
  spec.prompt_tokens = entry.prompt_tokens;
  spec.output_tokens = entry.output_tokens;
  spec.us_only = entry.us_only;
  Exchange exchange;
  state_.api.bill_batch(now, spec, exchange);
  const UsageKey key{.key = batch.key,
                     .workspace = batch.workspace,
                     .model = entry.model,
                     .batch = true,
                     .us_only = entry.us_only,
                     .long_context = spec.prompt_tokens > kLongContext};
  const CostBreakdown cost = exchange.billed ? exchange.cost : CostBreakdown{};
  state_.usage.book(state_.calendar(now), key, exchange.outcome.usage, cost);
  std::vector<ModelCounters>& models = state_.counters.models;
  if (models.size() <= index(entry.model)) models.resize(index(entry.model) + 1);
  ModelCounters& counters = models[index(entry.model)];
  counters.usage += exchange.outcome.usage;
  counters.cost += cost;
  if (exchange.billed) counters.saved_by_cache += exchange.saved_by_cache;
  counters.unpriced += exchange.priced ? 0U : 1U;
  ++counters.responses;
}

void Batches::end(Batch& batch, TimePoint at) {
  batch.ended = at;
  state_.api.batches().completed(static_cast<std::int64_t>(batch.size - batch.processed));
}

// Batches that have ended lose their results when they are old or too many, and are forgotten when
// there are far too many.
void Batches::make_room(TimePoint now) {
  for (auto each = batches_.begin(); each != batches_.end();) {
    Batch& batch = each->second;
    const bool is_old = batch.archived(now).has_value();
    if (!is_old && items_kept_ <= kItemsKept && batches_.size() <= kBatchesKept) return;
    ++each;
    if (!batch.ended) continue;
    if (batches_.size() > kBatchesKept) {
      remove(batch);
    } else if (batch.items.size() > 0) {
      items_kept_ -= batch.items.size();
      batch.items = {};
      batch.dropped = is_old ? batch.archived(now) : now;
    }
  }
}

}  // namespace sluice::mock
