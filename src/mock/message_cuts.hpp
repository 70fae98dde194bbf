// For organizations whose answers in flight are cut when an output limit runs dry (docs/model.md;
// off by default): watches those that are being produced, and cuts those of a dry bucket at that
// instant, all together.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/timer_queue.hpp"

namespace sluice::mock {

class MessageExchange;
struct MockState;

class MessageCuts {
 public:
  explicit MessageCuts(MockState& state);
  MessageCuts(const MessageCuts&) = delete;
  MessageCuts& operator=(const MessageCuts&) = delete;

  void joined(MessageExchange& exchange);  // its output draws on its limits from now on
  void left(MessageExchange& exchange);
  // A limit's level or rate has changed: when is the next one dry?
  void watch_next();

  void abandon();
  bool has_events_pending() const noexcept { return alarms_.size() > free_.size(); }

 private:
  struct Alarm : TimedCall {
    MessageCuts* cuts = nullptr;
    std::uint64_t number = 0;
  };
  static void on_alarm(TimedCall& call);
  void cut_dry();

  MockState& state_;
  bool is_on_;
  std::vector<MessageExchange*> drawing_;
  std::deque<Alarm> alarms_;
  std::vector<Alarm*> free_;
  TimePoint due_ = kNever;
  std::uint64_t number_ = 0;  // of the alarm that counts
};

}  // namespace sluice::mock
