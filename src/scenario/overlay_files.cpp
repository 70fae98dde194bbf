#include "scenario/overlay_files.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "describe/describe.hpp"
#include "scenario/overlay_config.hpp"
#include "scenario/read_file.hpp"

namespace sluice::scenario {
namespace {

namespace fs = std::filesystem;
using describe::Value;
using Kind = Value::Kind;

constexpr std::size_t kMostBytes = std::size_t{8} << 20U;
constexpr std::size_t kMostFiles = 32;

// A file that is asked for, and who asks.
struct Wish {
  std::string path;
  std::string where;
};

class Reader {
 public:
  explicit Reader(const std::string& scenario) : scenario_(scenario) {}

  void add_named(const Value& list) {
    const std::string folder = fs::path{scenario_}.parent_path().string();
    std::size_t index = 0;
    const auto add = [&](const Value& item, const std::string& pointer) {
      if (!item.is(Kind::kString) || item.as_string().empty()) {
        return fail(item, pointer, "must be the path of an overlay file: write \"limits.json\"");
      }
      wishes_.push_back({(fs::path{folder} / item.as_string()).string(), place(item, pointer)});
    };
    if (list.is(Kind::kNull)) return;
    if (list.is(Kind::kString)) return add(list, "/overlays");
    if (!list.is(Kind::kArray)) {
      return fail(list, "/overlays",
                  "is " + std::string{list.kind_name()} +
                      ", but must be a path or a list of paths: write [\"limits.json\"]");
    }
    for (const Value& item : list.items()) add(item, "/overlays/" + std::to_string(index++));
  }

  void add_option(const std::string& path) { wishes_.push_back({path, "--overlay " + path}); }

  Checked<Overlays> read() && {
    if (wishes_.size() > kMostFiles) {
      errors_.push_back({ErrorCode::kInvalidInput, wishes_[kMostFiles].where,
                         "there are more than " + std::to_string(kMostFiles) + " overlays"});
    }
    for (std::size_t i = 0; i < wishes_.size() && i < kMostFiles; ++i) read_one(i);
    if (!errors_.empty()) return tl::unexpected(std::move(errors_));
    return std::move(overlays_);
  }

 private:
  std::string place(const Value& at, const std::string& pointer) const {
    describe::Decoder decoder{scenario_};
    decoder.fail(at, pointer, "");
    return std::move(decoder).take().front().where;
  }

  void fail(const Value& at, const std::string& pointer, std::string message) {
    errors_.push_back({ErrorCode::kInvalidInput, place(at, pointer), std::move(message)});
  }

  void append(Errors more) {
    errors_.insert(errors_.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
  }

  bool is_named_before(std::size_t index) const {
    const auto name = [this](std::size_t i) {
      return fs::path{wishes_[i].path}.lexically_normal();
    };
    for (std::size_t i = 0; i < index; ++i) {
      if (name(i) == name(index)) return true;
    }
    return false;
  }

  void read_one(std::size_t index) {
    const Wish& wish = wishes_[index];
    const auto refuse = [&](std::string message) {
      errors_.push_back({ErrorCode::kInvalidInput, wish.where, std::move(message)});
    };
    if (is_named_before(index)) return refuse(in_quotes(wish.path) + " is named twice");
    const Result<std::string> text = read_file(wish.path);
    if (!text) return refuse(in_quotes(wish.path) + " " + text.error().message);
    if (text->size() > kMostBytes) return refuse(in_quotes(wish.path) + " is larger than 8 MiB");
    Checked<Value> document = describe::parse_json(*text, wish.path);
    if (!document) return append(std::move(document).error());
    if (auto flaw = not_an_overlay(*document, wish.path)) return append({std::move(*flaw)});
    const Checked<OverlayConfig> config = describe::decode<OverlayConfig>(*document, wish.path);
    if (!config) return append(config.error());
    describe::mark_file(*document, static_cast<std::int32_t>(overlays_.paths.size()) + 1);
    const std::string name = fs::path{wish.path}.filename().string();
    for (const std::string& line : config->about) {
      overlays_.about.push_back("overlay " + name + ": " + line);
    }
    if (config->about.empty()) overlays_.about.push_back("overlay " + name);
    overlays_.paths.push_back(wish.path);
    overlays_.documents.push_back(std::move(*document));
  }

  // What would otherwise be a list of unknown fields.
  static std::optional<Error> not_an_overlay(const Value& document, const std::string& path) {
    const bool is_marked = document.find("sluice_overlay") != nullptr;
    if (document.is(Kind::kObject) && is_marked && document.find("overlays") == nullptr) {
      return std::nullopt;
    }
    describe::Decoder decoder{path};
    if (!document.is(Kind::kObject)) {
      decoder.fail(document, "is " + std::string{document.kind_name()} +
                                 ", but an overlay is an object with \"sluice_overlay\": 1");
    } else if (is_marked) {
      decoder.fail(*document.find("overlays"), "/overlays",
                   "an overlay cannot name overlays: name them all in the scenario");
    } else if (document.find("sluice") != nullptr) {
      decoder.fail(document,
                   "is a scenario, not an overlay: an overlay begins with "
                   "\"sluice_overlay\": 1");
    } else {
      decoder.fail(document,
                   "\"sluice_overlay\" is missing: an overlay begins with "
                   "\"sluice_overlay\": 1");
    }
    return std::move(decoder).take().front();
  }

  const std::string& scenario_;
  std::vector<Wish> wishes_;
  Errors errors_;
  Overlays overlays_;
};

}  // namespace

Checked<Overlays> take_overlays(Value& scenario, const std::string& path,
                                const std::vector<std::string>& more) {
  Reader reader{path};
  if (scenario.is(Kind::kObject)) {
    const auto is_list = [](const describe::Member& member) { return member.name == "overlays"; };
    auto& members = scenario.members();
    const auto list = std::find_if(members.begin(), members.end(), is_list);
    if (list != members.end()) {
      reader.add_named(list->value);
      members.erase(list);
    }
  }
  for (const std::string& one : more) reader.add_option(one);
  return std::move(reader).read();
}

}  // namespace sluice::scenario
