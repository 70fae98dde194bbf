// The API in this process and in the run's own time: ApiModel decides, the timer queue waits.
#pragma once

#include <coroutine>
#include <cstdint>
#include <vector>

#include "engine/api_model.hpp"
#include "engine/api_port.hpp"
#include "engine/timer_queue.hpp"

namespace sluice {

class InProcessApi final : public ApiPort {
 public:
  InProcessApi(TimerQueue& timers, FramePool& frames, ApiModel& model)
      : timers_(timers), frames_(frames), model_(model) {}

  FramePool& frames() noexcept { return frames_; }
  Task send(const RequestSpec& spec, Attempt attempt, Exchange& exchange) override;

 private:
  // A stream that may be cut short when an output bucket runs dry.
  struct Stream {
    Stream* previous = nullptr;
    Stream* next = nullptr;
    std::coroutine_handle<> waiting;
    TimerQueue::Ticket ticket = TimerQueue::kNoTicket;
    const ApiModel::Admitted* admitted = nullptr;
    bool cut = false;
  };
  struct StreamAwaiter;

  bool decide(const RequestSpec& spec, const Attempt& attempt, ApiModel::Admitted& admitted,
              Exchange& exchange);
  void close(const RequestSpec& spec, ApiModel::Admitted& admitted, ErrorKind error, bool cut,
             Exchange& exchange);
  Task stream(ApiModel::Admitted& admitted, TimePoint until, bool& cut);
  void link(Stream& stream) noexcept;
  void unlink(Stream& stream) noexcept;
  void rearm_cut();
  Task cut_at(TimePoint due, std::uint32_t generation);
  void cut_dry_streams();

  TimerQueue& timers_;
  FramePool& frames_;
  ApiModel& model_;
  TaskScope scope_;
  Stream* first_stream_ = nullptr;
  Stream* last_stream_ = nullptr;
  TimePoint cut_due_ = kNever;
  std::uint32_t cut_generation_ = 0;
};

}  // namespace sluice
