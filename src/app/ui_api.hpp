// What the explorer's page can ask: GET schema, scenarios and catalog; POST check, simulate and
// save, all below /api/. What is wrong with a scenario is an ordinary answer (200, "errors"); other
// statuses are for requests that its page does not make.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/ui_runs.hpp"
#include "app/ui_scenarios.hpp"
#include "app/web_server.hpp"

namespace sluice::app {

class UiApi final : public WebApi {
 public:
  // `own`: the command line's file, or empty.
  UiApi(UiBase base, std::string own);

  const UiBase& base() const noexcept { return base_; }
  // Who simulates; before the first request. Null again before it goes.
  void set_runs(UiRuns* runs) noexcept { runs_ = runs; }

  std::size_t body_limit(std::string_view path) const noexcept override;
  void handle(const net::HttpRequest& request, net::HttpReply& reply) override;

 private:
  void get(std::string_view path, net::HttpReply& reply);
  void post(const net::HttpRequest& request, net::HttpReply& reply);
  void save(std::string_view body, net::HttpReply& reply);

  UiBase base_;
  UiScenarios scenarios_;
  UiRuns* runs_ = nullptr;
};

}  // namespace sluice::app
