// Logs in files that remove themselves, and all the calls of an import at once.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "ingest/import_source.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace sluice::ingest {

using testing::TemporaryFolder;

// A file below the folder, with the folders that its name has.
inline std::string write_file(const TemporaryFolder& folder, const std::string& name,
                              std::string_view text) {
  const std::filesystem::path path = folder.path() / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  REQUIRE(stream.good());
  return path.string();
}

struct Imported {
  std::vector<ImportedCall> calls;
  ImportFacts facts;
  std::string error;  // of opening or of reading
};

inline Imported import_all(const ImportOptions& options) {
  Imported imported;
  const auto source = open_import(options);
  if (!source) {
    imported.error = source.error().text();
    return imported;
  }
  for (ImportedCall call;;) {
    const Result<bool> more = (*source)->next(call);
    if (!more) imported.error = more.error().text();
    if (!more || !*more) break;
    imported.calls.push_back(call);
  }
  imported.facts = (*source)->facts();
  return imported;
}

// The text as a file of that name, imported.
inline Imported import_text(std::string_view text, ImportOptions options = {},
                            const std::string& name = "log") {
  const TemporaryFolder folder;
  options.paths = {write_file(folder, name, text)};
  return import_all(options);
}

// Everything of an import that could show what a log said.
inline std::string all_words(const Imported& imported) {
  std::string words = imported.error;
  for (const Error& error : imported.facts.bad_row_examples) words += error.text() + "\n";
  for (const std::string& aside : imported.facts.left_aside.examples) words += aside + "\n";
  for (const ImportedCall& call : imported.calls) {
    words += fmt::format("{} {} {}\n", call.request.model, call.request.session.value_or(0),
                         call.request.cached_prefix_id.value_or(0));
  }
  return words;
}

inline std::vector<std::int64_t> inputs_of(const Imported& imported) {
  std::vector<std::int64_t> inputs;
  for (const ImportedCall& call : imported.calls) inputs.push_back(call.request.input_tokens);
  return inputs;
}

}  // namespace sluice::ingest
