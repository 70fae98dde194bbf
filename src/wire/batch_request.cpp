#include "wire/batch_request.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "wire/error_texts.hpp"
#include "wire/json_reader.hpp"

namespace sluice::wire {

struct ItemText {
  std::string_view custom_id{};
  std::string_view params{};
};

namespace {

bool is_custom_id(std::string_view id) noexcept {
  constexpr std::size_t kLongest = 64;
  const auto fits = [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '-'; };
  return !id.empty() && id.size() <= kLongest && std::all_of(id.begin(), id.end(), fits);
}

// Finds the items without looking into their params. Wordings but for kFieldRequired and "Extra
// inputs are not permitted" are inferred.
class BatchScanner {
 public:
  BatchScanner(JsonReader& json, std::vector<ItemText>& items) : json_(json), items_(items) {}

  bool scan(std::string_view body) {
    simdjson::ondemand::object root;
    if (!json_.open(body, root)) return false;
    const Path path{.key = "requests"};
    bool has_requests = false;
    const auto one = [&](std::string_view key, JsonValue& value) {
      if (key != "requests") return json_.fail({.key = key}, kExtraInput);
      if (std::exchange(has_requests, true)) return json_.fail(path, kGivenTwice);
      return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
        return item(element, {.parent = &path, .index = index});
      });
    };
    if (!json_.fields(root, one) || !json_.close()) return false;
    if (!has_requests) return json_.fail(path, kFieldRequired);
    return !items_.empty() || json_.fail(path, "List should have at least 1 item");
  }

 private:
  bool item(JsonValue& value, const Path& path) {
    if (items_.size() >= static_cast<std::size_t>(kMaxBatchItems)) {
      return json_.fail(*path.parent,
                        fmt::format("List should have at most {} items", kMaxBatchItems));
    }
    ItemText item;
    const auto one = [&](std::string_view key, JsonValue& member) {
      const Path place{.parent = &path, .key = key};
      if (key == "custom_id") return json_.string(member, place, item.custom_id);
      if (key == "params") return json_.raw_object(member, place, item.params);
      return json_.fail(place, kExtraInput);
    };
    if (!json_.fields(value, path, one)) return false;
    const Path id{.parent = &path, .key = "custom_id"};
    if (item.custom_id.data() == nullptr) return json_.fail(id, kFieldRequired);
    if (item.params.data() == nullptr) {
      return json_.fail({.parent = &path, .key = "params"}, kFieldRequired);
    }
    if (!is_custom_id(item.custom_id)) {
      return json_.fail(id, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
    }
    if (!ids_.insert(item.custom_id).second) {
      return json_.fail(id, fmt::format("custom_id must be unique within a batch; '{}' is given "
                                        "twice",
                                        item.custom_id));
    }
    items_.push_back(item);
    return true;
  }

  JsonReader& json_;
  std::vector<ItemText>& items_;
  std::unordered_set<std::string_view> ids_;
};

}  // namespace

struct BatchReader::Parts {
  explicit Parts(ApiVersion the_version) : version(the_version) {}

  ApiVersion version;
  JsonReader json;
  std::vector<ItemText> items;
  std::size_t next = 0;
  std::optional<ApiError> error;
  MessagesParser parser;
};

BatchReader::BatchReader(std::string_view body, ApiVersion version)
    : parts_(std::make_unique<Parts>(version)) {
  Parts& parts = *parts_;
  if (BatchScanner(parts.json, parts.items).scan(body)) return;
  parts.json.check_syntax(body);
  parts.error = parts.json.take_error();
  parts.items.clear();
}

BatchReader::~BatchReader() = default;

const std::optional<ApiError>& BatchReader::error() const noexcept { return parts_->error; }

std::size_t BatchReader::size() const noexcept { return parts_->items.size(); }

bool BatchReader::next(BatchItem& item) {
  Parts& parts = *parts_;
  if (parts.next >= parts.items.size()) return false;
  const ItemText& text = parts.items[parts.next++];
  item.custom_id = text.custom_id;
  item.params = text.params;
  item.error = parts.parser.parse(
      text.params, {.kind = BodyKind::kBatchItem, .version = parts.version}, item.request);
  return true;
}

}  // namespace sluice::wire
