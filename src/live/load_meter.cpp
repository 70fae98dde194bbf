#include "live/load_meter.hpp"

#include <algorithm>

namespace sluice::live {
namespace {

// The instant of an answer and that from which its client counts are read a moment apart.
constexpr Duration kReadingsApart = milliseconds(1);  // wall

std::uint64_t not_negative(Duration duration) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(ns(duration), 0));
}

}  // namespace

LoadMeter::LoadMeter(std::int64_t origin, std::int64_t speed_permille, Duration run)
    : origin_(origin), speed_permille_(speed_permille) {
  facts_.speed_permille = speed_permille;
  facts_.series.emplace(cell_width_for(run));
}

void LoadMeter::on_sent(const RequestSpec& spec, std::int32_t number, TimePoint due,
                        std::int64_t wall_now, Duration delay) {
  ++facts_.sent;
  facts_.schedule_delay.record(not_negative(delay));
  LoadCell& cell = facts_.series->at(due);
  ++cell.sent;
  cell.late_max = std::max(cell.late_max, delay);
  const std::int64_t wall = wall_now - origin_;
  if (number == 1) {
    ++facts_.asked;
    const int128 planned = int128{ns(due)} * 1000 / speed_permille_;
    planned_.count(static_cast<std::int64_t>(planned), facts_.planned);
    sends_.count(wall, facts_.sends);
    return;
  }
  const auto until = told_.take(spec.id);
  if (!until) return;
  const int128 model = int128{wall + ns(kReadingsApart)} * speed_permille_ / 1000;
  ++(model >= ns(*until) ? facts_.retry_after_obeyed : facts_.retry_after_disobeyed);
}

void LoadMeter::on_held_back() { ++facts_.held_back; }

void LoadMeter::on_ended(const AttemptFacts& facts) {
  // Due, and never sent: no connection.
  if (facts.number == 1 && facts.sent_wall == 0) ++facts_.asked;
  const Outcome& outcome = facts.exchange.outcome;
  if (outcome.ok() || !outcome.retry_after) return;
  told_.tell(facts.spec.id, outcome.ended + *outcome.retry_after);
}

void LoadMeter::on_content_gap(Duration gap) { facts_.content_gap.record(not_negative(gap)); }

void LoadMeter::look(TimePoint now, std::int64_t wall_now, std::int64_t connections, Duration cpu) {
  LoadCell& cell = facts_.series->at(std::max(now, kRunStart));
  ++cell.looks;
  cell.connections = std::max(cell.connections, connections);
  if (looked_at_) {
    cell.cpu += cpu - cpu_;
    cell.wall += nanoseconds(wall_now - *looked_at_);
  }
  looked_at_ = wall_now;
  cpu_ = cpu;
}

}  // namespace sluice::live
