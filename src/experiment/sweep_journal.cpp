#include "experiment/sweep_journal.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/staged_file.hpp"

namespace sluice {
namespace {

tl::unexpected<Error> failed(const std::string& path, const char* what) {
  return io_error(path, fmt::format("{}: {}", what, std::strerror(errno)));
}

std::optional<std::string> read_all(int file) {
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<SweepJournal>> SweepJournal::open(const std::string& path,
                                                         SweepIdentity identity) {
  SLUICE_TRY(const OutputPlace place, output_place(path));
  if (!place.is_replaced) return io_error(path, "is no file; a sweep goes on from what it holds");
  auto journal = std::make_unique<SweepJournal>(std::move(identity));
  journal->path_ = path;
  journal->file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (journal->file_ < 0) return failed(path, "cannot be opened for writing");
  if (flock(journal->file_, LOCK_EX | LOCK_NB) != 0) {
    return io_error(path, "is in use by another sweep; wait for it, or name another file");
  }
  const auto text = read_all(journal->file_);
  if (!text) return failed(path, "cannot be read");
  const std::string header = sweep_header_line(journal->identity_);
  // Killed before its first line was whole.
  const bool begins = text->find('\n') == std::string::npos && header.starts_with(*text);
  const std::size_t whole = begins ? 0 : text->rfind('\n') + 1;
  if (!begins) {
    const auto good = journal->read(std::string_view(*text).substr(0, whole), path);
    if (!good) return tl::unexpected(good.error());
  }
  if (whole < text->size() && ftruncate(journal->file_, static_cast<off_t>(whole)) != 0) {
    return failed(path, "cannot be written");
  }
  if (begins && !write_all(journal->file_, header)) return failed(path, "cannot be written");
  return journal;
}

SweepJournal::~SweepJournal() {
  if (file_ >= 0) close(file_);
}

Result<void> SweepJournal::read(std::string_view text, const std::string& path) {
  const std::size_t end = text.find('\n');
  const std::string header = sweep_header_line(identity_);
  if (end == std::string_view::npos || text.substr(0, end + 1) != header) {
    return invalid(path, sweep_header_difference(text.substr(0, end), identity_));
  }
  std::int64_t number = 1;
  for (text.remove_prefix(end + 1); !text.empty(); text.remove_prefix(text.find('\n') + 1)) {
    number += 1;
    auto run = parse_sweep_run(text.substr(0, text.find('\n')), identity_.metrics.size());
    if (!run) {
      return invalid(fmt::format("{}:{}", path, number),
                     "is damaged; remove the line to have its run repeated");
    }
    samples_.insert_or_assign({std::move(run->cell), run->replication}, std::move(run->values));
  }
  return {};
}

const Sample* SweepJournal::find(const std::string& cell, std::int64_t replication) const {
  const auto found = samples_.find({cell, replication});
  return found == samples_.end() ? nullptr : &found->second;
}

Result<void> SweepJournal::add(const std::string& cell, std::int64_t replication,
                               const Sample& sample) {
  samples_.insert_or_assign({cell, replication}, sample);
  if (file_ >= 0 && !write_all(file_, sweep_run_line(cell, replication, sample))) {
    return failed(path_, "cannot be written");
  }
  return {};
}

std::string SweepJournal::text() const {
  std::string text = sweep_header_line(identity_);
  for (const auto& [key, sample] : samples_) text += sweep_run_line(key.first, key.second, sample);
  return text;
}

}  // namespace sluice
