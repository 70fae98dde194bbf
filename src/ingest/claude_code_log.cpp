#include "ingest/claude_code_log.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "ingest/bad_rows.hpp"
#include "ingest/claude_code_calls.hpp"
#include "ingest/claude_code_conversations.hpp"
#include "ingest/claude_code_line.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/log_files.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kLeastBlockBytes = 4096;

// A file on disk, or where `text` is given that.
struct Input {
  std::string path;
  std::optional<std::string_view> text;
};

// Most files of a tree are small, and clearing a whole block for each would take longer than
// reading it.
std::size_t block_bytes(std::uintmax_t size) noexcept {
  return static_cast<std::size_t>(
      std::clamp<std::uintmax_t>(size, kLeastBlockBytes, LineReader::kBlockBytes));
}

Result<LineReader> open_input(const Input& input) {
  if (input.text) return LineReader::over(*input.text, block_bytes(input.text->size()));
  std::error_code problem;
  const std::uintmax_t size = std::filesystem::file_size(input.path, problem);
  return LineReader::open(input.path, problem ? LineReader::kBlockBytes : block_bytes(size));
}

std::string_view file_name(std::string_view path) noexcept {
  return path.substr(path.find_last_of('/') + 1);
}

class ModelNames {
 public:
  std::uint32_t index_of(const std::string& name) {
    if (last_ < names_.size() && names_[last_] == name) return last_;
    const auto [place, is_new] = indices_.emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    last_ = place->second;
    return last_;
  }
  const std::string& operator[](std::uint32_t index) const { return names_[index]; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> indices_;
  std::uint32_t last_ = 0;
};

class ClaudeCodeSource final : public ImportSource {
 public:
  ClaudeCodeSource(std::vector<Input> inputs, LeftAside left_aside, bool strict)
      : inputs_(std::move(inputs)), strict_(strict) {
    facts_.format = LogFormat::kClaudeCode;
    facts_.left_aside = std::move(left_aside);
    facts_.has_dates = true;
    facts_.in_order = true;
  }

  Result<bool> next(ImportedCall& call) override {
    if (!is_read_) {
      is_read_ = true;
      if (auto read = read_all(); !read) failure_ = std::move(read).error();
    }
    if (failure_) return tl::unexpected(*failure_);
    if (given_ == sorted_.size()) return false;
    give(sorted_[given_++], call);
    return true;
  }

  const ImportFacts& facts() const noexcept override { return facts_; }

 private:
  Result<void> read_all() {
    for (const Input& input : inputs_) {
      if (auto read = read_file(input); !read) return read;
    }
    inputs_ = {};
    if (facts_.files.empty() && first_unread_) return tl::unexpected(*first_unread_);
    if (auto good = check_mostly_good(facts_); !good) return good;
    if (calls_.size() == 0) {
      return invalid(facts_.files.empty() ? std::string() : facts_.files.front(),
                     fmt::format("no call to a model in {} lines of {} files; expected session "
                                 "logs of Claude Code",
                                 facts_.rows, facts_.files.size()));
    }
    sorted_ = calls_.take_sorted();
    return {};
  }

  Result<void> read_file(const Input& input) {
    Result<LineReader> lines = open_input(input);
    if (!lines) {
      leave_aside(std::move(lines).error());
      return {};
    }
    facts_.files.push_back(input.path);
    conversations_.begin_file(file_name(input.path));
    for (Line line;;) {
      SLUICE_TRY(const bool more, lines->next(line));
      if (!more) return {};
      if (auto read = read_line(line); !read) return read;
    }
  }

  void leave_aside(Error error) {
    facts_.left_aside.add(error.text());
    if (!first_unread_) first_unread_ = std::move(error);
  }

  Result<void> read_line(const Line& line) {
    if (line.too_long) {
      return bad_row(
          line, fmt::format("the line is longer than {} bytes and was not read", kMaxLineBytes),
          false);
    }
    if (ascii::is_blank(line.text)) return {};
    if (FieldResult<void> parsed = parser_.parse(line.text, line_); !parsed) {
      return bad_row(line, std::move(parsed).error(), strict_);
    }
    ++facts_.rows;
    const std::optional<ClaudeCodeConversations::Place> place = conversations_.add(line_);
    if (!place) {
      ++facts_.not_calls;
    } else if (!calls_.add(call_of(*place, line.number))) {
      ++facts_.duplicates;
    }
    return {};
  }

  Result<void> bad_row(const Line& line, std::string message, bool strict) {
    const std::string where = place_of(facts_.files.back(), line.number);
    return note_bad_row(facts_, invalid_input(where, std::move(message)), strict);
  }

  ClaudeCodeCall call_of(const ClaudeCodeConversations::Place& place, std::int64_t line) {
    return {.at = place.asked,
            .id = line_.call,
            .session = place.session,
            .line = line,
            .usage = line_.usage,
            .thinking_tokens = static_cast<std::int32_t>(line_.thinking_tokens),
            .web_searches = static_cast<std::int32_t>(line_.web_searches),
            .file = static_cast<std::uint32_t>(facts_.files.size() - 1),
            .model = models_.index_of(line_.model),
            .is_subagent = place.is_subagent,
            .is_fast = line_.is_fast,
            .is_batch = line_.is_batch,
            .is_us_only = line_.is_us_only};
  }

  void give(const ClaudeCodeCall& from, ImportedCall& call) const {
    call.clear();
    call.request.at = from.at;
    call.request.input_tokens = from.usage.prompt_tokens();
    call.request.thinking_tokens = from.thinking_tokens;
    call.request.output_tokens = from.usage.output_tokens - from.thinking_tokens;
    call.request.session = from.session;
    call.request.model = models_[from.model];
    call.request.line = from.line;
    call.file = from.file;
    call.usage = from.usage;
    call.is_subagent = from.is_subagent;
    call.is_batch = from.is_batch;
    call.is_fast = from.is_fast;
    call.is_us_only = from.is_us_only;
    call.web_searches = from.web_searches;
  }

  std::vector<Input> inputs_;
  bool strict_;
  ImportFacts facts_;
  std::optional<Error> first_unread_;
  ClaudeCodeLineParser parser_;
  ClaudeCodeLine line_;
  ClaudeCodeConversations conversations_;
  ModelNames models_;
  ClaudeCodeCalls calls_;
  bool is_read_ = false;
  std::optional<Error> failure_;
  std::vector<ClaudeCodeCall> sorted_;
  std::size_t given_ = 0;
};

}  // namespace

Result<std::unique_ptr<ImportSource>> open_claude_code(const ImportOptions& options) {
  constexpr std::array<std::string_view, 1> kEndings{".jsonl"};
  LeftAside left_aside;
  SLUICE_TRY(std::vector<std::string> paths, log_files(options.paths, kEndings, left_aside));
  std::vector<Input> inputs;
  inputs.reserve(paths.size());
  for (std::string& path : paths) inputs.push_back({.path = std::move(path), .text = {}});
  return std::make_unique<ClaudeCodeSource>(std::move(inputs), std::move(left_aside),
                                            options.strict);
}

std::unique_ptr<ImportSource> read_claude_code(std::vector<NamedText> texts, bool strict) {
  std::vector<Input> inputs;
  for (NamedText& named : texts) {
    inputs.push_back({.path = std::move(named.name), .text = named.text});
  }
  return std::make_unique<ClaudeCodeSource>(std::move(inputs), LeftAside{}, strict);
}

}  // namespace sluice::ingest
