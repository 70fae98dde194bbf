// GET /v1/models and /v1/models/{id}: the catalog's models as the API lists them (docs: models; SDK
// TS 1.11 `ModelInfo`).
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mock/endpoints.hpp"
#include "mock/paging.hpp"
#include "wire/message_writer.hpp"

namespace sluice::mock {
namespace {

using scenario::ModelRow;

constexpr std::array<std::string_view, 5> kLines{"haiku", "sonnet", "opus", "fable", "mythos"};

// The SDK's keys are always all present. Which model has which capability is not in the catalog:
// these say what this server accepts, which is the same for every model (inferred). It runs no
// server-side tools and edits no context.
constexpr std::string_view kCapabilities =
    R"({"batch":{"supported":true},"citations":{"supported":false},)"
    R"("code_execution":{"supported":false},)"
    R"("context_management":{"clear_thinking_20251015":{"supported":false},)"
    R"("clear_tool_uses_20250919":{"supported":false},"compact_20260112":{"supported":false},)"
    R"("supported":false},)"
    R"("effort":{"high":{"supported":true},"low":{"supported":true},"max":{"supported":true},)"
    R"("medium":{"supported":true},"supported":true,"xhigh":{"supported":true}},)"
    R"("image_input":{"supported":true},"pdf_input":{"supported":true},)"
    R"("server_tools":{"code_execution":{"supported":false},"supported":false,)"
    R"("web_search":{"supported":false}},"structured_outputs":{"supported":false},)"
    R"("thinking":{"supported":true,"types":{"adaptive":{"supported":true},)"
    R"("between_tools":{"supported":true},"disabled":{"supported":true},)"
    R"("enabled":{"supported":true}}}})";

struct ModelName {
  std::string display;    // "Claude Sonnet 5.5"
  std::string_view line;  // "sonnet"; empty: of none that the API names
};

// From "claude-sonnet-5-5" or "claude-3-5-haiku-20241022": the word, then the version. A date at
// the end is no part of it.
ModelName name_of(std::string_view id) {
  ModelName name;
  std::string word;
  std::string version;
  while (!id.empty()) {
    const std::size_t end = std::min(id.find('-'), id.size());
    const std::string_view part = id.substr(0, end);
    id.remove_prefix(std::min(end + 1, id.size()));
    if (part == "claude" || part.empty() || part.size() == 8) continue;
    if (part.front() >= '0' && part.front() <= '9') {
      if (!version.empty()) version += '.';
      version += part;
      continue;
    }
    const auto* const line = std::find(kLines.begin(), kLines.end(), part);
    if (line != kLines.end()) name.line = *line;
    if (!word.empty()) word += ' ';
    word += part;
    word[word.size() - part.size()] =
        static_cast<char>(std::toupper(static_cast<unsigned char>(part.front())));
  }
  name.display = "Claude " + word;
  if (!version.empty()) name.display += ' ' + version;
  return name;
}

// A model whose retirement is planned is deprecated until that day. When the deprecation was
// announced is not in the catalog: deprecated_at stays null.
std::string_view lifecycle_of(const ModelRow& row, UnixTime now) {
  if (!row.retired) return "active";
  return now < UnixTime::midnight(*row.retired) ? "deprecated" : "retired";
}

void append_model(std::string& out, const ModelRow& row, UnixTime now) {
  const ModelName name = name_of(row.id);
  out += R"({"id":)";
  wire::append_json_string(out, row.id);
  out += R"(,"type":"model","display_name":)";
  wire::append_json_string(out, name.display);
  fmt::format_to(std::back_inserter(out), R"(,"created_at":"{}","lifecycle":"{}","line":)",
                 UnixTime::midnight(row.released).text(), lifecycle_of(row, now));
  out += name.line.empty() ? "null" : fmt::format("\"{}\"", name.line);
  out += R"(,"deprecated_at":null,"retires_at":)";
  out += row.retired ? fmt::format("\"{}\"", UnixTime::midnight(*row.retired).text()) : "null";
  fmt::format_to(std::back_inserter(out),
                 R"(,"max_input_tokens":{},"max_tokens":{},"capabilities":{}}})", row.context,
                 row.max_output, kCapabilities);
}

// Newest first; of one day in the catalog's order. Without a `lifecycle[]` filter the list has no
// retired models.
std::vector<const ModelRow*> listed(const MockState& state, const Call& call) {
  std::vector<std::string> wanted = query_values(call.request.query, "lifecycle[]");
  for (std::string& more : query_values(call.request.query, "lifecycle")) {
    wanted.push_back(std::move(more));
  }
  if (wanted.empty()) wanted = {"active", "deprecated"};
  const UnixTime now = state.calendar(call.now);
  std::vector<const ModelRow*> rows;
  for (const ModelRow& row : state.plan.models) {
    const auto found = std::find(wanted.begin(), wanted.end(), lifecycle_of(row, now));
    if (found != wanted.end()) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const ModelRow* one, const ModelRow* other) {
    return one->released > other->released;
  });
  return rows;
}

}  // namespace

void list_models(MockState& state, Call& call) {
  PageRequest page;
  const PageLimits limits{.default_limit = 20, .max_limit = 1000};
  if (const auto error = read_page(call.request.query, limits, page)) {
    return reply_error(state, call, *error);
  }
  const std::vector<const ModelRow*> rows = listed(state, call);
  const auto position_of = [&](std::string_view id) -> std::optional<std::size_t> {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [id](const ModelRow* row) { return row->id == id; });
    if (found == rows.end()) return std::nullopt;
    return static_cast<std::size_t>(found - rows.begin());
  };
  const std::optional<PageBounds> bounds = bounds_of(page, rows.size(), position_of);
  if (!bounds) return reply_error(state, call, unknown_cursor());
  std::string json = R"({"data":[)";
  for (std::size_t i = bounds->first; i < bounds->end; ++i) {
    if (i != bounds->first) json += ',';
    append_model(json, *rows[i], state.calendar(call.now));
  }
  const bool is_empty = bounds->first == bounds->end;
  append_page_end(json, bounds->has_more, is_empty ? "" : rows[bounds->first]->id,
                  is_empty ? "" : rows[bounds->end - 1]->id);
  reply_json(state, call, 200, json);
}

void retrieve_model(MockState& state, Call& call) {
  const std::string_view name = call.arguments[0];
  const std::optional<ModelId> model = state.model(name);
  if (!model) {
    return reply_error(state, call,
                       {.kind = ErrorKind::kNotFound,
                        .message = fmt::format("model: {}", name),
                        .error_code = {}});
  }
  std::string json;
  append_model(json, state.plan.models[index(*model)], state.calendar(call.now));
  reply_json(state, call, 200, json);
}

}  // namespace sluice::mock
