// The mock server's handler: the Claude API over HttpHandler, without sockets of its own. Limits,
// cache, money and service times are ApiModel's; time is the TimerQueue's, told by an EventLoop or
// by POST /_sluice/clock.
//
//   Mock mock(make_mock_plan(scenario, options), timers);
//   auto server = HttpServer::listen(loop, {.port = 0}, mock);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock/call.hpp"
#include "mock/mock_plan.hpp"
#include "mock/routes.hpp"
#include "mock/served_traffic.hpp"
#include "mock/state.hpp"
#include "net/http_handler.hpp"

namespace sluice::mock {

class Mock final : public net::HttpHandler {
 public:
  Mock(MockPlan plan, TimerQueue& timers);
  ~Mock() override;

  std::size_t body_limit(std::string_view method, std::string_view path) const noexcept override;
  void handle(const net::HttpRequest& request, net::HttpReply& reply) override;
  void refuse(net::TransportRefusal refusal, net::HttpReply& reply) override;

  // Under a manual clock: what moves it (EventLoop::set_time). Without it the clock cannot be set.
  void on_set_time(std::function<void(TimePoint)> set_time) { set_time_ = std::move(set_time); }
  // Called once for every call that is over, for --log: one line, no secrets.
  void on_log(std::function<void(std::string_view line)> log);
  // Where clients reach it, for results_url: "http://127.0.0.1:8080".
  void set_url(std::string url) {
    url_ = std::move(url);
    state_->url = url_;
  }

  // From now on what is served is measured for whoever watches; a few tens of nanoseconds a call.
  void measure_traffic();
  const ServedTraffic* traffic() const noexcept { return traffic_.get(); }

  MockState& state() noexcept { return *state_; }

 private:
  void serve(Call& call);
  std::optional<wire::ApiError> check(Call& call, const Route& route);
  bool is_struck(Call& call, const Route& route);
  void dispatch(Call& call, const Route& route);
  void set_clock(Call& call);
  void reset(Call& call);
  std::unique_ptr<MockState> make_state();

  MockPlan plan_;
  TimerQueue& timers_;
  // What a reset has left behind, until its last event has fired.
  std::vector<std::unique_ptr<MessageExchanges>> old_exchanges_;
  std::vector<std::unique_ptr<ScheduledEvents>> old_events_;
  std::function<void(TimePoint)> set_time_;
  std::function<void(std::string_view)> log_;
  std::string request_id_;  // of the call in hand
  std::string url_;
  std::uint64_t sequence_ = 0;
  std::unique_ptr<ServedTraffic> traffic_;  // null: nobody can watch
  std::unique_ptr<MockState> state_;
};

}  // namespace sluice::mock
