// Coroutines that wait for their turn, linked through nodes in their own frames: higher priority
// first, then first come. Whoever calls one takes it out first; one whose deadline wakes it takes
// itself out.
#pragma once

#include <coroutine>
#include <cstdint>

#include "engine/timer_queue.hpp"

namespace sluice {

struct Waiter {
  Waiter* previous = nullptr;
  Waiter* next = nullptr;
  std::int64_t priority = 0;
  std::coroutine_handle<> handle;
  TimerQueue::Ticket deadline = TimerQueue::kNoTicket;
  bool is_called = false;  // its turn has come; else its deadline has
};

template <class Node>
class WaitingLine {
 public:
  bool empty() const noexcept { return first_ == nullptr; }
  std::int64_t size() const noexcept { return size_; }
  Node* front() const noexcept { return static_cast<Node*>(first_); }

  void add(Node& node) noexcept {
    Waiter* before = last_;
    while (before != nullptr && before->priority < node.priority) before = before->previous;
    node.previous = before;
    node.next = before != nullptr ? before->next : first_;
    (before != nullptr ? before->next : first_) = &node;
    (node.next != nullptr ? node.next->previous : last_) = &node;
    ++size_;
  }
  void remove(Node& node) noexcept {
    (node.previous != nullptr ? node.previous->next : first_) = node.next;
    (node.next != nullptr ? node.next->previous : last_) = node.previous;
    --size_;
  }
  // The first one's turn has come: it leaves the line and is resumed in this instant.
  void call_first(TimerQueue& timers) {
    Node& node = *front();
    remove(node);
    node.is_called = true;
    timers.cancel(node.deadline);
    timers.push(timers.now(), node.handle);
  }

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  std::int64_t size_ = 0;
};

}  // namespace sluice
