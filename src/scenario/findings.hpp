// What is wrong or doubtful in a scenario beyond single fields, each at its line of the file.
// Whatever follows only from an error that decoding has reported already is dropped, so that one
// mistake gives one message.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "describe/decoder.hpp"
#include "describe/value.hpp"

namespace sluice::scenario {

class Findings {
 public:
  // `decoder` has decoded `root` and may hold errors; both must outlive this object.
  Findings(describe::Decoder& decoder, const describe::Value& root);
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;

  void error(std::string_view pointer, std::string message);
  // The same, but only if nothing at or below `depends_on` was wrong: a name that is looked up
  // there.
  void error_unless_wrong(std::string_view depends_on, std::string_view pointer,
                          std::string message);
  void warn(std::string_view pointer, std::string message);

  // Whether the node that the pointer names comes from an overlay.
  bool is_from_overlay(std::string_view pointer) const;
  // Whether decoding found something wrong at, below or above the pointer.
  bool is_wrong(std::string_view pointer) const;

  bool any() const noexcept { return decoder_.error_count() > 0; }
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  describe::Decoder& decoder_;
  const describe::Value& root_;
  std::set<std::string, std::less<>> wrong_;  // pointers of what decoding found
  std::set<std::string, std::less<>> found_;  // pointers of own errors: one each is enough
  std::vector<std::string> warnings_;
};

// "/workloads/3" and the like.
std::string at(std::string_view array, std::size_t index, std::string_view rest = "");

}  // namespace sluice::scenario
