#include "ingest/bad_rows.hpp"

#include <fmt/format.h>

namespace sluice::ingest {
namespace {

constexpr std::size_t kExamplesMost = 10;
constexpr std::size_t kModelNameMost = 128;

bool is_of_a_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == ':' || c == '/' || c == '@' || c == '-';
}

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

void assign_model_name(std::string& to, std::string_view name) {
  to.assign(name.substr(0, kModelNameMost));
  for (char& c : to) {
    if (!is_of_a_name(c)) c = '?';
  }
}

}  // namespace sluice::ingest
