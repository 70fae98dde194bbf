// Every request and attempt of a run as Chrome trace events, which ui.perfetto.dev and
// chrome://tracing open (the "Trace Event Format" document, 2016): a process per workload, a thread
// per lane, on it the request with its queueing, attempts and waits inside; limiter levels as
// counters, refusals as instants. Times are whole microseconds of model time.
#pragma once

#include <string>

#include "results/run_result.hpp"

namespace sluice {

// Of RunResult::trace; a result that was made without one gives a trace without events.
std::string render_chrome_trace(const RunResult& result);

}  // namespace sluice
