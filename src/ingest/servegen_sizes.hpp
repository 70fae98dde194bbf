// Token counts of one ServeGen client in one of its six-hour windows: probabilities of each size,
// as its chunk-N-dataset.json holds them, and draws from them. The file is indexed once and read by
// parts, so that what is held is one window's tables. File layout: servegen_log.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/draw.hpp"
#include "base/error.hpp"
#include "ingest/fields.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {

// A distribution of numbers that are written as Python writes a dict: "{12: 0.25, 13: 0.75}".
class SizeTable {
 public:
  // An error where it is no such text, or a number is negative or beyond `most`. Probabilities need
  // not add up to 1; where they add up to nothing the table is empty.
  static FieldResult<SizeTable> parse(std::string_view text, double most);

  bool empty() const noexcept { return values_.empty(); }
  double draw(DrawStream& draws) const;  // not empty()

 private:
  std::vector<double> values_;
  std::vector<double> cumulative_;
};

struct SizeTables {
  SizeTable input;   // of a text model, or the text part
  SizeTable output;  // thinking included
  SizeTable thinking_ratio;
  // Of mm-image: how many images, audios and videos, and the tokens of each.
  struct Media {
    SizeTable count;
    SizeTable tokens;
  };
  Media media[3];

  // Sets the token counts of a request; always the same number of draws for the same tables and
  // draws.
  void draw(DrawStream& draws, TraceRequest& request) const;
};

// Tables of one window, of an object {"input_tokens": "{...}", ...} followed by padding.
FieldResult<SizeTables> parse_size_tables(std::string_view json);

class SizeFile {
 public:
  // An error where the file cannot be read, or no window in it has sizes.
  static Result<SizeFile> open(const std::string& path);

  // The window that sizes at this second are of: the last one that has begun, or else the first.
  std::size_t window_at(std::int64_t second) const noexcept;
  Result<SizeTables> load(std::size_t window) const;

 private:
  struct Part {
    std::int64_t start = 0;  // in seconds
    std::size_t offset = 0;  // in the file
    std::size_t size = 0;
  };
  std::string path_;
  std::vector<Part> parts_;  // by start; those that have sizes
};

}  // namespace sluice::ingest
