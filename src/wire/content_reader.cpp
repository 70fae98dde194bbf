#include "wire/content_reader.hpp"

#include <array>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "wire/cache_control.hpp"
#include "wire/content_hash.hpp"
#include "wire/content_source.hpp"
#include "wire/error_texts.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::wire {
namespace {

constexpr std::size_t kKindCount = static_cast<std::size_t>(BlockKind::kUnknown) + 1;

// Fields are added up, so that their order does not matter.
void add_field(std::uint64_t& hash, BlockField field, std::uint64_t content) noexcept {
  hash += hash_combine(static_cast<std::uint64_t>(field), content);
}

std::uint64_t block_hash(BlockKind kind, std::uint64_t fields) noexcept {
  return hash_combine(static_cast<std::uint64_t>(kind), fields);
}

bool is_text(BlockField field) noexcept {
  constexpr std::uint32_t kTexts =
      bit(BlockField::kText) | bit(BlockField::kThinking) | bit(BlockField::kSignature) |
      bit(BlockField::kData) | bit(BlockField::kId) | bit(BlockField::kName) |
      bit(BlockField::kToolUseId) | bit(BlockField::kTitle) | bit(BlockField::kContext) |
      bit(BlockField::kServerName) | bit(BlockField::kFileId) | bit(BlockField::kToolName);
  return (kTexts & bit(field)) != 0;
}

}  // namespace

// A block of which not all fields have been read.
struct ContentReader::Open {
  // The blocks inside a block, as far as its own kind decides about them.
  struct Inside {
    Content content;
    std::array<std::int16_t, kKindCount> seen{};  // the first of its kind, counted from 1
    std::string_view unknown_type{};
    std::int64_t first_cited = -1;
    bool is_list = false;
  };

  ContentBlock& block;
  const Path& path;
  bool is_inside;
  bool has_type = false;
  std::uint32_t fields = 0;
  std::uint64_t hash = 0;
  std::string_view type{};
  std::optional<std::string_view> extra{};  // a field that no block has
  ContentSource source{};
  Inside inside{};

  // Where errors are reported: with the block's type once it is known, as the API does.
  Path place() const noexcept {
    return has_type ? Path{.parent = &path, .key = type}
                    : Path{.parent = path.parent, .key = path.key, .index = path.index};
  }
};

ContentBlock ContentReader::text_block(std::string_view text) noexcept {
  std::uint64_t fields = 0;
  add_field(fields, BlockField::kText, content_hash(text));
  ContentBlock block;
  block.kind = BlockKind::kText;
  block.hash = block_hash(BlockKind::kText, fields);
  block.size = text_size(text);
  block.is_empty_text = text.empty();
  return block;
}

bool ContentReader::content(JsonValue& value, const Path& path, std::vector<ContentBlock>& blocks) {
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  if (kind == JsonType::string) {
    std::string_view text;
    if (!json_.string(value, path, text)) return false;
    blocks.push_back(text_block(text));
    return true;
  }
  return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
    const Path place{.parent = &path, .index = index};
    std::string_view type;
    return block(element, place, false, blocks.emplace_back(), type);
  });
}

bool ContentReader::block(JsonValue& value, const Path& path, bool is_inside, ContentBlock& block,
                          std::string_view& type) {
  Open open{.block = block, .path = path, .is_inside = is_inside};
  const auto one = [&](std::string_view key, JsonValue& member) {
    const std::optional<BlockField> known = block_field_named(key);
    if (!known) {
      if (!open.extra) open.extra = key;
      Content content;
      if (!json_.walk(member, content)) return false;
      open.hash += hash_combine(content_hash(key), content.hash);
      return true;
    }
    if ((open.fields & bit(*known)) != 0) {
      return json_.fail({.parent = &path, .key = key}, kGivenTwice);
    }
    open.fields |= bit(*known);
    return field(*known, member, open);
  };
  const bool is_read = json_.fields(value, path, one) && finish(open);
  type = open.type;
  return is_read;
}

bool ContentReader::field(BlockField field, JsonValue& value, Open& open) {
  if (is_text(field)) return text_field(field, value, open);
  const Path place = open.place();
  const Path path{.parent = &place, .key = name(field)};
  switch (field) {
    case BlockField::kType:
      return type_field(value, open);
    case BlockField::kCacheControl: {
      std::optional<CacheTtl> breakpoint;
      if (!read_cache_control(json_, value, path, breakpoint)) return false;
      if (!breakpoint) open.fields &= ~bit(field);  // null stands for none
      if (breakpoint) open.block.breakpoint = breakpoint;
      open.block.breakpoints += breakpoint ? 1 : 0;
      return true;
    }
    case BlockField::kCitations:
      return citations_field(value, open);
    case BlockField::kSource:
      return source_field(value, open);
    case BlockField::kContent:
      return content_field(value, path, open);
    case BlockField::kIsError: {
      bool is_error = false;
      if (!json_.boolean(value, path, is_error)) return false;
      add_field(open.hash, field, is_error ? 1 : 0);
      return true;
    }
    default:
      break;
  }
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  if (field == BlockField::kInput && kind != JsonType::object) {
    return json_.fail(path, kNoObject);
  }
  Content content;
  if (!json_.walk(value, content)) return false;
  add_field(open.hash, field, content.hash);
  if (field == BlockField::kInput) open.block.size += content.size;
  return true;
}

bool ContentReader::text_field(BlockField field, JsonValue& value, Open& open) {
  const Path place = open.place();
  const Path path{.parent = &place, .key = name(field)};
  std::optional<std::string_view> text;
  const bool may_be_null = field == BlockField::kTitle || field == BlockField::kContext;
  if (may_be_null ? !json_.string_or_null(value, path, text)
                  : !json_.string(value, path, text.emplace())) {
    return false;
  }
  if (!text) {
    open.fields &= ~bit(field);
    return true;
  }
  add_field(open.hash, field, content_hash(*text));
  // Ids and signatures are not for the model's eyes; names and titles are, but as no words.
  switch (field) {
    case BlockField::kText:
      open.block.is_empty_text = text->empty();
      [[fallthrough]];
    case BlockField::kThinking:
      open.block.size += text_size(*text);
      break;
    case BlockField::kName:
    case BlockField::kTitle:
    case BlockField::kContext:
    case BlockField::kData:
      open.block.size.milli_tokens += text_size(*text).milli_tokens;
      break;
    case BlockField::kId:
    case BlockField::kToolUseId:
      open.block.call_id = *text;
      break;
    default:
      break;
  }
  return true;
}

bool ContentReader::type_field(JsonValue& value, Open& open) {
  if (!json_.string(value, {.parent = &open.path, .key = "type"}, open.type)) return false;
  const std::optional<BlockKind> kind = block_kind_named(open.type);
  open.has_type = true;
  if (kind) {
    open.block.kind = *kind;
  } else if (!open.is_inside) {
    return json_.unknown_type(open.path, open.type, known_block_types());
  }
  // A result's type is part of its content, since several types are one kind.
  if (!kind || *kind == BlockKind::kServerToolResult) {
    add_field(open.hash, BlockField::kType, content_hash(open.type));
  }
  return true;
}

// A list belongs to a text, {"enabled": ...} to a document or a search result.
bool ContentReader::citations_field(JsonValue& value, Open& open) {
  const Path place = open.place();
  const Path path{.parent = &place, .key = "citations"};
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  Content content;
  if (kind == JsonType::array) {
    return json_.elements(value, path, [&](std::int64_t, JsonValue& element) {
      open.block.has_citations = true;
      if (!json_.walk(element, content)) return false;
      add_field(open.hash, BlockField::kCitations, content.hash);
      return true;
    });
  }
  if (kind == JsonType::null) return json_.skip(value);
  return json_.fields(value, path, [&](std::string_view key, JsonValue& member) {
    if (key == "enabled") {
      return json_.boolean(member, {.parent = &path, .key = key}, open.block.enables_citations);
    }
    return json_.fail({.parent = &path, .key = key}, kExtraInput);
  });
}

bool ContentReader::source_field(JsonValue& value, Open& open) {
  const Path place = open.place();
  const Path path{.parent = &place, .key = "source"};
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  ContentSource& source = open.source;
  if (kind == JsonType::string) {
    if (!json_.string(value, path, source.text)) return false;
    source.is_text = true;
    add_field(open.hash, BlockField::kSource, content_hash(source.text));
    return true;
  }
  const auto one = [&](std::string_view key, JsonValue& member) {
    const Path inner{.parent = &path, .key = key};
    std::uint64_t hash = 0;
    if (key == "content") {
      if (!content_field(member, inner, open)) return false;
      source.has_content = true;
      return true;
    }
    std::string_view* const part = source.part(key);
    if (part == nullptr) return json_.fail(inner, kExtraInput);
    if (!json_.string(member, inner, *part)) return false;
    hash = hash_combine(content_hash(key), content_hash(*part));
    add_field(open.hash, BlockField::kSource, hash);
    return true;
  };
  return json_.fields(value, path, one);
}

bool ContentReader::content_field(JsonValue& value, const Path& path, Open& open) {
  JsonType kind{};
  if (!json_.type(value, kind)) return false;
  Open::Inside& inside = open.inside;
  if (kind == JsonType::string) {
    std::string_view text;
    if (!json_.string(value, path, text)) return false;
    const ContentBlock block = text_block(text);
    inside.content.hash = hash_combine(0, block.hash);
    inside.content.size = block.size;
    return true;
  }
  if (kind != JsonType::array) return json_.walk(value, inside.content);
  inside.is_list = true;
  return json_.elements(value, path, [&](std::int64_t index, JsonValue& element) {
    const Path place{.parent = &path, .index = index};
    ContentBlock child;
    std::string_view type;
    if (!block(element, place, true, child, type)) return false;
    if (child.kind == BlockKind::kUnknown && inside.unknown_type.data() == nullptr) {
      inside.unknown_type = type;
    }
    inside.content.hash = hash_combine(inside.content.hash, child.hash);
    inside.content.size += child.size;
    std::int16_t& seen = inside.seen[static_cast<std::size_t>(child.kind)];
    if (seen == 0) seen = static_cast<std::int16_t>(index < 30'000 ? index + 1 : 30'000);
    if (child.has_citations && inside.first_cited < 0) inside.first_cited = index;
    if (child.breakpoint && (open.fields & bit(BlockField::kCacheControl)) == 0) {
      open.block.breakpoint = child.breakpoint;
    }
    open.block.breakpoints += child.breakpoints;
    open.block.has_image |= child.has_image;
    open.block.enables_citations |= child.enables_citations;
    return true;
  });
}

bool ContentReader::check_place(BlockKind kind, BlockPlace place, const Path& path) {
  if ((rules_of(kind).places & bit(place)) != 0) return true;
  static constexpr std::array<std::string_view, 6> kPlaces{
      "`user` messages",        "`assistant` messages", "the system prompt",
      "`tool_result` contents", "document contents",    "`search_result` contents"};
  return json_.fail(path, fmt::format("`{}` blocks are not permitted in {}", rules_of(kind).name,
                                      kPlaces[static_cast<std::size_t>(place)]));
}

bool ContentReader::finish_inside(Open& open) {
  const Open::Inside& inside = open.inside;
  ContentBlock& block = open.block;
  add_field(open.hash, BlockField::kContent, inside.content.hash);
  block.size += inside.content.size;
  if (rules_of(block.kind).is_open) return true;
  const BlockPlace place = block.kind == BlockKind::kToolResult ? BlockPlace::kToolResult
                           : block.kind == BlockKind::kDocument ? BlockPlace::kDocumentContent
                                                                : BlockPlace::kSearchResultContent;
  const Path tag = open.place();
  const Path content{.parent = &tag, .key = "content"};
  for (std::size_t kind = 0; kind < kKindCount; ++kind) {
    if (inside.seen[kind] == 0) continue;
    const Path path{.parent = &content, .index = inside.seen[kind] - 1};
    if (static_cast<BlockKind>(kind) == BlockKind::kUnknown) {
      if (inside.unknown_type.data() != nullptr) {
        return json_.unknown_type(path, inside.unknown_type, known_block_types());
      }
      return json_.fail({.parent = &path, .key = "type"}, kFieldRequired);
    }
    if (!check_place(static_cast<BlockKind>(kind), place, path)) return false;
  }
  const bool cited = block.kind == BlockKind::kSearchResult && inside.first_cited >= 0;
  if (!cited || version_ == ApiVersion::k2023_06_01) return true;
  const Path path{.parent = &content, .index = inside.first_cited};
  return json_.fail({.parent = &path, .key = "citations"},
                    "citations are not permitted in search results");
}

bool ContentReader::finish(Open& open) {
  ContentBlock& block = open.block;
  if (!open.has_type && !open.is_inside) {
    return json_.fail({.parent = &open.path, .key = "type"}, kFieldRequired);
  }
  const BlockRules& rules = rules_of(block.kind);
  const Path place = open.place();
  const std::uint32_t given = open.fields & ~bit(BlockField::kType);
  if (const std::uint32_t missing = rules.required & ~given) {
    const auto first = static_cast<BlockField>(__builtin_ctz(missing));
    return json_.fail({.parent = &place, .key = name(first)}, kFieldRequired);
  }
  const std::uint32_t extra = given & ~(rules.required | rules.permitted);
  if (!rules.is_open && (extra != 0 || open.extra)) {
    const std::string_view key =
        extra != 0 ? name(static_cast<BlockField>(__builtin_ctz(extra))) : *open.extra;
    return json_.fail({.parent = &place, .key = key}, kExtraInput);
  }
  if ((given & bit(BlockField::kSource)) != 0 && !finish_source(open)) return false;
  const bool has_inside = (given & bit(BlockField::kContent)) != 0 || open.source.has_content;
  if (has_inside && !finish_inside(open)) return false;
  block.has_image |= block.kind == BlockKind::kImage;
  block.hash = block_hash(block.kind, open.hash);
  return true;
}

bool ContentReader::finish_source(Open& open) {
  const Path place = open.place();
  const Path path{.parent = &place, .key = "source"};
  const BlockKind kind = open.block.kind;
  if (kind == BlockKind::kUnknown || rules_of(kind).is_open) return true;
  if (open.source.is_text != (kind == BlockKind::kSearchResult)) {
    return json_.fail(path, open.source.is_text ? kNoObject : kNoString);
  }
  if (open.source.is_text) {
    open.block.size.milli_tokens += text_size(open.source.text).milli_tokens;
    return true;
  }
  return check_source(open.source, kind, path, json_) &&
         (open.block.size += source_size(open.source, kind), true);
}

}  // namespace sluice::wire
