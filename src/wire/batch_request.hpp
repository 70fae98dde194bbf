// The body of POST /v1/messages/batches, read item by item without keeping any of it (docs: batch
// processing, 2026-08). What is wrong with the batch refuses it as a whole; what is wrong with one
// item's params becomes that item's error, as the API reports it in the results.
//
//   BatchReader reader(body, version);
//   if (reader.error()) return refuse(*reader.error());
//   BatchItem item;                          // reused: keeps its memory
//   while (reader.next(item)) collect(item);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "wire/api_error.hpp"
#include "wire/messages_request.hpp"

namespace sluice::wire {

inline constexpr std::int64_t kMaxBatchItems = 100'000;

struct BatchItem {
  std::string_view
      custom_id;            // [a-zA-Z0-9_-]{1,64}, unique; lives as long as the reader and the body
  std::string_view params;  // the item's own request as sent; a view of the body
  std::optional<ApiError> error;  // of the params; `request` says nothing then
  MessagesRequest request;        // its views are valid until the next call of next()
};

class BatchReader {
 public:
  // `body` must outlive the reader and have 64 readable bytes behind it.
  BatchReader(std::string_view body, ApiVersion version);
  ~BatchReader();
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;

  // Why the batch as a whole is refused; known from the start. next() answers false then.
  const std::optional<ApiError>& error() const noexcept;
  std::size_t size() const noexcept;  // how many items there are
  // False at the end.
  bool next(BatchItem& item);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::wire
