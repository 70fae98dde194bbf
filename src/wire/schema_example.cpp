#include "wire/schema_example.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/hash.hpp"
#include "wire/json_append.hpp"

namespace sluice::wire {
namespace {

using Element = simdjson::dom::element;

// A schema may refer to itself without end. What may be left out is left out beyond these, and
// beyond the others everything is a text.
constexpr int kSparseDepth = 6;
constexpr std::size_t kSparseSize = 4096;
constexpr int kDepthMax = 24;
constexpr std::size_t kSizeMax = 65'536;
constexpr std::uint64_t kItemsMax = 64;

constexpr double kNone = std::numeric_limits<double>::infinity();

struct FormatExample {
  std::string_view format;
  std::string_view text;
};
constexpr std::array<FormatExample, 9> kFormats = {{
    {"date-time", "2026-11-20T12:00:00Z"},
    {"date", "2026-11-20"},
    {"time", "12:00:00Z"},
    {"duration", "PT1H"},
    {"email", "someone@example.com"},
    {"uri", "https://example.com/"},
    {"url", "https://example.com/"},
    {"hostname", "example.com"},
    {"uuid", "0b7d7c1e-5a3f-4c2d-9e8b-1f2a3b4c5d6e"},
}};

std::optional<Element> member(Element schema, std::string_view key) {
  simdjson::dom::object object;
  Element found;
  if (schema.get(object) != simdjson::SUCCESS) return std::nullopt;
  if (object.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

template <class Kind>
std::optional<Kind> member_as(Element schema, std::string_view key) {
  const std::optional<Element> found = member(schema, key);
  Kind value{};
  if (!found || found->get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string_view text_member(Element schema, std::string_view key) {
  return member_as<std::string_view>(schema, key).value_or(std::string_view{});
}

// Of several types the first that is not null; of none what its other keywords tell.
std::string_view type_of(Element schema) {
  if (const auto types = member_as<simdjson::dom::array>(schema, "type")) {
    for (const Element type : *types) {
      std::string_view text;
      if (type.get(text) == simdjson::SUCCESS && text != "null") return text;
    }
    return "null";
  }
  if (const auto type = member_as<std::string_view>(schema, "type")) return *type;
  if (member(schema, "properties")) return "object";
  return member(schema, "items") ? "array" : "string";
}

std::vector<std::string_view> required_of(Element schema) {
  std::vector<std::string_view> names;
  if (const auto list = member_as<simdjson::dom::array>(schema, "required")) {
    for (const Element entry : *list) {
      std::string_view name;
      if (entry.get(name) == simdjson::SUCCESS) names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// One character of UTF-8 that is not ASCII; the parser has checked that it is whole.
std::uint32_t take_character(std::string_view text, std::size_t& at) {
  const auto byte = [&] {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const std::uint32_t first = byte();
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  std::uint32_t character = first & (0x3fU >> more);
  for (int i = 0; i < more; ++i) {
    ++at;
    character = character << 6 | (byte() & 0x3fU);
  }
  ++at;
  return character;
}

class ExampleWriter {
 public:
  ExampleWriter(Element root, std::uint64_t seed, std::size_t longest_text)
      : root_(root), seed_(seed), longest_text_(longest_text) {}

  std::string take() && { return std::move(out_); }

  void value(Element schema, int depth) {
    const bool is_too_much = depth > kDepthMax || out_.size() > kSizeMax;
    if (is_too_much || !schema.is_object()) return words();
    if (const auto target = member_as<std::string_view>(schema, "$ref")) {
      const std::optional<Element> found = referred(*target);
      return found ? value(*found, depth + 1) : words();
    }
    if (const auto constant = member(schema, "const")) return literal(*constant);
    if (const auto choices = member_as<simdjson::dom::array>(schema, "enum")) {
      if (choices->size() > 0) return literal(choices->at(draw() % choices->size()).value_unsafe());
    }
    if (const auto branch = branch_of(schema)) return value(*branch, depth + 1);
    const std::string_view type = type_of(schema);
    if (type == "object") return object(schema, depth);
    if (type == "array") return array(schema, depth);
    if (type == "integer" || type == "number") return number(schema, type == "integer");
    if (type == "boolean") {
      out_ += draw() % 2 == 0 ? "true" : "false";
    } else if (type == "null") {
      out_ += "null";
    } else {
      text(schema);
    }
  }

 private:
  std::uint64_t draw() noexcept { return hash_combine(seed_, ++draws_); }
  bool is_sparse(int depth) const noexcept {
    return depth > kSparseDepth || out_.size() > kSparseSize;
  }

  void words() {
    out_ += '"';
    out_ += kWordsHere;
    out_ += '"';
  }

  void ascii(std::string_view json) {
    for (std::size_t at = 0; at < json.size();) {
      if (static_cast<unsigned char>(json[at]) < 0x80) {
        out_ += json[at++];
        continue;
      }
      const std::uint32_t character = take_character(json, at);
      if (character < 0x10000) {
        out_ += fmt::format("\\u{:04x}", character);
      } else {
        out_ += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + ((character - 0x10000) >> 10),
                            0xdc00 + ((character - 0x10000) & 0x3ffU));
      }
    }
  }

  void literal(Element value) { ascii(simdjson::minify(value)); }

  std::optional<Element> referred(std::string_view target) const {
    if (target == "#") return root_;
    Element found;
    if (!target.starts_with("#/")) return std::nullopt;
    if (root_.at_pointer(target.substr(1)).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
  }

  // What is said of an object beside its properties are conditions, which are not judged.
  static std::optional<Element> branch_of(Element schema) {
    if (member(schema, "properties")) return std::nullopt;
    for (const std::string_view key : {"anyOf", "oneOf", "allOf"}) {
      const auto branches = member_as<simdjson::dom::array>(schema, key);
      if (!branches) continue;
      for (const Element branch : *branches) {
        if (type_of(branch) != "null") return branch;
      }
    }
    return std::nullopt;
  }

  void key(std::string_view name, bool& is_first) {
    if (!is_first) out_ += ',';
    is_first = false;
    std::string escaped;
    append_json_text(escaped, name);
    out_ += '"';
    ascii(escaped);
    out_ += "\":";
  }

  void object(Element schema, int depth) {
    const std::vector<std::string_view> required = required_of(schema);
    std::vector<bool> is_written(required.size());
    bool is_first = true;
    out_ += '{';
    const auto properties = member_as<simdjson::dom::object>(schema, "properties");
    if (properties) {
      for (const simdjson::dom::key_value_pair field : *properties) {
        const auto found = std::lower_bound(required.begin(), required.end(), field.key);
        const bool is_required = found != required.end() && *found == field.key;
        if (!is_required && is_sparse(depth)) continue;
        if (is_required) is_written[static_cast<std::size_t>(found - required.begin())] = true;
        key(field.key, is_first);
        value(field.value, depth + 1);
      }
    }
    for (std::size_t i = 0; i < required.size(); ++i) {
      if (is_written[i]) continue;
      key(required[i], is_first);
      if (const auto other = member(schema, "additionalProperties")) {
        value(*other, depth + 1);
      } else {
        words();
      }
    }
    // A tool that says nothing of its input may be asked anything.
    const bool is_closed = member_as<bool>(schema, "additionalProperties") == false;
    if (depth == 0 && !properties && is_first && !is_closed) {
      key("query", is_first);
      words();
    }
    out_ += '}';
  }

  void array(Element schema, int depth) {
    const std::uint64_t least = member_as<std::uint64_t>(schema, "minItems").value_or(0);
    const std::uint64_t most = member_as<std::uint64_t>(schema, "maxItems").value_or(kItemsMax);
    const std::uint64_t usual = is_sparse(depth) ? 0 : 1;
    std::uint64_t left = std::min({std::max(least, usual), most, kItemsMax});
    bool is_first = true;
    const auto item = [&](std::optional<Element> one) {
      if (!is_first) out_ += ',';
      is_first = false;
      if (one) return value(*one, depth + 1);
      words();
    };
    out_ += '[';
    if (const auto first = member_as<simdjson::dom::array>(schema, "prefixItems")) {
      for (const Element one : *first) {
        item(one);
        left -= left > 0 ? 1 : 0;
      }
    }
    for (; left > 0; --left) item(member(schema, "items"));
    out_ += ']';
  }

  void text(Element schema) {
    const std::string_view format = text_member(schema, "format");
    for (const FormatExample& row : kFormats) {
      if (row.format != format) continue;
      out_ += '"';
      out_ += row.text;
      out_ += '"';
      return;
    }
    // Words are never fewer than one letter.
    const std::uint64_t least = member_as<std::uint64_t>(schema, "minLength").value_or(0);
    const auto most = member_as<std::uint64_t>(schema, "maxLength");
    if (least <= 1 && (!most || *most >= longest_text_)) return words();
    constexpr std::string_view kLetters = "words";
    const std::uint64_t usual = std::max<std::uint64_t>(least, kLetters.size());
    const std::uint64_t size = std::min({usual, most.value_or(usual), std::uint64_t{kSizeMax}});
    out_ += '"';
    for (std::uint64_t i = 0; i < size; ++i) out_ += kLetters[i % kLetters.size()];
    out_ += '"';
  }

  void number(Element schema, bool is_whole) {
    double value = 1 + static_cast<double>(draw() % 99);
    double low = member_as<double>(schema, "minimum").value_or(-kNone);
    double high = member_as<double>(schema, "maximum").value_or(kNone);
    const double above = member_as<double>(schema, "exclusiveMinimum").value_or(-kNone);
    const double below = member_as<double>(schema, "exclusiveMaximum").value_or(kNone);
    if (is_whole) {
      low = std::max(std::ceil(low), std::floor(above) + 1);
      high = std::min(std::floor(high), std::ceil(below) - 1);
      value = std::min(std::max(value, low), high);
    } else {
      low = std::max(low, above);
      high = std::min(high, below);
      if (value <= low || value >= high) {
        value = low == -kNone ? high - 1 : high == kNone ? low + 1 : low + (high - low) / 2;
      }
    }
    const double step = member_as<double>(schema, "multipleOf").value_or(0);
    if (step > 0) {
      value = std::ceil(value / step) * step;
      if (value > high) value = std::floor(high / step) * step;
    }
    constexpr double kExact = 1e15;  // whole numbers below are written as such
    if (std::abs(value) < kExact && value == std::trunc(value)) {
      append_number(out_, static_cast<std::int64_t>(value));
    } else {
      out_ += std::isfinite(value) ? fmt::format("{}", value) : "0";
    }
  }

  Element root_;
  std::uint64_t seed_;
  std::size_t longest_text_;
  std::uint64_t draws_ = 0;
  std::string out_;
};

}  // namespace

std::string schema_example(std::string_view schema, std::uint64_t seed, std::size_t longest_text) {
  simdjson::dom::parser parser;
  Element root;
  // The bytes behind the schema are the rest of its body: nothing needs to be copied.
  if (parser.parse(schema.data(), schema.size(), false).get(root) != simdjson::SUCCESS) return {};
  ExampleWriter writer(root, seed, longest_text);
  writer.value(root, 0);
  return std::move(writer).take();
}

}  // namespace sluice::wire
