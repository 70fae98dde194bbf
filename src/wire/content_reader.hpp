// Reads the content of a prompt: a text or blocks, with all that stands inside them. For .cpp files
// of this module only. What depends on where the content stands (role, version) is told apart by
// the caller, since the API takes keys in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "api/request.hpp"
#include "wire/content_kinds.hpp"
#include "wire/json_reader.hpp"

namespace sluice::wire {

// One block as it was read. `hash` depends neither on the order of its keys nor on cache_control.
struct ContentBlock {
  BlockKind kind = BlockKind::kUnknown;
  std::uint64_t hash = 0;
  TextSize size;
  std::optional<CacheTtl> breakpoint;  // its own, or else the last of a block inside it
  std::int32_t breakpoints = 0;        // of it and the blocks inside it
  bool is_empty_text = false;
  bool has_citations = false;      // a text block with citations that is not an empty list
  bool enables_citations = false;  // citations: {"enabled": true}
  bool has_image = false;
  std::string_view call_id{};  // of a tool_use, or of what a tool_result answers
};

class ContentReader {
 public:
  explicit ContentReader(JsonReader& json) : json_(json) {}

  // Since version 2026-10-21 texts inside a search_result carry no citations.
  void set_version(ApiVersion version) noexcept { version_ = version; }

  // A text, or a list of blocks, which are added to `blocks`.
  bool content(JsonValue& value, const Path& path, std::vector<ContentBlock>& blocks);
  static ContentBlock text_block(std::string_view text) noexcept;
  // Whether a block of that kind may stand there.
  bool check_place(BlockKind kind, BlockPlace place, const Path& path);

 private:
  struct Open;
  bool block(JsonValue& value, const Path& path, bool is_inside, ContentBlock& block,
             std::string_view& type);
  bool field(BlockField field, JsonValue& value, Open& open);
  bool text_field(BlockField field, JsonValue& value, Open& open);
  bool type_field(JsonValue& value, Open& open);
  bool citations_field(JsonValue& value, Open& open);
  bool source_field(JsonValue& value, Open& open);
  bool content_field(JsonValue& value, const Path& path, Open& open);
  bool finish(Open& open);
  bool finish_source(Open& open);
  bool finish_inside(Open& open);

  JsonReader& json_;
  ApiVersion version_ = ApiVersion::k2026_10_21;
};

}  // namespace sluice::wire
