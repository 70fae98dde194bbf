// Which text stands where in a request's prompt, so that prompts have the same text wherever the
// plan says so. Of a generated workload: its shared prefix, named by variant, then one block a turn
// of the session's own stream, cut where the earlier turns' prompts ended, so that turn t + 1
// begins with all blocks of turn t. Of a trace: one block per recorded block, named by its chain.
//
//   PromptLayout layout(plan, replication);
//   layout.write(spec, parts);      // parts: reused, in the order of the prompt
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/request.hpp"
#include "policy/run_plan.hpp"
#include "policy/workload_generator.hpp"

namespace sluice::live {

// One text block; its text are the tokens [from, to) of a stream.
struct PromptPart {
  std::uint64_t stream = 0;
  std::int64_t from = 0;  // from the start of the prompt
  std::int64_t to = 0;
  std::optional<CacheTtl> marker{};  // cache_control
  std::int64_t answer_tokens = 0;    // that are planned for what it asks; 0: it asks nothing
  bool is_system = false;
  bool operator==(const PromptPart&) const = default;
};

class PromptLayout {
 public:
  // `replication`: of the draws by which sessions are made, as the load generator's.
  PromptLayout(const RunPlan& plan, std::uint64_t replication);

  // Replaces `parts`: none is empty, the last ends at the prompt's last token, and at most four are
  // marked (the API's limit). Of more cached blocks the first is marked, which most requests share,
  // and the last three, which the next request of the conversation continues.
  void write(const RequestSpec& spec, std::vector<PromptPart>& parts) const;

 private:
  void write_recorded(const RequestSpec& spec, std::vector<PromptPart>& parts) const;
  void write_session(const RequestSpec& spec, std::vector<PromptPart>& parts) const;

  std::vector<WorkloadGenerator> generators_;  // as RunPlan::workloads
};

}  // namespace sluice::live
