// A client's processes: the same settings each, one organization for all, and not a word between
// them. A session is one process's, and so is a user of a closed loop, by their numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/client.hpp"

namespace sluice {

// What every client process needs; all of it outlives it.
struct ClientNeeds {
  const RandomSource& random;
  TimerQueue& timers;
  FramePool& frames;
  ApiPort& port;
  Recorder& recorder;
  RunTrace* trace = nullptr;  // empty: nobody wants to see single requests
};

class Fleet {
 public:
  Fleet(const ClientPlan& plan, std::span<const ModelPlan> models, const ClientNeeds& needs) {
    for (std::int64_t i = 0; i < plan.processes; ++i) {
      processes_.push_back(std::make_unique<Client>(plan, needs.random, needs.timers, needs.frames,
                                                    needs.port, needs.recorder, models,
                                                    needs.trace));
    }
  }

  // The process of a session or a user with that number.
  Client& of(std::uint64_t number) const noexcept {
    if (processes_.size() == 1) [[likely]]
      return *processes_.front();
    return *processes_[number % processes_.size()];
  }

 private:
  std::vector<std::unique_ptr<Client>> processes_;
};

}  // namespace sluice
