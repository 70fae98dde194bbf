#include "mock/served.hpp"

#include <utility>

namespace sluice::mock {

void renew(ServedRequest& served) {
  std::string request_id = std::move(served.request_id);
  std::string error_code = std::move(served.error_code);
  std::string client = std::move(served.client);
  std::vector<CacheBlock> blocks = std::move(served.blocks);
  served = {};
  served.request_id = std::move(request_id);
  served.error_code = std::move(error_code);
  served.client = std::move(client);
  served.blocks = std::move(blocks);
  served.request_id.clear();
  served.error_code.clear();
  served.client.clear();
  served.blocks.clear();
}

void write_timings(ServedRequest& served, const Admitted& admitted) {
  Outcome& outcome = served.outcome;
  if (!served.spec.stream) {
    if (!outcome.ok()) return;
    outcome.began = true;
    outcome.first_token = outcome.ended;
    outcome.first_answer = outcome.ended;
    return;
  }
  outcome.began = true;
  outcome.first_token = admitted.first_token;
  const TimePoint answer =
      admitted.ends == admitted.first_token
          ? admitted.first_token
          : admitted.first_token + admitted.speed.streaming(served.spec.thinking_tokens);
  if (answer <= outcome.ended) outcome.first_answer = answer;
}

}  // namespace sluice::mock
