// A mock on a thread of its own, for a load run that has no other target: the scenario's own
// organization, on a port that the system chooses, with the clock of the run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "mock/mock_server.hpp"

namespace sluice::app {

struct EmbeddedMockOptions {
  std::int64_t speed_permille = 1000;
  std::int64_t origin = 0;  // net::steady_now() at which model time begins
};

class EmbeddedMock {
 public:
  static Checked<std::unique_ptr<EmbeddedMock>> start(const ScenarioArguments& arguments,
                                                      const EmbeddedMockOptions& options);
  // Of a scenario that was loaded with its whole catalog; options name speed and origin.
  static Result<std::unique_ptr<EmbeddedMock>> serve(const scenario::LoadedScenario& scenario,
                                                     const mock::MockOptions& options);
  ~EmbeddedMock();  // ends the thread
  EmbeddedMock(const EmbeddedMock&) = delete;
  EmbeddedMock& operator=(const EmbeddedMock&) = delete;

  std::string url() const { return url_; }
  // Ends the thread: how punctually it was woken.
  net::Wakes end();
  // In the order of the scenario's keys; one where it has none.
  const std::vector<std::string>& keys() const noexcept { return keys_; }

 private:
  explicit EmbeddedMock(std::unique_ptr<mock::MockServer> server);

  std::unique_ptr<mock::MockServer> server_;
  std::string url_;
  std::vector<std::string> keys_;
  std::thread thread_;
};

}  // namespace sluice::app
