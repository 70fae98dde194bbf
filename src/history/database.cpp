#include "history/database.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.hpp"

namespace sluice::history {
namespace {

constexpr int kPatienceMs = 10'000;

std::string damaged(std::string_view detail) {
  return fmt::format(
      "is damaged ({}); it was left as it is: put back a copy, or move it away to begin anew",
      detail);
}

// SQLite's result codes (https://sqlite.org/rescode.html) as a sentence.
std::string words_of(int code, int system_error, const char* detail) {
  const std::string system =
      system_error != 0 ? fmt::format(" ({})", std::strerror(system_error)) : "";
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return std::string(kNoDatabase);
    case SQLITE_CORRUPT:
      return damaged(detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is in use: another process has been writing to it for ten seconds";
    case SQLITE_READONLY:
      return "cannot be written: the file or its folder is read-only" + system;
    case SQLITE_CANTOPEN:
      return "cannot be opened" + system;
    case SQLITE_FULL:
      return "cannot be written: the disk is full";
    case SQLITE_IOERR:
      return "cannot be read or written" + system;
    default:
      return fmt::format("SQLite says: {}", detail);
  }
}

tl::unexpected<Error> error_of(sqlite3* connection, const std::string& path) {
  const int code = sqlite3_errcode(connection);
  return io_error(path,
                  words_of(code, sqlite3_system_errno(connection), sqlite3_errmsg(connection)));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

// The bind functions fail for a wrong position only, which is a bug of ours, or without memory.
void Statement::bind(int position, std::int64_t number) {
  SLUICE_CHECK(sqlite3_bind_int64(handle_.get(), position, number) == SQLITE_OK);
}
void Statement::bind(int position, double number) {
  SLUICE_CHECK(sqlite3_bind_double(handle_.get(), position, number) == SQLITE_OK);
}
void Statement::bind(int position, std::string_view text) {
  const char* begin = text.empty() ? "" : text.data();  // null would be NULL
  SLUICE_CHECK(sqlite3_bind_text64(handle_.get(), position, begin, text.size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8) == SQLITE_OK);
}
void Statement::bind(int position, const std::optional<double>& number) {
  if (number) return bind(position, *number);
  SLUICE_CHECK(sqlite3_bind_null(handle_.get(), position) == SQLITE_OK);
}
void Statement::bind_blob(int position, std::string_view bytes) {
  const char* begin = bytes.empty() ? "" : bytes.data();
  SLUICE_CHECK(sqlite3_bind_blob64(handle_.get(), position, begin, bytes.size(),
                                   SQLITE_TRANSIENT) == SQLITE_OK);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(sqlite3_db_handle(handle_.get()), *path_);
}

Result<void> Statement::run() {
  const auto stepped = step();
  sqlite3_reset(handle_.get());
  if (!stepped) return tl::unexpected(stepped.error());
  return {};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}
double Statement::real(int column) const { return sqlite3_column_double(handle_.get(), column); }
std::optional<double> Statement::optional_real(int column) const {
  if (sqlite3_column_type(handle_.get(), column) == SQLITE_NULL) return std::nullopt;
  return real(column);
}
std::string Statement::text(int column) const { return std::string(blob(column)); }
std::string_view Statement::blob(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return {static_cast<const char*>(bytes), bytes == nullptr ? 0 : static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Database database(connection, path);
  if (code != SQLITE_OK) return error_of(connection, path);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kPatienceMs);
  // cell_size_check: a damaged page is noticed when it is read and not when it has done harm.
  if (auto set = database.execute("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON"); !set) {
    return tl::unexpected(set.error());
  }
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) return error_of(handle_.get(), *path_);
  return Statement(statement, path_.get());
}

Result<void> Database::execute(const std::string& sql) const {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return error_of(handle_.get(), *path_);
}

Result<std::int64_t> Database::integer(std::string_view sql) const {
  SLUICE_TRY(Statement statement, prepare(sql));
  SLUICE_TRY(const bool found, statement.step());
  return found ? statement.integer(0) : 0;
}

// https://sqlite.org/pragma.html#pragma_quick_check: one row, "ok" or the first thing that is
// wrong, before which a line may name the database.
Result<void> Database::check_sound() const {
  SLUICE_TRY(Statement check, prepare("PRAGMA quick_check(1)"));
  SLUICE_TRY(const bool found, check.step());
  const std::string said = found ? check.text(0) : "nothing is said of it";
  if (said == "ok") return {};
  return io_error(path(), damaged(said.substr(said.find('\n') + 1)));
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
std::int64_t Database::changed_rows() const { return sqlite3_changes64(handle_.get()); }

bool Database::is_read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }

Result<Transaction> Transaction::begin(const Database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) {
    return tl::unexpected(begun.error());
  }
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Result<void> Transaction::commit() {
  auto done = database_->execute("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

// A failure that SQLite answered by undoing all itself leaves nothing to undo.
Transaction::~Transaction() {
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

}  // namespace sluice::history
