#include "app/dashboard.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/report_format.hpp"
#include "app/signals_blocked.hpp"
#include "describe/json.hpp"
#include "net/event_loop.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/open_metrics.hpp"
#include "report/open_metrics_text.hpp"
#include "report/web_assets.hpp"

namespace sluice::app {
namespace {

constexpr Duration kSnapshotEvery = milliseconds(100);
constexpr Duration kFresh = milliseconds(1500);  // a state that is to be followed by another
constexpr Duration kFarewell = seconds(2);
constexpr Duration kScraped = minutes(2);  // after which a scraper is taken to have gone

Money cost_of(const RunResult& result) {
  const auto cost = lookup(result, "cost.total");
  if (!cost) return {};
  const auto* const money = std::get_if<Money>(&cost->number);
  return money != nullptr ? *money : Money{};
}

// What is left of the run once it is over.
LiveNumbers numbers_after(const RunResult& result) {
  const RunFacts& facts = result.facts;
  LiveNumbers live;
  live.now = facts.stopped_at.value_or(kRunStart + facts.duration);
  live.spent = cost_of(result);
  if (!facts.load) return live;  // a mock's
  live.duration = facts.duration;
  live.cap = facts.load->spend_cap;
  if (facts.load->stopped != StopReason::kNone) live.stopping = sentence(facts.load->stopped);
  return live;
}

std::string state_json(std::string_view result, const describe::Value& live) {
  return fmt::format(R"({{"result":{},"live":{}}})", result, describe::to_json(live, 0));
}

}  // namespace

Result<std::unique_ptr<Dashboard>> Dashboard::start(RunFacts facts) {
  if (!has_web()) return tl::unexpected(no_web_error("--ui web"));
  const WebPage page{.title = fmt::format("{} - sluice", facts.scenario_name),
                     .script = web_asset("live.js"),
                     .style = web_asset("live.css")};
  auto dashboard = std::unique_ptr<Dashboard>(new Dashboard(std::move(facts)));
  SLUICE_TRY(dashboard->server_, WebServer::start(page, *dashboard, {}));
  dashboard->url_ = dashboard->server_->url();
  const SignalsBlocked blocked;
  dashboard->thread_ = std::thread([made = dashboard.get()] { made->run(); });
  return dashboard;
}

Dashboard::Dashboard(RunFacts facts)
    : facts_(std::move(facts)), snapshot_(facts_), recent_(net::steady_now()) {}

Dashboard::~Dashboard() {
  if (!thread_.joinable()) return;
  server_->loop().stop();
  thread_.join();
}

void Dashboard::run() {
  server_->loop().every(kSnapshotEvery, [this] { look(); });
  server_->run();
}

DashboardSnapshot* Dashboard::wanted() noexcept {
  if (!is_watched_.load(std::memory_order_relaxed)) return nullptr;
  Holder nobody = Holder::kNobody;
  const bool is_ours =
      holder_.compare_exchange_strong(nobody, Holder::kRun, std::memory_order_acquire);
  if (!is_ours) return nullptr;
  snapshot_.taken_at = net::steady_now();
  return &snapshot_;
}

void Dashboard::give() noexcept { holder_.store(Holder::kDashboard, std::memory_order_release); }

void Dashboard::look() {
  const bool is_watched = viewers_.count() > 0;
  is_watched_.store(is_watched || is_scraped(), std::memory_order_relaxed);
  if (has_ended_) {
    if (is_watched && net::steady_now() < leaves_at_) return;
    viewers_.close();
    if (leaves_at_ != 0) all_told_.set_value();
    leaves_at_ = 0;
  } else if (holder_.load(std::memory_order_acquire) == Holder::kDashboard) {
    show_snapshot();
    holder_.store(Holder::kNobody, std::memory_order_release);
  }
}

void Dashboard::show_snapshot() {
  recent_.see(snapshot_.taken_at, snapshot_.measured);
  const RunResult result = result_at(snapshot_, facts_);
  result_json_ = describe::to_json(to_value(result), 0);
  if (is_scraped()) metrics_ = render_open_metrics(result);
  shown_at_ = net::steady_now();
  viewers_.send(event_text("state", state_json(result_json_, live_value(snapshot_.live, recent_))));
}

void Dashboard::end(const RunResult& result) {
  server_->loop().post([this, &result] { show_end(result); });
  all_told_.get_future().wait();
}

void Dashboard::show_end(const RunResult& result) {
  has_ended_ = true;
  leaves_at_ = net::steady_now() + ns(kFarewell);
  if (viewers_.count() > 0) {
    result_json_ = render_json(result);
    const std::string line = describe::to_json(to_value(result), 0);
    recent_.see(net::steady_now(), result.measured);
    viewers_.send(event_text("end", state_json(line, live_value(numbers_after(result), recent_))));
  }
  look();
}

std::size_t Dashboard::body_limit(std::string_view /*path*/) const noexcept { return 0; }

void Dashboard::handle(const net::HttpRequest& request, net::HttpReply& reply) {
  if (request.method != "GET") return send_web_error(reply, 405, "Only GET is understood here.");
  if (request.path == "/events") {
    const bool is_current = has_ended_ || net::steady_now() - shown_at_ < ns(kFresh);
    viewers_.open(reply, is_current && !result_json_.empty());
    is_watched_.store(true, std::memory_order_relaxed);
    return;
  }
  if (request.path == "/report.html") return send_report(reply);
  if (request.path == "/metrics") return send_metrics(reply);
  send_web_error(reply, 404, "There is nothing at this path.");
}

// The latest state as a file to keep.
void Dashboard::send_report(net::HttpReply& reply) const {
  if (result_json_.empty()) return send_web_error(reply, 503, "Nothing is known of the run yet.");
  send_web(reply, 200, "text/html; charset=utf-8", html_report(result_json_, facts_.scenario_name));
}

bool Dashboard::is_scraped() const {
  return scraped_at_ != 0 && net::steady_now() - scraped_at_ < ns(kScraped);
}

// The first scrape asks for states; those that follow get the latest.
void Dashboard::send_metrics(net::HttpReply& reply) {
  if (!is_scraped()) metrics_.clear();  // of long ago
  scraped_at_ = net::steady_now();
  is_watched_.store(true, std::memory_order_relaxed);
  if (metrics_.empty()) {
    return send_web_error(reply, 503, "Nothing is known of the run yet: ask again in a second.");
  }
  send_web(reply, 200, OpenMetricsText::kContentType, metrics_);
}

}  // namespace sluice::app
