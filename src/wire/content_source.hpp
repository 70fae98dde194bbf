// Where an image or a document comes from: base64, text, an address, a file id, or blocks; what
// each must have, and how many tokens it is (docs: vision, pdf-support, 2026-08).
#pragma once

#include <string_view>

#include "wire/content_kinds.hpp"
#include "wire/json_reader.hpp"

namespace sluice::wire {

// Views are null where a part is not given.
struct ContentSource {
  bool is_text = false;  // the whole source is a text, as a search result's
  bool has_content = false;
  std::string_view text{};
  std::string_view type{};
  std::string_view media_type{};
  std::string_view data{};
  std::string_view url{};
  std::string_view file_id{};

  // Null: a source has no such part.
  std::string_view* part(std::string_view key) noexcept;
};

bool check_source(const ContentSource& source, BlockKind kind, const Path& path, JsonReader& json);
// Without blocks inside it.
TextSize source_size(const ContentSource& source, BlockKind kind) noexcept;

}  // namespace sluice::wire
