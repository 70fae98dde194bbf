// One exchange of an identity token for the API's own, over a connection of its own: POST
// /v1/oauth/token as the SDKs send it (SDK source TS 1.11; docs: workload identity federation,
// 2026-08). Errors carry what the API says and never an identity token or a token.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "live/federation.hpp"
#include "live/secret.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"

namespace sluice::live {

struct AccessToken {
  Secret text;
  Duration lifetime{};  // from the answer on
};

struct TokenAnswer {
  int status = 0;
  std::string_view body;
  std::string_view request_id;
};

// The token in an answer, or why there is none. `assertion` is what was sent: it is struck out of
// whatever is quoted. `where` names the endpoint.
Result<AccessToken> read_token_answer(const TokenAnswer& answer, const Secret& assertion,
                                      const std::string& where);

class TokenListener {
 public:
  virtual ~TokenListener() = default;
  virtual void on_exchange(Result<AccessToken> token) = 0;  // from the loop
};

class FederationExchange final : private net::AnswerListener {
 public:
  // Refused over plain http unless the target is loopback.
  static Result<std::unique_ptr<FederationExchange>> make(Federation federation,
                                                          net::EventLoop& loop,
                                                          const net::ClientOptions& target,
                                                          TokenListener& listener);
  // Has no connection yet: make() makes those that do.
  FederationExchange(Federation federation, const net::ClientOptions& target,
                     TokenListener& listener);
  FederationExchange(const FederationExchange&) = delete;
  FederationExchange& operator=(const FederationExchange&) = delete;

  // An error if there is no identity token: then the listener hears nothing. `now` is in
  // nanoseconds since some instant, as watch() has it.
  Result<void> begin(std::int64_t now);
  bool is_under_way() const noexcept { return is_under_way_; }
  // To be called now and then: an answer that has not come in time is not waited for any longer.
  void watch(std::int64_t now);

 private:
  void on_head(const net::AnswerHead& head) override;
  void on_body(std::string_view bytes) override;
  void on_end() override;
  void on_failure(const net::TransportFailure& failure) override;
  void end(Result<AccessToken> token);

  Federation federation_;
  TokenListener& listener_;
  std::string where_;
  Duration patience_;
  net::HttpCall call_;
  Secret assertion_;
  Secret body_;
  int status_ = 0;
  std::string request_id_;
  std::string answer_;
  std::int64_t began_at_ = 0;
  bool is_under_way_ = false;
  std::unique_ptr<net::HttpClient> client_;  // goes first: it writes to call_
};

}  // namespace sluice::live
