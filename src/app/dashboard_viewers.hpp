// Those who watch a dashboard: streams of server-sent events that stay open. Every event is a whole
// state, so whoever reads too slowly misses some and is never behind by more than one; who reads
// nothing for a while is dropped, and a browser comes back by itself. One thread, the server's.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_handler.hpp"

namespace sluice::app {

// "event: state\ndata: ...\n\n"; `json` is one line.
std::string event_text(std::string_view name, std::string_view json);

class DashboardViewers {
 public:
  DashboardViewers();
  ~DashboardViewers();  // replies that are still open are the server's to close
  DashboardViewers(const DashboardViewers&) = delete;
  DashboardViewers& operator=(const DashboardViewers&) = delete;

  // Answers with a stream; `is_current` says whether the latest state still holds, so that it can
  // be shown at once.
  void open(net::HttpReply& reply, bool is_current);
  // To everybody; the latest from now on.
  void send(std::string event);
  // Who has not left, forgetting those who have.
  std::size_t count();
  // Ends all streams.
  void close();

 private:
  class Viewer;
  std::string latest_;
  std::vector<std::unique_ptr<Viewer>> all_;
};

}  // namespace sluice::app
