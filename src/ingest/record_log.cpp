#include "ingest/record_log.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/integer.hpp"
#include "ingest/bad_rows.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_files.hpp"
#include "ingest/model_name.hpp"
#include "ingest/record_row.hpp"

namespace sluice::ingest {

struct RecordLog::State {
  std::string name;
  LineReader lines;
  RecordRowParser parser;
  std::int64_t truncated = 0;
};

RecordLog::RecordLog(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
RecordLog::RecordLog(RecordLog&&) noexcept = default;
RecordLog& RecordLog::operator=(RecordLog&&) noexcept = default;
RecordLog::~RecordLog() = default;

Result<RecordLog> RecordLog::open(const std::string& path) {
  SLUICE_TRY(LineReader lines, LineReader::open_once(path));
  return RecordLog(std::make_unique<State>(
      State{.name = path, .lines = std::move(lines), .parser = RecordRowParser()}));
}

RecordLog RecordLog::over(std::string_view text, std::string name) {
  return RecordLog(std::make_unique<State>(State{
      .name = std::move(name), .lines = LineReader::over(text), .parser = RecordRowParser()}));
}

Result<bool> RecordLog::next(RecordRow& row) {
  Line line;
  SLUICE_TRY(const bool more, state_->lines.next(line));
  if (!more) return false;
  const std::string where = place_of(state_->name, line.number);
  if (line.too_long) return invalid(where, "is longer than any line of --records");
  row.line = line.number;
  auto parsed = state_->parser.parse(line.text, row);
  if (parsed) return true;
  if (parsed.error().is_no_json && !line.has_end) {
    ++state_->truncated;
    return false;
  }
  return invalid(where, std::move(parsed.error().message));
}

std::int64_t RecordLog::truncated_lines() const noexcept { return state_->truncated; }

namespace {

// Attempts that were billed, file after file.
class RecordSource final : public ImportSource {
 public:
  RecordSource(ImportFacts facts, bool strict) : facts_(std::move(facts)), strict_(strict) {}

  Result<bool> next(ImportedCall& call) override {
    for (;;) {
      if (!log_) {
        if (file_ == facts_.files.size()) return end_of_rows();
        SLUICE_TRY(RecordLog opened, RecordLog::open(facts_.files[file_]));
        log_.emplace(std::move(opened));
        origin_.reset();
      }
      const Result<bool> more = log_->next(row_);
      if (!more) {
        if (auto noted = note_bad_row(facts_, more.error(), strict_); !noted) {
          return tl::unexpected(std::move(noted).error());
        }
        continue;
      }
      if (!*more) {
        if (auto noted = note_cut_line(); !noted) return tl::unexpected(std::move(noted).error());
        log_.reset();
        ++file_;
        continue;
      }
      if (!row_.was_billed()) {
        ++facts_.rows;
        ++facts_.not_calls;
        continue;
      }
      if (auto filled = fill(call); filled) {
        ++facts_.rows;
        return true;
      } else if (auto noted = note_bad_row(facts_, filled.error(), strict_); !noted) {
        return tl::unexpected(std::move(noted).error());
      }
    }
  }
  const ImportFacts& facts() const noexcept override { return facts_; }

 private:
  Result<bool> end_of_rows() {
    if (auto mostly = check_mostly_good(facts_); !mostly) {
      return tl::unexpected(std::move(mostly).error());
    }
    return false;
  }

  // What a run that was ended leaves behind: no error however strict.
  Result<void> note_cut_line() {
    if (log_->truncated_lines() == 0) return {};
    return note_bad_row(facts_,
                        {.code = ErrorCode::kInvalidInput,
                         .where = place_of(facts_.files[file_], row_.line),
                         .message = "the last line is not whole"},
                        false);
  }

  Result<void> fill(ImportedCall& call) {
    const auto bad = [this](std::string_view why) {
      return invalid(place_of(facts_.files[file_], row_.line), std::string(why));
    };
    call.clear();
    call.file = static_cast<std::uint32_t>(file_);
    call.usage = row_.usage;
    if (row_.priced) call.cost = row_.cost;
    // Only answers of fast mode have headers of its limits.
    call.is_fast = row_.rate_limits.fast_input_tokens || row_.rate_limits.fast_output_tokens;
    TraceRequest& request = call.request;
    request.line = row_.line;
    const int128 at = origin() + ns(row_.due);
    if (at < 0 || at > ns(kMaxTraceTime)) return bad("is not of the years 1970 to 2069");
    request.at = nanoseconds(static_cast<std::int64_t>(at));
    request.input_tokens = row_.usage.prompt_tokens();
    request.thinking_tokens = std::min(row_.thinking_tokens, row_.usage.output_tokens);
    request.output_tokens = row_.usage.output_tokens - request.thinking_tokens;
    if (std::max(request.input_tokens, row_.usage.output_tokens) > kMaxTokensPerRow) {
      return bad(fmt::format("has more than {} tokens", kMaxTokensPerRow));
    }
    if (row_.max_tokens >= row_.usage.output_tokens) request.max_tokens = row_.max_tokens;
    const std::uint64_t session = hash_combine(stable_hash(row_.workload), row_.session);
    request.session = static_cast<std::int64_t>(session >> 1);
    assign_model_name(request.model, row_.model);
    return {};
  }

  // The calendar when model time began, the same for all rows of a run.
  int128 origin() {
    if (!origin_) {
      const int128 since = int128{ns(row_.ended)} * 1000 / row_.speed_permille;
      origin_ = row_.ended_at.nanoseconds - since;
    }
    return *origin_;
  }

  ImportFacts facts_;
  bool strict_;
  std::size_t file_ = 0;
  std::optional<RecordLog> log_;
  std::optional<int128> origin_;  // Unix nanoseconds
  RecordRow row_;
};

}  // namespace

Result<std::unique_ptr<ImportSource>> open_records(const ImportOptions& options) {
  constexpr std::array<std::string_view, 3> kEndings{".jsonl", ".ndjson", ".json"};
  ImportFacts facts;
  facts.format = LogFormat::kRecords;
  facts.has_dates = true;
  SLUICE_TRY(facts.files, log_files(options.paths, kEndings, facts.left_aside));
  return std::make_unique<RecordSource>(std::move(facts), options.strict);
}

}  // namespace sluice::ingest
