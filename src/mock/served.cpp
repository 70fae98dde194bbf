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

}  // namespace sluice::mock
