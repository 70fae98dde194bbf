// The part of a workload that goes through the Message Batches API (docs/model.md, Batches):
// requests are collected, sent as one batch, polled for, and end together. Creating a batch is
// retried as its 429s ask for, up to 24 hours. Nothing is cached and nothing is charged to the
// Messages limiters. A batch leaves the processing queue and is billed when the server is done with
// it; the client's requests end at its first poll from then on.
#pragma once

#include <cstdint>
#include <vector>

#include "base/draw.hpp"
#include "engine/api_model.hpp"
#include "engine/task.hpp"
#include "engine/timer_queue.hpp"
#include "metrics/recorder.hpp"
#include "policy/workload_spec.hpp"

namespace sluice {

class BatchClient {
 public:
  BatchClient(WorkloadId id, const WorkloadSpec& workload, const RandomSource& random,
              TimerQueue& timers, FramePool& frames, ApiModel& api, Recorder& recorder);
  BatchClient(const BatchClient&) = delete;
  BatchClient& operator=(const BatchClient&) = delete;

  FramePool& frames() noexcept { return frames_; }
  void add(const RequestSpec& spec, TimePoint planned);

 private:
  struct Item {
    TimePoint planned;
    std::int64_t prompt_tokens;
    std::int64_t output_tokens;
  };
  using Batch = std::vector<Item>;

  Task flush_later(std::uint64_t batch_number);
  Task process(Batch batch, std::uint64_t batch_number);
  void flush();
  void record_creation(const Batch& batch, const Outcome& outcome, std::int32_t number);
  void bill(const Batch& batch);
  void end(const Batch& batch, TimePoint created, const Outcome& ending, std::int32_t attempts);

  WorkloadId id_;
  const WorkloadSpec& workload_;
  RandomSource random_;
  DurationSampler completion_;
  TimerQueue& timers_;
  FramePool& frames_;
  ApiModel& api_;
  Recorder& recorder_;
  Batch collecting_;
  std::uint64_t batch_number_ = 0;
  TaskScope scope_;
};

}  // namespace sluice
