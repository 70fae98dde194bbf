#include "app/embedded_mock.hpp"

#include <utility>

#include "app/load_arguments.hpp"
#include "app/signals_blocked.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

Checked<std::unique_ptr<EmbeddedMock>> EmbeddedMock::start(const ScenarioArguments& arguments,
                                                           const EmbeddedMockOptions& options) {
  scenario::LoadOptions load = load_options(arguments);
  load.whole_catalog = true;
  const auto scenario = scenario::load_scenario(arguments.scenario, load);
  if (!scenario) return tl::unexpected(scenario.error());
  mock::MockOptions mock;
  mock.any_key = false;
  mock.speed_permille = options.speed_permille;
  mock.origin = options.origin;
  auto served = serve(*scenario, mock);
  if (!served) return tl::unexpected(Errors{std::move(served).error()});
  return std::move(*served);
}

Result<std::unique_ptr<EmbeddedMock>> EmbeddedMock::serve(const scenario::LoadedScenario& scenario,
                                                          const mock::MockOptions& options) {
  SLUICE_TRY(auto server,
             mock::MockServer::start(mock::make_mock_plan(scenario, options), {.port = 0}));
  return std::unique_ptr<EmbeddedMock>(new EmbeddedMock(std::move(server)));
}

EmbeddedMock::EmbeddedMock(std::unique_ptr<mock::MockServer> server)
    : server_(std::move(server)),
      url_(server_->url()),
      keys_(server_->mock().state().plan.key_secrets) {
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { server_->run(); });
}

EmbeddedMock::~EmbeddedMock() { end(); }

net::Wakes EmbeddedMock::end() {
  if (thread_.joinable()) {
    server_->loop().stop();
    thread_.join();
  }
  return server_->loop().wakes();
}

}  // namespace sluice::app
