#include "ingest/log_files.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/printable.hpp"

namespace sluice::ingest {
namespace {

namespace fs = std::filesystem;

bool has_ending(std::string_view name, std::span<const std::string_view> extensions) {
  return extensions.empty() ||
         std::any_of(extensions.begin(), extensions.end(), [name](std::string_view ending) {
           return name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending;
         });
}

std::string endings_text(std::span<const std::string_view> extensions) {
  std::string text;
  for (const std::string_view ending : extensions) {
    text += fmt::format("{}{}", text.empty() ? "" : " or ", ending);
  }
  return text;
}

class FolderWalk {
 public:
  FolderWalk(std::span<const std::string_view> extensions, LeftAside& left_aside)
      : extensions_(extensions), left_aside_(left_aside) {}

  Result<std::vector<std::string>> files_below(const std::string& root) {
    folders_ = {root};
    for (bool first = true; !folders_.empty(); first = false) {
      const std::string folder = std::move(folders_.back());
      folders_.pop_back();
      if (const std::error_code failure = list(folder)) {
        if (first) return io_error(root, "cannot be listed: " + failure.message());
        leave(folder, "cannot be listed: " + failure.message());
      }
    }
    if (other_names_ > 0) {
      left_aside_.add(fmt::format("{}: {} file{} in it {} not end in {}", printable(root),
                                  other_names_, other_names_ == 1 ? "" : "s",
                                  other_names_ == 1 ? "does" : "do", endings_text(extensions_)),
                      other_names_);
    }
    std::sort(files_.begin(), files_.end());
    return std::move(files_);
  }

 private:
  std::error_code list(const std::string& folder) {
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure); !failure && entry != fs::end(entry);
         entry.increment(failure)) {
      std::error_code unknown;
      consider(entry->path().native(), entry->symlink_status(unknown).type());
    }
    return failure;
  }

  void consider(const std::string& path, fs::file_type type) {
    if (type == fs::file_type::directory) {
      folders_.push_back(path);
    } else if (type == fs::file_type::symlink) {
      leave(path, "is a symlink; links inside a folder are not followed");
    } else if (type != fs::file_type::regular) {
      leave(path, "is not a regular file");
    } else if (has_ending(path, extensions_)) {
      files_.push_back(path);
    } else {
      ++other_names_;
    }
  }

  void leave(const std::string& path, std::string_view why) {
    left_aside_.add(fmt::format("{}: {}", printable(path), why));
  }

  std::span<const std::string_view> extensions_;
  LeftAside& left_aside_;
  std::vector<std::string> folders_;  // still to be listed
  std::vector<std::string> files_;
  std::int64_t other_names_ = 0;
};

Result<std::vector<std::string>> files_of(const std::string& path,
                                          std::span<const std::string_view> extensions,
                                          LeftAside& left_aside) {
  std::error_code failure;
  const fs::file_type type = fs::status(path, failure).type();
  if (type == fs::file_type::not_found) return io_error(path, "does not exist");
  if (type == fs::file_type::none)
    return io_error(path, "cannot be examined: " + failure.message());
  if (type == fs::file_type::regular) return std::vector<std::string>{path};
  if (type != fs::file_type::directory) {
    return io_error(path, "is neither a regular file nor a folder");
  }
  SLUICE_TRY(std::vector<std::string> files, FolderWalk(extensions, left_aside).files_below(path));
  if (!files.empty()) return files;
  const std::string wanted =
      extensions.empty() ? "regular file" : "file that ends in " + endings_text(extensions);
  return io_error(path, fmt::format("is a folder without a {}", wanted));
}

struct Inode {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  bool operator==(const Inode&) const = default;
};
struct InodeHash {
  std::size_t operator()(const Inode& inode) const noexcept {
    return static_cast<std::size_t>(hash_combine(inode.device, inode.number));
  }
};

// A file of one folder can be met twice only where it has two hard links. What cannot be examined
// is kept: its reader says why.
void read_each_once(std::vector<std::string>& files, bool of_several_paths) {
  std::unordered_set<Inode, InodeHash> seen;
  const auto again = [&](const std::string& file) {
    struct ::stat status {};
    if (::stat(file.c_str(), &status) != 0) return false;
    if (!of_several_paths && status.st_nlink < 2) return false;
    return !seen.insert({.device = status.st_dev, .number = status.st_ino}).second;
  };
  files.erase(std::remove_if(files.begin(), files.end(), again), files.end());
}

}  // namespace

Result<std::vector<std::string>> log_files(const std::vector<std::string>& paths,
                                           std::span<const std::string_view> extensions,
                                           LeftAside& left_aside) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    SLUICE_TRY(std::vector<std::string> files, files_of(path, extensions, left_aside));
    std::move(files.begin(), files.end(), std::back_inserter(all));
  }
  read_each_once(all, paths.size() > 1);
  return all;
}

}  // namespace sluice::ingest
