// CSV and JSON lines of somebody's own making: which of their columns is which of ours. A column is
// ours by being said so, by having our name (docs/traces.md), or by a well-known other name for it;
// the first of these that holds wins, and two that hold equally are an error. Columns that are
// nothing of ours are passed over.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/call_stream.hpp"
#include "ingest/columns.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

struct NamedColumn {
  Column column = Column::kIgnored;
  int rank = 0;  // 3: said so, 2: our name, 1: a well-known name, 0: not ours
};

class NamedColumns {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;  // (ours, theirs)

  // An error where a name of ours is none, or stands for two.
  static FieldResult<NamedColumns> from(const Pairs& pairs);
  // Well-known names are compared without regard to case, with spaces and hyphens as underscores.
  NamedColumn find(std::string_view theirs) const;

 private:
  std::vector<std::pair<Column, std::string>> said_;
};

// As set_field(), but identities are hashed, model names cut, times and counts read as other
// programs write them ("12.0", seconds since 1970).
FieldResult<void> set_named_field(Column column, std::string_view text, TraceRequest& request);

// `csv` or `jsonl`. Errors: options.columns that name no column of ours.
Result<CallFormat> named_columns_format(LogFormat format, const ImportOptions& options);

}  // namespace sluice::ingest
