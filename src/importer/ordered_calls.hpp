// The calls of a log in the order of time. A source that is in order streams through; another is
// kept in memory, some forty bytes a call and its block ids, and sorted; equal times keep the
// log's order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "ingest/import_source.hpp"

namespace sluice::importer {

class OrderedCalls {
 public:
  explicit OrderedCalls(ingest::ImportSource& source) : source_(source) {}

  // False at the end. An error also where a source that claims order goes back in time.
  Result<bool> next(ingest::ImportedCall& call);
  const ingest::ImportFacts& facts() const noexcept { return source_.facts(); }
  std::size_t bytes() const noexcept { return packed_.capacity() + order_.capacity() * 16; }

 private:
  struct Place {
    std::int64_t at;
    std::uint64_t offset;  // in packed_; grows with the log, so that it also breaks ties
  };

  Result<bool> stream(ingest::ImportedCall& call);
  Result<void> read_all();
  void pack(const ingest::ImportedCall& call);
  void unpack(std::uint64_t offset, ingest::ImportedCall& call) const;
  std::uint64_t number_of(const std::string& model);

  ingest::ImportSource& source_;
  bool is_read_ = false;
  std::int64_t last_at_ = INT64_MIN;
  std::vector<unsigned char> packed_;
  std::vector<Place> order_;
  std::size_t given_ = 0;
  std::vector<std::string> models_;  // and tiers of service
  std::unordered_map<std::string, std::uint64_t> model_numbers_;
};

}  // namespace sluice::importer
