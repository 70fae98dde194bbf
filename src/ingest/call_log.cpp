#include "ingest/call_log.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ingest/bad_rows.hpp"
#include "ingest/foreign_fields.hpp"
#include "ingest/log_files.hpp"

namespace sluice::ingest {
namespace {

class CallLog final : public ImportSource {
 public:
  CallLog(const ImportOptions& options, CallFormat format)
      : options_(options), format_(std::move(format)) {
    facts_.format = format_.format;
  }

  Result<void> begin() {
    SLUICE_TRY(files_, log_files(options_.paths, format_.endings, facts_.left_aside));
    const bool merges = format_.in_order && files_.size() <= kMaxMerged;
    for (bool first = true; next_file_ < files_.size() && (merges || first);) {
      SLUICE_TRY(const bool opened, open_next());
      first = !opened;
    }
    if (heads_.empty()) return nothing_read();
    facts_.in_order = format_.in_order && files_.size() <= kMaxMerged;
    return {};
  }

  Result<bool> next(ImportedCall& call) override {
    if (failure_) return tl::unexpected(*failure_);
    Result<bool> more = advance(call);
    if (!more) failure_ = more.error();
    return more;
  }

  const ImportFacts& facts() const noexcept override { return facts_; }

 private:
  // A file and its first call that was not given yet.
  struct Head {
    std::unique_ptr<CallStream> stream;
    ImportedCall call;
  };
  struct Later {
    bool operator()(const Head& a, const Head& b) const noexcept {
      if (a.call.request.at != b.call.request.at) return a.call.request.at > b.call.request.at;
      return a.call.file > b.call.file;
    }
  };

  // Opens the next file that has a call; false where the next one has none.
  Result<bool> open_next() {
    std::string path = std::move(files_[next_file_++]);  // a million names are held once
    Head head;
    auto stream = CallStream::open(format_,
                                   {.path = path,
                                    .file = static_cast<std::uint32_t>(facts_.files.size()),
                                    .strict = options_.strict},
                                   facts_);
    if (!stream) return leave(path, stream.error());
    head.stream = *std::move(stream);
    facts_.files.push_back(std::move(path));
    SLUICE_TRY(const bool more, head.stream->next(head.call));
    if (!more) {
      said_.add_all(head.stream->said());
      return false;
    }
    const bool dated = is_date(head.call.request.at);
    if (!dated_) facts_.has_dates = *(dated_ = dated);
    if (dated != *dated_) {
      return invalid(facts_.files.back(),
                     dated ? "the file gives dates, the files before it count from a zero "
                             "of their own; import them apart"
                           : "the file counts from a zero of its own, the files before it "
                             "give dates; import them apart");
    }
    heads_.push_back(std::move(head));
    std::push_heap(heads_.begin(), heads_.end(), Later{});
    return true;
  }

  Result<bool> leave(const std::string& path, const Error& why) {
    const bool named =
        std::find(options_.paths.begin(), options_.paths.end(), path) != options_.paths.end();
    if (named || options_.strict) return tl::unexpected(why);
    facts_.left_aside.add(why.text());
    return false;
  }

  // The file of the call that was given last is read on only now, so that what is wrong with its
  // next row is not said too early.
  Result<void> refill() {
    if (!std::exchange(is_given_, false)) return {};
    SLUICE_TRY(const bool more, heads_.back().stream->next(heads_.back().call));
    if (more) {
      std::push_heap(heads_.begin(), heads_.end(), Later{});
    } else {
      said_.add_all(heads_.back().stream->said());
      heads_.pop_back();
    }
    return {};
  }

  Result<bool> advance(ImportedCall& call) {
    if (auto filled = refill(); !filled) return tl::unexpected(std::move(filled).error());
    while (heads_.empty()) {
      if (next_file_ == files_.size()) return at_end();
      SLUICE_TRY(const bool opened, open_next());
      static_cast<void>(opened);
    }
    std::pop_heap(heads_.begin(), heads_.end(), Later{});
    std::swap(call, heads_.back().call);
    is_given_ = true;
    return true;
  }

  Result<bool> at_end() const {
    if (auto good = check_mostly_good(facts_); !good) {
      return tl::unexpected(std::move(good).error());
    }
    if (FieldResult<void> said = format_.said.check_said(said_); !said) {
      return invalid(options_.paths.front(), std::move(said).error());
    }
    return false;
  }

  Result<void> nothing_read() const {
    if (auto good = check_mostly_good(facts_); !good) return good;
    const std::string& where = options_.paths.front();
    if (facts_.files.empty() && facts_.left_aside.files > 0) {
      return invalid(where, fmt::format("no file in it is of the format {}; for instance {}",
                                        name(format_.format), facts_.left_aside.examples.front()));
    }
    if (facts_.not_calls == 0) return invalid(where, "has no row that is a call");
    return invalid(where, fmt::format("there is no call in it, as {} has them ({} other rows)",
                                      name(format_.format), facts_.not_calls));
  }

  ImportOptions options_;
  CallFormat format_;
  ImportFacts facts_;
  std::vector<std::string> files_;
  std::size_t next_file_ = 0;  // to be opened
  std::vector<Head> heads_;    // a heap, the earliest first
  bool is_given_ = false;      // the last of heads_ waits for its next call
  ColumnSet said_;             // of the files that were read to their ends
  std::optional<bool> dated_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<ImportSource>> open_calls(const ImportOptions& options, CallFormat format) {
  auto log = std::make_unique<CallLog>(options, std::move(format));
  if (auto begun = log->begin(); !begun) return tl::unexpected(std::move(begun).error());
  return log;
}

}  // namespace sluice::ingest
