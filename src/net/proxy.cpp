// Which proxy the environment names for a target.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include <arpa/inet.h>

#include "base/ascii.hpp"
#include "net/http_client.hpp"

namespace sluice::net {
namespace {

using Variable = const char* (*)(const char* name);

struct Setting {
  std::string name;
  std::string value;
};

// The small letters first, as curl has it; what is set to nothing is not set.
std::optional<Setting> look_up(Variable variable, std::string_view small_name) {
  std::string name(small_name);
  std::string capitals(small_name);
  for (char& letter : capitals) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - ('a' - 'A'));
  }
  for (const std::string& spelling : {name, capitals}) {
    const char* const value = variable(spelling.c_str());
    if (value != nullptr && *value != '\0') return Setting{.name = spelling, .value = value};
  }
  return std::nullopt;
}

struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;
};

std::optional<Address> parse_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string host(text);
  Address address;
  if (::inet_pton(AF_INET, host.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (::inet_pton(AF_INET6, host.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
  } else {
    return std::nullopt;
  }
  return address;
}

// The first `bits` are equal.
bool is_within(const Address& address, const Address& network, std::size_t bits) noexcept {
  if (address.size != network.size || bits > 8 * network.size) return false;
  const std::size_t whole = bits / 8;
  if (!std::equal(network.bytes.begin(), network.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  const unsigned mask = (0xff00U >> (bits % 8)) & 0xffU;
  return ((network.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

// An entry that is an address, or address/bits.
bool is_same_network(const Address& address, std::string_view entry) {
  const std::size_t slash = entry.find('/');
  const std::optional<Address> network = parse_address(entry.substr(0, slash));
  if (!network) return false;
  std::size_t bits = 8 * network->size;
  if (slash != entry.npos) {
    const std::string_view digits = entry.substr(slash + 1);
    const char* const end = digits.data() + digits.size();
    const auto [next, error] = std::from_chars(digits.data(), end, bits);
    if (error != std::errc{} || next != end) return false;
  }
  return is_within(address, *network, bits);
}

// "example.com" and ".example.com" are the domain and all below it.
bool is_exempt(const std::string& host, std::string_view entry) {
  if (entry == "*") return true;
  if (const std::optional<Address> address = parse_address(host)) {
    return is_same_network(*address, entry);
  }
  while (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || entry.size() > host.size()) return false;
  const std::size_t at = host.size() - entry.size();
  const bool is_end =
      std::ranges::equal(std::string_view(host).substr(at), entry, {}, ascii::lower, ascii::lower);
  return is_end && (at == 0 || host[at - 1] == '.');
}

bool is_exempt_by_list(const std::string& host, std::string_view list) {
  constexpr std::string_view kBetween = ", \t";
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(kBetween), list.size());
    if (end > 0 && is_exempt(host, list.substr(0, end))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

Result<std::optional<Url>> proxy_for(const Url& target, Variable variable) {
  if (target.is_loopback()) return std::nullopt;
  std::optional<Setting> setting = look_up(variable, target.tls ? "https_proxy" : "http_proxy");
  if (!setting) setting = look_up(variable, "all_proxy");
  if (!setting) return std::nullopt;
  const std::optional<Setting> exempt = look_up(variable, "no_proxy");
  if (exempt && is_exempt_by_list(target.host, exempt->value)) return std::nullopt;
  // Many write no more than host:port there.
  const bool has_scheme = setting->value.find("://") != std::string::npos;
  SLUICE_TRY(Url proxy, parse_url((has_scheme ? "" : "http://") + setting->value, setting->name));
  return proxy;
}

}  // namespace sluice::net
