#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "describe/json.hpp"
#include "describe/types.hpp"

namespace sluice::describe {
namespace {

// Text inside a table cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

// A heading as GitHub links to it.
std::string anchor(std::string_view heading) {
  std::string out;
  for (const char c : heading) {
    if (c == ' ') out += '-';
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') out += c;
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

class ReferenceWriter {
 public:
  // The type as a cell shows it; remembers the structs that it names for sections of their own.
  // A struct without a name goes by that of the field that holds it.
  std::string type_text(const Shape& shape, const std::string& holder) {
    switch (shape.kind) {
      case Shape::Kind::kScalar:
        return cell(shape.text);
      case Shape::Kind::kStruct:
        return struct_text(shape.info(), "", holder);
      case Shape::Kind::kUnion:
        return union_text(shape);
      case Shape::Kind::kOptional:
        return type_text(shape.item.front(), holder);
      case Shape::Kind::kArray:
        return "array of " + type_text(shape.item.front(), holder);
      case Shape::Kind::kMap:
        break;
    }
    return "object of name: " + type_text(shape.item.front(), holder);
  }

  // Sections appear in the order in which they are first named.
  std::string write(const Shape& root) {
    type_text(root, "document");
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      const Section section = sections_[i];  // a copy: writing one may find more
      write_section(section);
    }
    return std::move(out_);
  }

 private:
  struct Section {
    std::string heading;
    std::string tag;  // of the union that it is an alternative of, with its name there
    std::string name;
    StructInfo info;
  };

  std::string struct_text(StructInfo info, std::string_view tag, std::string_view name) {
    const std::string heading = info.name.empty() ? std::string{name} : info.name;
    const auto same = [&](const Section& section) { return section.heading == heading; };
    if (std::none_of(sections_.begin(), sections_.end(), same)) {
      sections_.push_back({heading, std::string{tag}, std::string{name}, std::move(info)});
    }
    return "[" + heading + "](#" + anchor(heading) + ")";
  }

  std::string union_text(const Shape& shape) {
    std::string out;
    for (const Alternative& alternative : shape.alternatives) {
      if (!out.empty()) out += ", ";
      out += struct_text(alternative.info(), shape.tag, alternative.name);
    }
    return "one of " + out + (shape.number_is.empty() ? "" : "; a number is " + shape.number_is);
  }

  void write_section(const Section& section) {
    if (!out_.empty()) out_ += '\n';
    out_ += "### " + section.heading + "\n\n";
    if (!section.info.doc.empty()) out_ += section.info.doc + "\n\n";
    if (!section.tag.empty()) {
      out_ += "Chosen by `\"" + section.tag + "\": \"" + section.name + "\"`.\n\n";
    }
    if (!section.info.shorthand.empty()) {
      out_ += "A value that is not an object is taken for `" + section.info.shorthand + "`.\n\n";
    }
    if (section.info.fields.empty()) {
      out_ += "No fields.\n";
      return;
    }
    out_ += "| field | type | default | meaning |\n|---|---|---|---|\n";
    for (const FieldInfo& field : section.info.fields) write_row(field);
  }

  void write_row(const FieldInfo& field) {
    const std::string type = type_text(field.shape, field.name);
    std::string fallback = "-";
    if (field.required) {
      fallback = "**required**";
    } else if (!field.fallback.is(Value::Kind::kNull)) {
      fallback = default_text(field.fallback);
    }
    const std::string unit = field.unit.empty() ? "" : " (" + field.unit + ")";
    out_ += "| `" + field.name + "` | " + type + " | " + fallback + " | " + cell(field.doc + unit) +
            " |\n";
  }

  // A long object would tear the table apart; its defaults are in its own section.
  static std::string default_text(const Value& value) {
    constexpr std::size_t kShort = 48;
    const std::string text = to_json(value, 0);
    if (value.is(Value::Kind::kObject) && text.size() > kShort) return "see its fields";
    return "`" + cell(text) + "`";
  }

  std::vector<Section> sections_;
  std::string out_;
};

}  // namespace

std::string reference_from(const Shape& shape) {
  ReferenceWriter writer;
  return writer.write(shape);
}

}  // namespace sluice::describe
