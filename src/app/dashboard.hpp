// A page that shows a run while it happens: a local web server with a thread and an event loop of
// its own. The run shares nothing with it but one snapshot, which either of the two holds, never
// both: no lock, no wait, and no copy unless somebody watches. Rendering and slow browsers cost the
// run nothing but the processor's other work.
//
//   SLUICE_TRY(auto dashboard, Dashboard::start(facts));        print(dashboard->url());
//   if (auto* to = dashboard->wanted()) { copy into *to; dashboard->give(); }  // once a second
//   dashboard->end(result);                                     // until who watches has it
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "app/dashboard_snapshot.hpp"
#include "app/dashboard_viewers.hpp"
#include "app/web_server.hpp"
#include "base/error.hpp"

namespace sluice::app {

class Dashboard final : public WebApi {
 public:
  // `facts` are what is known before the run. A build without web parts has no page: an error.
  static Result<std::unique_ptr<Dashboard>> start(RunFacts facts);
  ~Dashboard() override;  // ends the thread; who watches keeps what it has
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;

  std::string url() const { return url_; }

  // On the run's thread. Where the next snapshot is to be written; null if nobody watches, or the
  // last one is still being read. It keeps what was written before, memory above all.
  DashboardSnapshot* wanted() noexcept;
  void give() noexcept;
  // The run is over. Waits until all who watch have got its result and have closed their streams,
  // which the page does once it has the report too; two seconds at most.
  void end(const RunResult& result);

  std::size_t body_limit(std::string_view path) const noexcept override;
  void handle(const net::HttpRequest& request, net::HttpReply& reply) override;

 private:
  enum class Holder : std::uint8_t { kNobody, kRun, kDashboard };
  explicit Dashboard(RunFacts facts);
  void run();
  void look();
  void show_snapshot();
  void show_end(const RunResult& result);
  void send_report(net::HttpReply& reply) const;
  bool is_scraped() const;
  void send_metrics(net::HttpReply& reply);

  const RunFacts facts_;
  // What crosses threads: who may touch the snapshot, and whether anybody wants one.
  std::atomic<Holder> holder_{Holder::kNobody};
  std::atomic<bool> is_watched_{false};
  DashboardSnapshot snapshot_;

  RecentRefusals recent_;
  DashboardViewers viewers_;
  std::string result_json_;  // of the latest state
  std::string metrics_;      // likewise, while somebody scrapes
  std::int64_t scraped_at_ = 0;
  std::int64_t shown_at_ = 0;   // net::steady_now() then
  std::int64_t leaves_at_ = 0;  // once the end is shown
  std::promise<void> all_told_;
  bool has_ended_ = false;

  std::unique_ptr<WebServer> server_;
  std::string url_;
  std::thread thread_;
};

}  // namespace sluice::app
