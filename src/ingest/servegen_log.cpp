#include "ingest/servegen_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "ingest/bad_rows.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/log_files.hpp"
#include "ingest/servegen_client.hpp"

namespace sluice::ingest {
namespace {

constexpr std::string_view kTraceEnding = "-trace.csv";
constexpr std::string_view kDatasetEnding = "-dataset.json";

// The number of the client whose file this is.
std::optional<std::uint64_t> client_of(const std::string& path, std::string_view ending) {
  constexpr std::string_view kBegin = "chunk-";
  const std::string name = std::filesystem::path(path).filename().native();
  if (name.size() <= kBegin.size() + ending.size() || name.compare(0, kBegin.size(), kBegin) != 0 ||
      name.compare(name.size() - ending.size(), ending.size(), ending) != 0) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size() - ending.size();
  const auto [stop, problem] = std::from_chars(name.data() + kBegin.size(), end, number);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return number;
}

class ServeGenLog final : public ImportSource {
 public:
  explicit ServeGenLog(const ImportOptions& options) : options_(options) {
    facts_.format = LogFormat::kServeGen;
    facts_.in_order = true;
  }

  Result<void> begin() {
    constexpr std::array kEndings = {kTraceEnding, kDatasetEnding};
    SLUICE_TRY(const std::vector<std::string> files,
               log_files(options_.paths, kEndings, facts_.left_aside));
    for (const std::string& file : files) {
      if (client_of(file, kDatasetEnding)) continue;  // its trace names it
      Result<void> added = add_client(file);
      if (added) continue;
      if (options_.strict) return added;
      facts_.left_aside.add(added.error().text());
    }
    if (windows_ < facts_.bad_rows) {
      return tl::unexpected(facts_.bad_row_examples.front());
    }
    if (clients_.empty()) {
      return invalid(options_.paths.front(),
                     facts_.left_aside.files == 0
                         ? "no client has requests in the part of the weeks that is wanted"
                         : fmt::format("no client can be read; for instance {}",
                                       facts_.left_aside.examples.front()));
    }
    return {};
  }

  Result<bool> next(ImportedCall& call) override {
    if (failure_) return tl::unexpected(*failure_);
    if (clients_.empty()) return false;
    std::pop_heap(clients_.begin(), clients_.end(), Later{});
    Placed& placed = clients_.back();
    call.clear();
    placed.client.give(call.request);
    call.file = placed.file;
    ++facts_.rows;
    const Result<bool> more = placed.client.advance();
    if (!more) {
      failure_ = more.error();
      return tl::unexpected(*failure_);
    }
    if (*more) {
      std::push_heap(clients_.begin(), clients_.end(), Later{});
    } else {
      clients_.pop_back();
    }
    return true;
  }

  const ImportFacts& facts() const noexcept override { return facts_; }

 private:
  struct Placed {
    ServeGenClient client;
    std::uint32_t file = 0;
  };
  struct Later {
    bool operator()(const Placed& a, const Placed& b) const noexcept {
      if (a.client.at() != b.client.at()) return a.client.at() > b.client.at();
      return a.file > b.file;
    }
  };

  Result<void> add_client(const std::string& path) {
    const std::optional<std::uint64_t> number = client_of(path, kTraceEnding);
    if (!number) return invalid(path, "is not named chunk-N-trace.csv");
    const std::string dataset =
        path.substr(0, path.size() - kTraceEnding.size()) + std::string(kDatasetEnding);
    SLUICE_TRY(LineReader lines, LineReader::open(path));
    const BadWindow bad_row = [&](std::int64_t line, const std::string& problem) {
      return note_bad_row(facts_,
                          {.code = ErrorCode::kInvalidInput,
                           .where = place_of(path, line),
                           .message = without_content(problem)},
                          options_.strict);
    };
    SLUICE_TRY(std::vector<ArrivalWindow> windows, read_windows(lines, bad_row));
    windows_ += static_cast<std::int64_t>(windows.size());
    if (windows.empty()) return invalid(path, "no window in it has requests");
    SLUICE_TRY(SizeFile sizes, SizeFile::open(dataset));
    // Two models' clients of one number are two clients.
    const std::uint64_t copy = copies_[*number]++;
    const Duration to = options_.window_length ? std::min(*options_.window_length, kMaxTraceTime) +
                                                     std::min(options_.window_start, kMaxTraceTime)
                                               : Duration::max();
    Placed placed{.client = ServeGenClient(std::move(windows), std::move(sizes),
                                           {.key = hash_combine(*number, copy),
                                            .seed = options_.seed,
                                            .from = options_.window_start,
                                            .to = to}),
                  .file = static_cast<std::uint32_t>(facts_.files.size())};
    SLUICE_TRY(const bool more, placed.client.advance());
    facts_.files.push_back(path);
    facts_.files.push_back(dataset);
    if (!more) return {};
    clients_.push_back(std::move(placed));
    std::push_heap(clients_.begin(), clients_.end(), Later{});
    return {};
  }

  ImportOptions options_;
  ImportFacts facts_;
  std::int64_t windows_ = 0;                       // good ones with requests
  std::map<std::uint64_t, std::uint64_t> copies_;  // clients of that number so far
  std::vector<Placed> clients_;                    // a heap, the earliest first
  std::optional<Error> failure_;
};

}  // namespace

bool is_servegen_file(const std::string& path) {
  return client_of(path, kTraceEnding) || client_of(path, kDatasetEnding);
}

Result<std::unique_ptr<ImportSource>> open_servegen(const ImportOptions& options) {
  auto log = std::make_unique<ServeGenLog>(options);
  if (auto begun = log->begin(); !begun) return tl::unexpected(std::move(begun).error());
  return log;
}

}  // namespace sluice::ingest
