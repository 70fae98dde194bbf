// One HTTP/1.1 exchange as a handler sees it, without any socket: what was asked, and what the
// answer is written to. HttpServer implements the reply over TCP and TLS; tests and fuzzers answer
// into memory. Everything here happens on the thread of one EventLoop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::net {

struct HeaderField {
  std::string_view name;
  std::string_view value;
};

// Valid during the call of HttpHandler::handle() only.
struct HttpRequest {
  std::string_view method;
  std::string_view path;   // without the query, not decoded
  std::string_view query;  // without the question mark
  std::span<const HeaderField> headers;
  std::string_view body;  // kBodyPadding bytes behind it may be read (simdjson does)

  // The first of that name, letters' case aside.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
};
inline constexpr std::size_t kBodyPadding = 64;

// Whoever answers over time is told what becomes of the connection: from the loop, never from
// within a call to the reply. A client that closes its side while an answer is pending counts as
// gone.
class ReplyListener {
 public:
  virtual ~ReplyListener() = default;
  virtual void on_drained() = 0;  // write() has room again
  // The client has gone, or took too long to read: the reply must not be touched any more.
  virtual void on_gone() = 0;
};

// The answer to one request. Exactly one of: send(); begin() with any number of write(), then
// finish() or drop(); drop() alone. After send(), finish(), drop() or on_gone() the reply must not
// be touched. `fields` are whole header lines, each ended by \r\n; the server adds date,
// content-length or transfer-encoding, and connection.
class HttpReply {
 public:
  virtual ~HttpReply() = default;

  // Who is told of on_drained() and on_gone(); null: nobody. Must outlive the exchange or be
  // replaced.
  virtual void listen(ReplyListener* listener) noexcept = 0;

  virtual void send(int status, std::string_view fields, std::string_view body) = 0;

  virtual void begin(int status, std::string_view fields) = 0;
  // Takes all of it. False: the client reads too slowly and kWriteBacklog bytes wait; write no more
  // until on_drained().
  virtual bool write(std::string_view bytes) = 0;
  virtual void finish() = 0;
  // Ends the connection without ending the answer (faults).
  virtual void drop() = 0;
};
inline constexpr std::size_t kWriteBacklog = 64 * 1024;

// What the transport itself refuses; the handler says in whose words.
enum class TransportRefusal : std::uint8_t {
  kBodyTooLarge,    // above body_limit()
  kHeaderTooLarge,  // above ServerOptions::header_limit
  kMalformed,       // no HTTP/1.1
  kTooSlow,         // the request did not come within its time
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual std::size_t body_limit(std::string_view method, std::string_view path) const noexcept = 0;
  virtual void handle(const HttpRequest& request, HttpReply& reply) = 0;
  // Answers a refusal with reply.send(); the connection is closed after it.
  virtual void refuse(TransportRefusal refusal, HttpReply& reply) = 0;
};

}  // namespace sluice::net
