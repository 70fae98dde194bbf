#include "engine/load_generator.hpp"

#include <algorithm>
#include <utility>

namespace sluice {

// Users of a closed loop at an instant: rate changes multiply them. Also when that changes next.
struct UserCount {
  std::int64_t users;
  TimePoint until;
};

namespace {

UserCount users_at(const WorkloadSpec& spec, const ClosedLoop& loop, TimePoint now) {
  UserCount count{loop.users, kNever};
  for (const RateChange& change : spec.rate_changes) {
    if (change.at > now) {
      count.until = change.at;
      break;
    }
    count.users = static_cast<std::int64_t>(change.factor.of(loop.users));
  }
  return count;
}

std::int64_t most_users(const WorkloadSpec& spec, const ClosedLoop& loop) {
  std::int64_t most = loop.users;
  for (const RateChange& change : spec.rate_changes) {
    most = std::max(most, static_cast<std::int64_t>(change.factor.of(loop.users)));
  }
  return most;
}

RequestSpec recorded_spec(const WorkloadGenerator& generator, WorkloadId id,
                          const PlannedArrival& arrival) {
  const WorkloadSpec& workload = generator.spec();
  const RecordedRequest& recorded = arrival.recorded;
  RequestSpec spec = generator.common();
  spec.id.session = arrival.session;
  spec.workload = id;
  spec.prompt_tokens = std::max<std::int64_t>(1, recorded.prompt_tokens);
  spec.thinking_tokens = recorded.thinking_tokens;
  spec.output_tokens = recorded.answer_tokens + recorded.thinking_tokens;
  spec.max_tokens = spec.output_tokens;
  if (workload.max_tokens) spec.max_tokens = *workload.max_tokens;
  if (recorded.max_tokens) spec.max_tokens = *recorded.max_tokens;
  spec.output_tokens = std::min(spec.output_tokens, spec.max_tokens);
  spec.thinking_tokens = std::min(spec.thinking_tokens, spec.output_tokens);
  spec.cache_blocks = recorded.blocks;
  return spec;
}

Client::Order order(const LoadGenerator::Work& work, TimePoint planned) {
  const WorkloadSpec& spec = work.generator.spec();
  return {.planned = planned,
          .deadline = spec.deadline ? planned + *spec.deadline : kNever,
          .priority = spec.priority};
}

}  // namespace

void LoadGenerator::start() {
  for (Work& work : works_) {
    if (work.source) {
      ++arriving_;
      await_next(arrivals_.emplace_back(*this, work));
      continue;
    }
    const WorkloadSpec& spec = work.generator.spec();
    const std::int64_t users = most_users(spec, std::get<ClosedLoop>(spec.arrivals));
    for (std::uint64_t number = 0; number < static_cast<std::uint64_t>(users); ++number) {
      if (work.generator.takes_user(number)) scope_.start(user(work, number));
    }
  }
}

std::optional<Error> LoadGenerator::failure() const {
  for (const Work& work : works_) {
    if (!work.source) continue;
    if (auto failure = work.source->failure()) return failure;
  }
  return std::nullopt;
}

[[gnu::always_inline]] inline void LoadGenerator::await_next(Arrival& arrival) {
  Work& work = arrival.work;
  while (arrival.left > 0 && work.source->next(arrival.plan)) {
    --arrival.left;
    if (arrival.plan.at >= work.stops) break;
    if (!work.generator.takes(arrival.plan.session)) continue;
    return timers_.plan(arrival.plan.at, arrival);
  }
  --arriving_;
}

void LoadGenerator::on_arrival(TimedCall& call) {
  auto& arrival = static_cast<Arrival&>(call);
  arrival.by.begin(arrival);
  arrival.by.await_next(arrival);
}

void LoadGenerator::begin(Arrival& arrival) {
  Work& work = arrival.work;
  const PlannedArrival& plan = arrival.plan;
  if (is_too_late(plan.at)) {
    ++dropped_;
  } else if (plan.is_recorded) {
    scope_.start(recorded(work, plan));
  } else if (work.generator.has_single_requests() && !work.batch) {
    start_single(arrival);
  } else {
    scope_.start(session(work, work.clients->of(plan.session), plan.session, plan.at));
  }
}

// The common case without a conversation's frame: the client carries the request by itself.
void LoadGenerator::start_single(Arrival& arrival) {
  const Work& work = arrival.work;
  const PlannedArrival& plan = arrival.plan;
  const CallSizes& sizes = arrival.sizes.of(plan.session);
  recorder_.offered(work.id, plan.at);
  work.clients->of(plan.session).start(order(work, plan.at), [&] {
    return work.generator.single(plan.session, work.id, sizes);
  });
}

Task LoadGenerator::user(Work& work, std::uint64_t number) {
  const WorkloadSpec& spec = work.generator.spec();
  const auto& loop = std::get<ClosedLoop>(spec.arrivals);
  const auto stride = static_cast<std::uint64_t>(most_users(spec, loop));
  const DurationSampler think(loop.think_time);
  TimePoint planned = spec.starts;
  for (std::uint64_t round = 0;; ++round) {
    const std::uint64_t session_number = round * stride + number;
    const Entity entity{.workload_hash = spec.hash, .session = session_number};
    planned += think(work.generator.random().bits(Purpose::kThink, entity, 1).first);
    UserCount count = users_at(spec, loop, planned);
    while (static_cast<std::int64_t>(number) >= count.users && count.until != kNever) {
      planned = count.until;
      count = users_at(spec, loop, planned);
    }
    if (static_cast<std::int64_t>(number) >= count.users || planned >= work.stops) co_return;
    co_await timers_.until(planned, spec.hash);
    if (spec.max_requests && work.sessions_of_users >= *spec.max_requests) co_return;
    ++work.sessions_of_users;
    co_await session(work, work.clients->of(number), session_number, planned);
    // A request that ends in the instant in which it began must not begin again in it for ever.
    planned = std::max(timers_.now(), planned + nanoseconds(1));
  }
}

Task LoadGenerator::session(Work& work, Client& client, std::uint64_t number, TimePoint planned) {
  const WorkloadGenerator& generator = work.generator;
  Conversation conversation(generator, number);
  const std::int64_t messages = generator.turns(number);
  std::uint32_t turn = 0;
  for (std::int64_t message = 0; message < messages; ++message) {
    if (message > 0) {
      planned = timers_.now() + generator.think(number, turn);
      if (planned >= work.stops) co_return;
      co_await timers_.until(planned, generator.spec().hash);
    }
    const std::int64_t calls = generator.calls(number, turn);
    for (std::int64_t call = 0; call < calls; ++call, ++turn) {
      if (planned >= work.stops) co_return;
      const CallSizes sizes = generator.sizes(number, turn, call > 0);
      RequestSpec spec = conversation.next(turn, sizes);
      spec.workload = work.id;
      recorder_.offered(work.id, planned);
      if (work.batch && generator.is_batch(number, turn)) {
        work.batch->add(spec, planned);
        co_return;
      }
      Client::Performance request(client, spec, order(work, planned));
      const bool succeeded = co_await request;
      if (!succeeded) co_return;
      conversation.answered();
      planned = timers_.now();
    }
  }
}

Task LoadGenerator::recorded(Work& work, PlannedArrival arrival) {
  const RequestSpec spec = recorded_spec(work.generator, work.id, arrival);
  recorder_.offered(work.id, arrival.at);
  if (work.batch && work.generator.is_batch(arrival.session, 0)) {
    work.batch->add(spec, arrival.at);
    co_return;
  }
  Client& client = work.clients->of(arrival.session);
  Client::Performance request(client, spec, order(work, arrival.at));
  co_await request;
}

}  // namespace sluice
