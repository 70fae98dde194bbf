// A key or token: held where it is needed, never printed, wiped when it goes. There is no way to
// format one; hint() is what a report may show.
#pragma once

#include <cstddef>
#include <memory>
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

  bool empty() const noexcept { return size_ == 0; }
  std::string_view reveal() const noexcept { return {text_.get(), size_}; }  // for a header or body
  std::string hint() const;  // "sk-ant-api03-...(108 characters)"

 private:
  void wipe() noexcept;
  // No std::string: a short one would leave its text behind where it is moved from.
  std::unique_ptr<char[]> text_;
  std::size_t size_ = 0;
};

// The same for a text on its way into a Secret, which is empty then.
void wipe(std::string& text) noexcept;
Secret take_secret(std::string& text);

// Replaces the secret, or as much of it as a cut has left, wherever it stands in a text that a
// server wrote: some say what they were given. A short one is replaced where it stands alone; of
// fewer than four characters, or a short word of letters only, it is none.
void strike_out(std::string& text, std::string_view secret);
// What is secret of the header lines that Credentials::header() gives: the first one's last word.
std::string_view secret_in(std::string_view lines) noexcept;

// From here on this process leaves no core file, and no other process of this user can read its
// memory. To be called before a secret is read.
void forbid_core_files() noexcept;

}  // namespace sluice::live
