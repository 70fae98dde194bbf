// What net uses of Asio, and what an EventLoop is made of. Private to net's .cpp files: no other
// module sees a type of Asio. Executors are concrete everywhere and Asio's own code is compiled
// once, in asio.cpp: half the processor time per request and half the compile time.
#pragma once

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION
#endif

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include <boost/asio/as_tuple.hpp>              // tidy: allow(third-party) private
#include <boost/asio/awaitable.hpp>             // tidy: allow(third-party) private
#include <boost/asio/basic_waitable_timer.hpp>  // tidy: allow(third-party) private
#include <boost/asio/executor_work_guard.hpp>   // tidy: allow(third-party) private
#include <boost/asio/io_context.hpp>            // tidy: allow(third-party) private
#include <boost/asio/ip/tcp.hpp>                // tidy: allow(third-party) private
#include <boost/asio/post.hpp>                  // tidy: allow(third-party) private
#include <boost/asio/signal_set.hpp>            // tidy: allow(third-party) private
#include <boost/asio/use_awaitable.hpp>         // tidy: allow(third-party) private

#include "net/event_loop.hpp"

namespace sluice::net {

namespace asio = boost::asio;

using Clock = std::chrono::steady_clock;
using WallPoint = Clock::time_point;
using Executor = asio::io_context::executor_type;
using WallTimer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Signals = asio::basic_signal_set<Executor>;
using ErrorWord = boost::system::error_code;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;

// Failure is ordinary on a network: it comes as a value.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kAwait{};

inline constexpr std::uint64_t kNotSeen = ~std::uint64_t{0};
inline constexpr WallPoint kNoWake = WallPoint::max();

// Outlives the object that it belonged to, until the loop has gone.
struct Retired {
  virtual ~Retired() = default;
};

// Who reads from a socket.
struct Reader {
  virtual void begin_read() = 0;

 protected:
  ~Reader() = default;
};

struct EventLoop::Parts {
  Parts(TimerQueue& timer_queue, ClockSpec clock_spec);

  void catch_up();
  void run_to(TimePoint now);
  void rearm();
  // Before model time begins not even what is due at its first instant fires.
  bool has_begun() const noexcept { return wall >= origin; }
  TimePoint model_time(WallPoint at) const noexcept;
  WallPoint wake_for(TimePoint due) const noexcept;  // rounded up to a whole tick
  void wait_for_signal();
  void wake_up_at(WallPoint at);
  void run_polling();
  // Once what is ready has been handled. A read that is begun in the middle of that nearly always
  // finds nothing, which is a call to the system for nothing; by then most find something.
  void read_later(Reader& reader);
  void begin_reads();

  struct Repeated {
    WallTimer timer;
    Clock::duration period;
    std::function<void()> work;
    void wait();
  };

  TimerQueue& timers;
  ClockSpec clock;
  WallPoint origin;  // wall and model time belong together here
  TimePoint model_origin;
  WallPoint wall;  // as of the last catch_up()

  // One thread runs it. Without its locks it would not be faster (measured).
  asio::io_context context{1};
  asio::executor_work_guard<Executor> stays{context.get_executor()};
  WallTimer wake{context.get_executor()};
  WallPoint wake_at = kNoWake;  // what `wake` waits for
  Wakes wakes;
  std::uint64_t pushes_seen = kNotSeen;
  std::atomic<bool> is_stopped{false};
  Signals signals{context.get_executor()};
  int signal = 0;
  std::vector<std::unique_ptr<Repeated>> repeated;
  std::vector<Reader*> readers;    // of read_later()
  std::vector<Reader*> beginners;  // of these, those whose turn it is
  // Servers that were closed while operations of theirs were under way, which come back here.
  std::vector<std::unique_ptr<Retired>> retired;
};

}  // namespace sluice::net
