#include "scenario/catalog_diff.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "describe/describe.hpp"

namespace sluice::scenario {
namespace {

using describe::Value;
using Kind = Value::Kind;
using Names = std::vector<std::string>;

// A row of one name: of several groups or models it stands once for each.
struct Row {
  std::string name;   // "opus-5.5"
  std::string where;  // "tier start", or empty
  std::string from;   // the day, or empty
  Value content;      // without the three

  bool is_same(const Row& other) const {
    return name == other.name && where == other.where && from == other.from;
  }
};
using Rows = std::vector<Row>;

std::string text_of(const Value& value) {
  return value.is(Kind::kString) ? value.as_string() : describe::to_json(value, 0);
}

// "bands/0/input 5", of every leaf.
using Leaves = std::vector<std::pair<std::string, std::string>>;
void add_leaves(const Value& value, const std::string& path, Leaves& leaves) {
  const std::string prefix = path.empty() ? "" : path + "/";
  if (value.is(Kind::kObject)) {
    for (const auto& member : value.members()) {
      add_leaves(member.value, prefix + member.name, leaves);
    }
  } else if (value.is(Kind::kArray) && !value.items().empty() &&
             value.items().front().is(Kind::kObject)) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      add_leaves(value.items()[i], prefix + std::to_string(i), leaves);
    }
  } else {
    leaves.emplace_back(path, text_of(value));
  }
}

Leaves leaves_of(const Value& content) {
  Leaves leaves;
  add_leaves(content, "", leaves);
  return leaves;
}

const std::string* find(const Leaves& leaves, const std::string& path) {
  const auto its = [&path](const auto& leaf) { return leaf.first == path; };
  const auto found = std::find_if(leaves.begin(), leaves.end(), its);
  return found == leaves.end() ? nullptr : &found->second;
}

std::string all_of(const Value& content) {
  Names parts;
  for (const auto& [path, text] : leaves_of(content)) {
    const bool is_evidence = path == "source" || path == "confidence" || path == "note";
    if (!is_evidence && !text.empty()) parts.push_back(path + " " + text);
  }
  return join(parts);
}

std::string text_or_none(const std::string& text) { return text.empty() ? "none" : text; }

// "output 25 -> 20, fast none -> 6"; empty: nothing.
std::string changes_of(const Value& before, const Value& after) {
  const Leaves old = leaves_of(before);
  const Leaves now = leaves_of(after);
  Names parts;
  for (const auto& [path, text] : old) {
    const std::string* const other = find(now, path);
    if (other == nullptr) {
      parts.push_back(path + " " + text + " -> none");
    } else if (*other != text) {
      parts.push_back(path + " " + text_or_none(text) + " -> " + text_or_none(*other));
    }
  }
  for (const auto& [path, text] : now) {
    if (find(old, path) == nullptr) parts.push_back(path + " none -> " + text);
  }
  return join(parts);
}

// Lines of the same words are one line with several names.
class Section {
 public:
  void add(char sign, const Row& row, std::string words) {
    const auto same = [&](const Line& line) {
      return line.sign == sign && line.row.where == row.where && line.row.from == row.from &&
             line.words == words;
    };
    const auto found = std::find_if(lines_.begin(), lines_.end(), same);
    if (found == lines_.end()) {
      lines_.push_back({sign, row, {row.name}, std::move(words)});
    } else {
      found->names.push_back(row.name);
    }
  }

  std::string text(const std::string& title) const {
    if (lines_.empty()) return {};
    std::string all = title + "\n";
    for (const Line& line : lines_) {
      all += std::string("  ") + line.sign + " " + line.row.where +
             (line.row.where.empty() ? "" : ", ") + join(line.names) +
             (line.row.from.empty() ? "" : ", from " + line.row.from) +
             (line.words.empty() ? "" : ": " + line.words) + "\n";
    }
    return all;
  }

 private:
  struct Line {
    char sign;
    Row row;
    Names names;
    std::string words;
  };
  std::vector<Line> lines_;
};

std::string section(const std::string& title, const Rows& before, const Rows& after) {
  Section lines;
  const auto in = [](const Rows& rows, const Row& row) {
    return std::find_if(rows.begin(), rows.end(),
                        [&row](const Row& one) { return one.is_same(row); });
  };
  for (const Row& row : before) {
    const auto now = in(after, row);
    if (now == after.end()) {
      lines.add('-', row, all_of(row.content));
    } else if (std::string words = changes_of(row.content, now->content); !words.empty()) {
      lines.add('~', row, std::move(words));
    }
  }
  for (const Row& row : after) {
    if (in(before, row) == before.end()) lines.add('+', row, all_of(row.content));
  }
  return lines.text(title);
}

// The row's members but for those that name it.
template <class T>
Value content_of(const T& row, std::initializer_list<std::string_view> names) {
  Value content = describe::echo(row);
  std::erase_if(content.members(), [&names](const describe::Member& member) {
    return std::find(names.begin(), names.end(), member.name) != names.end();
  });
  return content;
}

Rows model_rows(const Catalog& catalog) {
  Rows rows;
  for (const ModelRow& row : catalog.models) {
    rows.push_back({row.id, "", "", content_of(row, {"id"})});
  }
  return rows;
}

Rows tier_rows(const Catalog& catalog) {
  Rows rows;
  for (const TierRow& row : catalog.tiers) {
    rows.push_back({row.tier, "", row.dates.from.text(), content_of(row, {"tier", "from"})});
  }
  return rows;
}

Rows limit_rows(const Catalog& catalog) {
  Rows rows;
  for (const LimitRow& row : catalog.limits) {
    const Value content = content_of(row, {"tier", "groups", "from"});
    for (const std::string& group : row.groups) {
      rows.push_back({group, "tier " + row.tier, row.dates.from.text(), content});
    }
  }
  return rows;
}

Rows other_rows(const Catalog& catalog) {
  Rows rows;
  for (const OtherLimitRow& row : catalog.other_limits) {
    const Value content = content_of(row, {"name", "tiers", "from"});
    for (const std::string& tier : row.tiers) {
      rows.push_back({tier, row.name, row.dates.from.text(), content});
    }
  }
  return rows;
}

Rows price_rows(const Catalog& catalog) {
  Rows rows;
  for (const ModelPriceRow& row : catalog.prices) {
    const Value content = content_of(row, {"models", "from"});
    for (const std::string& model : row.models) {
      rows.push_back({model, "", row.dates.from.text(), content});
    }
  }
  return rows;
}

Rows tool_rows(const Catalog& catalog) {
  Rows rows;
  for (const ToolPriceRow& row : catalog.tool_prices) {
    rows.push_back({row.name, "", "", content_of(row, {"name"})});
  }
  return rows;
}

}  // namespace

std::string catalog_diff_text(const Catalog& before, const Catalog& after) {
  return section("models", model_rows(before), model_rows(after)) +
         section("tiers", tier_rows(before), tier_rows(after)) +
         section("limits", limit_rows(before), limit_rows(after)) +
         section("other limits", other_rows(before), other_rows(after)) +
         section("prices, dollars per million tokens", price_rows(before), price_rows(after)) +
         section("tools", tool_rows(before), tool_rows(after));
}

}  // namespace sluice::scenario
