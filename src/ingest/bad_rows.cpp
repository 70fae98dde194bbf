#include "ingest/bad_rows.hpp"

#include <fmt/format.h>

namespace sluice::ingest {
namespace {

constexpr std::size_t kExamplesMost = 10;

}  // namespace

Result<void> note_bad_row(ImportFacts& facts, const Error& error, bool strict) {
  if (strict || error.code == ErrorCode::kIo) return tl::unexpected(error);
  ++facts.bad_rows;
  if (facts.bad_row_examples.size() < kExamplesMost) facts.bad_row_examples.push_back(error);
  return {};
}

Result<void> check_mostly_good(const ImportFacts& facts) {
  if (facts.bad_rows <= facts.rows) return {};
  const Error& first = facts.bad_row_examples.front();
  return invalid(first.where,
                 fmt::format("{} ({} of {} rows cannot be read, so that it is hardly "
                             "of this format)",
                             first.message, facts.bad_rows, facts.bad_rows + facts.rows));
}

}  // namespace sluice::ingest
