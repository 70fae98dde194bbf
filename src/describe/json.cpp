#include "describe/json.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace sluice::describe {
namespace {

using Library = nlohmann::json;

// Follows the library through the text. Between two events it consumes exactly one token, so the
// last token start seen is the place of the node that an event reports.
class Tracker {
 public:
  void see(char c) {
    if (in_string_) {
      see_in_string(c);
    } else if (c == '"') {
      token_ = here_;
      in_string_ = true;
      in_word_ = false;
    } else if (c == '{' || c == '[') {
      token_ = here_;
      in_word_ = false;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ':' ||
               c == '}' || c == ']') {
      in_word_ = false;
    } else if (!in_word_) {
      token_ = here_;
      in_word_ = true;
    }
    step(c);
  }

  Position token() const { return token_; }
  Position before() const { return before_; }

 private:
  void see_in_string(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
  }

  void step(char c) {
    before_ = here_;
    if (c == '\n') {
      here_ = {.line = here_.line + 1, .column = 1};
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++here_.column;  // columns count characters, not bytes
    }
  }

  Position here_{.line = 1, .column = 1};
  Position before_{.line = 1, .column = 1};
  Position token_{.line = 1, .column = 1};
  bool in_string_ = false;
  bool escaped_ = false;
  bool in_word_ = false;
};

// The input iterator that the library reads through.
class TrackedInput {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackedInput(const char* at, Tracker* tracker) : at_(at), tracker_(tracker) {}
  reference operator*() const { return *at_; }
  TrackedInput& operator++() {
    tracker_->see(*at_++);
    return *this;
  }
  TrackedInput operator++(int) {
    TrackedInput before = *this;
    ++*this;
    return before;
  }
  bool operator==(const TrackedInput& other) const { return at_ == other.at_; }
  bool operator!=(const TrackedInput& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Tracker* tracker_;
};

std::string place(std::string_view file, Position position) {
  return std::string{file} + ":" + std::to_string(position.line) + ":" +
         std::to_string(position.column);
}

// Builds the Value from the library's events. Returning false stops the library.
class Builder {
 public:
  Builder(std::string_view file, const Tracker& tracker) : file_(file), tracker_(tracker) {}

  bool null() { return add(Value{}); }
  bool boolean(bool flag) { return add(Value{flag}); }
  bool number_integer(std::int64_t number) { return add(Value{number}); }
  bool number_unsigned(std::uint64_t number) { return add(Value::decimal(std::to_string(number))); }
  bool number_float(double, const std::string& text) { return add(Value::decimal(text)); }
  bool string(std::string& text) { return add(Value{std::move(text)}); }
  bool binary(Library::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Value::object()); }
  bool start_array(std::size_t) { return open(Value::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Level& level = levels_.back();
    if (!level.remember(name)) {
      fail(tracker_.token(), in_quotes(name) + " is given twice in one object: keep one of them");
    }
    level.name = std::move(name);
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const Library::exception& error) {
    // The library's text repeats the place: "[...] parse error at line 1, column 2: syntax error
    // while ...".
    std::string_view text = error.what();
    for (const std::string_view start : {"] ", "column ", ": ", "syntax error "}) {
      const std::size_t found = text.find(start);
      if (found != std::string_view::npos) text.remove_prefix(found + start.size());
    }
    // The end of a number is known only from the character after it.
    const bool number = text.find("unexpected number") != std::string_view::npos;
    const Position at = number ? tracker_.token() : tracker_.before();
    fail(at, "not JSON: " + std::string{text});
    return false;
  }

  Checked<Value> take() && {
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(root_);
  }

 private:
  struct Level {
    Value value;
    std::string name;             // of the member that is being read
    std::set<std::string> names;  // of all members, once there are many

    // False when the object has a member of that name already.
    bool remember(const std::string& next) {
      constexpr std::size_t kMany = 32;
      const std::vector<Member>& members = value.members();
      if (members.size() < kMany) return value.find(next) == nullptr;
      if (names.empty()) {
        for (const Member& member : members) names.insert(member.name);
      }
      return names.insert(next).second;
    }
  };

  void fail(Position position, std::string message) {
    errors_.push_back({ErrorCode::kInvalidInput, place(file_, position), std::move(message)});
  }

  bool add(Value value) {
    if (value.position().line == 0) value.set_position(tracker_.token());
    if (levels_.empty()) {
      root_ = std::move(value);
    } else if (Level& level = levels_.back(); level.value.is(Value::Kind::kArray)) {
      level.value.push(std::move(value));
    } else {
      // A duplicate is reported already; appending without another search keeps large objects
      // linear here.
      level.value.members().push_back({std::move(level.name), std::move(value)});
    }
    return true;
  }

  bool open(Value value) {
    if (levels_.size() >= static_cast<std::size_t>(kMaxDepth)) {
      fail(tracker_.token(), "more than " + std::to_string(kMaxDepth) + " levels of nesting");
      return false;
    }
    value.set_position(tracker_.token());
    levels_.push_back({std::move(value), {}, {}});
    return true;
  }

  bool close() {
    Value value = std::move(levels_.back().value);
    levels_.pop_back();
    return add(std::move(value));
  }

  std::string_view file_;
  const Tracker& tracker_;
  std::vector<Level> levels_;
  Value root_;
  Errors errors_;
};

// ---- writing

void write_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4U];
          out += kHex[byte & 15U];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

class Writer {
 public:
  explicit Writer(int indent) : indent_(indent) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kNull:
        out_ += "null";
        break;
      case Value::Kind::kBool:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case Value::Kind::kInteger:
      case Value::Kind::kDecimal:
        out_ += value.number_text();
        break;
      case Value::Kind::kString:
        write_string(out_, value.as_string());
        break;
      case Value::Kind::kArray:
        write_array(value.items());
        break;
      case Value::Kind::kObject:
        write_object(value.members());
        break;
    }
  }

  std::string take() && { return std::move(out_); }

 private:
  void write_array(const std::vector<Value>& items) {
    const bool numbers =
        std::all_of(items.begin(), items.end(), [](const Value& v) { return v.is_number(); });
    out_ += '[';
    ++depth_;
    for (const Value& item : items) {
      if (&item != items.data()) out_ += (numbers && indent_ > 0) ? ", " : ",";
      if (!numbers) new_line();
      write(item);
    }
    --depth_;
    if (!numbers) new_line();
    out_ += ']';
  }

  void write_object(const std::vector<Member>& members) {
    out_ += '{';
    ++depth_;
    for (const Member& member : members) {
      if (&member != members.data()) out_ += ',';
      new_line();
      write_string(out_, member.name);
      out_ += indent_ > 0 ? ": " : ":";
      write(member.value);
    }
    --depth_;
    if (!members.empty()) new_line();
    out_ += '}';
  }

  void new_line() {
    if (indent_ == 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent_ * depth_), ' ');
  }

  int indent_;
  int depth_ = 0;
  std::string out_;
};

}  // namespace

Checked<Value> parse_json(std::string_view text, std::string_view file) {
  Tracker tracker;
  Builder builder{file, tracker};
  const TrackedInput begin{text.data(), &tracker};
  const TrackedInput end{text.data() + text.size(), &tracker};
  Library::sax_parse(begin, end, &builder);
  return std::move(builder).take();
}

Checked<Value> read_json(const std::string& path) {
  const auto fail = [&](std::string message) {
    return tl::unexpected(Errors{{ErrorCode::kIo, path, std::move(message)}});
  };
  constexpr std::size_t kSizeMax = std::size_t{64} << 20U;
  constexpr std::size_t kChunk = std::size_t{64} << 10U;
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail("cannot be opened for reading");
  std::string text;
  while (file && text.size() <= kSizeMax) {
    const std::size_t before = text.size();
    text.resize(before + kChunk);
    file.read(text.data() + before, static_cast<std::streamsize>(kChunk));
    text.resize(before + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return fail("cannot be read");
  if (text.size() > kSizeMax) return fail("is larger than 64 MiB");
  return parse_json(text, path);
}

std::string to_json(const Value& value, int indent) {
  Writer writer{indent};
  writer.write(value);
  std::string text = std::move(writer).take();
  if (indent > 0) text += '\n';
  return text;
}

namespace {

template <class Change>
void for_each_node(Value& value, const Change& change) {
  change(value);
  if (value.is(Value::Kind::kArray)) {
    for (Value& item : value.items()) for_each_node(item, change);
  } else if (value.is(Value::Kind::kObject)) {
    for (Member& member : value.members()) for_each_node(member.value, change);
  }
}

}  // namespace

void clear_positions(Value& value) {
  for_each_node(value, [](Value& node) { node.set_position({}); });
}

void mark_file(Value& value, std::int32_t file) {
  for_each_node(value, [file](Value& node) {
    Position position = node.position();
    position.file = file;
    node.set_position(position);
  });
}

}  // namespace sluice::describe
