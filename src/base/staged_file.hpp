// A file that is there whole or not at all: written under a temporary name beside its place, then
// put there. Links are followed, as a shell's > follows them: what they lead to is replaced, they
// stay.
//
//   SLUICE_TRY(auto file, StagedFile::create("result.json"));
//   file->write(text); file->finish(); file->put();
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice {

// Where what is written to a path ends up.
struct OutputPlace {
  std::string path;  // no link; perhaps of a file that is not there yet
  // False: a device, a pipe, or an open file such as /dev/stdout or /proc/self/fd/3, whatever that
  // one is. There is nothing to replace there: it is written in place.
  bool is_replaced = true;
};
// An error where it is a folder, or its own folder is not there, or its name is too long.
Result<OutputPlace> output_place(const std::string& path);

// The descriptor of what the program writes to anyway, standard output or error, where `path` leads
// there. Opened once more, a file would be written over from its beginning.
std::optional<int> own_output(const std::string& path);

// Opens what is written in place, with flags of open(2) beside O_WRONLY. A pipe has to have its
// reader by then: to wait for one would be a wait that Ctrl-C cannot end where signals are blocked.
Result<int> open_in_place(const std::string& path, int flags);

class StagedFile {
 public:
  // Errors of all functions name `path`, which has to be of a place that can be replaced.
  static Result<std::unique_ptr<StagedFile>> create(std::string path);
  ~StagedFile();  // what was not put, and what was replaced, is gone
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  Result<void> write(std::string_view text);
  // Nothing more is written; what can fail of a full disk has failed by now.
  Result<void> finish();
  // Readers see the old file until now, and the new one from now on.
  Result<void> put();
  // As it was before put(), the old file included.
  void take_back() noexcept;

  // Where put() will put it.
  void move_to(std::string path) noexcept { path_ = std::move(path); }
  const std::string& path() const noexcept { return path_; }
  const std::string& temporary() const noexcept { return temporary_; }

 private:
  StagedFile(std::string path, std::string temporary, int file)
      : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}
  std::string old() const { return temporary_ + ".old"; }

  std::string path_;
  std::string temporary_;
  int file_;         // -1: finished
  std::string put_;  // where it is; empty: not put
  bool has_old_ = false;
};

}  // namespace sluice
