// The simulations that the explorer's page asks for, one after the other on a thread of their own,
// so that the page is answered while one runs. A page that gives up on one (it has a newer) closes
// its connection, and that run ends at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/ui_scenario.hpp"
#include "net/event_loop.hpp"
#include "net/http_handler.hpp"

namespace sluice::app {

class UiRuns {
 public:
  // Both must outlive it. To be made and destroyed on the loop's thread, while the loop is not
  // running.
  UiRuns(net::EventLoop& loop, const UiBase& base);
  ~UiRuns();  // stops what runs; connections that wait for an answer are closed
  UiRuns(const UiRuns&) = delete;
  UiRuns& operator=(const UiRuns&) = delete;

  // Answers with any number of lines {"progress": 0.25}, and then with
  // {"result": docs/result.schema.json, "milliseconds": {"load", "simulate", "write"}} or
  // {"errors": [...]} as ui_scenario.hpp has them; those of ui_bounds.hpp too.
  void start(UiScenario scenario, net::HttpReply& reply);

 private:
  struct Run;

  void work();
  std::string answer_to(Run& run) const;
  void finish(Run& run);
  void tell_progress();

  net::EventLoop& loop_;
  const UiBase& base_;
  std::vector<std::unique_ptr<Run>> runs_;  // the loop's thread alone adds and removes

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Run*> waiting_;
  bool is_over_ = false;
  std::thread worker_;
};

}  // namespace sluice::app
