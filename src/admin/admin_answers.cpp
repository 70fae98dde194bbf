#include "admin/admin_answers.hpp"

#include <utility>

#include <fmt/format.h>

#include "admin/harmless_text.hpp"
#include "base/decimal.hpp"
#include "describe/json.hpp"

namespace sluice::admin {
namespace {

using describe::Value;

// Members of an object of an answer; the first that is wrong is kept, and what is read of it means
// nothing.
class Members {
 public:
  Members(const Value& of, std::string& problem) : of_(of), problem_(problem) {
    if (!of.is(Value::Kind::kObject)) fail("an object was expected");
  }

  // Null: absent or null.
  const Value* find(std::string_view name) const {
    const Value* const found = of_.is(Value::Kind::kObject) ? of_.find(name) : nullptr;
    return found == nullptr || found->is(Value::Kind::kNull) ? nullptr : found;
  }
  std::string text(std::string_view name, bool is_required = false) const {
    const Value* const found = find(name);
    if (found != nullptr && found->is(Value::Kind::kString)) {
      return harmless_text(found->as_string());
    }
    if (found != nullptr || is_required) fail(fmt::format("{} is not a text", name));
    return {};
  }
  // A token: not to be shown, and as it is.
  std::string token(std::string_view name) const {
    const Value* const found = find(name);
    const bool is_text = found != nullptr && found->is(Value::Kind::kString);
    return is_text ? found->as_string() : std::string();
  }
  bool truth(std::string_view name, bool otherwise) const {
    const Value* const found = find(name);
    if (found == nullptr) return otherwise;
    if (found->is(Value::Kind::kBool)) return found->as_bool();
    fail(fmt::format("{} is not true or false", name));
    return otherwise;
  }
  std::optional<std::int64_t> count(std::string_view name) const {
    const Value* const found = find(name);
    if (found == nullptr) return std::nullopt;
    if (found->is(Value::Kind::kInteger) && found->as_integer() >= 0) return found->as_integer();
    fail(fmt::format("{} is not a whole number", name));
    return std::nullopt;
  }
  // Of cents in a text.
  std::optional<Money> cents(std::string_view name) const {
    const Value* const found = find(name);
    if (found == nullptr) return std::nullopt;
    const bool is_text = found->is(Value::Kind::kString);
    const auto cents = is_text ? parse_decimal(found->as_string(), Money::kDigits - 2)
                               : tl::make_unexpected(DecimalError::kMalformed);
    constexpr int128 kMost = int128{1'000'000'000'000} * Money::kPicodollarsPerDollar;
    if (cents && *cents >= 0 && *cents <= kMost) return Money::from_picodollars(*cents);
    fail(fmt::format("{} is not a text with cents", name));
    return std::nullopt;
  }
  template <class Each>
  void each(std::string_view name, const Each& each) const {
    const Value* const found = find(name);
    if (found == nullptr) return;
    if (!found->is(Value::Kind::kArray)) return fail(fmt::format("{} is not a list", name));
    for (const Value& one : found->items()) each(one);
  }
  void fail(std::string problem) const {
    if (problem_.empty()) problem_ = std::move(problem);
  }

 private:
  const Value& of_;
  std::string& problem_;
};

AnsweredLimit read_limit(const Value& value, std::string& problem) {
  const Members limit(value, problem);
  AnsweredLimit read{.type = limit.text("type", true), .value = limit.count("value")};
  if (const Value* const source = limit.find("source")) {
    read.is_inherited = Members(*source, problem).text("type") == "organization";
  }
  return read;
}

AnsweredGroup read_group(const Value& value, std::string& problem) {
  const Members entry(value, problem);
  AnsweredGroup read;
  if (const Value* const group = entry.find("group")) {
    const Members about(*group, problem);
    read.type = about.text("type");
    read.display_name = about.text("display_name");
  }
  if (read.type.empty()) read.type = entry.text("group_type", true);
  entry.each("models", [&](const Value& model) {
    if (!model.is(Value::Kind::kString)) return entry.fail("models is not a list of texts");
    read.models.push_back(harmless_text(model.as_string()));
  });
  entry.each("limits",
             [&](const Value& limit) { read.limits.push_back(read_limit(limit, problem)); });
  return read;
}

AnsweredWorkspace read_workspace(const Value& value, std::string& problem) {
  const Members workspace(value, problem);
  return {.id = workspace.text("id", true), .name = workspace.text("name", true)};
}

AnsweredSpendLimit read_spend_limit(const Value& value, std::string& problem) {
  const Members limit(value, problem);
  AnsweredSpendLimit read;
  read.amount = limit.cents("amount");
  read.currency = limit.text("currency");
  read.period = limit.text("period");
  read.is_enabled = limit.truth("is_enabled", true);
  if (const Value* const scope = limit.find("scope")) {
    const Members about(*scope, problem);
    read.scope = about.text("type", true);
    read.workspace_id = about.text("workspace_id");
  } else {
    limit.fail("scope is missing");
  }
  return read;
}

template <class Item, class Read>
Result<AnsweredPage<Item>> parse_page(std::string_view body, const std::string& where,
                                      const Read& read) {
  const auto value = describe::parse_json(body, "answer");
  if (!value) return io_error(where, "the answer is not JSON");
  std::string problem;
  const Members page(*value, problem);
  AnsweredPage<Item> made;
  if (page.find("data") == nullptr) page.fail("data is missing");
  page.each("data", [&](const Value& one) { made.items.push_back(read(one, problem)); });
  // Two ways of paging: a token, or the last id where there is more.
  made.next = page.token("next_page");
  if (made.next.empty() && page.truth("has_more", false)) made.next = page.token("last_id");
  if (!problem.empty()) return io_error(where, "the answer is not as documented: " + problem);
  return made;
}

}  // namespace

Result<AnsweredOrganization> parse_organization(std::string_view body, const std::string& where) {
  const auto value = describe::parse_json(body, "answer");
  if (!value) return io_error(where, "the answer is not JSON");
  std::string problem;
  const Members organization(*value, problem);
  AnsweredOrganization read{.id = organization.text("id"), .name = organization.text("name")};
  if (!problem.empty()) return io_error(where, "the answer is not as documented: " + problem);
  return read;
}

Result<AnsweredPage<AnsweredGroup>> parse_rate_limits(std::string_view body,
                                                      const std::string& where) {
  return parse_page<AnsweredGroup>(body, where, read_group);
}

Result<AnsweredPage<AnsweredWorkspace>> parse_workspaces(std::string_view body,
                                                         const std::string& where) {
  return parse_page<AnsweredWorkspace>(body, where, read_workspace);
}

Result<AnsweredPage<AnsweredSpendLimit>> parse_spend_limits(std::string_view body,
                                                            const std::string& where) {
  return parse_page<AnsweredSpendLimit>(body, where, read_spend_limit);
}

}  // namespace sluice::admin
