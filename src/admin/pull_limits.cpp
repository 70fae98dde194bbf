#include "admin/pull_limits.hpp"

#include <iterator>

#include <fmt/format.h>

namespace sluice::admin {
namespace {

constexpr const char* kOrganizations = "/v1/organizations/";
// Early access (SDK TS 1.11, 2026-11-19).
constexpr const char* kSpendBeta = "spend-limit-reads-2026-09-26";
constexpr int kLimitPagesMost = 1000;

template <class Item>
using ParsePage = Result<AnsweredPage<Item>> (*)(std::string_view body, const std::string& where);

struct List {
  std::string path;             // behind /v1/organizations/, its query included
  const char* cursor = "page";  // the parameter that takes AnsweredPage::next
};

// All pages of a list.
template <class Item>
Result<std::vector<Item>> read_all(AdminClient& client, const List& list, ParsePage<Item> parse) {
  std::vector<Item> all;
  std::string next;
  for (int page = 0; page < kLimitPagesMost; ++page) {
    std::string path = kOrganizations + list.path;
    if (!next.empty()) {
      path += path.find('?') == path.npos ? '?' : '&';
      path += fmt::format("{}={}", list.cursor, query_text(next));
    }
    SLUICE_TRY(const AdminAnswer answer, client.get({.path = path}));
    SLUICE_TRY(AnsweredPage<Item> read, parse(answer.text(), list.path));
    all.insert(all.end(), std::make_move_iterator(read.items.begin()),
               std::make_move_iterator(read.items.end()));
    if (read.next.empty()) return all;
    if (read.next == next) return io_error(list.path, "the answer's next page is the page itself");
    next = std::move(read.next);
  }
  return io_error(list.path, fmt::format("there are more than {} pages", kLimitPagesMost));
}

Result<void> read_organization(AdminClient& client, PulledLimits& pulled) {
  const std::string path = std::string(kOrganizations) + "me";
  SLUICE_TRY(const AdminAnswer answer, client.get({.path = path, .takes_refusal = true}));
  if (answer.status != 200) {
    pulled.notes.push_back(
        fmt::format("{}: {}, so the organization is not named", path, answer.status));
    return {};
  }
  SLUICE_TRY(pulled.organization, parse_organization(answer.text(), path));
  return {};
}

Result<void> read_workspaces(AdminClient& client, PulledLimits& pulled) {
  const List list{.path = "workspaces?limit=100", .cursor = "after_id"};
  SLUICE_TRY(const auto workspaces, read_all<AnsweredWorkspace>(client, list, parse_workspaces));
  for (const AnsweredWorkspace& workspace : workspaces) {
    const List limits{.path = fmt::format("workspaces/{}/rate_limits", query_text(workspace.id))};
    SLUICE_TRY(auto groups, read_all<AnsweredGroup>(client, limits, parse_rate_limits));
    pulled.workspaces.push_back(
        {.id = workspace.id, .name = workspace.name, .groups = std::move(groups)});
  }
  return {};
}

Result<void> read_spend(AdminClient& client, PulledLimits& pulled) {
  std::vector<AnsweredSpendLimit> all;
  std::string next;
  for (int page = 0; page < kLimitPagesMost; ++page) {
    std::string path = std::string(kOrganizations) + "spend_limits?limit=100";
    if (!next.empty()) path += "&page=" + query_text(next);
    SLUICE_TRY(const AdminAnswer answer,
               client.get({.path = path, .beta = kSpendBeta, .takes_refusal = true}));
    if (answer.status != 200) {
      pulled.notes.push_back(
          fmt::format("spend limits are not available to this organization ({}{})", answer.status,
                      answer.message.empty() ? std::string() : ": " + answer.message));
      return {};
    }
    SLUICE_TRY(auto read, parse_spend_limits(answer.text(), "spend_limits"));
    all.insert(all.end(), std::make_move_iterator(read.items.begin()),
               std::make_move_iterator(read.items.end()));
    if (read.next.empty() || read.next == next) break;
    next = std::move(read.next);
  }
  pulled.spend = std::move(all);
  return {};
}

}  // namespace

Result<PulledLimits> pull_limits(AdminClient& client) {
  PulledLimits pulled;
  if (auto read = read_organization(client, pulled); !read) {
    return tl::unexpected(std::move(read).error());
  }
  SLUICE_TRY(pulled.groups,
             read_all<AnsweredGroup>(client, {.path = "rate_limits"}, parse_rate_limits));
  if (auto read = read_workspaces(client, pulled); !read) {
    return tl::unexpected(std::move(read).error());
  }
  if (auto read = read_spend(client, pulled); !read) {
    return tl::unexpected(std::move(read).error());
  }
  return pulled;
}

}  // namespace sluice::admin
