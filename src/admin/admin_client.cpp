#include "admin/admin_client.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "admin/harmless_text.hpp"
#include "base/ascii.hpp"
#include "base/text.hpp"
#include "describe/json.hpp"
#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "wire/answer_fields.hpp"

namespace sluice::admin {
namespace {

constexpr std::size_t kPadding = 64;  // for simdjson
constexpr const char* kVersion = "2026-10-21";
constexpr int kOk = 200;

bool is_passing(int status) noexcept {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504 ||
         status == 529;
}

// Without a retry-after: 2 s, 4 s, ... as the SDKs do, from a second up because an Admin API's
// limits are of minutes.
Duration backoff(int tries) noexcept { return seconds(std::int64_t{1} << std::min(tries, 5)); }

// The fields that a refusal has about waiting.
std::optional<Duration> retry_after(const live::Fetched& fetched) {
  wire::AnswerFields fields;
  std::string_view head = fetched.head;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    const std::size_t colon = line.find(": ");
    if (colon == line.npos) continue;
    wire::read_field(fields, line.substr(0, colon), line.substr(colon + 2));
  }
  wire::finish_fields(fields);
  return fields.retry_after;
}

// {"error": {"message": "..."}}; empty where the body is something else.
std::string error_message(const std::string& body) {
  const auto value = describe::parse_json(body, "answer");
  if (!value || !value->is(describe::Value::Kind::kObject)) return {};
  const describe::Value* const error = value->find("error");
  if (error == nullptr || !error->is(describe::Value::Kind::kObject)) return {};
  const describe::Value* const message = error->find("message");
  if (message == nullptr || !message->is(describe::Value::Kind::kString)) return {};
  return harmless_text(message->as_string());
}

std::string_view without_query(std::string_view path) noexcept {
  return path.substr(0, path.find('?'));
}

// Ends the loop when the time is over.
class Timer final : public TimedCall {
 public:
  explicit Timer(net::EventLoop& loop) : loop_(loop) {
    fire = [](TimedCall& call) { static_cast<Timer&>(call).loop_.stop(); };
  }

 private:
  net::EventLoop& loop_;
};

Result<void> wait_on_loop(Duration time) {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  Timer timer(loop);
  timers.push(kRunStart + time, timer);
  loop.stop_on_signals();
  if (loop.run() == 0) return {};
  return tl::unexpected(Error{ErrorCode::kInterrupted, "", "interrupted while waiting"});
}

}  // namespace

std::string_view AdminAnswer::text() const noexcept {
  return std::string_view(body).substr(0, body.size() - kPadding);
}

std::string query_text(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const bool is_plain = ascii::is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

Result<AdminPorts> network_ports(const net::ClientOptions& target) {
  if (!target.target.tls && !target.target.is_loopback()) {
    return invalid("--target", fmt::format("{} is not https: an Admin key goes over plain http to "
                                           "loopback only",
                                           target.target.text()));
  }
  return AdminPorts{
      .fetch = [target](const live::FetchRequest& request) { return live::fetch(target, request); },
      .wait = wait_on_loop};
}

AdminClient::AdminClient(AdminPorts ports, const AdminKey& key, std::string where,
                         std::string user_agent)
    : ports_(std::move(ports)),
      key_(key.secret.reveal()),
      header_(key.header()),
      where_(std::move(where)),
      user_agent_(std::move(user_agent)) {}

Result<live::Fetched> AdminClient::send(const Request& request) {
  if (request.is_report && requests_ >= kBurst) {
    // What is asked for was foreseen, so this is no part of what refusals may cost.
    if (ports_.on_wait) ports_.on_wait(kSustained, how_far());
    if (auto waited = ports_.wait(kSustained); !waited) {
      return tl::unexpected(std::move(waited).error());
    }
  }
  ++requests_;
  live::FetchRequest fetch{.path = request.path};
  fetch.fields.reserve(header_.reveal().size() + 256);  // so that no shorter copy is left behind
  fetch.fields += header_.reveal();
  fetch.fields += fmt::format(
      "anthropic-version: {}\r\naccept: application/json\r\n"
      "user-agent: {}\r\n",
      kVersion, user_agent_);
  if (!request.beta.empty()) fetch.fields += fmt::format("anthropic-beta: {}\r\n", request.beta);
  auto fetched = ports_.fetch(fetch);
  live::wipe(fetch.fields);
  if (fetched) live::strike_out(fetched->body, key_.reveal());
  return fetched;
}

std::string AdminClient::how_far() const {
  if (foreseen_ <= requests_) {
    return fmt::format("after {} requests the Admin API is asked once a minute", requests_);
  }
  const Duration left = kSustained * (foreseen_ - requests_);
  return fmt::format("{} of about {} requests to the Admin API, about {} left",
                     with_thousands(requests_), with_thousands(foreseen_), short_text(left));
}

Result<void> AdminClient::pause(Duration time, const std::string& why) {
  if (waited_ + time > kWaitMost) {
    return io_error(where_, fmt::format("{}; it has to be waited {}, and {} have been waited "
                                        "already: try again later",
                                        why, exact_text(time), exact_text(waited_)));
  }
  waited_ += time;
  if (ports_.on_wait) ports_.on_wait(time, why);
  return ports_.wait(time);
}

Error AdminClient::refusal(const Request& request, int status, const std::string& message) const {
  const std::string said = message.empty() ? std::string() : fmt::format(" ({})", message);
  const std::string where = where_ + std::string(without_query(request.path));
  std::string what;
  if (status == 401) {
    what =
        "401: the Admin key is not accepted: is it whole, of this organization, and not revoked?";
  } else if (status == 403) {
    what =
        "403: the key may not read this: it takes an Admin key (sk-ant-admin...), or a token "
        "with the scope for it";
  } else if (status == 404) {
    what =
        "404: there is no such thing here: is --target the API's own address, and is the "
        "account an organization? (individual accounts have no Admin API)";
  } else if (status >= 300 && status < 400) {
    what = fmt::format("{}: redirects are not followed, so that a key goes nowhere else", status);
  } else {
    what = fmt::format("{} instead of 200", status);
  }
  return io_error(where, what + said).value();
}

Result<AdminAnswer> AdminClient::get(const Request& request) {
  for (int tries = 1;; ++tries) {
    SLUICE_TRY(live::Fetched fetched, send(request));
    const std::string message = fetched.status == kOk ? "" : error_message(fetched.body);
    if (is_passing(fetched.status)) {
      const Duration wait = retry_after(fetched).value_or(backoff(tries));
      const std::string why =
          fmt::format("{} answers {}{}", without_query(request.path), fetched.status,
                      message.empty() ? std::string() : fmt::format(" ({})", message));
      if (tries == kTriesMost) {
        return io_error(where_, fmt::format("{} for the {}th time: try again later", why, tries));
      }
      if (auto waited = pause(std::max(wait, Duration{}), why); !waited) {
        return tl::unexpected(std::move(waited).error());
      }
      continue;
    }
    const bool is_told = fetched.status == 400 || fetched.status == 403 || fetched.status == 404;
    if (fetched.status != kOk && !(request.takes_refusal && is_told)) {
      return tl::unexpected(refusal(request, fetched.status, message));
    }
    fetched.body.append(kPadding, '\0');
    return AdminAnswer{
        .status = fetched.status, .body = std::move(fetched.body), .message = message};
  }
}

}  // namespace sluice::admin
