// Task: a lazy coroutine that starts when awaited and hands control back by symmetric transfer. Its
// frame comes from the FramePool of the run, which is found through the coroutine's first parameter
// (or the object whose member it is): anything with a `frames()` member.
//
//   Task Client::perform(const RequestSpec& spec, Result& out);
//   co_await client.perform(spec, out);
//
// TaskScope starts tasks that nobody awaits and destroys those that have not ended when it is
// destroyed.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>

#include "engine/frame_pool.hpp"

namespace sluice {

template <class T>
concept HasFrames = requires(T& value) {
  { value.frames() } -> std::same_as<FramePool&>;
};

class [[nodiscard]] Task {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept;
  void await_resume() const noexcept {}

 private:
  friend class TaskScope;
  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Handle release() noexcept { return std::exchange(handle_, nullptr); }

  Handle handle_;
};

// Links of the roots of a scope; a ring with the scope's own node as its head.
struct ScopeNode {
  ScopeNode* previous = this;
  ScopeNode* next = this;
};

struct Task::promise_type : ScopeNode {
  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle handle) const noexcept {
      promise_type& promise = handle.promise();
      if (promise.continuation) return promise.continuation;
      promise.previous->next = promise.next;  // a root: leave the scope and go
      promise.next->previous = promise.previous;
      handle.destroy();
      return std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  template <HasFrames Owner, class... Rest>
  static void* operator new(std::size_t size, Owner& owner, Rest&&...) {
    return owner.frames().allocate(size);
  }
  static void operator delete(void* frame) noexcept { FramePool::release(frame); }

  Task get_return_object() noexcept { return Task{Handle::from_promise(*this)}; }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
  // Nothing throws across a module; what does is a bug of ours.
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

  std::coroutine_handle<> continuation;
};

inline std::coroutine_handle<> Task::await_suspend(std::coroutine_handle<> awaiting) noexcept {
  handle_.promise().continuation = awaiting;
  return handle_;
}

class TaskScope {
 public:
  TaskScope() = default;
  ~TaskScope() {
    while (head_.next != &head_) {
      auto* root = static_cast<Task::promise_type*>(head_.next);
      head_.next = root->next;
      root->next->previous = &head_;
      Task::Handle::from_promise(*root).destroy();
    }
  }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

  // Runs the task until it first waits. It is destroyed when it ends.
  void start(Task task) {
    const Task::Handle handle = task.release();
    ScopeNode& node = handle.promise();
    node.previous = head_.previous;
    node.next = &head_;
    head_.previous->next = &node;
    head_.previous = &node;
    handle.resume();
  }

 private:
  ScopeNode head_;
};

}  // namespace sluice
