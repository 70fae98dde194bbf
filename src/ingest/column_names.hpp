// Names of columns in CSV and JSON lines of somebody's own making: those that were said, our own,
// and names by which other programs call the same. Names of ours beyond a trace's are the API's of
// cached tokens, which an import alone can use.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/columns.hpp"
#include "ingest/fields.hpp"

namespace sluice::ingest {

// As messages call the column.
std::string_view import_name(Column column) noexcept;

struct NamedColumn {
  Column column = Column::kIgnored;
  int rank = 0;  // 3: said so, 2: our name, 1: a well-known name, 0: not ours

  bool was_said() const noexcept { return rank == 3; }
};

class NamedColumns {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;  // (ours, theirs)

  // An error where a name of ours is none, or stands for two.
  static FieldResult<NamedColumns> from(const Pairs& pairs);
  // Well-known names are compared without regard to case, with spaces and hyphens as underscores.
  NamedColumn find(std::string_view theirs) const;
  // Of those that were said alone: members of objects inside a JSON row ("usage.output") are found
  // by no other name.
  NamedColumn said(std::string_view theirs) const;
  bool has_inner() const noexcept { return has_inner_; }  // one that was said has a dot
  // Whether one that was said is within the object of that path.
  bool is_around_said(std::string_view path) const;
  // What was said for the column; nullptr: nothing was.
  const std::string* theirs(Column column) const noexcept;
  // An error where a column was said that a table's header does not have,
  FieldResult<void> check_said(const std::vector<std::string>& header) const;
  // or that was in none of the rows, which had `seen` of those that were said.
  FieldResult<void> check_said(ColumnSet seen) const;

 private:
  bool has_inner_ = false;
  std::vector<std::pair<Column, std::string>> said_;
};

}  // namespace sluice::ingest
