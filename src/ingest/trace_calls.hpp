// The public trace formats as calls: Azure's LLM inference CSV and Mooncake's JSON lines, parsed as
// TraceReader parses them (docs/traces.md), and BurstGPT's CSV. All three are in order of time.
//
// BurstGPT (github.com/HPMLL/BurstGPT, README "Schema" and data of release v2.0, 2026-06):
//   Timestamp,[Session ID,Elapsed time,]Model,Request tokens,Response tokens,Total tokens,Log Type
// Timestamp is in seconds from midnight of the first day; a response of 0 tokens is a call that
// failed. Columns are found by name.
#pragma once

#include "ingest/call_stream.hpp"

namespace sluice::ingest {

CallFormat azure_format();
CallFormat mooncake_format();
CallFormat burstgpt_format();

}  // namespace sluice::ingest
