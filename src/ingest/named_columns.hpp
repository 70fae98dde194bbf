// CSV and JSON lines of somebody's own making: which of their columns is which of ours. A column is
// ours by being said so, by having our name (docs/traces.md), or by a well-known other name for it;
// the first of these that holds wins, and two that hold equally are an error. Columns that are
// nothing of ours are passed over.
#pragma once

#include <string_view>

#include "ingest/call_stream.hpp"
#include "ingest/column_names.hpp"
#include "ingest/columns.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

// As set_field(), but identities are hashed, model names cut, times and counts read as other
// programs write them ("12.0", seconds since 1970).
FieldResult<void> set_named_field(Column column, std::string_view text, TraceRequest& request);

// Whether a format takes names for its columns, which is what options.columns are: `csv` and
// `jsonl`.
bool takes_names(LogFormat format) noexcept;

// An error of usage where options.columns name no column of ours, or are one twice.
Result<NamedColumns> said_columns(const ImportOptions& options);

// `csv` or `jsonl`. Errors: those of said_columns().
Result<CallFormat> named_columns_format(LogFormat format, const ImportOptions& options);

}  // namespace sluice::ingest
