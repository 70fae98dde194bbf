// A log made of calls that a test has written down.
#pragma once

#include <utility>
#include <vector>

#include "api/request.hpp"
#include "ingest/import_source.hpp"

namespace sluice::importer {

class FakeSource final : public ingest::ImportSource {
 public:
  FakeSource(std::vector<ingest::ImportedCall> calls, ingest::ImportFacts facts)
      : calls_(std::move(calls)), facts_(std::move(facts)) {
    facts_.rows = static_cast<std::int64_t>(calls_.size());
  }
  Result<bool> next(ingest::ImportedCall& call) override {
    if (given_ == calls_.size()) return false;
    call = calls_[given_++];
    return true;
  }
  const ingest::ImportFacts& facts() const noexcept override { return facts_; }

 private:
  std::vector<ingest::ImportedCall> calls_;
  ingest::ImportFacts facts_;
  std::size_t given_ = 0;
};

inline ingest::ImportedCall call_at(Duration at, std::int64_t input, std::int64_t output) {
  ingest::ImportedCall call;
  call.request.at = at;
  call.request.input_tokens = input;
  call.request.output_tokens = output;
  return call;
}

// A call of a session that read and wrote so many tokens of its prompt, with 100 plain ones.
inline ingest::ImportedCall cached_call(Duration at, std::int64_t session, std::int64_t read,
                                        std::int64_t written,
                                        CacheTtl ttl = CacheTtl::kFiveMinutes) {
  Usage usage{.input_tokens = 100, .cache_read_input_tokens = read, .output_tokens = 50};
  (ttl == CacheTtl::kOneHour ? usage.cache_creation_1h_input_tokens
                             : usage.cache_creation_5m_input_tokens) = written;
  ingest::ImportedCall call = call_at(at, usage.prompt_tokens(), usage.output_tokens);
  call.request.session = session;
  call.request.model = "claude-sonnet-5-5";
  call.usage = usage;
  return call;
}

inline ingest::ImportFacts facts_of(ingest::LogFormat format, bool in_order = true,
                                    bool has_dates = false) {
  ingest::ImportFacts facts;
  facts.format = format;
  facts.files = {"some/private/log.csv"};
  facts.in_order = in_order;
  facts.has_dates = has_dates;
  return facts;
}

}  // namespace sluice::importer
