// A key or token: held where it is needed, never printed, wiped when it goes. There is no way to
// format one; hint() is what a report may show.
#pragma once

#include <string>
#include <string_view>

namespace sluice::live {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  bool empty() const noexcept { return text_.empty(); }
  std::string_view reveal() const noexcept { return text_; }  // for a header, and nothing else
  std::string hint() const;                                   // "sk-ant-api03-...(108 characters)"

 private:
  void wipe() noexcept;
  std::string text_;
};

// From here on this process leaves no core file, and no other process of this user can read its
// memory. To be called before a secret is read.
void forbid_core_files() noexcept;

}  // namespace sluice::live
