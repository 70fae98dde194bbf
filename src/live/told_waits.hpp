// Until when open requests were told to wait (retry-after). Of more than 65,536 that never came
// back the oldest are forgotten, so memory stays bounded whatever becomes of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "api/request.hpp"
#include "base/hash.hpp"
#include "base/time.hpp"

namespace sluice::live {

class ToldWaits {
 public:
  static constexpr std::size_t kMost = 65'536;

  void tell(const RequestId& id, TimePoint until);
  // Forgets it.
  std::optional<TimePoint> take(const RequestId& id);
  std::size_t size() const noexcept { return waits_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const RequestId& id) const noexcept {
      return hash_combine(hash_combine(id.session, id.turn), id.workload_hash);
    }
  };
  struct Wait {
    TimePoint until;
    std::uint64_t number;  // of all that were told
  };

  std::unordered_map<RequestId, Wait, Hash> waits_;
  std::vector<RequestId> order_;  // a ring, by Wait::number
  std::uint64_t told_ = 0;
};

}  // namespace sluice::live
