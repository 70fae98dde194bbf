#include "engine/cut_watch.hpp"

#include <algorithm>

#include "engine/in_process_api.hpp"

namespace sluice {

[[gnu::noinline]] void CutWatch::stream(AttemptInFlight& attempt, TimePoint until) {
  Node& node = take(&on_end);
  node.attempt = &attempt;
  node.position = streams_.size();
  streams_.push_back(&node);
  timers_.push(until, node);
  watch_next();
}

CutWatch::Node& CutWatch::take(void (*fire)(TimedCall&)) {
  if (free_.empty()) free_.push_back(&nodes_.emplace_back());
  Node& node = *free_.back();
  free_.pop_back();
  node.fire = fire;
  node.watch = this;
  return node;
}

// The stream is over; its node lives until its event has fired.
void CutWatch::forget(Node& node) {
  streams_.back()->position = node.position;
  streams_[node.position] = streams_.back();
  streams_.pop_back();
  node.attempt = nullptr;
}

void CutWatch::on_end(TimedCall& call) {
  auto& node = static_cast<Node&>(call);
  CutWatch& watch = *node.watch;
  AttemptInFlight* attempt = node.attempt;
  if (attempt != nullptr) watch.forget(node);
  watch.free_.push_back(&node);
  if (attempt == nullptr) return;
  InProcessApi::on_end(*attempt);
  watch.watch_next();
}

void CutWatch::on_alarm(TimedCall& call) {
  auto& node = static_cast<Node&>(call);
  CutWatch& watch = *node.watch;
  const bool is_current = node.alarm == watch.alarm_;
  watch.free_.push_back(&node);
  if (!is_current) return;
  watch.alarm_due_ = kNever;
  watch.cut_dry_streams();
  watch.watch_next();
}

[[gnu::noinline]] void CutWatch::watch_next() {
  TimePoint due = kNever;
  for (const Node* node : streams_) {
    due = std::min(due, model_.cut_at(timers_.now(), node->attempt->admitted));
  }
  if (due == alarm_due_) return;
  alarm_due_ = due;
  ++alarm_;
  if (due == kNever) return;
  Node& alarm = take(&on_alarm);
  alarm.alarm = alarm_;
  timers_.push(due, alarm);
}

// All streams of a dry bucket are cut together, before the end of the first frees the bucket for
// the others.
void CutWatch::cut_dry_streams() {
  const TimePoint now = timers_.now();
  std::vector<AttemptInFlight*> cut;
  for (std::size_t i = streams_.size(); i-- > 0;) {
    Node& node = *streams_[i];
    if (model_.cut_at(now, node.attempt->admitted) > now) continue;
    cut.push_back(node.attempt);
    forget(node);
  }
  for (AttemptInFlight* attempt : cut) api_.end(*attempt, ErrorKind::kRateLimit, true);
}

}  // namespace sluice
