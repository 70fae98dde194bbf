// The dashboard of `sluice mock`: what clients do to it, as the mock sees it. Serving costs a few
// tens of nanoseconds a call for it, and a copy of the figures once a second while somebody
// watches.
#pragma once

#include <memory>
#include <string>

#include "app/dashboard.hpp"
#include "mock/mock_server.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

class MockDashboard {
 public:
  // From now on the mock measures what it serves. It must outlive the dashboard.
  static Result<std::unique_ptr<MockDashboard>> start(const scenario::LoadedScenario& scenario,
                                                      mock::MockServer& server);
  std::string url() const { return dashboard_->url(); }

  // The mock's loop has ended: who watches is shown the end.
  void end();

 private:
  MockDashboard(RunFacts facts, mock::MockServer& server);
  void look();
  void copy(DashboardSnapshot& to);

  RunFacts facts_;
  mock::MockServer& server_;
  std::unique_ptr<Dashboard> dashboard_;
};

}  // namespace sluice::app
