// Secrets that are made on the spot, and whether anything shows them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unistd.h>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

inline constexpr const char* kSecretive = R"({
  "sluice": 1, "duration": "20s", "seed": 7,
  "organization": { "tier": "start" },
  "workloads": [{
    "name": "chat", "model": "haiku-4.5",
    "arrivals": { "type": "poisson", "rate": "5/s" },
    "input": 400, "output": 30
  }]
})";

// Letters that no other text has.
inline std::string made_up(std::size_t size) {
  static std::uint64_t state = static_cast<std::uint64_t>(getpid());
  std::string text;
  while (text.size() < size) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    text += static_cast<char>('a' + (state >> 40U) % 26);
  }
  return text;
}

// A secret whose every part is looked for: whoever shows ten letters shows too much.
class MadeUpSecret {
 public:
  explicit MadeUpSecret(std::string begin = "") : own_(made_up(40)), text_(begin + own_) {}
  const std::string& text() const { return text_; }
  bool is_in(const std::string& text) const {
    constexpr std::size_t kPart = 10;
    for (std::size_t at = 0; at + kPart <= own_.size(); ++at) {
      if (text.find(own_.substr(at, kPart)) != std::string::npos) return true;
    }
    return false;
  }

 private:
  std::string own_;
  std::string text_;
};

inline MadeUpSecret api_key() { return MadeUpSecret("sk-ant-api03-"); }

struct Place {
  TemporaryFolder folder;
  std::string scenario = folder.write("test.json", kSecretive);

  Process::Environment with_key(const MadeUpSecret& key) const {
    return {{"ANTHROPIC_API_KEY", key.text()}};
  }
};

// Neither what was printed nor a file of the folder has it.
inline void check_hidden(const MadeUpSecret& secret, const Finished& finished,
                         const TemporaryFolder& folder, const std::string& but_for = "") {
  CHECK_FALSE(secret.is_in(finished.out));
  CHECK_FALSE(secret.is_in(finished.err));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / ".")) {
    if (!entry.is_regular_file() || entry.path().filename() == but_for) continue;
    INFO(entry.path());
    CHECK_FALSE(secret.is_in(text_of(entry.path())));
  }
}

}  // namespace sluice::testing
