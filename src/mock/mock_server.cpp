#include "mock/mock_server.hpp"

#include <memory>
#include <utility>

#include "results/load_facts.hpp"

namespace sluice::mock {

MockServer::MockServer(const MockPlan& plan)
    : loop_(timers_, {.speed_permille = plan.options.speed_permille,
                      .is_manual = plan.options.is_clock_manual,
                      .late_after = kScheduleDelayTrusted,
                      .origin = plan.options.origin}),
      mock_(plan, timers_) {
  if (!plan.options.is_clock_manual) return;
  mock_.on_set_time([this](TimePoint now) { loop_.set_time(now); });
}

Result<std::unique_ptr<MockServer>> MockServer::start(const MockPlan& plan,
                                                      const net::ServerOptions& options) {
  auto mock = std::make_unique<MockServer>(plan);
  SLUICE_TRY(mock->server_, net::HttpServer::listen(mock->loop_, options, mock->mock_));
  mock->mock_.set_url(mock->url());
  return mock;
}

}  // namespace sluice::mock
