#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/dashboard_mock.hpp"
#include "app/load_arguments.hpp"
#include "app/mock_banner.hpp"
#include "app/output_file.hpp"
#include "app/replay_run.hpp"
#include "base/text.hpp"
#include "mock/federation.hpp"
#include "mock/grade_text.hpp"
#include "mock/mock_server.hpp"
#include "mock/summary_text.hpp"
#include "net/event_loop.hpp"
#include "net/tls.hpp"
#include "net/url.hpp"
#include "report/html.hpp"
#include "scenario/read_file.hpp"

namespace sluice::app {
namespace {

// Whom the mock serves when no scenario is named. A scenario has to have a workload; this one's
// model has limits in every tier, and its sizes are those of answers that nobody asked for
// otherwise.
constexpr const char* kDefaultOrganization = R"({
  "sluice": 1,
  "organization": { "tier": "start" },
  "workloads": [
    {
      "name": "default",
      "model": "haiku-4.5",
      "arrivals": { "type": "poisson", "rate": "60/min" },
      "input": { "p50": 1200, "p95": 6000 },
      "output": { "p50": 250, "p95": 900 }
    }
  ]
})";
constexpr const char* kDefaultTitle = "default organization";

Checked<scenario::LoadedScenario> load_organization(const MockArguments& arguments) {
  scenario::LoadOptions options = load_options(arguments.scenario);
  if (arguments.tier) options.overrides.push_back("/organization/tier=" + *arguments.tier);
  if (arguments.seed) options.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  options.whole_catalog = true;
  // Under a manual clock the run starts on the catalog's date, so that a test has the same dates
  // every day.
  if (!arguments.manual_clock) options.default_start = net::wall_clock_now();
  if (!arguments.scenario.scenario.empty()) {
    return scenario::load_scenario(arguments.scenario.scenario, options);
  }
  auto scenario = scenario::load_scenario_text(kDefaultOrganization, "sluice mock", options);
  if (scenario) scenario->title = kDefaultTitle;
  return scenario;
}

// A self-signed certificate replaces one of an earlier mock, and no file of anybody else.
Result<void> check_is_ours(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return {};
  const auto there = scenario::read_file(path);
  if (there && net::is_self_made(*there)) return {};
  return invalid("--tls-cert", in_quotes(path) +
                                   " is there and holds no certificate of a mock's own; with "
                                   "--tls self-signed name another file, or one that is not there");
}

// Nothing for plain http.
Result<std::optional<net::TlsIdentity>> tls_identity(const MockArguments& arguments) {
  const bool has_certificate = !arguments.tls_certificate.empty();
  const bool has_key = !arguments.tls_key.empty();
  if (arguments.tls == "self-signed") {
    if (has_key) return invalid("--tls-key", "a self-signed certificate brings its own key");
    if (has_certificate) {
      auto is_ours = check_is_ours(arguments.tls_certificate);
      if (!is_ours) return tl::unexpected(std::move(is_ours).error());
    }
    SLUICE_TRY(net::TlsIdentity made, net::make_self_signed(arguments.host));
    if (has_certificate) {
      const auto written = write_file(arguments.tls_certificate, made.certificate_pem);
      if (!written) return tl::unexpected(written.error());
    }
    return std::optional(std::move(made));
  }
  if (has_certificate != has_key) {
    return invalid(has_key ? "--tls-key" : "--tls-cert",
                   "a certificate and its key belong together: give --tls-cert and --tls-key");
  }
  if (!has_certificate) return std::optional<net::TlsIdentity>{};
  SLUICE_TRY(net::TlsIdentity read,
             net::read_tls_identity(arguments.tls_certificate, arguments.tls_key));
  return std::optional(std::move(read));
}

Result<std::unique_ptr<mock::MockServer>> start(const MockArguments& arguments,
                                                const scenario::LoadedScenario& scenario) {
  SLUICE_TRY(const std::int64_t speed, parse_speed(arguments.speed));
  net::ServerOptions server;
  server.host = arguments.host;
  server.port = arguments.port;
  SLUICE_TRY(server.tls, tls_identity(arguments));
  mock::MockOptions options;
  options.any_key = !arguments.strict_keys;
  options.limits = arguments.limits;
  options.latency = arguments.latency;
  options.speed_permille = speed;
  options.is_clock_manual = arguments.manual_clock;
  options.is_loopback = net::is_loopback_host(arguments.host);
  options.grade = arguments.grade;
  return mock::MockServer::start(mock::make_mock_plan(scenario, options), server);
}

// One line that stands in place, for whoever watches a terminal.
std::string status_line(const mock::Counters& counters) {
  std::string line = fmt::format("\r\x1b[K  {} in flight", counters.in_flight);
  for (const auto& [status, count] : counters.by_status()) {
    line += fmt::format(", {} with {}", with_thousands(static_cast<std::int64_t>(count)), status);
  }
  return line;
}

}  // namespace

Exit serve_mock(const MockArguments& arguments) {
  const auto scenario = load_organization(arguments);
  if (!scenario) return report(scenario.error());
  const Errors wrong_keys = mock::check_federation(scenario->federation);
  if (!wrong_keys.empty()) return report(wrong_keys);
  auto server = start(arguments, *scenario);
  if (!server) return report(server.error());
  mock::Mock& mock = (*server)->mock();
  if (arguments.log) {
    mock.on_log([](std::string_view line) { print(stderr, std::string(line) + "\n"); });
  }
  std::unique_ptr<MockDashboard> dashboard;
  if (has_web()) {
    auto started = MockDashboard::start(*scenario, **server);
    if (!started) return report(started.error());
    dashboard = std::move(*started);
  }
  const std::string url = (*server)->url();
  const std::string dashboard_url = dashboard ? dashboard->url() : "";
  const BannerFacts facts{
      .url = url,
      .certificate_path = arguments.tls.empty() ? std::string_view{} : arguments.tls_certificate,
      .dashboard_url = dashboard_url,
      .is_loopback = net::is_loopback_host(arguments.host)};
  (*server)->loop().stop_on_signals();  // before a reader of the banner may send one
  if (!print(stdout, mock_banner(mock.state().plan, facts))) return Exit::kFailure;

  const bool shows_status = is_terminal(stderr) && !arguments.log;
  if (shows_status) {
    (*server)->loop().every(seconds(1),
                            [&mock] { print(stderr, status_line(mock.state().counters)); });
  }

  (*server)->run();
  (*server)->loop().catch_up();  // nothing may have happened since the last call
  if (shows_status) print(stderr, "\r\x1b[K");
  if (dashboard) dashboard->end();

  mock::MockState& state = mock.state();
  const mock::StateView view{state.plan, state.api, state.counters, state.timers.now()};
  bool printed = print(stdout, "\n" + mock::summary_text(view));
  if (!arguments.grade) return printed ? Exit::kOk : Exit::kFailure;
  const mock::Verdict verdict = state.grader.final_verdict(state.timers.now());
  printed &= print(stdout, "\n" + mock::grade_text(verdict));
  if (!verdict.passed) return Exit::kExpectation;
  return printed ? Exit::kOk : Exit::kFailure;
}

}  // namespace sluice::app
