#include "wire/cache_control.hpp"

#include <string_view>

#include "wire/error_texts.hpp"

namespace sluice::wire {

bool read_cache_control(JsonReader& json, JsonValue& value, const Path& path,
                        std::optional<CacheTtl>& breakpoint) {
  bool is_null = false;
  if (!json.null(value, is_null)) return false;
  if (is_null) return true;
  std::string_view type;
  std::string_view ttl = "5m";
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path place{.parent = &path, .key = key};
    if (key == "type") return json.string(member, place, type);
    if (key == "ttl") return json.string(member, place, ttl);
    return json.fail(place, kExtraInput);
  };
  if (!json.fields(value, path, one)) return false;
  if (type.data() == nullptr) {
    return json.fail({.parent = &path, .key = "type"}, kFieldRequired);
  }
  if (type != "ephemeral") {
    return json.fail({.parent = &path, .key = "type"}, "Input should be 'ephemeral'");
  }
  if (ttl != "5m" && ttl != "1h") {
    return json.fail({.parent = &path, .key = "ttl"}, "Input should be '5m' or '1h'");
  }
  breakpoint = ttl == "1h" ? CacheTtl::kOneHour : CacheTtl::kFiveMinutes;
  return true;
}

}  // namespace sluice::wire
