// The formats in which a command gives its result, and what --format and --output ask for. A
// command has an array of Format over its own kind of render function; parsed before the work
// begins, so that a long run does not end in a refusal. The same is why html, which a build without
// npm does not have, is refused here.
//
//   SLUICE_TRY(const Render render, format_named(kFormats, arguments.format, "--format"));
//   SLUICE_TRY(add_output(kFormats, "json=plan.json", taken, outputs));
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/output_file.hpp"
#include "app/taken_files.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace sluice::app {

template <class Render>
struct Format {
  std::string_view name;
  Render render;
};

template <class Render>
struct OutputFile {
  Render render = nullptr;
  std::string path;
};

struct FormatAndPath {
  std::string format;
  std::string path;
};
// Of FORMAT=PATH; an error too where the file could not be written, or is taken. `example` is a
// format's name.
Result<FormatAndPath> split_output(const std::string& text, std::string_view example,
                                   const TakenFiles& taken);
tl::unexpected<Error> no_such_format(std::string where, std::string_view wanted,
                                     const std::vector<std::string>& names);

// The page of a result; of a format that format_named() has let pass.
std::string html_report(std::string_view json, std::string_view title);
// The Markdown, and the test cases, of a result that a command has written as JSON.
std::string markdown_report(std::string_view json);
std::string junit_report(std::string_view json);
// The error where `wanted` is html and this build has no web parts.
Result<void> check_web(std::string_view wanted, const std::string& where);

template <class Render, std::size_t N>
Result<Render> format_named(const std::array<Format<Render>, N>& formats, std::string_view wanted,
                            std::string where) {
  std::vector<std::string> names;
  for (const Format<Render>& format : formats) {
    if (format.name == wanted) {
      if (auto can = check_web(wanted, where); !can) return tl::unexpected(can.error());
      return format.render;
    }
    names.emplace_back(format.name);
  }
  return no_such_format(std::move(where), wanted, names);
}

// What FORMAT=PATH asks for, added to `outputs`; an error too where one of them is that file
// already, or the command reads it or writes something else to it.
template <class Render, std::size_t N>
Result<void> add_output(const std::array<Format<Render>, N>& formats, const std::string& text,
                        const TakenFiles& taken, std::vector<OutputFile<Render>>& outputs) {
  SLUICE_TRY(FormatAndPath wanted, split_output(text, formats[1].name, taken));
  SLUICE_TRY(const Render render, format_named(formats, wanted.format, "--output"));
  for (const OutputFile<Render>& other : outputs) {
    if (!other.path.empty() && is_same_file(other.path, wanted.path)) {
      return invalid("--output", in_quotes(wanted.path) + " is asked for twice");
    }
  }
  outputs.push_back({render, std::move(wanted.path)});
  return {};
}

// Writes all that have a path. One that cannot be written is told on stderr and keeps nothing from
// the others; false if there was one.
template <class Render, class... Results>
bool write_outputs(const std::vector<OutputFile<Render>>& outputs, const Results&... results) {
  bool all = true;
  for (const OutputFile<Render>& output : outputs) {
    if (output.path.empty()) continue;
    const auto written = write_file(output.path, output.render(results...));
    if (written) continue;
    report(written.error());
    all = false;
  }
  return all;
}

}  // namespace sluice::app
