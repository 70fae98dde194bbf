// Reads streams of `sluice mock` and says how late their events come. Prints "ready" once every
// stream has begun, then one line of JSON after so many seconds. With 0 seconds: opens the streams,
// says "ready" and keeps them open until it is killed.
//
//   mock_streams PORT STREAMS EVENTS_PER_SECOND_EACH SECONDS
//
// An event is late by what it comes after its stream's best line: t + k / rate, with t such that
// the most punctual event of the stream is on time. To measure against the first event alone would
// forgive all others whatever that one was late by.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <limits>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <arpa/inet.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kBody =
    R"({"model":"claude-haiku-4-5","max_tokens":8000,"stream":true,)"
    R"("messages":[{"role":"user","content":"Write a long text about rate limits."}]})";
constexpr std::string_view kEvent = "event: content_block_delta";

struct Stream {
  std::size_t matched = 0;  // characters of kEvent that the last bytes ended with
  std::int64_t events = 0;
  double first = 0;                // milliseconds
  std::int64_t events_before = 0;  // the window
  double least_offset = std::numeric_limits<double>::infinity();
  std::vector<double> offsets;  // of each event of the window behind first + k / rate, milliseconds
};

double milliseconds_since(Clock::time_point origin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - origin).count();
}

// How often kEvent ends within the bytes; one may begin in the piece before. A plain matcher will
// do: what goes wrong half way, as in content_block_start, holds no beginning of another.
std::int64_t count_events(std::string_view bytes, std::size_t& matched) {
  std::int64_t found = 0;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (matched == 0) {
      at = bytes.find(kEvent.substr(0, 8), at);
      if (at == bytes.npos) {
        // What might go on in the next piece.
        for (std::size_t size = std::min<std::size_t>(7, bytes.size()); size > 0; --size) {
          if (bytes.ends_with(kEvent.substr(0, size))) {
            matched = size;
            break;
          }
        }
        return found;
      }
    }
    while (at < bytes.size() && matched < kEvent.size() && bytes[at] == kEvent[matched]) {
      ++at;
      ++matched;
    }
    if (at == bytes.size() && matched < kEvent.size()) return found;
    if (matched == kEvent.size()) ++found;
    matched = 0;
  }
  return found;
}

class Reader {
 public:
  Reader(std::uint16_t port, double gap) : gap_(gap) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(port);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }

  void open() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 ||
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0) {
      std::perror("connect");
      std::exit(1);
    }
    const std::string request =
        "POST /v1/messages HTTP/1.1\r\nhost: bench\r\nx-api-key: bench\r\n"
        "anthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: " +
        std::to_string(kBody.size()) + "\r\n\r\n" + std::string(kBody);
    if (::write(descriptor, request.data(), request.size()) !=
        static_cast<ssize_t>(request.size())) {
      std::perror("write");
      std::exit(1);
    }
    ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = streams_.size() << 32 | static_cast<std::uint32_t>(descriptor);
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event);
    streams_.emplace_back();
  }

  void read(int timeout) {
    std::array<epoll_event, 256> events;
    const int ready = ::epoll_wait(poll_, events.data(), events.size(), timeout);
    for (int i = 0; i < ready; ++i) {
      const std::uint64_t word = events[static_cast<std::size_t>(i)].data.u64;
      read_one(streams_[word >> 32], static_cast<int>(word & 0xffffffffU));
    }
  }

  std::size_t begun() const { return begun_; }

  void begin_window() {
    is_measuring_ = true;
    for (Stream& stream : streams_) stream.events_before = stream.events;
  }

  void report(double seconds) {
    std::vector<double> lateness;
    for (const Stream& stream : streams_) {
      for (const double offset : stream.offsets) {
        lateness.push_back(offset - stream.least_offset);
      }
    }
    std::ranges::sort(lateness);
    const auto quantile = [&](double share) {
      if (lateness.empty()) return 0.0;
      return static_cast<double>(
          lateness[static_cast<std::size_t>(share * static_cast<double>(lateness.size() - 1))]);
    };
    std::printf(
        "{\"streams\": %zu, \"seconds\": %.3f, \"events\": %zu, \"lateness_ms_p50\": %.2f, "
        "\"lateness_ms_p99\": %.2f, \"lateness_ms_max\": %.2f}\n",
        streams_.size(), seconds, lateness.size(), quantile(0.5), quantile(0.99), quantile(1));
  }

 private:
  void read_one(Stream& stream, int descriptor) {
    const ssize_t size = ::read(descriptor, bytes_.data(), bytes_.size());
    if (size < 0) return;
    if (size == 0) {
      std::fprintf(stderr, "a stream has ended\n");
      std::exit(1);
    }
    const double now = milliseconds_since(origin_);
    const std::string_view bytes(bytes_.data(), static_cast<std::size_t>(size));
    std::int64_t found = count_events(bytes, stream.matched);
    for (; found > 0; --found, ++stream.events) {
      if (stream.events == 0) {
        ++begun_;
        stream.first = now;
      }
      if (!is_measuring_) continue;
      const double offset = now - stream.first - static_cast<double>(stream.events) * gap_;
      stream.least_offset = std::min(stream.least_offset, offset);
      stream.offsets.push_back(offset);
    }
  }

  int poll_ = ::epoll_create1(EPOLL_CLOEXEC);
  sockaddr_in address_{};
  Clock::time_point origin_ = Clock::now();
  double gap_;
  std::vector<Stream> streams_;
  std::array<char, 65536> bytes_{};
  std::size_t begun_ = 0;
  bool is_measuring_ = false;
};

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void say_ready() {
  std::printf("ready\n");
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::fprintf(stderr, "usage: mock_streams PORT STREAMS EVENTS_PER_SECOND_EACH SECONDS\n");
    return 2;
  }
  raise_descriptor_limit();
  const auto streams = static_cast<std::size_t>(std::atoi(arguments[2]));
  const double rate = std::atof(arguments[3]);
  const double length = std::atof(arguments[4]);
  Reader reader(static_cast<std::uint16_t>(std::atoi(arguments[1])), 1e3 / rate);
  // One a millisecond: their events spread over the gap between two of a stream.
  for (std::size_t i = 0; i < streams; ++i) {
    reader.open();
    reader.read(1);
  }
  if (length == 0) {
    say_ready();
    while (true) reader.read(-1);
  }
  while (reader.begun() < streams) reader.read(100);
  reader.begin_window();
  say_ready();
  const Clock::time_point start = Clock::now();
  while (milliseconds_since(start) < length * 1e3) reader.read(100);
  reader.report(milliseconds_since(start) / 1e3);
  return 0;
}
