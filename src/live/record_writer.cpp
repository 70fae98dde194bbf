#include "live/record_writer.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/staged_file.hpp"

namespace sluice::live {
namespace {

constexpr std::size_t kEnough = 256 * 1024;

// All of it, or the reason why not.
std::optional<Error> write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return io_error(path, std::string("cannot be written: ") + std::strerror(errno)).value();
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return std::nullopt;
}

}  // namespace

struct RecordWriter::Parts {
  Parts(std::string file_path, int descriptor, const RunPlan& run_plan, RecordClock record_clock)
      : path(std::move(file_path)), file(descriptor), plan(run_plan), clock(record_clock) {
    lines.reserve(kEnough + kEnough / 16);
  }
  ~Parts() {
    if (file > STDERR_FILENO) ::close(file);
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  std::string path;
  int file;
  const RunPlan& plan;
  RecordClock clock;
  std::string lines;
  std::optional<Error> failure;
};

Result<std::unique_ptr<RecordWriter>> RecordWriter::open(const std::string& path,
                                                         const RunPlan& plan, RecordClock clock) {
  int file = path == "-" ? STDOUT_FILENO : own_output(path).value_or(-1);
  if (file < 0) {
    SLUICE_TRY(file, open_in_place(path, O_CREAT | O_TRUNC));
  }
  return std::make_unique<RecordWriter>(std::make_unique<Parts>(path, file, plan, clock));
}

RecordWriter::RecordWriter(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RecordWriter::~RecordWriter() { flush(); }

void RecordWriter::write(const AttemptFacts& facts) {
  if (parts_->failure) return;
  append_record(parts_->lines, facts, parts_->plan, parts_->clock);
  if (parts_->lines.size() >= kEnough) flush();
}

void RecordWriter::flush() {
  if (parts_->lines.empty() || parts_->failure) return;
  parts_->failure = write_all(parts_->file, parts_->lines, parts_->path);
  parts_->lines.clear();
}

const std::optional<Error>& RecordWriter::failure() const noexcept { return parts_->failure; }

}  // namespace sluice::live
