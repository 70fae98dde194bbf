// One admitted request of the Messages API on its way to its last token: waits for the instants
// that ApiModel named, begins and finishes it there, and writes the answer as it comes. Pooled;
// lives until its last event has fired, which may be after the client has gone.
#pragma once

#include <cstdint>
#include <string>

#include "engine/admitted.hpp"
#include "engine/timer_queue.hpp"
#include "mock/answer_format.hpp"
#include "mock/fault_header.hpp"
#include "mock/limit_headers.hpp"
#include "mock/served.hpp"
#include "net/http_handler.hpp"

namespace sluice::mock {

class MessageExchanges;
struct MockState;

class MessageExchange final : public TimedCall, public net::ReplyListener {
 public:
  MessageExchange() { fire = &on_due; }
  MessageExchange(const MessageExchange&) = delete;
  MessageExchange& operator=(const MessageExchange&) = delete;

  // Written by whoever serves the request, before start().
  MessageExchanges* owner = nullptr;
  net::HttpReply* reply = nullptr;
  const AnswerFormat* format = nullptr;
  ServedRequest served;
  Admitted admitted;
  Answer answer{AnswerSpec{}};
  bool wants_stream_usage = true;

  // Admitted: what a request's own header asked for happens from here on, then the answer.
  void start(const FaultHeader* asked);
  // The server forgets it: the connection is closed, nothing is charged or noted any more.
  void abandon();

  void on_drained() override;
  void on_gone() override;

  // The output of its limits has run dry, and responses are cut then.
  void cut(TimePoint now);

  // As if new, but that memory is kept.
  void renew();
  bool has_events_pending() const noexcept { return events_pending_ > 0; }

 private:
  enum class Phase : std::uint8_t { kBefore, kAnswering, kOver };

  static void on_due(TimedCall& call);
  void apply(const FaultHeader& asked);
  void await_begin(TimePoint now);
  void wait_until(TimePoint due);
  void first_token(TimePoint now);
  void step(TimePoint now);
  void plan_next(TimePoint now);
  void complete(TimePoint now);
  void break_off(TimePoint now);
  void settle(TimePoint now, ErrorKind error);
  void begin_stream(TimePoint now);
  void write_tokens(std::string& out, std::int64_t tokens);
  void write_first_token(std::string& out, TimePoint now);
  void write(std::string_view bytes);
  void end_reply();
  std::string_view whole_fields();
  void send_whole();
  void send_broken(ErrorKind error);
  void release_if_over();

  MockState& state() const noexcept;
  AnswerHead head() const noexcept;
  Usage input_usage() const noexcept;
  Usage usage() const noexcept;
  std::int64_t produced(TimePoint now) const noexcept;
  std::int64_t visible(TimePoint now) const noexcept;

  LimitSnapshot limits_;
  StreamPosition position_;
  std::string message_id_;
  TimePoint due_{};
  Duration stall_{};  // part of the time to the first token
  TimePoint breaks_at_ = kNever;
  std::uint32_t events_pending_ = 0;
  Phase phase_ = Phase::kBefore;
  bool is_taken_ = false;
  bool is_open_ = false;         // the stream's head has been sent
  bool end_is_awaited_ = false;  // by a pending event
  bool is_paused_ = false;       // the client reads too slowly
  bool is_malformed_ = false;    // still to be
  bool truncates_ = false;       // an answer in JSON breaks off in its middle
};
// One is held for every answer in flight; blocks of a cached prompt come on top.
static_assert(sizeof(MessageExchange) <= 1400);

}  // namespace sluice::mock
