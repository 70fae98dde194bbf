// Which attempts go, wait, are given up, and when all is over.
#include "live/http_api.hpp"

#include "base/check.hpp"
#include "live/http_api_parts.hpp"
#include "live/plan_prices.hpp"

namespace sluice::live {

HttpApi::Parts::Parts(const HttpApiParts& given, TimerQueue& queue, Exchange& result)
    : with(given),
      timers(queue),
      exchange(result),
      prices(plan_prices(given.plan)),
      held(given.plan.groups.size()),
      time_limits(*this, queue),
      headroom(*this, queue),
      writes(*this, queue),
      news(*this, queue) {}

HttpApi::Parts::~Parts() {
  for (const std::unique_ptr<Attempt>& attempt : all) {
    if (attempt->is_under_way) with.client.cancel(attempt->call);
  }
}

HttpApi::Parts::Attempt& HttpApi::Parts::take() {
  if (free.empty()) {
    all.push_back(std::make_unique<Attempt>(*this));
    return *all.back();
  }
  Attempt& attempt = *free.back();
  free.pop_back();
  return attempt;
}

void HttpApi::Parts::start(AttemptInFlight& in_flight_now) {
  if (is_stopped) {
    ++kept_for_ever;
    return;
  }
  Attempt& attempt = take();
  attempt.of = &in_flight_now;
  attempt.status = 0;
  attempt.call.written_at = 0;
  attempt.call.reused = false;
  attempt.reader.begin(with.format, 0, false);
  wire::clear(attempt.fields);
  limit_time(attempt);
  const GroupId group = with.plan.models[index(in_flight_now.spec.model)].group;
  Queue& queue = held[index(group)];
  attempt.due = timers.due();
  if (queue.front() == nullptr && try_to_send(attempt)) return;
  queue.push_back(attempt);
  ++held_count;
  with.observer.on_held_back();
}

// Limits of one client come in order, so that the place is found at once.
void HttpApi::Parts::limit_time(Attempt& attempt) {
  const TimePoint at = attempt.of->give_up_at;
  if (at == kNever) return;
  Attempt* place = by_time.back();
  while (place != nullptr && place->of->give_up_at > at) place = ByTime::before(*place);
  by_time.insert_behind(place, attempt);
  time_limits.set(at);
}

bool HttpApi::Parts::try_to_send(Attempt& attempt) {
  const RequestSpec& spec = attempt.of->spec;
  const std::string_view credential = with.credentials.header(spec.key);
  if (credential.empty()) {
    if (const auto& failure = with.credentials.failure()) {
      with.guard.lost_credentials(failure->text());
      stop_by_guard();
    }
    return false;
  }
  const TokenBounds bounds = with.writer.bounds(spec);
  const Permission permission = with.guard.ask(timers.now(), spec, bounds, attempt.reservation);
  switch (permission.kind) {
    case Permission::Kind::kGo:
      send(attempt, credential);
      return true;
    case Permission::Kind::kWaitUntil:
      headroom.set(permission.until);
      return false;
    case Permission::Kind::kWaitForEnd:
      return false;
    case Permission::Kind::kStop:
      stop_by_guard();
      return false;
  }
  return false;
}

void HttpApi::Parts::pump() {
  if (held_count == 0) return;
  for (Queue& queue : held) pump_group(queue);
}

void HttpApi::Parts::pump_group(Queue& queue) {
  while (!is_stopped && queue.front() != nullptr) {
    Attempt& attempt = *queue.front();
    attempt.due = timers.now();
    queue.remove(attempt);
    if (!try_to_send(attempt)) return queue.insert_behind(nullptr, attempt);
    --held_count;
  }
}

void HttpApi::Parts::give_up() {
  while (Attempt* const attempt = by_time.front()) {
    if (attempt->of->give_up_at > timers.now()) return time_limits.set(attempt->of->give_up_at);
    if (attempt->is_under_way) {
      with.client.cancel(attempt->call);
      end(*attempt, End::kGaveUp, "gave up");
    } else {
      end(*attempt, End::kGaveUp, "held back until its time was over");
    }
  }
}

void HttpApi::Parts::stop() {
  if (is_stopped) return;
  is_stopped = true;
  // Those that wait do so for ever.
  for (Queue& queue : held) {
    for (Attempt* attempt = queue.front(); attempt != nullptr; attempt = Queue::behind(*attempt)) {
      if (ByTime::is_in_list(*attempt)) by_time.remove(*attempt);
    }
  }
  tells_idle = in_flight == 0;
  if (tells_idle) news.set(timers.now());
}

void HttpApi::Parts::abort() {
  stop();
  for (const std::unique_ptr<Attempt>& attempt : all) {
    if (!attempt->is_under_way) continue;
    with.client.cancel(attempt->call);
    end(*attempt, End::kGaveUp, "cut short by a second Ctrl-C");
  }
}

void HttpApi::Parts::stop_by_guard() {
  if (is_stopped) return;
  tells_guard_stop = true;
  stop();
  news.set(timers.now());
}

void HttpApi::Parts::tell() {
  if (listener == nullptr) return;
  if (std::exchange(tells_guard_stop, false)) listener->on_guard_stop();
  if (!tells_idle || is_idle_told) return;
  is_idle_told = true;
  listener->on_idle();
}

HttpApi::HttpApi(const HttpApiParts& parts)
    : ApiPort(parts.loop.timers()),
      parts_(std::make_unique<Parts>(parts, parts.loop.timers(), exchange_)) {
  parts.credentials.listen(this);
}

HttpApi::~HttpApi() { parts_->with.credentials.listen(nullptr); }

bool HttpApi::start(AttemptInFlight& attempt) {
  parts_->start(attempt);
  return false;
}

void HttpApi::stop() noexcept { parts_->stop(); }
void HttpApi::abort() { parts_->abort(); }
std::size_t HttpApi::in_flight() const noexcept { return parts_->in_flight; }
std::size_t HttpApi::held() const noexcept { return parts_->held_count + parts_->kept_for_ever; }
void HttpApi::listen(Listener* listener) noexcept { parts_->listener = listener; }
void HttpApi::on_credentials() { parts_->pump(); }

}  // namespace sluice::live
