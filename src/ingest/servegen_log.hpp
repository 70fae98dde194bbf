// ServeGen's clients as a stream of calls (github.com/alibaba/ServeGen, data/, June 2025; Xiang et
// al., arXiv 2505.09999). Clients are composed, not averaged: each has arrivals and sizes of its
// own in every window, and what is given is all of them merged in the order of time. The same files
// and seed give the same calls, whatever part of the weeks is asked for.
//
// A folder of one model holds two files of each client N:
//   chunk-N-trace.csv     rows `start s, requests/s, CV of the gaps, Gamma|Weibull|"", shape,
//   scale`
//                         without a header, windows of 600 s; no requests where the name is empty
//   chunk-N-dataset.json  {"start s": {"input_tokens": "{tokens: probability, ...}",
//                         "output_tokens": ...}}, windows of six hours; also "reason_ratio" (the
//                         thinking part of the output) and, of mm-image, "text_tokens" with
//                         "image_tokens" x "image_count" and so on
//
// Arrivals in a window are as many as its rate says, at a renewal process's instants given their
// number: gaps of the client's distribution, scaled to fill the window, as ServeGen's own generator
// places them. The scale that was fitted drops out; it does not reproduce the rate. Sizes of one
// call are drawn independently, as they are published.
#pragma once

#include <memory>
#include <string>

#include "ingest/import_source.hpp"

namespace sluice::ingest {

// chunk-N-trace.csv or chunk-N-dataset.json.
bool is_servegen_file(const std::string& path);

// options.paths are a model's folder or trace files of clients, beside which their datasets are. A
// client without windows or sizes that can be read is left aside. Calls have no session, for a
// client is many users.
Result<std::unique_ptr<ImportSource>> open_servegen(const ImportOptions& options);

}  // namespace sluice::ingest
