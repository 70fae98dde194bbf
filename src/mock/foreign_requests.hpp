// Tells requests of foreign clients apart, which do not say who they are: by key and content. The
// same content again is a new occurrence once the one before was admitted, and a further attempt
// if it was refused. Remembers 2^15 contents in fixed memory; one that was forgotten begins anew.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "api/ids.hpp"
#include "api/request.hpp"

namespace sluice::mock {

class ForeignRequests {
 public:
  struct Named {
    RequestId id;
    std::int32_t attempt = 0;
  };

  ForeignRequests();

  // Which request this content is now.
  Named name(KeyId key, std::uint64_t content_hash);
  // What became of the one that was last named so.
  void settle(const RequestId& id, bool admitted) noexcept;

 private:
  static constexpr std::size_t kSets = 8192;
  static constexpr std::size_t kWays = 4;
  struct Entry {
    std::uint64_t content = 0;  // 40 bits, with the key in it; 0: free
    std::uint16_t occurrence = 0;
    std::uint16_t attempts = 0;
    std::uint32_t used = 0;
  };
  Entry& entry(std::uint64_t content) noexcept;

  std::vector<std::array<Entry, kWays>> sets_;
  std::uint32_t uses_ = 0;
};

}  // namespace sluice::mock
