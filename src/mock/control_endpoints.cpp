#include "mock/control_endpoints.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "describe/describe.hpp"
#include "mock/config_change.hpp"
#include "mock/endpoints.hpp"
#include "mock/grade_text.hpp"
#include "mock/header_text.hpp"
#include "mock/journal_json.hpp"
#include "mock/state_json.hpp"
#include "net/url.hpp"

template <>
struct sluice::describe::EnumNames<sluice::mock::KeyStatus> {
  static constexpr std::array values{Named{"active", sluice::mock::KeyStatus::kActive},
                                     Named{"inactive", sluice::mock::KeyStatus::kInactive},
                                     Named{"archived", sluice::mock::KeyStatus::kArchived}};
};

namespace sluice::mock {

using describe::Value;

// Bodies of the endpoints; in this namespace so that describe() is found.
struct NewKeyBody {
  std::string name;
  std::optional<std::string> workspace;
};
struct KeyBody {
  std::optional<KeyStatus> status;
  std::optional<std::string> name;
};
struct RotateBody {
  Duration overlap{};
};

void describe(describe::Fields& v, NewKeyBody& k) {
  v.field("name", k.name, "what the key is called").required().not_empty();
  v.field("workspace", k.workspace, "its workspace; else the default one");
}
void describe(describe::Fields& v, KeyBody& k) {
  v.field("status", k.status, "whether it works");
  v.field("name", k.name, "a new name").not_empty();
}
void describe(describe::Fields& v, RotateBody& r) {
  v.field("overlap", r.overlap, "the old secret works on for so long").range(Duration{}, hours(24));
}

namespace {

constexpr std::size_t kListedByDefault = 1000;
constexpr std::string_view kTextFields = "content-type: text/plain; charset=utf-8\r\n";
constexpr std::string_view kIndex =
    R"(sluice mock: what it is doing, and how to change it. docs/mock-control.md has the details.

GET  /_sluice/state             limiters, money, keys, faults, counters, options
GET  /_sluice/journal           the last calls: ?after=SEQUENCE&limit=N
GET  /_sluice/grade             what is wrong with the client; as text with ?format=text
POST /_sluice/config            limits, spend, faults: {"limits": {"MODEL": {"fast_otpm": 500}}}
POST /_sluice/faults            instead of those there are: {"faults": [{"kind": "overloaded"}]}
POST /_sluice/keys              a new key: {"name": "NAME"}
POST /_sluice/keys/ID           {"status": "inactive"} or "active"; {"name": "NAME"}
POST /_sluice/keys/ID/rotate    a new secret: {"overlap": "60s"}
POST /_sluice/clock             with --clock manual: {"advance": "30s"}
POST /_sluice/reset             as at the start
GET  /metrics                   for Prometheus
)";

void reply_text(Call& call, std::string_view text) {
  call.status = 200;
  call.reply.send(200, kTextFields, text);
}

// All that is wrong at once: the message for people, each error with its place for programs.
void reply_errors(MockState& state, Call& call, const Errors& errors) {
  std::string message;
  Value list = Value::array();
  for (const Error& error : errors) {
    if (!message.empty()) message += "; ";
    message += error.text();
    Value one = Value::object();
    one.set("where", error.where).set("message", error.message);
    list.push(std::move(one));
  }
  Value inner = Value::object();
  inner.set("type", name(ErrorKind::kInvalidRequest))
      .set("message", message + " (nothing was changed)");
  Value json = Value::object();
  json.set("type", "error")
      .set("error", std::move(inner))
      .set("errors", std::move(list))
      .set("request_id", call.request_id);
  reply_json(state, call, 400, describe::to_json(json, 0));
}

void reply_value(MockState& state, Call& call, const Value& json) {
  reply_json(state, call, 200, describe::to_json(json));
}

// An empty body stands for {}.
template <class Body>
Checked<Body> read_body(const Call& call) {
  const std::string_view text = call.request.body;
  return describe::decode_text<Body>(ascii::trimmed(text).empty() ? "{}" : text, "body");
}

void reply_no_key(MockState& state, Call& call) {
  reply_error(
      state, call,
      {ErrorKind::kNotFound,
       "there is no key " + in_quotes(call.arguments[0]) + ": GET /_sluice/state lists them", ""});
}

Value key_json(const MockState& state, const KeyRecord& key) {
  Value json = Value::object();
  const auto status = std::find_if(describe::EnumNames<KeyStatus>::values.begin(),
                                   describe::EnumNames<KeyStatus>::values.end(),
                                   [&](const auto& named) { return named.value == key.status; });
  json.set("id", key.id)
      .set("name", key.name)
      .set("hint", key.hint)
      .set("status", status->name)
      .set("workspace", state.plan.run.workspaces[index(key.workspace)]);
  return json;
}

std::optional<WorkspaceId> workspace_named(const MockState& state, std::string_view name) {
  const std::vector<std::string>& names = state.plan.run.workspaces;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return WorkspaceId(found - names.begin());
}

// The part of "host:port" or "[::1]:port" before the port, without brackets.
std::string_view host_of(std::string_view authority) noexcept {
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

Value finding_json(const Finding& finding) {
  Value json = Value::object();
  json.set("rule", finding.rule)
      .set("severity", finding.is_failure ? "failure" : "advice")
      .set("count", finding.count)
      .set("first_sequence", finding.first_sequence == 0 ? Value{} : Value{finding.first_sequence})
      .set("text", finding.text);
  for (const RuleText& rule : rule_texts()) {
    if (rule.id != finding.rule) continue;
    json.set("threshold", rule.threshold).set("hurts", rule.hurts).set("remedy", rule.remedy);
  }
  return json;
}

Value verdict_json(const Verdict& verdict) {
  Value findings = Value::array();
  for (const Finding& finding : verdict.findings) findings.push(finding_json(finding));
  Value json = Value::object();
  json.set("passed", verdict.passed)
      .set("requests", verdict.requests)
      .set("attempts", verdict.attempts)
      .set("refused", verdict.refused)
      .set("waiting", verdict.waiting)
      .set("alike", verdict.alike)
      .set("unidentified", verdict.unidentified)
      .set("findings", std::move(findings));
  return json;
}

}  // namespace

std::optional<wire::ApiError> refusal_of_foreign_page(const net::HttpRequest& request,
                                                      bool is_loopback) {
  const std::string_view host = request.header("host").value_or("");
  if (is_loopback && !host.empty() && !net::is_loopback_host(host_of(host))) {
    return wire::ApiError{
        ErrorKind::kPermission,
        "the host is " + in_quotes(host) + ": ask for /_sluice by a loopback address or localhost",
        ""};
  }
  const auto origin = request.header("origin");
  if (!origin) return std::nullopt;
  const std::string own(host);
  if (*origin == "http://" + own || *origin == "https://" + own) return std::nullopt;
  return wire::ApiError{ErrorKind::kPermission,
                        "pages of " + in_quotes(*origin) + " may not use /_sluice", ""};
}

void show_index(MockState& /*state*/, Call& call) { reply_text(call, kIndex); }

void show_state(MockState& state, Call& call) {
  const StateView view{state.plan, state.api, state.counters, call.now};
  reply_json(state, call, 200, state_json(view, state.credentials));
}

void show_journal(MockState& state, Call& call) {
  const auto number = [&](std::string_view name, std::uint64_t fallback) {
    const auto text = query_value(call.request.query, name);
    return text ? whole_number<std::uint64_t>(*text) : std::optional(fallback);
  };
  const auto after = number("after", 0);
  const auto limit = number("limit", kListedByDefault);
  if (!after || !limit) {
    return reply_error(state, call,
                       {ErrorKind::kInvalidRequest,
                        "after and limit are whole numbers, as in ?after=1200&limit=100", ""});
  }
  const JournalView view{state.plan, state.api.limiter(), state.credentials.keys()};
  reply_json(state, call, 200, journal_json(state.journal, *after, *limit, view));
}

void show_grade(MockState& state, Call& call) {
  if (!state.plan.options.grade) {
    return reply_error(
        state, call,
        {ErrorKind::kInvalidRequest, "nothing is graded: start the server with --grade", ""});
  }
  const Verdict verdict = state.grader.verdict(call.now);
  const auto format = query_value(call.request.query, "format");
  if (format == "text") return reply_text(call, grade_text(verdict));
  reply_value(state, call, verdict_json(verdict));
}

void change_config(MockState& state, Call& call) {
  const auto change = read_config_change(call.request.body, state.plan, state.api, call.now);
  if (!change) return reply_errors(state, call, change.error());
  if (change->is_empty()) {
    return reply_errors(state, call,
                        {{.where = "body",
                          .message = "changes nothing: give limits, workspaces, "
                                     "spend or faults"}});
  }
  apply(*change, call.now, state.api, state.plan);
  show_state(state, call);
}

void set_faults(MockState& state, Call& call) {
  const auto change = read_faults(call.request.body, state.plan, call.now);
  if (!change) return reply_errors(state, call, change.error());
  apply(*change, call.now, state.api, state.plan);
  Value json = Value::object();
  json.set("faults", state.plan.run.faults.size());
  reply_value(state, call, json);
}

void create_key(MockState& state, Call& call) {
  const auto body = read_body<NewKeyBody>(call);
  if (!body) return reply_errors(state, call, body.error());
  const std::string& name = body->workspace.value_or(state.plan.run.workspaces.front());
  const auto workspace = workspace_named(state, name);
  if (!workspace) {
    const std::string known = join(state.plan.run.workspaces);
    return reply_errors(state, call,
                        {{.where = "body: /workspace",
                          .message = in_quotes(name) + " is not a workspace: there are " + known}});
  }
  if (!state.credentials.has_room()) {
    return reply_errors(state, call,
                        {{.where = "body", .message = "there are too many keys: reset first"}});
  }
  const KeyId key = state.api.add_key();
  const auto made = state.credentials.create(key, body->name, *workspace, state.calendar(call.now));
  Value json = key_json(state, made.record);
  reply_value(state, call, json.set("secret", made.secret));
}

void update_key(MockState& state, Call& call) {
  const auto body = read_body<KeyBody>(call);
  if (!body) return reply_errors(state, call, body.error());
  const std::string_view id = call.arguments[0];
  if (state.credentials.find(id) == nullptr) return reply_no_key(state, call);
  if (!body->status && !body->name) {
    return reply_errors(state, call,
                        {{.where = "body", .message = "changes nothing: give status or name"}});
  }
  if (body->status) state.credentials.set_status(id, *body->status);
  if (body->name) state.credentials.rename(id, *body->name);
  reply_value(state, call, key_json(state, *state.credentials.find(id)));
}

void rotate_key(MockState& state, Call& call) {
  const auto body = read_body<RotateBody>(call);
  if (!body) return reply_errors(state, call, body.error());
  const std::string_view id = call.arguments[0];
  const auto secret = state.credentials.rotate(id, call.now, body->overlap);
  if (!secret) return reply_no_key(state, call);
  Value json = key_json(state, *state.credentials.find(id));
  reply_value(state, call, json.set("secret", *secret));
}

}  // namespace sluice::mock
