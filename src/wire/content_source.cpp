#include "wire/content_source.hpp"

#include <array>

#include <fmt/format.h>

#include "wire/error_texts.hpp"
#include "wire/image_size.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {
namespace {

struct SourceRow {
  BlockKind kind;
  std::string_view type;
  std::string_view media_types;  // permitted, each with a space behind it; empty: has none
  std::string_view in_words;
  std::string_view ContentSource::*part;  // what else it must have
  std::string_view part_name;
};

constexpr std::array<SourceRow, 7> kRows = {{
    {BlockKind::kImage, "base64", "image/jpeg image/png image/gif image/webp ",
     "'image/jpeg', 'image/png', 'image/gif' or 'image/webp'", &ContentSource::data, "data"},
    {BlockKind::kImage, "url", {}, {}, &ContentSource::url, "url"},
    {BlockKind::kImage, "file", {}, {}, &ContentSource::file_id, "file_id"},
    {BlockKind::kDocument, "base64", "application/pdf ", "'application/pdf'", &ContentSource::data,
     "data"},
    {BlockKind::kDocument, "text", "text/plain ", "'text/plain'", &ContentSource::data, "data"},
    {BlockKind::kDocument, "url", {}, {}, &ContentSource::url, "url"},
    {BlockKind::kDocument, "file", {}, {}, &ContentSource::file_id, "file_id"},
}};

const SourceRow* row_of(const ContentSource& source, BlockKind kind) noexcept {
  for (const SourceRow& row : kRows) {
    if (row.kind == kind && row.type == source.type) return &row;
  }
  return nullptr;
}

bool is_in(std::string_view media_types, std::string_view media_type) noexcept {
  const std::size_t at = media_types.find(media_type);
  return !media_type.empty() && at != std::string_view::npos &&
         (at == 0 || media_types[at - 1] == ' ') && media_types[at + media_type.size()] == ' ';
}

}  // namespace

std::string_view* ContentSource::part(std::string_view key) noexcept {
  if (key == "type") return &type;
  if (key == "media_type") return &media_type;
  if (key == "data") return &data;
  if (key == "url") return &url;
  return key == "file_id" ? &file_id : nullptr;
}

bool check_source(const ContentSource& source, BlockKind kind, const Path& path, JsonReader& json) {
  if (source.type.data() == nullptr) {
    return json.fail({.parent = &path, .key = "type"}, kFieldRequired);
  }
  const Path tag{.parent = &path, .key = source.type};
  if (kind == BlockKind::kDocument && source.type == "content") {
    if (source.has_content) return true;
    return json.fail({.parent = &tag, .key = "content"}, kFieldRequired);
  }
  const SourceRow* const row = row_of(source, kind);
  if (row == nullptr) {
    return json.unknown_type(path, source.type,
                             kind == BlockKind::kImage
                                 ? "'base64', 'file', 'url'"
                                 : "'base64', 'content', 'file', 'text', 'url'");
  }
  if (!row->media_types.empty()) {
    const Path media_type{.parent = &tag, .key = "media_type"};
    if (source.media_type.data() == nullptr) return json.fail(media_type, kFieldRequired);
    if (!is_in(row->media_types, source.media_type)) {
      return json.fail(media_type, fmt::format("Input should be {}", row->in_words));
    }
  }
  if ((source.*(row->part)).data() != nullptr) return true;
  return json.fail({.parent = &tag, .key = row->part_name}, kFieldRequired);
}

TextSize source_size(const ContentSource& source, BlockKind kind) noexcept {
  const auto tokens = [](std::int64_t count) { return TextSize{.milli_tokens = 1000 * count}; };
  const bool is_base64 = source.type == "base64";
  if (kind == BlockKind::kImage) {
    return image_text_size(is_base64 ? source.data : std::string_view{});
  }
  if (source.type == "text") return text_size(source.data);
  if (source.type == "content") return {};
  return tokens(is_base64 ? pdf_tokens(source.data.size()) : kPageTokens);
}

}  // namespace sluice::wire
