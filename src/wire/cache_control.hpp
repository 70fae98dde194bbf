// Reads {"type": "ephemeral", "ttl": "5m"}, which marks where a prefix of the prompt is cached
// (docs: prompt-caching, 2026-08). For .cpp files of this module only.
#pragma once

#include <optional>

#include "api/request.hpp"
#include "wire/json_reader.hpp"

namespace sluice::wire {

// Null leaves `breakpoint` as it is.
bool read_cache_control(JsonReader& json, JsonValue& value, const Path& path,
                        std::optional<CacheTtl>& breakpoint);

}  // namespace sluice::wire
