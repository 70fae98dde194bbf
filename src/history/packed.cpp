#include "history/packed.hpp"

#include <zlib.h>

#include "base/check.hpp"

namespace sluice::history {
namespace {

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }
Bytef* bytes_of(std::string& text) { return reinterpret_cast<Bytef*>(text.data()); }

}  // namespace

std::string packed(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string bytes(size, '\0');
  // Fails for want of memory or room only, and there is room.
  SLUICE_CHECK(compress(bytes_of(bytes), &size, bytes_of(text), text.size()) == Z_OK);
  bytes.resize(size);
  return bytes;
}

std::optional<std::string> unpacked(std::string_view bytes, std::size_t size) {
  // Deflate packs a thousand to one at best, so a size beyond that is damage and not worth memory.
  if (size > (bytes.size() + 1) * 1100) return std::nullopt;
  std::string text(size, '\0');
  uLongf length = size;
  const int code = uncompress(bytes_of(text), &length, bytes_of(bytes), bytes.size());
  if (code != Z_OK || length != size) return std::nullopt;
  return text;
}

}  // namespace sluice::history
