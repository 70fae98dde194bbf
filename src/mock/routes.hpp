// Which path leads to which endpoint, who may use it, and how much may be sent to it. A table: what
// it does not name is a 404, or a 405 if only the method differs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mock/call.hpp"

namespace sluice::mock {

struct MockState;

enum class Access : std::uint8_t {
  kNone,     // needs no key
  kApi,      // an API key or a token
  kAdmin,    // an Admin key
  kControl,  // the mock's own, open to whoever reaches it
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // "{}" stands for one segment
  Access access = Access::kNone;
  void (*endpoint)(MockState& state, Call& call) = nullptr;
  // What needs more than the state.
  enum class Special : std::uint8_t { kNone, kClock, kReset } special = Special::kNone;
  // How the journal calls it; empty: it is told of nothing.
  std::string_view journal_name{};
  bool reads_fault = false;  // its endpoint obeys sluice-fault itself
};

struct RouteMatch {
  const Route* route = nullptr;  // null: no such path, or not with this method
  bool is_path_known = false;
  std::array<std::string_view, 2> arguments{};
};
RouteMatch find_route(std::string_view method, std::string_view path) noexcept;

// Bytes that a body may have (docs: errors "Request size limits", 2026-08; the last is ours).
std::size_t body_limit_of(std::string_view path) noexcept;

// Whether anthropic-version has to be given.
bool needs_version(std::string_view path) noexcept;

}  // namespace sluice::mock
