#include "net/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/ascii.hpp"

namespace sluice::net {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kNameAtMost = 253;

std::uint16_t own_port(bool tls) noexcept { return tls ? kHttpsPort : kHttpPort; }

bool is_ipv6(const std::string& host) noexcept {
  std::array<unsigned char, 16> bytes;
  return ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool is_host_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '.' ||
         letter == '-' || letter == '_';
}

bool is_path_letter(char letter) noexcept { return letter > ' ' && letter < 0x7f; }

int hex_digit(char letter) noexcept {
  if (letter >= '0' && letter <= '9') return letter - '0';
  const char small = ascii::lower(letter);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// Reads the parts from the left; what is wrong is said without the text, which may hold a password.
class UrlParser {
 public:
  UrlParser(std::string_view text, std::string where) : rest_(text), where_(std::move(where)) {}

  Result<Url> parse() {
    if (const auto read = read_scheme(); !read) return tl::unexpected(read.error());
    if (rest_.find_first_of("?#") != rest_.npos) {
      return invalid(where_,
                     "a URL with a query or a fragment cannot be a target: leave out what "
                     "follows ? or #");
    }
    const std::size_t slash = std::min(rest_.find('/'), rest_.size());
    std::string_view path = rest_.substr(slash);
    rest_ = rest_.substr(0, slash);
    if (const auto read = read_credentials(); !read) return tl::unexpected(read.error());
    if (const auto read = read_host(); !read) return tl::unexpected(read.error());
    if (const auto read = read_port(); !read) return tl::unexpected(read.error());
    if (!std::ranges::all_of(path, is_path_letter)) {
      return invalid(where_, "the path holds a space or another letter that a URL cannot have");
    }
    while (path.ends_with('/')) path.remove_suffix(1);
    url_.path = path;
    return std::move(url_);
  }

 private:
  Result<void> read_scheme() {
    const std::size_t end = rest_.find("://");
    if (end == rest_.npos) {
      return invalid(where_, "the URL has no scheme: write http://HOST:PORT or https://HOST");
    }
    std::string scheme(rest_.substr(0, end));
    std::ranges::transform(scheme, scheme.begin(), ascii::lower);
    if (scheme != "http" && scheme != "https") {
      return invalid(where_, "the scheme is not one of http, https");
    }
    url_.tls = scheme == "https";
    rest_.remove_prefix(end + 3);
    return {};
  }

  Result<void> read_credentials() {
    const std::size_t at = rest_.rfind('@');
    if (at == rest_.npos) return {};
    std::optional<std::string> decoded = percent_decoded(rest_.substr(0, at));
    if (!decoded) {
      return invalid(where_,
                     "a % in the user or password is not followed by two hexadecimal "
                     "digits: write %25 for the sign itself");
    }
    url_.credentials = std::move(*decoded);
    rest_.remove_prefix(at + 1);
    return {};
  }

  Result<void> read_host() {
    if (rest_.starts_with('[')) {
      const std::size_t end = rest_.find(']');
      url_.host = rest_.substr(1, end == rest_.npos ? end : end - 1);
      if (end == rest_.npos || !is_ipv6(url_.host)) {
        return invalid(where_, "what stands between [ and ] is not an IPv6 address");
      }
      rest_.remove_prefix(end + 1);
      return {};
    }
    const std::size_t end = std::min(rest_.find(':'), rest_.size());
    url_.host = rest_.substr(0, end);
    std::ranges::transform(url_.host, url_.host.begin(), ascii::lower);
    rest_.remove_prefix(end);
    if (url_.host.empty()) return invalid(where_, "the URL has no host");
    if (url_.host.size() > kNameAtMost || !std::ranges::all_of(url_.host, is_host_letter)) {
      return invalid(where_, "the host is neither a name nor an address");
    }
    if (rest_.find(':', 1) != rest_.npos) {
      return invalid(where_, "an IPv6 address is written in brackets: http://[::1]:8010");
    }
    return {};
  }

  Result<void> read_port() {
    url_.port = own_port(url_.tls);
    if (rest_.empty()) return {};
    const std::string_view digits = rest_.substr(1);
    const char* const end = digits.data() + digits.size();
    const auto [next, error] = std::from_chars(digits.data(), end, url_.port);
    if (!rest_.starts_with(':') || error != std::errc{} || next != end || url_.port == 0) {
      return invalid(where_, "the port is not a number from 1 to 65535");
    }
    return {};
  }

  std::string_view rest_;
  std::string where_;
  Url url_;
};

}  // namespace

std::string Url::authority() const {
  std::string text = host.find(':') == host.npos ? host : "[" + host + "]";
  if (port != own_port(tls)) text += fmt::format(":{}", port);
  return text;
}

std::string Url::text() const {
  return fmt::format("{}://{}{}", tls ? "https" : "http", authority(), path);
}

bool is_address(const std::string& host) noexcept {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || is_ipv6(host);
}

bool is_loopback_host(std::string_view host) noexcept {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  char text[INET6_ADDRSTRLEN] = {};
  if (host.size() >= sizeof text) return false;
  host.copy(text, host.size());
  in_addr address{};
  if (::inet_pton(AF_INET, text, &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
  in6_addr address6{};
  return ::inet_pton(AF_INET6, text, &address6) == 1 && IN6_IS_ADDR_LOOPBACK(&address6);
}

Result<Url> parse_url(std::string_view text, std::string where) {
  return UrlParser(text, std::move(where)).parse();
}

}  // namespace sluice::net
