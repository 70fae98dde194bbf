#include "live/credentials.hpp"

#include <utility>

#include "base/check.hpp"
#include "live/federation_exchange.hpp"
#include "live/token_life.hpp"

namespace sluice::live {
namespace {

constexpr Duration kWatchEvery = seconds(1);

// A federated token wants the beta by which the API takes tokens at all (SDK source TS 1.11). A
// token that was given as such is sent as it is.
Secret header_line(std::string_view secret, std::string_view name, std::string_view more) {
  std::string line;
  line.reserve(name.size() + secret.size() + 2 + more.size());
  line.append(name).append(secret).append("\r\n").append(more);
  return take_secret(line);
}

}  // namespace

// The token of a federation: what TokenLife decides and FederationExchange does.
class Credentials::TokenSource final : public TokenListener {
 public:
  TokenSource(Credentials& owner, SteadyClock clock) : owner_(owner), clock_(clock) {}

  Result<void> start(Federation federation, net::EventLoop& loop,
                     const net::ClientOptions& target) {
    SLUICE_TRY(exchange_, FederationExchange::make(std::move(federation), loop, target, *this));
    loop.every(kWatchEvery, [this] { watch(); });
    return {};
  }

  // Whether there is a token to serve.
  bool serve() {
    const std::int64_t now = clock_();
    const TokenLife::Need need = life_.need(now);
    if (need != TokenLife::Need::kNone) fetch(now, need == TokenLife::Need::kMandatory);
    return need != TokenLife::Need::kMandatory;
  }

  bool on_refusal() { return life_.on_refusal(clock_()); }

 private:
  void fetch(std::int64_t now, bool is_awaited) {
    if (owner_.failure_ || exchange_->is_under_way()) return;
    was_awaited_ = is_awaited;
    auto begun = exchange_->begin(now);
    if (begun) return;
    life_.on_failure(now);
    if (is_awaited) owner_.failure_ = std::move(begun).error();  // watch() tells of it
  }

  // Also looks after a token that no request asks for, so that the next request need not wait.
  void watch() {
    const std::int64_t now = clock_();
    exchange_->watch(now);
    if (owner_.failure_) return owner_.tell();
    if (life_.may_fetch(now) && life_.need(now) != TokenLife::Need::kNone) fetch(now, false);
  }

  void on_exchange(Result<AccessToken> token) override {
    const std::int64_t now = clock_();
    if (token) {
      life_.on_token(now, token->lifetime);
      owner_.lines_[0] = header_line(token->text.reveal(), "authorization: Bearer ",
                                     "anthropic-beta: oauth-2025-04-20\r\n");
      return owner_.tell();
    }
    life_.on_failure(now);
    if (!owner_.is_awaited_) return;
    // Someone began to wait for an exchange that was nobody's: theirs is still to come.
    if (!was_awaited_) fetch(now, true);
    if (exchange_->is_under_way()) return;
    if (!owner_.failure_) owner_.failure_ = std::move(token).error();
    owner_.tell();
  }

  Credentials& owner_;
  SteadyClock clock_;
  TokenLife life_;
  bool was_awaited_ = false;  // when the exchange under way began
  std::unique_ptr<FederationExchange> exchange_;
};

Credentials::Credentials(CredentialPlan plan) {
  const std::string_view name = plan.is_bearer ? "authorization: Bearer " : "x-api-key: ";
  given_ = std::move(plan.given);
  for (const Secret& key : plan.keys) lines_.push_back(header_line(key.reveal(), name, ""));
}

Credentials::~Credentials() = default;

Result<std::unique_ptr<Credentials>> Credentials::make(CredentialPlan plan, net::EventLoop& loop,
                                                       const net::ClientOptions& target,
                                                       SteadyClock clock) {
  std::optional<Federation> federation = std::move(plan.federation);
  auto credentials = std::make_unique<Credentials>(std::move(plan));
  if (federation) {
    credentials->lines_.resize(1);
    credentials->tokens_ = std::make_unique<TokenSource>(*credentials, clock);
    auto started = credentials->tokens_->start(std::move(*federation), loop, target);
    if (!started) return tl::unexpected(std::move(started).error());
  }
  return credentials;
}

std::string_view Credentials::header(KeyId key) {
  if (!given_.empty()) return given_.reveal();
  if (tokens_ == nullptr) {
    SLUICE_CHECK(index(key) < lines_.size());
    return lines_[index(key)].reveal();
  }
  if (!failure_ && tokens_->serve()) return lines_[0].reveal();
  is_awaited_ = true;
  return {};
}

bool Credentials::was_refused(KeyId) {
  if (tokens_ == nullptr || failure_) return false;
  return tokens_->on_refusal();
}

void Credentials::tell() {
  if (!std::exchange(is_awaited_, false) || listener_ == nullptr) return;
  listener_->on_credentials();
}

Result<void> wait_for_credentials(net::EventLoop& loop, Credentials& credentials) {
  struct Waiter final : CredentialListener {
    explicit Waiter(net::EventLoop& waiting) : loop(waiting) {}
    void on_credentials() override { loop.stop(); }
    net::EventLoop& loop;
  };
  Waiter waiter(loop);
  credentials.listen(&waiter);
  int signal = 0;
  if (credentials.header(KeyId{}).empty() && !credentials.failure()) signal = loop.run();
  credentials.listen(nullptr);
  if (const auto& failure = credentials.failure()) return tl::unexpected(*failure);
  if (signal == 0) return {};
  return tl::unexpected(Error{ErrorCode::kInterrupted, "", "interrupted before the run began"});
}

}  // namespace sluice::live
