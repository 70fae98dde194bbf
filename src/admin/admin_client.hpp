// Reads of the Admin API, one after the other: one JSON document a call, its own 429s and overloads
// waited out within bounds, refusals in words that say what to do. Text of answers is free of the
// key that was sent, whatever a server repeats.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "admin/admin_key.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "live/fetch.hpp"
#include "net/http_client.hpp"

namespace sluice::admin {

inline constexpr const char* kDefaultTarget = "https://api.anthropic.com";

// How the outside is reached: sockets and a clock, or a test's own.
struct AdminPorts {
  std::function<Result<live::Fetched>(const live::FetchRequest& request)> fetch;
  // Passes so much wall time; an error ends the work (Ctrl-C).
  std::function<Result<void>(Duration time)> wait;
  // Before a wait: how long, and why. May be empty.
  std::function<void(Duration time, const std::string& why)> on_wait{};
};

// Over the network to `target`, https unless it is loopback: anything else is an error here, before
// a key is sent.
Result<AdminPorts> network_ports(const net::ClientOptions& target);

// What one address answered in the end.
struct AdminAnswer {
  int status = 0;       // 200, or what the caller said it would take
  std::string body;     // followed by padding that is not part of it: see text()
  std::string message;  // the error's words, of another status than 200
  std::string_view text() const noexcept;
};

class AdminClient {
 public:
  // Tries of one request, and wall time that all of them may wait together. The API's documentation
  // gives no number for these endpoints' own limit; it allows bursts for pages, and asks for at
  // most a poll a minute sustained (docs: usage-cost-api, 2026-08).
  static constexpr int kTriesMost = 6;
  static constexpr Duration kWaitMost = minutes(10);
  static constexpr int kBurst = 60;                    // requests without a pause between them
  static constexpr Duration kSustained = seconds(60);  // from one to the next after those

  // `where` names the server in errors: "https://api.anthropic.com".
  AdminClient(AdminPorts ports, const AdminKey& key, std::string where, std::string user_agent);

  // GET of a path with its query. `taken`: other statuses than 200 that are an answer too (a beta
  // that an organization does not have). 401, 403, 404, redirects, anything that is no JSON: an
  // error that says what it means.
  struct Request {
    std::string path;
    std::string beta{};          // anthropic-beta
    bool takes_refusal = false;  // 400, 403 and 404 are answers
    bool is_report = false;      // is asked for once a minute after kBurst requests
  };
  Result<AdminAnswer> get(const Request& request);

  // How many requests are about to be made in all, so that waits between them say what is left.
  void foresee(std::int64_t requests) noexcept { foreseen_ = requests; }
  // What so many requests for reports wait between them.
  static constexpr Duration pauses(std::int64_t requests) noexcept {
    return requests > kBurst ? kSustained * (requests - kBurst) : Duration{};
  }

 private:
  Result<live::Fetched> send(const Request& request);
  Result<void> pause(Duration time, const std::string& why);
  std::string how_far() const;
  Error refusal(const Request& request, int status, const std::string& message) const;

  AdminPorts ports_;
  live::Secret key_;
  live::Secret header_;
  std::string where_;
  std::string user_agent_;
  std::int64_t requests_ = 0;
  std::int64_t foreseen_ = 0;  // 0: not known
  Duration waited_{};
};

// "a b" -> "a%20b": one value of a query.
std::string query_text(std::string_view value);

}  // namespace sluice::admin
