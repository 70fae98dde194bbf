// An HttpReply that answers into memory: handlers are tested without a socket. What the transport
// would add (date, framing) is not in it.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "net/http_handler.hpp"

namespace sluice::test {

class MemoryReply final : public net::HttpReply {
 public:
  enum class State { kPending, kBegun, kFinished, kDropped, kGone };

  void listen(net::ReplyListener* new_listener) noexcept override { listener = new_listener; }
  void send(int new_status, std::string_view new_fields, std::string_view new_body) override {
    SLUICE_CHECK(state == State::kPending);
    start(new_status, new_fields);
    body = new_body;
    end(State::kFinished);
  }
  void begin(int new_status, std::string_view new_fields) override {
    SLUICE_CHECK(state == State::kPending);
    start(new_status, new_fields);
    state = State::kBegun;
  }
  bool write(std::string_view bytes) override {
    SLUICE_CHECK(state == State::kBegun);
    body += bytes;
    ++writes;
    room -= bytes.size() < room ? bytes.size() : room;
    return room > 0;
  }
  void finish() override {
    SLUICE_CHECK(state == State::kBegun);
    end(State::kFinished);
  }
  void drop() override {
    SLUICE_CHECK(state == State::kPending || state == State::kBegun);
    end(State::kDropped);
  }

  // What the client does.
  void go_away() {
    net::ReplyListener* const told = listener;
    const bool was_open = !is_over();
    end(State::kGone);
    if (was_open && told != nullptr) told->on_gone();
  }
  void drain() {
    room = std::numeric_limits<std::size_t>::max();
    if (listener != nullptr && !is_over()) listener->on_drained();
  }

  bool is_finished() const noexcept { return state == State::kFinished; }
  bool is_over() const noexcept { return state != State::kPending && state != State::kBegun; }
  nlohmann::json json() const { return nlohmann::json::parse(body); }
  // The value of a header line, letters as they were written; empty if there is none.
  std::string_view field(std::string_view name) const noexcept {
    std::string_view rest = fields;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      rest.remove_prefix(line.size() + 2 <= rest.size() ? line.size() + 2 : rest.size());
      if (line.starts_with(name) && line.substr(name.size()).starts_with(": ")) {
        return line.substr(name.size() + 2);
      }
    }
    return {};
  }

  bool has_field(std::string_view name) const {
    return ("\r\n" + fields).find("\r\n" + std::string(name) + ": ") != std::string::npos;
  }

  State state = State::kPending;
  int status = 0;
  std::string fields;
  std::string body;
  std::size_t writes = 0;
  std::size_t room = std::numeric_limits<std::size_t>::max();  // 0: write() answers false
  net::ReplyListener* listener = nullptr;

 private:
  void start(int new_status, std::string_view new_fields) {
    status = new_status;
    fields = new_fields;
  }
  void end(State how) {
    state = how;
    listener = nullptr;
  }
};

}  // namespace sluice::test
