// The client alone, flat out, for bench/client.py and by hand: as many calls at once as
// connections, each followed by the next. Prints one line of JSON: the rate, and the processor time
// per request.
//
//   bench_http_client http://127.0.0.1:8080/v1/messages [seconds [connections [body-file]]]
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <string>

#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"

namespace {

using namespace sluice;

constexpr std::string_view kFields =
    "content-type: application/json\r\nx-api-key: bench\r\nanthropic-version: 2023-06-01\r\n";

struct Totals {
  std::uint64_t answered = 0;
  std::uint64_t not_ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t body_bytes = 0;
  std::string failure{};
  bool is_over = false;
};

class Caller final : public net::AnswerListener {
 public:
  Caller(net::HttpClient& client, Totals& totals, std::string_view body)
      : client_(client), totals_(totals) {
    call_.fields = kFields;
    call_.body = body;
    call_.method = body.empty() ? "GET" : "POST";
    call_.listener = this;
  }
  void next() { client_.send(call_); }
  void on_head(const net::AnswerHead& head) override {
    if (head.status != 200) ++totals_.not_ok;
  }
  void on_body(std::string_view bytes) override { totals_.body_bytes += bytes.size(); }
  void on_end() override {
    ++totals_.answered;
    if (!totals_.is_over) next();
  }
  void on_failure(const net::TransportFailure& failure) override {
    ++totals_.failed;
    totals_.failure = failure.message;
  }

 private:
  net::HttpClient& client_;
  Totals& totals_;
  net::HttpCall call_;
};

int run(const net::Url& target, std::int64_t wall, std::size_t connections,
        const std::string& body) {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  auto client = net::HttpClient::make(loop, {.target = target});
  if (!client) {
    std::fprintf(stderr, "%s\n", client.error().text().c_str());
    return 1;
  }
  Totals totals;
  std::deque<Caller> callers;
  for (std::size_t i = 0; i < connections; ++i) {
    callers.emplace_back(**client, totals, body).next();
  }
  loop.every(seconds(wall), [&] { loop.stop(); });
  const std::int64_t begun = net::steady_now();
  const Duration cpu = net::thread_cpu_time();
  loop.run();
  const auto elapsed = static_cast<double>(net::steady_now() - begun);
  const auto used = static_cast<double>(ns(net::thread_cpu_time() - cpu));
  totals.is_over = true;
  const auto answered = static_cast<double>(totals.answered);
  const net::ClientCounters& counters = (*client)->counters();
  std::printf(
      "{\"requests\": %llu, \"per_second\": %.0f, \"cpu_us\": %.3f, \"not_200\": %llu, "
      "\"failed\": %llu, \"connections\": %llu, \"body_bytes\": %llu}\n",
      static_cast<unsigned long long>(totals.answered), answered / elapsed * 1e9,
      used / answered / 1e3, static_cast<unsigned long long>(totals.not_ok),
      static_cast<unsigned long long>(totals.failed),
      static_cast<unsigned long long>(counters.connections_opened),
      static_cast<unsigned long long>(totals.body_bytes));
  if (totals.failed > 0) std::fprintf(stderr, "%s\n", totals.failure.c_str());
  return totals.failed > 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int at, unsigned long otherwise) {
    return count > at ? std::strtoul(arguments[at], nullptr, 10) : otherwise;
  };
  const auto target = net::parse_url(count > 1 ? arguments[1] : "", "the first argument");
  if (!target) {
    std::fprintf(stderr, "%s\n", target.error().text().c_str());
    return 2;
  }
  std::string body;
  if (count > 4) {
    std::ifstream file(arguments[4], std::ios::binary);
    body.assign(std::istreambuf_iterator<char>(file), {});
  }
  return run(*target, static_cast<std::int64_t>(number(2, 5)), number(3, 64), body);
}
