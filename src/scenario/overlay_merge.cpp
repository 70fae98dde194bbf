#include "scenario/overlay_merge.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "describe/describe.hpp"
#include "scenario/organization_config.hpp"
#include "scenario/scenario_config.hpp"

namespace sluice::scenario {
namespace {

using describe::Member;
using describe::Shape;
using describe::Value;
using Kind = Value::Kind;

const Value* name_of(const Value& item) {
  const Value* const name = item.is(Kind::kObject) ? item.find("name") : nullptr;
  return name != nullptr && name->is(Kind::kString) ? name : nullptr;
}

class Underlay {
 public:
  // What two names of a map have to share to be the same.
  enum class Names { kModels, kGroups };
  Underlay(const Catalog& catalog, Names names) : catalog_(catalog), names_(names) {}

  void fill(Value& top, const Value& below, const Shape& shape) const {
    switch (shape.kind) {
      case Shape::Kind::kOptional:
        return fill(top, below, shape.item.front());
      case Shape::Kind::kStruct:
        if (are(Kind::kObject, top, below)) fill_struct(top, below, shape);
        return;
      case Shape::Kind::kMap:
        if (are(Kind::kObject, top, below)) fill_map(top, below, shape.item.front());
        return;
      case Shape::Kind::kArray:
        if (are(Kind::kArray, top, below)) fill_array(top, below, shape.item.front());
        return;
      case Shape::Kind::kScalar:
      case Shape::Kind::kUnion:
        return;
    }
  }

 private:
  // Where the first thing of a name is in the file on top. Two of one name in the file below stay
  // two, and are found wrong later.
  using Places = std::unordered_map<std::string, std::size_t>;

  static bool are(Kind kind, const Value& a, const Value& b) { return a.is(kind) && b.is(kind); }

  void fill_struct(Value& top, const Value& below, const Shape& shape) const {
    const describe::StructInfo info = shape.info();
    for (const Member& member : below.members()) {
      Value* const own = top.find(member.name);
      if (own == nullptr) {
        top.members().push_back(member);
        continue;
      }
      const auto its = [&member](const auto& field) { return field.name == member.name; };
      const auto field = std::find_if(info.fields.begin(), info.fields.end(), its);
      if (field != info.fields.end()) fill(*own, member.value, field->shape);
    }
  }

  void fill_map(Value& top, const Value& below, const Shape& item) const {
    Places places;
    for (std::size_t i = 0; i < top.members().size(); ++i) {
      places.emplace(meaning_of(top.members()[i].name), i);
    }
    for (const Member& member : below.members()) {
      const auto own = places.find(meaning_of(member.name));
      if (own == places.end()) {
        top.members().push_back(member);
      } else {
        fill(top.members()[own->second].value, member.value, item);
      }
    }
  }

  void fill_array(Value& top, const Value& below, const Shape& item) const {
    if (item.kind != Shape::Kind::kStruct) return;
    const bool are_named = std::all_of(below.items().begin(), below.items().end(),
                                       [](const Value& one) { return name_of(one) != nullptr; });
    if (!are_named) return;
    Places places;
    for (std::size_t i = 0; i < top.items().size(); ++i) {
      const Value* const name = name_of(top.items()[i]);
      if (name != nullptr) places.emplace(name->as_string(), i);
    }
    for (const Value& one : below.items()) {
      const auto own = places.find(name_of(one)->as_string());
      if (own == places.end()) {
        top.items().push_back(one);
      } else {
        fill(top.items()[own->second], one, item);
      }
    }
  }

  std::string meaning_of(const std::string& name) const {
    const ModelRow* const row = catalog_.model(name);
    if (row == nullptr) return name;
    return names_ == Names::kModels ? row->id : row->group;
  }

  const Catalog& catalog_;
  Names names_;
};

void fill_member(Value& scenario, const Value& overlay, std::string_view name, const Shape& shape,
                 const Underlay& underlay) {
  const Value* const below = overlay.find(name);
  if (below == nullptr) return;
  Value* const own = scenario.find(name);
  if (own == nullptr) {
    scenario.set(name, *below);
  } else {
    underlay.fill(*own, *below, shape);
  }
}

void append_faults(Value& scenario, const Value& overlay) {
  const Value* const below = overlay.find("faults");
  if (below == nullptr) return;
  Value* const own = scenario.find("faults");
  if (own == nullptr) {
    scenario.set("faults", *below);
  } else if (own->is(Kind::kArray)) {
    own->items().insert(own->items().end(), below->items().begin(), below->items().end());
  }
}

}  // namespace

void lay_overlays(Value& scenario, const std::vector<Value>& overlays, const Catalog& catalog) {
  if (!scenario.is(Kind::kObject)) return;
  const Underlay groups{catalog, Underlay::Names::kGroups};
  const Underlay models{catalog, Underlay::Names::kModels};
  const Shape organization = describe::type_of<OrganizationConfig>().shape({});
  const Shape services = describe::type_of<decltype(ScenarioConfig::models)>().shape({});
  for (auto overlay = overlays.rbegin(); overlay != overlays.rend(); ++overlay) {
    fill_member(scenario, *overlay, "organization", organization, groups);
    fill_member(scenario, *overlay, "models", services, models);
  }
  for (const Value& overlay : overlays) append_faults(scenario, overlay);
}

}  // namespace sluice::scenario
