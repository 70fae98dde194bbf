// The address of a server: http://127.0.0.1:8010, https://api.anthropic.com,
// https://[::1]:8443/proxy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice::net {

// "localhost" and names below it, 127.0.0.0/8, ::1. Of a host without brackets.
bool is_loopback_host(std::string_view host) noexcept;

// An IPv4 or IPv6 address without brackets, not a name.
bool is_address(const std::string& host) noexcept;

struct Url {
  bool tls = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string path{};  // what stands before a route's own path; empty or "/v1", no slash at the end
  std::string credentials{};  // "user:password", decoded; of a proxy

  // "api.anthropic.com", "127.0.0.1:8010", "[::1]:8443": the port where it is not the scheme's own.
  std::string authority() const;
  // With the scheme and without the credentials: to be shown.
  std::string text() const;
  bool is_loopback() const noexcept { return is_loopback_host(host); }
  bool operator==(const Url&) const = default;
};

// `where` names it in the error. No scheme, another scheme, a query, a port out of range: one clear
// error.
Result<Url> parse_url(std::string_view text, std::string where);

}  // namespace sluice::net
