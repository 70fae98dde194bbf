#include "app/import_command.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/kept_files.hpp"
#include "app/progress.hpp"
#include "app/report_format.hpp"
#include "app/signals_blocked.hpp"
#include "app/taken_files.hpp"
#include "base/staged_file.hpp"
#include "base/text.hpp"
#include "importer/import.hpp"
#include "report/import_json.hpp"
#include "report/import_text.hpp"
#include "scenario/catalog.hpp"

namespace sluice::app {
namespace {

using Render = std::string (*)(const ImportResult& result, TextStyle style);

constexpr std::array kFormats = {
    Format<Render>{"text", [](const ImportResult& result,
                              TextStyle style) { return render_text(result, style); }},
    Format<Render>{"json",
                   [](const ImportResult& result, TextStyle) { return render_json(result); }},
};

Result<std::pair<std::string, std::string>> parse_column(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return invalid("--column", in_quotes(text) + " is not OURS=THEIRS, as input_tokens=prompt_len");
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

// The first word is a format where it is the name of one and of no file.
void take_format(std::vector<std::string> words, ingest::ImportOptions& options) {
  std::error_code ignored;
  const auto format = ingest::log_format_named(words.front());
  if (format && !std::filesystem::exists(words.front(), ignored)) {
    options.format = *format;
    words.erase(words.begin());
  }
  options.paths = std::move(words);
}

// The first word, where it is no file, may have been meant as a format.
Result<void> check_first_word(const ingest::ImportOptions& options) {
  std::error_code ignored;
  const bool may_be_format = options.format == ingest::LogFormat::kDetect &&
                             options.paths.size() > 1 &&
                             !std::filesystem::exists(options.paths.front(), ignored);
  if (!may_be_format) return {};
  return tl::unexpected(
      Error{.code = ErrorCode::kUsage,
            .where = options.paths.front(),
            .message = "is neither a file nor the name of a format" +
                       suggestion(options.paths.front(), ingest::log_format_names())});
}

Checked<ingest::ImportOptions> read_options(const ImportArguments& arguments) {
  ingest::ImportOptions options;
  Errors errors;
  take_format(arguments.sources, options);
  if (options.paths.empty()) {
    errors.push_back({.code = ErrorCode::kUsage,
                      .where = "sluice import",
                      .message = "name a file or a folder of logs behind the format"});
  }
  if (auto first = check_first_word(options); !first) errors.push_back(first.error());
  options.strict = arguments.strict;
  options.seed = arguments.seed;
  for (const std::string& column : arguments.columns) {
    if (auto parsed = parse_column(column)) {
      options.columns.push_back(std::move(*parsed));
    } else {
      errors.push_back(parsed.error());
    }
  }
  const auto take = [&](const std::string& text, const char* option, auto use) {
    if (text.empty()) return;
    if (auto duration = parse_duration(text)) {
      use(*duration);
    } else {
      errors.push_back({duration.error().code, option, duration.error().message});
    }
  };
  take(arguments.window_start, "--window-start", [&](Duration d) { options.window_start = d; });
  take(arguments.window_length, "--window-length", [&](Duration d) { options.window_length = d; });
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return options;
}

Result<void> may_write(const ImportArguments& arguments, const std::vector<std::string>& logs) {
  const auto place = output_place(arguments.output);
  if (place && !place->is_replaced) {
    return tl::unexpected(Error{.code = ErrorCode::kUsage,
                                .where = arguments.output,
                                .message = "is no file; traces are written beside the scenario"});
  }
  if (auto kept = check_not_read({arguments.output}, logs); !kept) return kept;
  return check_output(arguments.output, arguments.force);
}

// A folder's log may have the name that a trace is to have.
Checked<void> may_replace(const importer::Imported& imported, const ingest::ImportFacts& facts) {
  std::vector<std::string> written = {imported.path};
  for (const auto& trace : imported.traces) written.push_back(trace->path());
  if (auto kept = check_not_read(written, facts.files); !kept) {
    return tl::unexpected(Errors{std::move(kept).error()});
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!is_same_file(written[i], written[j])) continue;
      return tl::unexpected(
          Errors{Error{.code = ErrorCode::kUsage,
                       .where = written[i],
                       .message = "leads to the same file as " + written[j] +
                                  ", which is written too; name another with -o"}});
    }
  }
  return {};
}

importer::ImportWishes wishes_of(const ImportArguments& arguments) {
  return {.path = arguments.output,
          .model = arguments.model,
          .tier = arguments.tier,
          .seed = arguments.seed,
          .fit = arguments.fit,
          .replaces = arguments.force,
          .request_tokens = arguments.request_tokens,
          .replications = arguments.replications,
          .threads = arguments.threads};
}

void tell_what_was_left(const ingest::ImportFacts& facts) {
  for (const Error& row : facts.bad_row_examples) {
    print(stderr, "warning: left out: " + row.text() + "\n");
  }
  const auto more = facts.bad_rows - static_cast<std::int64_t>(facts.bad_row_examples.size());
  if (more > 0) print(stderr, fmt::format("warning: and {} more rows\n", with_thousands(more)));
  for (const std::string& file : facts.left_aside.examples) {
    print(stderr, "warning: not read: " + file + "\n");
  }
  if (const std::int64_t untold = facts.left_aside.untold; untold > 0) {
    print(stderr, fmt::format("warning: and {} more files\n", with_thousands(untold)));
  }
}

Exit publish(importer::Imported imported, Render render) {
  std::optional<SignalsBlocked> blocked(std::in_place);
  const auto committed = imported.commit();
  imported.traces.clear();  // and what is temporary of them
  blocked.reset();
  if (!committed) {
    report(committed.error());
    return Exit::kFailure;
  }
  const TextStyle style{.colour = wants_colour(stdout), .width = width_of(stdout)};
  return print(stdout, render(imported.result, style)) ? Exit::kOk : Exit::kFailure;
}

}  // namespace

Exit import_logs(const ImportArguments& arguments) {
  const auto render = format_named(kFormats, arguments.format, "--format");
  if (!render) return report(render.error());
  const auto options = read_options(arguments);
  if (!options) return report(options.error());
  if (const auto may = may_write(arguments, options->paths); !may) return report(may.error());
  const auto catalog = scenario::load_catalog(arguments.catalog);
  if (!catalog) return report(catalog.error());
  Monitor monitor;
  std::optional<Checked<importer::Imported>> imported;
  {
    const ProgressLine line(monitor, "import");
    auto source = ingest::open_import(*options);
    if (!source) return report(source.error());
    imported = importer::import_log(**source, wishes_of(arguments), *catalog, monitor);
    tell_what_was_left((*source)->facts());
    if (*imported) {
      if (const auto may = may_replace(**imported, (*source)->facts()); !may) {
        return report(may.error());
      }
    }
  }
  if (!*imported) {
    if (was_interrupted()) return Exit::kInterrupted;
    return report(imported->error());
  }
  return publish(std::move(**imported), *render);
}

}  // namespace sluice::app
