#include "app/ui_scenarios.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include "scenario/embedded_scenarios.hpp"
#include "scenario/read_file.hpp"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;
using describe::Value;

// Where the file of that text is, seen from here: in the project's tree or where it was installed.
std::optional<std::string> find_on_disk(const EmbeddedFile& file) {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  const std::array folders{fs::path("scenarios"),
                           program.parent_path().parent_path() / "share/sluice/scenarios"};
  for (const fs::path& folder : folders) {
    const std::string path = (folder / file.name).string();
    const auto text = scenario::read_file(path);
    if (text && *text == file.text) return path;
  }
  return std::nullopt;
}

struct Offer {
  std::string_view name;
  std::string_view group;
  std::string_view path;
  std::string_view text;
  bool is_on_disk;
};

Value value_of(const Offer& offer) {
  Value value = Value::object();
  return value.set("name", offer.name)
      .set("group", offer.group)
      .set("path", offer.path)
      .set("text", offer.text)
      .set("on_disk", offer.is_on_disk);
}

}  // namespace

UiScenarios::UiScenarios(std::string own) : folder_(fs::path(own).parent_path().string()) {
  if (!own.empty()) own_.push_back(std::move(own));
}

std::string UiScenarios::add(const std::string& name) {
  const std::string path = (fs::path(folder_) / name).string();
  if (std::find(own_.begin(), own_.end(), path) == own_.end()) own_.push_back(path);
  return path;
}

Value UiScenarios::to_value() const {
  Value list = Value::array();
  for (const std::string& path : own_) {
    const auto text = scenario::read_file(path);  // anew: an editor may have changed it since
    if (!text) continue;
    const std::string name = fs::path(path).filename().string();
    list.push(value_of({name, "own", path, *text, true}));
  }
  for (const EmbeddedFile& file : embedded_scenarios()) {
    const bool is_incident = file.name.starts_with("incidents/");
    const auto path = find_on_disk(file);
    list.push(value_of({file.name, is_incident ? "incidents" : "shipped",
                        path ? std::string_view(*path) : file.name, file.text, path.has_value()}));
  }
  return list;
}

}  // namespace sluice::app
