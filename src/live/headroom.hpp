// Leaves others of the organization their share of its rate limits: a lower bound of what is left
// of each limit, from the last headers, what we have sent since, and the refill in between. As long
// as a server counts no more than what is planned, our own sends never bring a limit below its
// floor.
//
// A header tells of an instant between its request's send and the answer's head. Of our other
// attempts it surely knows those whose head (requests, input), or end (output, which is counted as
// it is produced), had come before that send; all others are taken off once more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "api/request.hpp"
#include "base/integer.hpp"
#include "base/time.hpp"
#include "policy/run_plan.hpp"
#include "wire/answer_fields.hpp"

namespace sluice::live {

enum class HeadroomKind : std::uint8_t {
  kRequests,
  kInput,
  kOutput,
  kTokens,
  kFastInput,
  kFastOutput
};
inline constexpr std::size_t kHeadroomKindCount = 6;
using HeadroomCosts = std::array<std::int64_t, kHeadroomKindCount>;

// What an attempt under way takes; kept by whoever sends it.
struct HeadroomStake {
  HeadroomCosts costs{};
  HeadroomCosts known{};     // of all attempts before it that a header of it surely knows of
  std::uint64_t number = 0;  // in the order of the sends
  bool has_head = false;
};

class Headroom {
 public:
  // `floor_permille` of every limit is left alone.
  Headroom(const RunPlan& plan, std::int64_t floor_permille);

  // When such a request may be sent: `now`, later, or kNever: not before an attempt under way has
  // got its head or ended. Before any header was seen one goes at a time. One that cannot keep a
  // floor at all goes when that limit is full and nothing of ours is under way.
  TimePoint ready_at(TimePoint now, const RequestSpec& spec);
  HeadroomStake send(TimePoint now, const RequestSpec& spec);
  void saw_head(TimePoint now, const RequestSpec& spec, HeadroomStake& stake,
                const wire::AnswerFields& fields);
  void end(const RequestSpec& spec, HeadroomStake& stake);

 private:
  // Tokens are held times `per`, so that the refill is exact.
  struct Level {
    std::int64_t limit = 0;  // 0: no header has named it
    std::int64_t refill = 0;
    std::int64_t per = 1;  // ns in which `refill` comes
    int128 units = 0;
    TimePoint at{};
    void advance(TimePoint now) noexcept;
  };
  // What headers say is of a workspace; what is sent counts for the whole group.
  struct Scope {
    bool is_known = false;
    std::uint64_t seen_of = 0;  // the latest send that a header has come back from
    std::int64_t under_way = 0;
    std::array<Level, kHeadroomKindCount> levels{};
  };
  struct Group {
    std::map<WorkspaceId, Scope> scopes;
    HeadroomCosts sent{};
    HeadroomCosts known{};
    std::int64_t under_way = 0;
  };

  Group& group_of(const RequestSpec& spec) noexcept {
    return groups_[index(models_[index(spec.model)])];
  }
  TimePoint ready_at(const Group& group, Level& level, TimePoint now, std::int64_t cost) const;

  std::int64_t floor_permille_;
  std::vector<GroupId> models_;  // the group of each
  std::vector<Group> groups_;
  std::uint64_t sends_ = 0;
};

}  // namespace sluice::live
