// Message Batches in memory (docs: batch processing, 2026-08; SDK TS 1.11): created, processed over
// a drawn time of the TimerQueue, cancelled, expired after 24 hours, kept for 29 days. Requests are
// processed and billed evenly over that time; counts show it only when the whole batch has ended.
// Without latency a batch takes no time: it is in progress until somebody looks.
//
//   Batch& batch = state.batches->create(caller, std::move(items), now);   // has been admitted
#pragma once

#include <coroutine>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/frame_pool.hpp"
#include "engine/task.hpp"
#include "engine/timer_queue.hpp"
#include "mock/batch_item.hpp"
#include "mock/batch_results.hpp"
#include "mock/call.hpp"
#include "policy/sizes.hpp"

namespace sluice::mock {

struct MockState;

enum class BatchStatus : std::uint8_t { kInProgress, kCanceling, kEnded };

struct BatchCounts {
  std::size_t processing = 0;
  std::size_t succeeded = 0;
  std::size_t errored = 0;
  std::size_t canceled = 0;
  std::size_t expired = 0;
};

struct Batch {
  std::uint64_t number = 0;  // from 1
  std::string id;            // "msgbatch_..."
  WorkspaceId workspace{};
  KeyId key{};
  TimePoint created{};
  Duration takes{};  // until the last request is processed, if nothing stops it
  std::optional<TimePoint> cancel_initiated;
  std::optional<TimePoint> ended;
  std::optional<TimePoint> dropped;  // results went to make room for newer ones
  std::size_t size = 0;              // also when the items are no longer kept
  std::size_t processed = 0;         // items [0, processed) have been
  std::size_t errored = 0;           // of those
  TimePoint due = kNever;            // when something is to be done about it
  BatchItems items;

  BatchStatus status() const noexcept;
  BatchCounts counts() const noexcept;
  TimePoint expires() const noexcept;
  // Since when its results are no longer there.
  std::optional<TimePoint> archived(TimePoint now) const noexcept;
};

class Batches {
 public:
  explicit Batches(MockState& state);
  ~Batches();
  Batches(const Batches&) = delete;
  Batches& operator=(const Batches&) = delete;

  std::uint64_t next_number() const noexcept { return created_ + 1; }
  // Of requests that ApiModel::admit_batch let in.
  Batch& create(const Caller& caller, BatchItems items, TimePoint now);
  // Of that workspace; null if there is none.
  Batch* find(std::string_view id, WorkspaceId workspace);
  const Batch* find(std::uint64_t number) const;
  std::vector<const Batch*> newest_first(WorkspaceId workspace) const;
  // Before a batch is shown other than in the answers to its creation and cancellation: ends it if
  // it takes no time.
  void look_at(Batch& batch, TimePoint now);
  void look_at_all(WorkspaceId workspace, TimePoint now);
  // Not of one that has ended. What has been processed by now stays; nothing else will be.
  void cancel(Batch& batch, TimePoint now);
  // One that has ended.
  void remove(const Batch& batch);

  ResultStreams& results() noexcept { return results_; }
  FramePool& frames() noexcept { return frames_; }  // of the Task below

 private:
  struct NextDue;

  Task work();  // waits for what is due next, and does it, for ever
  void wait_for_next();
  void plan(Batch& batch);
  void advance(Batch& batch, TimePoint now);
  void process_up_to(Batch& batch, std::size_t end, TimePoint now);
  void process(const Batch& batch, const BatchEntry& entry, TimePoint now);
  void end(Batch& batch, TimePoint at);
  void make_room(TimePoint now);

  MockState& state_;
  DurationSampler takes_;
  std::uint32_t draws_as_ = 0;  // the workload whose completion times these are
  std::map<std::uint64_t, Batch> batches_;
  std::unordered_map<std::string, std::uint64_t> numbers_;  // by id
  std::set<std::pair<TimePoint, std::uint64_t>> due_;       // of those that have not ended
  std::uint64_t created_ = 0;
  std::size_t items_kept_ = 0;
  ResultStreams results_;
  FramePool frames_;
  TaskScope scope_;
  std::coroutine_handle<> waiting_;
  TimerQueue::Ticket ticket_ = TimerQueue::kNoTicket;
};

}  // namespace sluice::mock
