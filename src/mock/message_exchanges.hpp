// All exchanges in flight, and the memory that they take turns to use. Outlives a reset of the
// server for as long as events of theirs are pending.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "engine/api_port.hpp"
#include "mock/message_cuts.hpp"
#include "mock/message_demand.hpp"
#include "mock/message_exchange.hpp"

namespace sluice::mock {

class MessageExchanges {
 public:
  explicit MessageExchanges(MockState& state);
  MessageExchanges(const MessageExchanges&) = delete;
  MessageExchanges& operator=(const MessageExchanges&) = delete;

  MessageExchange& take();
  void give_back(MessageExchange& exchange);
  std::size_t in_flight() const noexcept { return all_.size() - free_.size(); }

  // A reset: connections are closed, and what is pending fires into nothing.
  void abandon_all();
  bool has_events_pending() const noexcept;

  MockState& state;
  MessageCuts cuts;
  Duration step_least{};  // of model time between two events of a stream

  // Of the call or event in hand.
  MessageDemand demand;
  Exchange result;
  std::string fields;
  std::string body;

 private:
  std::deque<MessageExchange> all_;
  std::vector<MessageExchange*> free_;
};

}  // namespace sluice::mock
