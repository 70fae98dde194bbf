// Task: a lazy coroutine that starts when awaited and hands control back by symmetric transfer. Its
// frame comes from the FramePool of the run, which is found through the coroutine's first parameter
// (or the object whose member it is): anything with a `frames()` member.
//
//   Task LoadGenerator::user(Work& work, std::uint64_t number);
//   co_await user(work, number);
//
// TaskScope starts tasks that nobody awaits and destroys those that have not ended when it is
// destroyed.
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <utility>
#include <vector>

#include "engine/frame_pool.hpp"

namespace sluice {

template <class T>
concept HasFrames = requires(T& value) {
  { value.frames() } -> std::same_as<FramePool&>;
};

class TaskScope;

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

// The tasks that a scope has started, by number. A table beside the frames, not links through them:
// the neighbours of a task that ends are long out of the caches when many wait.
class RootTable {
 public:
  std::uint32_t add(void* frame) {
    if (free_.empty()) {
      frames_.push_back(frame);
      return static_cast<std::uint32_t>(frames_.size() - 1);
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    frames_[number] = frame;
    return number;
  }
  void remove(std::uint32_t number) {
    frames_[number] = nullptr;
    free_.push_back(number);
  }
  std::span<void* const> frames() const noexcept { return frames_; }
  bool is_empty() const noexcept { return free_.size() == frames_.size(); }

 private:
  std::vector<void*> frames_;
  std::vector<std::uint32_t> free_;
};

struct Task::promise_type {
  // A root does not suspend at its end: it runs out, which destroys it.
  struct FinalAwaiter {
    const promise_type& promise;
    [[gnu::always_inline]] bool await_ready() const noexcept {
      if (promise.number == kAwaited) return false;
      static_cast<RootTable*>(promise.ends_to)->remove(promise.number);
      return true;
    }
    std::coroutine_handle<> await_suspend(Handle) const noexcept {
      return std::coroutine_handle<>::from_address(promise.ends_to);
    }
    void await_resume() const noexcept {}
  };

  template <HasFrames Owner, class... Rest>
  static void* operator new(std::size_t size, Owner& owner, Rest&&...) {
    return owner.frames().allocate(size);
  }
  static void operator delete(void* frame, std::size_t size) noexcept {
    FramePool::release(frame, size);
  }

  Task get_return_object() noexcept { return Task{Handle::from_promise(*this)}; }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {*this}; }
  void return_void() const noexcept {}
  // Nothing throws across a module; what does is a bug of ours.
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

  static constexpr std::uint32_t kAwaited = 0xffffffffU;

  void* ends_to = nullptr;          // a root's table, else the frame of who awaits it
  std::uint32_t number = kAwaited;  // of a root, in its table
};

inline std::coroutine_handle<> Task::await_suspend(std::coroutine_handle<> awaiting) noexcept {
  handle_.promise().ends_to = awaiting.address();
  return handle_;
}

class TaskScope {
 public:
  TaskScope() = default;
  ~TaskScope() {
    for (void* frame : roots_.frames()) {
      if (frame != nullptr) Task::Handle::from_address(frame).destroy();
    }
  }
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

  // Runs the task until it first waits. It is destroyed when it ends.
  void start(Task task) {
    const Task::Handle handle = task.release();
    handle.promise().ends_to = &roots_;
    handle.promise().number = roots_.add(handle.address());
    handle.resume();
  }
  // Whether every task that was started has ended.
  bool is_idle() const noexcept { return roots_.is_empty(); }

 private:
  RootTable roots_;
};

}  // namespace sluice
