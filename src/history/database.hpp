// One SQLite file, opened: statements with their values, transactions, errors in words. The only
// part of the program that knows the C interface of SQLite (https://sqlite.org/c3ref/intro.html).
//
//   SLUICE_TRY(Statement find, database.prepare("SELECT name FROM t WHERE id = ?1"));
//   find.bind(1, id);
//   SLUICE_TRY(const bool found, find.step());
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::history {

// Said of a file that is none.
inline constexpr std::string_view kNoDatabase = "is not an SQLite database; it was left as it is";

class Statement {
 public:
  // Positions count from 1. Text and blobs are copied.
  void bind(int position, std::int64_t number);
  void bind(int position, double number);
  void bind(int position, std::string_view text);
  void bind(int position, const char* text) { bind(position, std::string_view(text)); }
  void bind(int position, const std::optional<double>& number);
  void bind_blob(int position, std::string_view bytes);

  // True: there is a row, whose columns count from 0.
  Result<bool> step();
  // For a statement without rows; it may be bound and run again.
  Result<void> run();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::optional<double> optional_real(int column) const;
  std::string text(int column) const;
  // Bytes of a blob; valid until the next step.
  std::string_view blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  Statement(sqlite3_stmt* statement, const std::string* path) : handle_(statement), path_(path) {}

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  const std::string* path_;
};

class Database {
 public:
  // Makes the file if there is none. Waits up to ten seconds where another process writes.
  static Result<Database> open(const std::string& path);

  Result<Statement> prepare(std::string_view sql) const;
  // Statements without values and rows, with semicolons between them.
  Result<void> execute(const std::string& sql) const;
  Result<std::int64_t> integer(std::string_view sql) const;  // the first column of the one row
  // Reads the whole file; an error where it is damaged. What is within a report's bytes is not
  // seen.
  Result<void> check_sound() const;
  std::int64_t last_row() const;      // that was inserted
  std::int64_t changed_rows() const;  // by the last statement
  // The file, not the right to write just now.
  bool is_read_only() const;
  const std::string& path() const noexcept { return *path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept;
  };
  Database(sqlite3* connection, std::string path)
      : path_(std::make_unique<const std::string>(std::move(path))), handle_(connection) {}

  std::unique_ptr<const std::string> path_;  // where errors of statements find it
  std::unique_ptr<sqlite3, Close> handle_;
};

// Takes the right to write at once, so that nothing that was read before can be stale; undone when
// it is left without commit().
class Transaction {
 public:
  static Result<Transaction> begin(const Database& database);
  Result<void> commit();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;  // null: over
};

}  // namespace sluice::history
