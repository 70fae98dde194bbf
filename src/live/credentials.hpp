// Who the load tester is to the API: keys for the scenario's keys, or one federated token, found
// where the official SDKs find them (SDK source TS 1.11, docs: workload identity federation,
// 2026-11). Never on a command line.
//
//   SLUICE_TRY(CredentialPlan plan, find_credentials(keys, sources, environment));
//   Credentials credentials(std::move(plan), loop);
//   credentials.header(key)          // "x-api-key: ...\r\n"; empty: a token is on its way
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ids.hpp"
#include "base/error.hpp"
#include "live/environment.hpp"
#include "live/federation.hpp"
#include "live/secret.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"
#include "net/url.hpp"
#include "policy/run_plan.hpp"

namespace sluice::live {

struct CredentialSources {
  std::string env_file{};                // --env-file: NAME=value lines; the process's own win
  std::vector<std::string> key_files{};  // --api-key-file: PATH, or KEY=PATH for one key of several
};

struct CredentialPlan {
  std::vector<Secret> keys;  // as RunPlan::keys; empty with a federation
  bool is_bearer = false;    // ANTHROPIC_AUTH_TOKEN: Authorization instead of x-api-key
  std::optional<Federation> federation;
  Secret given;        // whole lines (--header) that are sent instead of any of these; empty: none
  std::string source;  // for people: "ANTHROPIC_API_KEY, sk-ant-api03-...(108 characters)"
};

// A clock as net::steady_now().
using SteadyClock = std::int64_t (*)() noexcept;

// One key serves a scenario with one key; with several, each wants its own:
// ANTHROPIC_API_KEY_<NAME> (upper case, other characters as _) or a key file. Nothing found, a file
// that cannot be read, half of a federation's variables: one clear error that says what is looked
// for where.
Result<CredentialPlan> find_credentials(const std::vector<KeyPlan>& keys,
                                        const CredentialSources& sources, Environment environment);

class CredentialListener {
 public:
  virtual ~CredentialListener() = default;
  virtual void on_credentials() = 0;  // header() answers again, or failure() does; from the loop
};

class Credentials {
 public:
  // Keys that the caller has itself (the embedded mock's).
  explicit Credentials(CredentialPlan plan);
  // A federation exchanges its token with the target itself, through its own connection. Refused
  // over plain http unless the target is loopback. The loop outlives them, and does not run any
  // more once they have gone.
  static Result<std::unique_ptr<Credentials>> make(CredentialPlan plan, net::EventLoop& loop,
                                                   const net::ClientOptions& target,
                                                   SteadyClock clock = net::steady_now);
  ~Credentials();
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;

  void listen(CredentialListener* listener) noexcept { listener_ = listener; }
  // The whole line, or two; valid until the loop goes on. Of a federation: empty until the first
  // token is there, refreshed in the background from 120 s before its end on (failure keeps the old
  // one, and the next try comes after 5 s), and waited for below 30 s. All who wait wait for the
  // same exchange.
  std::string_view header(KeyId key);
  // A 401 came. True: the token is fetched anew, or has just been, and one more attempt makes
  // sense. False: nothing more can be done, as with a key, or with a token that replaced a refused
  // one and fares no better.
  bool was_refused(KeyId key);
  // Why there will be no header any more.
  const std::optional<Error>& failure() const noexcept { return failure_; }

 private:
  class TokenSource;
  void tell();
  std::vector<Secret> lines_;  // as RunPlan::keys; of a federation its one token's
  Secret given_;               // as CredentialPlan::given
  CredentialListener* listener_ = nullptr;
  std::optional<Error> failure_;
  bool is_awaited_ = false;              // header() had none to give
  std::unique_ptr<TokenSource> tokens_;  // null: keys
};

// Runs the loop until the first header is there, before a run. An error: there will be none, or
// Ctrl-C came.
Result<void> wait_for_credentials(net::EventLoop& loop, Credentials& credentials);

}  // namespace sluice::live
