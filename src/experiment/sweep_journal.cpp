#include "experiment/sweep_journal.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "describe/json.hpp"
#include "describe/value.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr std::string_view kFormat = "sluice-sweep-runs";

Value texts(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& text : list) array.push(text);
  return array;
}

std::string header_line(const SweepIdentity& identity) {
  Value value = Value::object();
  value.set("format", kFormat)
      .set("format_version", 1)
      .set("version", identity.version)
      .set("scenario", identity.scenario)
      .set("catalog", identity.catalog)
      .set("traces", identity.traces)
      .set("metrics", texts(identity.metrics));
  return describe::to_json(value, 0) + "\n";
}

// Shortest decimal that reads back as the same double.
std::string run_line(const std::string& cell, std::int64_t replication, const Sample& sample) {
  Value values = Value::array();
  for (const std::optional<double>& value : sample) {
    values.push(value ? Value::decimal(fmt::format("{}", *value)) : Value());
  }
  Value line = Value::object();
  line.set("cell", cell).set("replication", replication).set("values", std::move(values));
  return describe::to_json(line, 0) + "\n";
}

struct Run {
  std::string cell;
  std::int64_t replication;
  Sample sample;
};

std::optional<Sample> sample_of(const Value& values) {
  Sample sample;
  for (const Value& value : values.items()) {
    if (value.is(Value::Kind::kNull)) {
      sample.emplace_back();
      continue;
    }
    if (!value.is_number()) return std::nullopt;
    const std::string text = value.number_text();
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    sample.emplace_back(number);
  }
  return sample;
}

std::optional<Run> parse_run(std::string_view line, std::size_t metrics) {
  const auto parsed = describe::parse_json(line, "");
  if (!parsed || !parsed->is(Value::Kind::kObject)) return std::nullopt;
  const Value* cell = parsed->find("cell");
  const Value* replication = parsed->find("replication");
  const Value* values = parsed->find("values");
  if (cell == nullptr || !cell->is(Value::Kind::kString)) return std::nullopt;
  if (replication == nullptr || !replication->is(Value::Kind::kInteger)) return std::nullopt;
  if (values == nullptr || !values->is(Value::Kind::kArray)) return std::nullopt;
  auto sample = sample_of(*values);
  if (!sample || sample->size() != metrics) return std::nullopt;
  return Run{cell->as_string(), replication->as_integer(), std::move(*sample)};
}

// Why a file with this first line is not one to go on with.
std::string difference(std::string_view line, const SweepIdentity& identity) {
  constexpr const char* kAdvice = "; name another file, or remove this one";
  const auto theirs = describe::parse_json(line, "");
  const auto ours = describe::parse_json(header_line(identity), "");
  const auto format = theirs && theirs->is(Value::Kind::kObject) ? theirs->find("format") : nullptr;
  if (format == nullptr || *format != Value(kFormat)) {
    return fmt::format("is not a file of sweep runs and will not be overwritten{}", kAdvice);
  }
  for (const describe::Member& member : ours->members()) {
    const Value* other = theirs->find(member.name);
    if (other != nullptr && *other == member.value) continue;
    const auto shown = [](const Value* value) {
      return value == nullptr ? std::string("none") : describe::to_json(*value, 0);
    };
    return fmt::format("holds runs of another sweep: its {} is {}, here it is {}{}", member.name,
                       shown(other), shown(&member.value), kAdvice);
  }
  return fmt::format("has a damaged first line{}", kAdvice);
}

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
  auto journal = std::make_unique<SweepJournal>(std::move(identity));
  journal->path_ = path;
  journal->file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (journal->file_ < 0) return failed(path, "cannot be opened for writing");
  if (flock(journal->file_, LOCK_EX | LOCK_NB) != 0) {
    return io_error(path, "is in use by another sweep; wait for it, or name another file");
  }
  const auto text = read_all(journal->file_);
  if (!text) return failed(path, "cannot be read");
  const std::string header = header_line(journal->identity_);
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
  const std::string header = header_line(identity_);
  if (end == std::string_view::npos || text.substr(0, end + 1) != header) {
    return invalid(path, difference(text.substr(0, end), identity_));
  }
  std::int64_t number = 1;
  for (text.remove_prefix(end + 1); !text.empty(); text.remove_prefix(text.find('\n') + 1)) {
    number += 1;
    auto run = parse_run(text.substr(0, text.find('\n')), identity_.metrics.size());
    if (!run) {
      return invalid(fmt::format("{}:{}", path, number),
                     "is damaged; remove the line to have its run repeated");
    }
    samples_.insert_or_assign({std::move(run->cell), run->replication}, std::move(run->sample));
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
  if (file_ >= 0 && !write_all(file_, run_line(cell, replication, sample))) {
    return failed(path_, "cannot be written");
  }
  return {};
}

std::string SweepJournal::text() const {
  std::string text = header_line(identity_);
  for (const auto& [key, sample] : samples_) text += run_line(key.first, key.second, sample);
  return text;
}

}  // namespace sluice
