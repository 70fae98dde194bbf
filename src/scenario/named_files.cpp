#include "scenario/named_files.hpp"

#include <filesystem>
#include <system_error>

#include "describe/json.hpp"
#include "describe/override.hpp"
#include "describe/pointer.hpp"
#include "scenario/overlay_files.hpp"
#include "scenario/read_file.hpp"

namespace sluice::scenario {
namespace {

using describe::Value;

std::vector<std::string> key_sets(const Value& root, const std::filesystem::path& folder) {
  std::vector<std::string> files;
  const Value* const issuers = describe::find_pointer(root, "/organization/federation/issuers");
  if (issuers == nullptr || !issuers->is(Value::Kind::kArray)) return files;
  for (const Value& issuer : issuers->items()) {
    const Value* const file = describe::find_pointer(issuer, "/jwks_file");
    if (file == nullptr || !file->is(Value::Kind::kString)) continue;
    files.push_back((folder / file->as_string()).string());
  }
  return files;
}

}  // namespace

std::vector<std::string> named_files(const std::string& path, const LoadOptions& options) {
  std::error_code ignored;
  // What is read only once, such as a pipe, has been.
  if (!std::filesystem::is_regular_file(path, ignored)) return options.overlays;
  const Result<std::string> text = read_file(path);
  if (!text) return options.overlays;
  Checked<Value> root = describe::parse_json(*text, path);
  if (!root) return options.overlays;
  for (const std::string& override : options.overrides) {
    // Those that cannot be applied yet are about what overlays say.
    static_cast<void>(describe::apply_override(*root, override));
  }
  std::vector<std::string> files = key_sets(*root, std::filesystem::path(path).parent_path());
  const Checked<Overlays> overlays = take_overlays(*root, path, options.overlays);
  const std::vector<std::string>& laid = overlays ? overlays->paths : options.overlays;
  files.insert(files.end(), laid.begin(), laid.end());
  return files;
}

}  // namespace sluice::scenario
