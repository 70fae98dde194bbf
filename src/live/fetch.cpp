#include "live/fetch.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"

namespace sluice::live {
namespace {

constexpr std::size_t kBodyLimit = 8 * 1024 * 1024;

// Gathers the answer and ends the loop when it is there, or when the time is over.
class Waiting final : public net::AnswerListener, public TimedCall {
 public:
  explicit Waiting(net::EventLoop& loop) : loop_(loop) {
    fire = [](TimedCall& call) { static_cast<Waiting&>(call).loop_.stop(); };
  }

  void on_head(const net::AnswerHead& head) override {
    fetched_.status = head.status;
    for (const net::HeaderField& field : head.fields) {
      fetched_.head += fmt::format("{}: {}\n", field.name, field.value);
    }
  }
  void on_body(std::string_view bytes) override {
    if (fetched_.body.size() + bytes.size() <= kBodyLimit) {
      fetched_.body += bytes;
    } else if (!failure_) {
      failure_ = "the answer is larger than 8 MB";
      loop_.stop();
    }
  }
  void on_end() override {
    is_whole_ = true;
    loop_.stop();
  }
  void on_failure(const net::TransportFailure& failure) override {
    failure_ = failure.message;
    loop_.stop();
  }

  Result<Fetched> result(const std::string& where) && {
    if (failure_) return io_error(where, *failure_);
    if (is_whole_) return std::move(fetched_);
    return io_error(where, "no answer in time");
  }

 private:
  net::EventLoop& loop_;
  Fetched fetched_;
  std::optional<std::string> failure_;
  bool is_whole_ = false;
};

}  // namespace

Result<Fetched> fetch(const net::ClientOptions& target, const FetchRequest& request,
                      Duration timeout) {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  SLUICE_TRY(const auto client, net::HttpClient::make(loop, target));
  Waiting waiting(loop);
  net::HttpCall call;
  call.method = request.method;
  call.path = request.path;
  call.fields = request.fields;
  call.body = request.body;
  call.listener = &waiting;
  timers.push(kRunStart + timeout, waiting);
  client->send(call);
  loop.stop_on_signals();
  const bool is_interrupted = loop.run() != 0;
  if (call.connection != nullptr) client->cancel(call);
  if (is_interrupted) {
    return tl::unexpected(
        Error{ErrorCode::kInterrupted, target.target.text(), "interrupted before the run began"});
  }
  return std::move(waiting).result(target.target.text());
}

}  // namespace sluice::live
