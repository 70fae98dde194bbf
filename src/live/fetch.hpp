// One small request and its whole answer, waited for: what is asked of a target before a run, when
// no model time passes yet.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/http_client.hpp"

namespace sluice::live {

struct FetchRequest {
  std::string method = "GET";
  std::string path;
  std::string fields{};  // whole lines
  std::string body{};
};

struct Fetched {
  int status = 0;
  std::string head;  // the fields as lines, for people; secrets are not among an answer's
  std::string body;  // at most 8 MB: a larger one is an error
};

// On a loop and a connection of its own. No connection, no answer within `timeout` of wall time: an
// error that names the target.
Result<Fetched> fetch(const net::ClientOptions& target, const FetchRequest& request,
                      Duration timeout = seconds(30));

}  // namespace sluice::live
