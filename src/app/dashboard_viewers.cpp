#include "app/dashboard_viewers.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/web_server.hpp"

namespace sluice::app {
namespace {

constexpr int kMissedAtMost = 15;  // events in a row, of which there is one a second

}  // namespace

std::string event_text(std::string_view name, std::string_view json) {
  return fmt::format("event: {}\ndata: {}\n\n", name, json);
}

class DashboardViewers::Viewer final : public net::ReplyListener {
 public:
  Viewer(net::HttpReply& reply, const std::string& latest) : reply_(&reply), latest_(latest) {
    reply.listen(this);
    reply.begin(200, web_fields("text/event-stream"));
    has_room_ = reply.write("retry: 1000\n\n");
  }
  ~Viewer() override {
    if (reply_ != nullptr) reply_->listen(nullptr);
  }
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  void show_latest() {
    if (reply_ == nullptr) return;
    if (has_room_) {
      missed_ = 0;
      has_room_ = reply_->write(latest_);
    } else if (++missed_ > kMissedAtMost) {
      std::exchange(reply_, nullptr)->drop();
    }
  }
  void close() {
    if (reply_ != nullptr) std::exchange(reply_, nullptr)->finish();
  }
  bool has_left() const noexcept { return reply_ == nullptr; }

 private:
  void on_drained() override {
    has_room_ = true;
    if (missed_ > 0) show_latest();
  }
  void on_gone() override { reply_ = nullptr; }

  net::HttpReply* reply_;  // null once it must not be touched
  const std::string& latest_;
  bool has_room_ = true;
  int missed_ = 0;
};

DashboardViewers::DashboardViewers() = default;
DashboardViewers::~DashboardViewers() = default;

void DashboardViewers::open(net::HttpReply& reply, bool is_current) {
  all_.push_back(std::make_unique<Viewer>(reply, latest_));
  if (is_current) all_.back()->show_latest();
}

void DashboardViewers::send(std::string event) {
  latest_ = std::move(event);
  for (const auto& viewer : all_) viewer->show_latest();
}

std::size_t DashboardViewers::count() {
  std::erase_if(all_, [](const auto& viewer) { return viewer->has_left(); });
  return all_.size();
}

void DashboardViewers::close() {
  for (const auto& viewer : all_) viewer->close();
  all_.clear();
}

}  // namespace sluice::app
