// What open streams cost the transport: processor time an event, lateness, and memory a stream that
// says nothing. The reader is a process of its own. Prints one line of JSON.
//
//   bench_http_streams [streams [events-per-second-each [seconds]]]      0 events a second: idle
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <arpa/inet.h>

#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "net/http_server.hpp"

namespace {

using namespace sluice;
using WallClock = std::chrono::steady_clock;

constexpr std::string_view kEvent =
    "event: content_block_delta\n"
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
    "\"text\":\"word \"}}\n\n";

double cpu_microseconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double resident_kilobytes() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0;
  statm >> pages >> pages;
  return static_cast<double>(pages * ::sysconf(_SC_PAGESIZE)) / 1024;
}

// The child: opens the streams and reads until they end.
[[noreturn]] void read_streams(std::uint16_t port, int count) {
  const int poll = ::epoll_create1(0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nhost: bench\r\n\r\n";
  for (int i = 0; i < count; ++i) {
    const int stream = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(stream, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::_exit(1);
    }
    (void)!::write(stream, kAsk.data(), kAsk.size());
    epoll_event event{.events = EPOLLIN, .data = {.fd = stream}};
    ::epoll_ctl(poll, EPOLL_CTL_ADD, stream, &event);
  }
  std::array<epoll_event, 256> events;
  std::array<char, 4096> bytes;
  while (true) {
    const int ready = ::epoll_wait(poll, events.data(), events.size(), -1);
    for (int i = 0; i < ready; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (::read(events[at].data.fd, bytes.data(), bytes.size()) <= 0) ::_exit(0);
    }
  }
}

struct Totals {
  TimerQueue& timers;
  net::EventLoop& loop;
  WallClock::time_point origin;
  Duration gap;
  TimePoint end;
  std::uint64_t events = 0;
  std::vector<std::int64_t> lateness{};
  double cpu_at_start = 0;
};

struct Stream : TimedCall {
  Totals* totals = nullptr;
  net::HttpReply* reply = nullptr;

  void start() {
    fire = [](TimedCall& call) { static_cast<Stream&>(call).say(); };
    totals->timers.push(totals->timers.now() + totals->gap, *this);
  }
  void say() {
    const auto late =
        WallClock::now() - totals->origin - std::chrono::nanoseconds(ns(totals->timers.now()));
    totals->lateness.push_back(late.count());
    ++totals->events;
    reply->write(kEvent);
    if (totals->timers.now() >= totals->end) return totals->loop.stop();
    totals->timers.push(totals->timers.now() + totals->gap, *this);
  }
};

class StreamHandler final : public net::HttpHandler {
 public:
  StreamHandler(Totals& totals, int count) : totals_(totals), left_(count) {
    streams_.resize(static_cast<std::size_t>(count));
  }
  std::size_t body_limit(std::string_view, std::string_view) const noexcept override { return 0; }
  void refuse(net::TransportRefusal, net::HttpReply& reply) override { reply.send(400, "", ""); }
  void handle(const net::HttpRequest&, net::HttpReply& reply) override {
    Stream& stream = streams_[static_cast<std::size_t>(--left_)];
    stream.totals = &totals_;
    stream.reply = &reply;
    reply.begin(200, "content-type: text/event-stream\r\n");
    if (left_ > 0) return;
    memory = resident_kilobytes();
    // All begin when the last is there, spread over one gap.
    if (totals_.gap == Duration::zero()) return totals_.loop.stop();
    totals_.cpu_at_start = cpu_microseconds();
    const Duration gap = totals_.gap;
    totals_.end = totals_.timers.now() + (totals_.end - kRunStart);
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      totals_.gap = gap * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(streams_.size());
      streams_[i].start();
    }
    totals_.gap = gap;
  }
  double memory = 0;

 private:
  Totals& totals_;
  std::vector<Stream> streams_;
  int left_;
};

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int at, int otherwise) {
    return count > at ? std::atoi(arguments[at]) : otherwise;
  };
  const int streams = number(1, 1'000);
  const int rate = number(2, 80);
  const int length = number(3, 4);
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  Totals totals{.timers = timers,
                .loop = loop,
                .origin = WallClock::now(),
                .gap = rate == 0 ? Duration::zero() : seconds(1) / rate,
                .end = kRunStart + seconds(length)};
  totals.lateness.reserve(static_cast<std::size_t>(streams) *
                          static_cast<std::size_t>(rate * length + 2));
  StreamHandler handler(totals, streams);
  const auto server = net::HttpServer::listen(loop, {}, handler);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().text().c_str());
    return 1;
  }
  const double before = resident_kilobytes();
  const pid_t child = ::fork();
  if (child == 0) read_streams((*server)->port(), streams);
  loop.run();
  const double used = cpu_microseconds() - totals.cpu_at_start;
  std::printf("{\"streams\": %d, \"kilobytes_per_stream\": %.2f", streams,
              (handler.memory - before) / streams);
  if (totals.events > 0) {
    std::ranges::sort(totals.lateness);
    const auto quantile = [&](double share) {
      return static_cast<double>(totals.lateness[static_cast<std::size_t>(
                 share * static_cast<double>(totals.lateness.size() - 1))]) /
             1e6;
    };
    std::printf(
        ", \"events\": %llu, \"cpu_us_per_event\": %.2f, \"cores\": %.3f, "
        "\"lateness_ms_p50\": %.2f, \"lateness_ms_p99\": %.2f",
        static_cast<unsigned long long>(totals.events), used / static_cast<double>(totals.events),
        used / (length * 1e6), quantile(0.5), quantile(0.99));
  }
  std::printf("}\n");
  int status = 0;
  std::fflush(stdout);
  ::kill(child, SIGTERM);
  ::waitpid(child, &status, 0);
  return 0;
}
