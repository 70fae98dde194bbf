#include "engine/task.hpp"

#include <cstring>
#include <set>
#include <vector>

#include "engine/frame_pool.hpp"
#include "engine/timer_queue.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("a frame that was released is the next one of its size") {
  FramePool pool;
  void* first = pool.allocate(200);
  void* second = pool.allocate(200);
  CHECK(first != second);
  FramePool::release(first, 200);
  CHECK(pool.allocate(200) == first);
  FramePool::release(second, 200);
  FramePool::release(first, 200);
  CHECK(pool.allocate(200) == first);
  CHECK(pool.allocate(200) == second);
  FramePool::release(first, 200);
  FramePool::release(second, 200);
}

TEST_CASE("frames of all sizes are apart from each other and aligned for anything") {
  FramePool pool;
  std::vector<std::pair<unsigned char*, std::size_t>> frames;
  for (int round = 0; round < 30; ++round) {
    for (std::size_t size = 1; size < 4096; size += 61) {
      auto* frame = static_cast<unsigned char*>(pool.allocate(size));
      REQUIRE(reinterpret_cast<std::uintptr_t>(frame) % alignof(std::max_align_t) == 0);
      std::memset(frame, static_cast<int>(frames.size() % 251), size);
      frames.emplace_back(frame, size);
    }
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto [frame, size] = frames[i];
    for (std::size_t k = 0; k < size; ++k) REQUIRE(frame[k] == i % 251);
  }
  for (const auto& frame : frames) FramePool::release(frame.first, frame.second);
}

TEST_CASE("what is in flight, not how much there has been, decides how many frames exist") {
  FramePool pool;
  std::set<void*> seen;
  for (int round = 0; round < 1000; ++round) {
    void* frames[8];
    for (void*& frame : frames) seen.insert(frame = pool.allocate(500));
    for (void* frame : frames) FramePool::release(frame, 500);
  }
  CHECK(seen.size() == 8);
}

struct TaskStage {
  FramePool& frames() noexcept { return pool; }

  FramePool pool;
  TimerQueue timers;
  int live = 0;  // values that coroutines hold
  std::vector<int> log;
  TaskScope scope;
};

struct Held {
  explicit Held(TaskStage& owner) : stage(&owner) { ++stage->live; }
  Held(const Held& other) : stage(other.stage) { ++stage->live; }
  Held(Held&& other) noexcept : stage(other.stage) { ++stage->live; }
  Held& operator=(const Held&) = delete;
  Held& operator=(Held&&) = delete;
  ~Held() { --stage->live; }
  TaskStage* stage;
};

Task leaf(TaskStage& stage, int what) {
  stage.log.push_back(what);
  co_return;
}

Task parent(TaskStage& stage) {
  stage.log.push_back(1);
  co_await leaf(stage, 2);
  stage.log.push_back(3);
  Task later = leaf(stage, 5);
  stage.log.push_back(4);
  co_await later;
}

TEST_CASE("a task begins when it is awaited, not when it is made") {
  TaskStage stage;
  stage.scope.start(parent(stage));
  CHECK(stage.log == std::vector<int>{1, 2, 3, 4, 5});
}

TEST_CASE("a task that nobody awaits never runs and leaves nothing behind") {
  TaskStage stage;
  { const Task forgotten = parent(stage); }
  CHECK(stage.log.empty());
}

Task many(TaskStage& stage, int count) {
  for (int i = 0; i < count; ++i) co_await leaf(stage, i);
}

Task nested(TaskStage& stage, int depth) {
  if (depth > 0) co_await nested(stage, depth - 1);
  stage.log.push_back(depth);
}

// Without optimization, or with a sanitizer, compilers make calls of symmetric transfers.
#ifdef NDEBUG
constexpr int kDeep = 1'000'000;
#else
constexpr int kDeep = 2'000;
#endif

TEST_CASE("a chain of a million awaited tasks does not overflow the stack, down or up") {
  TaskStage stage;
  stage.scope.start(nested(stage, kDeep));
  REQUIRE(stage.log.size() == kDeep + 1);
  CHECK(stage.log.front() == 0);
  CHECK(stage.log.back() == kDeep);
}

TEST_CASE("a million tasks that end at once can be awaited one after another") {
  TaskStage stage;
  stage.scope.start(many(stage, kDeep));
  CHECK(stage.log.size() == kDeep);
}

Task holds(TaskStage& stage, Held held, int levels) {
  const Held local(stage);
  if (levels > 0) co_await holds(stage, held, levels - 1);
  co_await stage.timers.until(kRunStart + seconds(1));
  stage.log.push_back(levels);
}

TEST_CASE("a scope destroys what has not ended, whole stacks of tasks included") {
  TaskStage stage;
  {
    TaskScope scope;
    const Held held(stage);
    for (int i = 0; i < 10; ++i) scope.start(holds(stage, held, 3));
    // Each level holds its parameter and its local, and what it passes down while it waits.
    CHECK(stage.live == 1 + 10 * (4 * 2 + 3));
  }
  CHECK(stage.live == 0);
  CHECK(stage.log.empty());
}

TEST_CASE("a task that ends leaves its scope and destroys its values") {
  TaskStage stage;
  {
    const Held held(stage);
    stage.scope.start(holds(stage, held, 2));
  }
  stage.timers.run_until(kNever, [](std::uint64_t) { return true; });
  CHECK(stage.log == std::vector<int>{0, 1, 2});
  CHECK(stage.live == 0);
}

TEST_CASE("tasks of a scope may end in any order, in the middle of its life") {
  TaskStage stage;
  {
    const Held held(stage);
    TaskScope scope;
    for (int i = 0; i < 5; ++i) scope.start(holds(stage, held, i % 3));
    scope.start(leaf(stage, 77));
    stage.timers.advance_to(kRunStart + seconds(1));
    scope.start(holds(stage, held, 1));
    CHECK(stage.live == 1 + 2 * 2 + 1);  // only the last one waits
  }
  CHECK(stage.live == 0);
}

// The shapes of arguments that GCC 12 destroys once: names, moves and scalars.
Task takes(TaskStage& stage, Held held, std::vector<int> values) {
  stage.log.push_back(static_cast<int>(values.size()) + (held.stage == &stage ? 100 : 0));
  co_await stage.timers.until(stage.timers.now());
}

Task gives(TaskStage& stage) {
  const Held held(stage);
  std::vector<int> values(7, 1);
  co_await takes(stage, held, values);
  co_await takes(stage, held, std::move(values));
}

TEST_CASE("parameters that are copied or moved into an awaited task are destroyed once") {
  TaskStage stage;
  stage.scope.start(gives(stage));
  stage.timers.run_until(kNever, [](std::uint64_t) { return true; });
  CHECK(stage.log == std::vector<int>{107, 107});
  CHECK(stage.live == 0);
}

}  // namespace
}  // namespace sluice
