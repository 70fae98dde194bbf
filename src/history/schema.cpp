#include "history/schema.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace sluice::history {
namespace {

// Reports stand apart from runs and numbers, so that listing and following runs reads few pages.
// AUTOINCREMENT: the number of a run that was removed is not given again.
constexpr const char* kTables = R"sql(
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  saved_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  scenario TEXT NOT NULL,
  scenario_digest TEXT NOT NULL,
  catalog_date TEXT NOT NULL,
  catalog_digest TEXT NOT NULL,
  tier TEXT NOT NULL,
  seed TEXT NOT NULL,
  version TEXT NOT NULL,
  replications INTEGER NOT NULL,
  is_partial INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_scenario ON runs (scenario, id);
CREATE INDEX runs_by_digest ON runs (scenario_digest, id);
CREATE TABLE metric_names (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE (path, unit)
) STRICT;
CREATE TABLE metrics (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  metric INTEGER NOT NULL REFERENCES metric_names (id),
  value REAL NOT NULL,
  low REAL,
  high REAL,
  mean_of INTEGER NOT NULL,
  PRIMARY KEY (run, metric)
) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
  run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  json BLOB NOT NULL,
  json_size INTEGER NOT NULL,
  text BLOB NOT NULL,
  text_size INTEGER NOT NULL
) STRICT;
CREATE VIEW figures AS
  SELECT run, path, unit, value, low, high
  FROM metrics JOIN metric_names ON metric_names.id = metrics.metric;
)sql";

constexpr std::array<const char*, 1> kSteps = {kTables};

// What stands in the first bytes of a file: to whom it belongs, and which form its tables have.
struct Header {
  bool is_empty = true;
  bool is_database = false;
  std::int64_t application = 0;
  std::int64_t version = 0;
};

// https://sqlite.org/fileformat.html, 1.3. Read without SQLite, which would undo another
// application's interrupted writing; and without waiting: these bytes never change in a file of
// ours, while another process may be writing the others.
Result<Header> look_at(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr std::size_t kVersionAt = 60;
  constexpr std::size_t kApplicationAt = 68;
  std::array<char, 100> bytes{};
  std::ifstream file(path, std::ios::binary);
  if (!file) return io_error(path, fmt::format("cannot be opened ({})", std::strerror(errno)));
  file.read(bytes.data(), bytes.size());
  const std::string_view head(bytes.data(), static_cast<std::size_t>(file.gcount()));
  const auto big_endian = [&bytes](std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      number = (number << 8U) | static_cast<unsigned char>(bytes[at + i]);
    }
    return static_cast<std::int32_t>(number);
  };
  Header header;
  header.is_empty = head.empty();
  header.is_database = head.size() == bytes.size() && head.starts_with(kMagic);
  header.version = big_endian(kVersionAt);
  header.application = big_endian(kApplicationAt);
  return header;
}

tl::unexpected<Error> too_new(const std::string& path, std::int64_t version, std::size_t known) {
  return io_error(path,
                  fmt::format("was written by a newer sluice (form {}, this one knows {}); it "
                              "was left as it is: use that sluice, or another file",
                              version, known));
}

}  // namespace

std::span<const char* const> schema_steps() noexcept { return kSteps; }

Result<void> check_is_ours(const std::string& path, std::span<const char* const> steps) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (status.type() == std::filesystem::file_type::not_found) return {};
  if (status.type() == std::filesystem::file_type::directory) {
    return io_error(path, "is a folder; name a file");
  }
  if (failure) return io_error(path, fmt::format("cannot be opened ({})", failure.message()));
  SLUICE_TRY(const Header header, look_at(path));
  if (header.is_empty) return {};
  if (!header.is_database) return io_error(path, std::string(kNoDatabase));
  if (header.application != kApplication) {
    return io_error(
        path, "is a database of another application; it was left as it is: name another file");
  }
  if (header.version > static_cast<std::int64_t>(steps.size())) {
    return too_new(path, header.version, steps.size());
  }
  return {};
}

Result<void> bring_up_to_date(const Database& database, std::span<const char* const> steps) {
  const std::int64_t wanted = static_cast<std::int64_t>(steps.size());
  SLUICE_TRY(const std::int64_t seen, database.integer("PRAGMA user_version"));
  if (seen == wanted) return {};
  // All in one: a file that has any bytes says whose it is from its first instant.
  SLUICE_TRY(Transaction transaction, Transaction::begin(database));
  // Now that nobody else writes: another process may have been faster.
  SLUICE_TRY(const std::int64_t version, database.integer("PRAGMA user_version"));
  if (version > wanted) return too_new(database.path(), version, steps.size());
  for (std::int64_t step = version; step < wanted; ++step) {
    if (auto taken = database.execute(steps[static_cast<std::size_t>(step)]); !taken) return taken;
  }
  auto marked = database.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, wanted));
  if (!marked) return marked;
  return transaction.commit();
}

}  // namespace sluice::history
