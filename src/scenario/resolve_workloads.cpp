#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

// One workload on its way from the file into the plan.
struct WorkloadStep {
  Resolution& r;
  const WorkloadConfig& config;
  std::string pointer;
  WorkloadSpec spec;
};

void resolve_model(WorkloadStep& s) {
  const auto model = s.r.model(s.config.model, s.pointer + "/model");
  s.spec.model = model.value_or(ModelId{});
  s.r.is_model_known.push_back(model.has_value());
  if (!model) return;
  const ModelRow& row = *s.r.models[index(*model)];
  if (s.r.catalog.price(row.id, s.r.date) == nullptr) {
    s.r.findings.warn(s.pointer + "/model", row.id + " has no price on " + s.r.date.text() +
                                                ": its requests are reported as unpriced");
    return;
  }
  const ModelPlan& plan = s.r.plan.models[index(*model)];
  if (s.config.fast && !plan.has_fast_mode) {
    s.r.findings.error(s.pointer + "/fast", row.id + " has no fast mode on " + s.r.date.text());
  }
  if (s.config.us_only && !plan.can_stay_in_us) {
    s.r.findings.error(s.pointer + "/us_only",
                       row.id + " cannot be confined to the US: Claude 4.6 and later can");
  }
}

// The workspace that the workload names; nothing if it names none or one that is unknown.
std::optional<WorkspaceId> named_workspace(WorkloadStep& s) {
  if (!s.config.workspace) return std::nullopt;
  return s.r.workspace(*s.config.workspace, s.pointer + "/workspace");
}

void pay_with_named_key(WorkloadStep& s) {
  Resolution& r = s.r;
  const auto key = r.key(*s.config.key, s.pointer + "/key");
  const auto workspace = named_workspace(s);
  if (!key) return;
  s.spec.key = *key;
  s.spec.workspace = r.plan.keys[index(*key)].workspace;
  if (workspace.value_or(s.spec.workspace) == s.spec.workspace) return;
  r.findings.error(s.pointer + "/workspace",
                   "key " + in_quotes(*s.config.key) + " belongs to workspace " +
                       in_quotes(r.plan.workspaces[index(s.spec.workspace)]));
}

// The first key of the workspace, made up if there is none.
void pay_with_first_key(WorkloadStep& s) {
  Resolution& r = s.r;
  s.spec.workspace = named_workspace(s).value_or(WorkspaceId{});
  std::vector<KeyPlan>& keys = r.plan.keys;
  const auto its = std::find_if(keys.begin(), keys.end(), [&](const KeyPlan& key) {
    return key.workspace == s.spec.workspace;
  });
  s.spec.key = KeyId(static_cast<std::size_t>(its - keys.begin()));
  if (its == keys.end()) {
    keys.push_back({r.plan.workspaces[index(s.spec.workspace)] + "-key", s.spec.workspace});
  }
}

void resolve_payer(WorkloadStep& s) {
  if (s.config.key) {
    pay_with_named_key(s);
  } else {
    pay_with_first_key(s);
  }
}

void resolve_client(WorkloadStep& s) {
  Resolution& r = s.r;
  const std::string name = s.config.client.value_or(std::string{kDefaultPreset});
  std::vector<ClientPlan>& clients = r.plan.clients;
  const auto known = std::find_if(clients.begin(), clients.end(),
                                  [&](const ClientPlan& client) { return client.name == name; });
  s.spec.client = static_cast<std::size_t>(known - clients.begin());
  if (known != clients.end()) return;
  // The name of a preset is a client with nothing else set.
  const std::optional<RetrySpec> preset = retry_preset(name);
  if (!preset) {
    std::vector<std::string> names;
    for (const ClientPlan& client : clients) names.push_back(client.name);
    for (const PresetInfo& info : retry_presets()) names.emplace_back(info.name);
    std::string near = suggestion(name, names);
    if (near.empty()) near = ": there are " + join(names);
    r.findings.error_unless_wrong(
        "/clients", s.pointer + "/client",
        in_quotes(name) + " is neither a client nor a retry preset" + near);
    s.spec.client = 0;
    return;
  }
  if (preset->is_guess) r.guess("the retry formula of " + name + " is not published: a guess");
  ClientPlan client;
  client.name = name;
  client.retry = *preset;
  clients.push_back(std::move(client));
}

TokenRatio ratio_of(WorkloadStep& s) {
  if (!s.config.sizes_for) return {};
  const ModelRow* measured = s.r.catalog.model(*s.config.sizes_for);
  if (measured == nullptr) {
    const std::vector<std::string> names = s.r.catalog.model_names();
    s.r.findings.error(s.pointer + "/sizes_for", in_quotes(*s.config.sizes_for) +
                                                     " is not a model of the catalog" +
                                                     suggestion(*s.config.sizes_for, names));
    return {};
  }
  if (!s.r.is_model_known.back()) return {};
  return {s.r.models[index(s.spec.model)]->tokenizer_permille, measured->tokenizer_permille};
}

void resolve_sizes(WorkloadStep& s) {
  const TokenRatio ratio = ratio_of(s);
  const auto scale = [&](const SizeSpec& size, std::string_view field) -> SizeSpec {
    if (auto result = scaled(size, ratio)) return *result;
    s.r.findings.error(
        s.pointer + std::string{field},
        "a zipf size cannot be scaled to another model's tokens: leave out sizes_for");
    return size;
  };
  const WorkloadConfig& c = s.config;
  if (c.input) s.spec.input = scale(c.input->spec, "/input");
  if (c.output) s.spec.output = scale(c.output->spec, "/output");
  s.spec.thinking = scale(c.thinking.spec, "/thinking");
  s.spec.max_tokens = c.max_tokens;
  s.spec.prefix_tokens = ratio.of(c.prefix.tokens);
  s.spec.prefix_variants = c.prefix.variants;
  // A trace brings its own prefixes.
  const bool has_prefix = c.prefix.tokens > 0 || std::holds_alternative<TraceConfig>(c.arrivals);
  if (has_prefix) s.spec.prefix_ttl = ttl(c.cache.prefix);
  s.spec.conversation_ttl = ttl(c.cache.conversation);
  s.spec.conversation = {.turns = c.conversation.turns.spec,
                         .think_time = c.conversation.think_time.spec,
                         .calls_per_turn = c.conversation.calls_per_turn.spec,
                         .tool_result_tokens = scale(c.conversation.tool_result_tokens.spec,
                                                     "/conversation/tool_result_tokens")};
  s.spec.arrivals = resolve(c.arrivals, s.r.folder);
  if (auto* trace = std::get_if<TraceArrivals>(&s.spec.arrivals)) {
    trace->token_scale_ppm = ratio.of(trace->token_scale_ppm);
  }
}

void resolve_rest(WorkloadStep& s) {
  const WorkloadConfig& c = s.config;
  s.spec.batch = {.share_ppm = c.batch.share_ppm,
                  .requests_per_batch = c.batch.requests_per_batch,
                  .collect_for = c.batch.collect_for,
                  .completion = c.batch.completion.spec,
                  .poll_every = c.batch.poll_every};
  s.spec.priority = c.priority;
  s.spec.stream = c.stream;
  s.spec.fast = c.fast;
  s.spec.us_only = c.us_only;
  s.spec.deadline = c.deadline;
  s.spec.starts = kRunStart + c.starts;
  if (c.stops) s.spec.stops = kRunStart + *c.stops;
  s.spec.max_requests = c.max_requests;
}

void check_shape(WorkloadStep& s) {
  const auto at_least_one = [&](const SizeSpec& size, std::string_view field) {
    if (range_of(size).least >= 1) return;
    s.r.findings.error(s.pointer + "/conversation" + std::string{field}, "must be at least 1");
  };
  at_least_one(s.spec.conversation.turns, "/turns");
  at_least_one(s.spec.conversation.calls_per_turn, "/calls_per_turn");
  const bool is_conversation = range_of(s.spec.conversation.turns).large > 1 ||
                               range_of(s.spec.conversation.calls_per_turn).large > 1;
  if (is_conversation && std::holds_alternative<TraceArrivals>(s.spec.arrivals)) {
    s.r.findings.error(s.pointer + "/conversation",
                       "a trace says itself which requests there are: leave it out");
  }
  if (s.config.starts >= s.r.config.duration) {
    s.r.findings.warn(s.pointer + "/starts", "is not before the end of the run: nothing arrives");
  }
}

void check_name(WorkloadStep& s, std::size_t position) {
  const std::vector<WorkloadSpec>& before = s.r.plan.workloads;
  s.spec.name = s.config.name.empty() ? "workload-" + std::to_string(position + 1) : s.config.name;
  s.spec.hash = name_hash(s.spec.name);
  for (const WorkloadSpec& other : before) {
    if (other.name == s.spec.name) {
      s.r.findings.error(s.pointer + "/name", in_quotes(s.spec.name) + " names two workloads");
    } else if (other.hash == s.spec.hash) {
      s.r.findings.error(s.pointer + "/name",
                         in_quotes(s.spec.name) + " and " + in_quotes(other.name) +
                             " would draw the same random numbers: change one of the names");
    }
  }
}

}  // namespace

void resolve_workloads(Resolution& r) {
  for (std::size_t i = 0; i < r.config.workloads.size(); ++i) {
    WorkloadStep step{r, r.config.workloads[i], at("/workloads", i), {}};
    check_name(step, i);
    resolve_model(step);
    resolve_payer(step);
    resolve_client(step);
    resolve_sizes(step);
    resolve_rest(step);
    check_shape(step);
    r.plan.workloads.push_back(std::move(step.spec));
  }
}

}  // namespace sluice::scenario
