// The outside of an AdminClient in a test: a mock without sockets or a script of answers, and a
// clock that only notes what was waited.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/admin_client.hpp"
#include "live/secret.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::test {

// Letters that stand nowhere else.
inline constexpr std::string_view kPlanted = "sk-ant-admin01-qzjxkvwyqzjxkvwyqzjx";

inline admin::AdminKey admin_key(std::string_view text = kPlanted) {
  return {.secret = live::Secret(text), .source = "a test"};
}

class Outside {
 public:
  using Answer = std::function<live::Fetched(const live::FetchRequest&)>;
  explicit Outside(Answer answer) : answer_(std::move(answer)) {}

  admin::AdminClient client(const admin::AdminKey& key = admin_key()) {
    admin::AdminPorts ports;
    ports.fetch = [this](const live::FetchRequest& request) -> Result<live::Fetched> {
      paths.push_back(request.path);
      fields.push_back(request.fields);
      return answer_(request);
    };
    ports.wait = [this](Duration time) -> Result<void> {
      waits.push_back(time);
      return {};
    };
    ports.on_wait = [this](Duration, const std::string& why) { reasons.push_back(why); };
    return {std::move(ports), key, "http://test", "sluice/test"};
  }

  std::vector<std::string> paths;
  std::vector<std::string> fields;
  std::vector<Duration> waits;
  std::vector<std::string> reasons;

 private:
  Answer answer_;
};

// What a mock answers to the request's own header lines.
inline live::Fetched ask(MockClient& mock, const live::FetchRequest& request) {
  Headers headers;
  std::string_view lines = request.fields;
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    const std::size_t colon = line.find(": ");
    headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
    lines.remove_prefix(end + 2);
  }
  headers.push_back({"host", "localhost:8080"});
  const MemoryReply& reply = mock.call(request.method, request.path, request.body, headers);
  return {.status = reply.status, .head = "", .body = reply.body};
}

inline live::Fetched answer(int status, std::string body, std::string head = "") {
  return {.status = status, .head = std::move(head), .body = std::move(body)};
}

}  // namespace sluice::test
