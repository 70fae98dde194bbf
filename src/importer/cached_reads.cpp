#include "importer/cached_reads.hpp"

#include <iterator>

#include "base/hash.hpp"

namespace sluice::importer {

bool CachedReads::is_live(std::uint64_t id, Duration now) const {
  const auto place = used_.find(id);
  return place != used_.end() && now - place->second < life_;
}

std::int64_t CachedReads::add(const ingest::TraceRequest& request,
                              const ingest::TraceReader& reader) {
  const Duration now = request.at;
  drop_expired(now);
  std::int64_t read = 0;
  if (request.cached_prefix_id && request.cached_prefix_tokens >= minimum_) {
    const std::uint64_t id = hash_combine(1, *request.cached_prefix_id);
    if (is_live(id, now)) read = request.cached_prefix_tokens;
    used_[id] = now;
  }
  const auto& ids = request.block_ids;
  for (std::size_t count = ids.size(); count > 0; --count) {
    const std::int64_t tokens = reader.prefix_tokens(request, count);
    if (tokens <= read || tokens < minimum_) break;
    if (!is_live(ids[count - 1], now)) continue;
    read = tokens;
    break;
  }
  for (const std::uint64_t id : ids) used_[id] = now;
  return read;
}

void CachedReads::drop_expired(Duration now) {
  if (now - dropped_ < life_) return;
  dropped_ = now;
  for (auto at = used_.begin(); at != used_.end();) {
    at = now - at->second >= life_ ? used_.erase(at) : std::next(at);
  }
}

}  // namespace sluice::importer
