// What HttpApi is made of: its attempts, those that wait and those that are under way, in lists
// through themselves, so that in the steady state none costs memory. For http_api.cpp and
// http_attempt.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/alarm.hpp"
#include "live/http_api.hpp"
#include "live/intrusive_list.hpp"
#include "policy/price_list.hpp"
#include "wire/answer_fields.hpp"
#include "wire/answer_reader.hpp"

namespace sluice::live {

// One attempt from start() to its end, held back or under way; then it is the next one's.
struct HttpApi::Parts {
  struct Attempt final : net::AnswerListener {
    explicit Attempt(Parts& api) : parts(api) { call.listener = this; }
    void on_head(const net::AnswerHead& head) override;
    void on_body(std::string_view bytes) override;
    void on_end() override;
    void on_failure(const net::TransportFailure& failure) override;

    Parts& parts;
    AttemptInFlight* of = nullptr;
    TimePoint due{};
    std::int64_t due_wall = 0;  // the same by net::steady_now()
    bool is_under_way = false;
    bool is_announced = false;  // the observer has heard that it left
    int status = 0;
    Reservation reservation{};
    net::HttpCall call{};
    std::string lines{};  // the header fields, the credential's last
    std::size_t credential_at = 0;
    std::string body{};  // until it has left
    wire::AnswerFields fields{};
    wire::AnswerReader reader{};
    Links<Attempt> in_queue{};  // held or unwritten
    Links<Attempt> in_time{};
  };
  using Queue = IntrusiveList<Attempt, &Attempt::in_queue>;
  using ByTime = IntrusiveList<Attempt, &Attempt::in_time>;
  enum class End : std::uint8_t { kAnswered, kFailed, kGaveUp };

  Parts(const HttpApiParts& given, TimerQueue& queue, Exchange& result);
  ~Parts();

  void start(AttemptInFlight& in_flight);
  Attempt& take();
  void limit_time(Attempt& attempt);

  // Whether it may go; false: it, and all of its group behind it, stay.
  bool try_to_send(Attempt& attempt);
  void send(Attempt& attempt, std::string_view credential);
  void pump();  // sends what was held back and may go now
  void pump_group(Queue& held);

  void announce(Attempt& attempt);
  void look_at_unwritten();
  void give_up();
  void end(Attempt& attempt, End how, std::string_view transport);
  void hide_secret(Attempt& attempt) const;
  void write_exchange(const Attempt& attempt, End how);
  void report(Attempt& attempt, std::string_view transport);
  void release(Attempt& attempt);
  void release_body(Attempt& attempt);

  TimePoint sent_at(const Attempt& attempt) const noexcept;
  void stop();
  void abort();
  void stop_by_guard();
  void tell();

  HttpApiParts with;
  TimerQueue& timers;
  Exchange& exchange;
  PriceList prices;
  std::vector<std::unique_ptr<Attempt>> all{};
  std::vector<Attempt*> free{};
  std::vector<std::string> bodies{};  // empty ones that keep their memory
  std::vector<Queue> held{};          // by model group, each in the order in which they came
  Queue unwritten{};
  ByTime by_time{};  // those with a time limit, the nearest first
  std::size_t held_count = 0;
  std::size_t in_flight = 0;
  std::size_t kept_for_ever = 0;  // that came after the stop
  HttpApi::Listener* listener = nullptr;
  bool is_stopped = false;
  bool tells_guard_stop = false;
  bool tells_idle = false;
  bool is_idle_told = false;
  Alarm<Parts, &Parts::give_up> time_limits;
  Alarm<Parts, &Parts::pump> headroom;
  Alarm<Parts, &Parts::look_at_unwritten> writes;
  Alarm<Parts, &Parts::tell> news;
};

}  // namespace sluice::live
