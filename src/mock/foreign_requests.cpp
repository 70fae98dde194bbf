#include "mock/foreign_requests.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace sluice::mock {
namespace {

constexpr std::uint64_t kSessionMask = (std::uint64_t{1} << 40) - 1;  // what a draw's entity holds
constexpr std::uint32_t kWorkload = name_hash("foreign");

}  // namespace

ForeignRequests::ForeignRequests() : sets_(kSets) {}

// The content's own entry, or one in its set that has not been used for longest.
ForeignRequests::Entry& ForeignRequests::entry(std::uint64_t content) noexcept {
  auto& set = sets_[content % kSets];
  Entry* oldest = set.data();
  for (Entry& one : set) {
    if (one.content == content) return one;
    if (one.used < oldest->used) oldest = &one;
  }
  *oldest = {.content = content};
  return *oldest;
}

ForeignRequests::Named ForeignRequests::name(KeyId key, std::uint64_t content_hash) {
  const std::uint64_t content =
      std::max<std::uint64_t>(1, hash_combine(index(key), content_hash) & kSessionMask);
  Entry& found = entry(content);
  found.used = ++uses_;
  return {.id = {.workload_hash = kWorkload, .turn = found.occurrence, .session = content},
          .attempt = found.attempts};
}

void ForeignRequests::settle(const RequestId& id, bool admitted) noexcept {
  if (id.workload_hash != kWorkload) return;
  Entry& found = entry(id.session);
  if (found.occurrence != id.turn) return;
  if (admitted) {
    ++found.occurrence;
    found.attempts = 0;
  } else {
    ++found.attempts;
  }
}

}  // namespace sluice::mock
