// The API over HTTP: an ApiPort whose attempts are real requests. One exchange an attempt, sent at
// once when the client asks for it, read as it comes, told to the client as an Outcome with the
// server's own usage, priced by the scenario's catalog. Never retries, never redirects. What may
// not go yet waits, in order within its model group.
#pragma once

#include <cstddef>
#include <memory>

#include "engine/api_port.hpp"
#include "live/attempt_facts.hpp"
#include "live/credentials.hpp"
#include "live/request_writer.hpp"
#include "live/run_guard.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"
#include "policy/run_plan.hpp"

namespace sluice::live {

// Everything outlives the port, but the loop must not run on without it. `observer` hears of every
// attempt; `gaps` (may be null) of every gap between content events.
struct HttpApiParts {
  net::EventLoop& loop;
  net::HttpClient& client;
  const RunPlan& plan;
  const RequestWriter& writer;
  Credentials& credentials;
  RunGuard& guard;
  AttemptObserver& observer;
  wire::ContentListener* gaps = nullptr;
  wire::AnswerFormat format = wire::AnswerFormat::kMessages;
  bool target_is_mock = false;
};

class HttpApi final : public ApiPort, private CredentialListener {
 public:
  explicit HttpApi(const HttpApiParts& parts);
  ~HttpApi() override;  // drops what is in flight
  HttpApi(const HttpApi&) = delete;
  HttpApi& operator=(const HttpApi&) = delete;

  bool start(AttemptInFlight& attempt) override;

  // From now on nothing is sent: attempts that come wait for ever. Those in flight go on.
  void stop() noexcept;
  // The same, and what is in flight ends now, as given up: it has its record, and the guard counts
  // it at its worst.
  void abort();
  std::size_t in_flight() const noexcept;  // sent and not ended
  std::size_t held() const noexcept;       // waiting for headroom, money or a token
  // Both are called once at most, from the loop; on_idle() when nothing is in flight after stop().
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_guard_stop() = 0;  // the guard ended the run: stop() was called
    virtual void on_idle() = 0;
  };
  void listen(Listener* listener) noexcept;

 private:
  void on_credentials() override;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::live
