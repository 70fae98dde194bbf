// A blocking HTTP/1.1 client for tests, over plain sockets or TLS. It sends what it is given, byte
// for byte, and reads answers one by one. Nothing waits for longer than kPatience: then the test
// fails instead of hanging.
//
//   HttpClient client(port);
//   client.send(get("/hello"));
//   CHECK(client.read().status == 200);
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace sluice::test {

inline constexpr std::chrono::seconds kPatience{20};

struct HttpAnswer {
  int status = 0;
  std::string head;  // the whole of it, status line included
  std::string body;  // chunks are joined
  bool is_complete = false;

  // The value of a header line, letters' case aside; empty if there is none.
  std::string field(std::string_view name) const {
    std::string lower = head;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::size_t at = lower.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

inline std::string get(std::string_view target, std::string_view fields = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nhost: test\r\n" + std::string(fields) +
         "\r\n";
}
inline std::string post(std::string_view target, std::string_view body,
                        std::string_view fields = {}) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nhost: test\r\ncontent-length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

class HttpClient {
 public:
  enum class Tls { kNone, kUnverified };

  // `trusted` is a certificate in PEM form; with it the server's is checked, name and all.
  explicit HttpClient(std::uint16_t port, Tls tls = Tls::kNone, std::string_view trusted = {},
                      bool is_v6 = false)
      : socket_(connect_to(port, is_v6)) {
    if (tls != Tls::kNone) start_tls(trusted);
  }
  ~HttpClient() { close(); }
  HttpClient(HttpClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        context_(std::move(other.context_)),
        session_(std::move(other.session_)),
        input_(std::move(other.input_)) {}
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // False: the server takes no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      if (session_ != nullptr) {
        if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent) != 1) return false;
      } else {
        const auto result = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (result < 0) return false;
        sent = static_cast<std::size_t>(result);
      }
      bytes.remove_prefix(sent);
    }
    return true;
  }

  // The next answer, without those of 1xx but if `any`. Of an answer to HEAD only the head comes.
  HttpAnswer read(bool is_head = false, bool any = false) {
    HttpAnswer answer;
    do {
      answer = read_one(is_head);
    } while (!any && answer.status >= 100 && answer.status < 200);
    return answer;
  }

  // Only the head; the body is still to be read by read_some().
  HttpAnswer read_head() {
    HttpAnswer answer;
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return answer;
    }
    answer.head = take(end + 4);
    std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
    return answer;
  }

  // Whatever comes next, at most `size`; empty at the end of the connection.
  std::string read_some(std::size_t size = 65536) {
    if (input_.empty()) receive();
    return take(std::min(size, input_.size()));
  }

  // Exactly so many bytes, or fewer at the end of the connection.
  std::string read_exactly(std::size_t size) {
    while (input_.size() < size && receive()) {
    }
    return take(std::min(size, input_.size()));
  }

  // Everything up to the end of the connection.
  std::string read_all() {
    while (receive()) {
    }
    return take(input_.size());
  }

  bool is_closed_by_server() { return input_.empty() && !receive() && input_.empty(); }
  void close_sending() { ::shutdown(socket_, SHUT_WR); }
  void close() {
    session_.reset();
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  // The server gets a reset instead of an end.
  void abort() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  int descriptor() const noexcept { return socket_; }
  SSL* session() const noexcept { return session_.get(); }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  struct FreeSession {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
  };

  static int connect_to(std::uint16_t port, bool is_v6) {
    const int socket = ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) throw std::runtime_error("no socket");
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    const auto* address =
        is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
    if (::connect(socket, address, is_v6 ? sizeof v6 : sizeof v4) != 0) {
      ::close(socket);
      throw std::runtime_error("cannot connect");
    }
    return socket;
  }

  void start_tls(std::string_view trusted) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!trusted.empty()) {
      BIO* bio = BIO_new_mem_buf(trusted.data(), static_cast<int>(trusted.size()));
      X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
      BIO_free(bio);
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate);
      X509_free(certificate);
      SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    }
    session_.reset(SSL_new(context_.get()));
    if (!trusted.empty()) SSL_set1_host(session_.get(), "localhost");
    SSL_set_fd(session_.get(), socket_);
    if (SSL_connect(session_.get()) != 1) {
      close();
      throw std::runtime_error("no TLS");
    }
  }

  // False at the end of the connection, which an error is too. Throws when nothing comes.
  bool receive() {
    if (socket_ < 0) return false;
    std::array<char, 65536> bytes;
    std::size_t size = 0;
    if (session_ != nullptr) {
      if (SSL_read_ex(session_.get(), bytes.data(), bytes.size(), &size) != 1) return false;
    } else {
      const auto result = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        throw std::runtime_error("the server neither answers nor closes");
      }
      if (result <= 0) return false;
      size = static_cast<std::size_t>(result);
    }
    input_.append(bytes.data(), size);
    return true;
  }

  std::string take(std::size_t size) {
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    return taken;
  }

  HttpAnswer read_one(bool is_head) {
    HttpAnswer answer = read_head();
    if (answer.head.empty()) return answer;
    const std::string length = answer.field("content-length");
    const bool has_none = answer.status < 200 || answer.status == 204 || answer.status == 304;
    if (is_head || has_none) {
      answer.is_complete = true;
    } else if (!length.empty()) {
      const std::size_t size = std::stoul(length);
      answer.body = read_exactly(size);
      answer.is_complete = answer.body.size() == size;
    } else if (answer.field("transfer-encoding") == "chunked") {
      read_chunks(answer);
    } else {
      answer.body = read_all();
      answer.is_complete = true;
    }
    return answer;
  }

  void read_chunks(HttpAnswer& answer) {
    while (true) {
      std::size_t line = 0;
      while ((line = input_.find("\r\n")) == std::string::npos) {
        if (!receive()) return;
      }
      const std::size_t size = std::stoul(take(line + 2), nullptr, 16);
      const std::string chunk = read_exactly(size + 2);
      if (chunk.size() != size + 2) return;
      answer.body += chunk.substr(0, size);
      if (size == 0) {
        answer.is_complete = true;
        return;
      }
    }
  }

  int socket_ = -1;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeSession> session_;
  std::string input_;
};

}  // namespace sluice::test
