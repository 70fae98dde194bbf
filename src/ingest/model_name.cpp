#include "ingest/model_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kModelNameMost = 128;
constexpr std::size_t kDateDigits = 8;
constexpr std::string_view kUnnamed = "?";

bool is_of_a_name(char c) noexcept {
  return ascii::is_alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '/' || c == '@' ||
         c == '-';
}

// Where the last `mark` begins that is at the start of the name or behind a '/'.
std::size_t start_of(std::string_view name, std::string_view mark) noexcept {
  for (std::size_t end = name.size(); end > 0;) {
    const std::size_t slash = name.substr(0, end).rfind('/');
    const std::size_t begin = slash == name.npos ? 0 : slash + 1;
    if (ascii::is_same(name.substr(begin, mark.size()), mark)) return begin;
    if (slash == name.npos) break;
    end = slash;
  }
  return name.npos;
}

int hex_value(char c) noexcept {
  if (ascii::is_digit(c)) return c - '0';
  c = ascii::lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string decoded(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_encoded = name[i] == '%' && i + 2 < name.size() && hex_value(name[i + 1]) >= 0 &&
                            hex_value(name[i + 2]) >= 0;
    if (is_encoded) {
      text += static_cast<char>(hex_value(name[i + 1]) * 16 + hex_value(name[i + 2]));
      i += 2;
    } else {
      text += name[i];
    }
  }
  return text;
}

// Folders of a path behind which somebody is named.
bool is_of_owners(std::string_view segment) noexcept {
  constexpr std::array<std::string_view, 6> kOwners = {"projects",      "project",       "accounts",
                                                       "subscriptions", "organizations", "tenants"};
  return std::any_of(kOwners.begin(), kOwners.end(),
                     [segment](std::string_view owner) { return ascii::is_same(segment, owner); });
}

bool names_an_owner(std::string_view path) noexcept {
  for (;;) {
    const std::size_t slash = path.find('/');
    if (is_of_owners(path.substr(0, slash))) return true;
    if (slash == path.npos) return false;
    path.remove_prefix(slash + 1);
  }
}

// "?" where the last segment of the path is the owner itself.
std::string_view last_segment(std::string_view path) noexcept {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const std::string_view last = path.substr(slash + 1);
  if (last.empty() || slash == path.npos) return last.empty() ? kUnnamed : last;
  const std::string_view before = path.substr(0, slash);
  return is_of_owners(before.substr(before.rfind('/') + 1)) ? kUnnamed : last;
}

// arn:partition:service:region:account:resource
std::string_view resource_of_arn(std::string_view arn) noexcept {
  constexpr int kFieldsBefore = 5;
  for (int field = 0; field < kFieldsBefore; ++field) {
    const std::size_t colon = arn.find(':');
    if (colon == arn.npos) return kUnnamed;
    arn.remove_prefix(colon + 1);
  }
  return last_segment(arn);
}

std::string_view own_part(std::string_view name) noexcept {
  if (const std::size_t arn = start_of(name, "arn:"); arn != name.npos) {
    return resource_of_arn(name.substr(arn));
  }
  if (const std::size_t tuned = start_of(name, "ft:"); tuned != name.npos) {
    const std::string_view rest = name.substr(tuned);
    return rest.substr(0, rest.find(':', rest.find(':') + 1));
  }
  const std::size_t scheme = name.find("://");
  if (scheme == name.npos && !names_an_owner(name)) return name;
  name = name.substr(0, name.find_first_of("?#"));
  if (scheme == name.npos || scheme >= name.size()) return last_segment(name);
  const std::string_view place = name.substr(scheme + 3);
  const std::size_t host_end = place.find('/');
  return host_end == place.npos ? kUnnamed : last_segment(place.substr(host_end));
}

}  // namespace

void assign_model_name(std::string& to, std::string_view name) {
  to.clear();
  std::string plain;
  if (name.find('%') != name.npos) name = plain = decoded(name);
  if (name.find_first_of("/:") != name.npos) name = own_part(name);
  name = name.substr(0, name.find('[', 1));
  for (std::size_t i = 0; i < name.size() && to.size() < kModelNameMost;) {
    std::size_t end = i;
    while (end < name.size() && ascii::is_digit(name[end])) ++end;
    if (end - i > kDateDigits) {
      to += kUnnamed;
      i = end;
    } else {
      end = std::max(end, i + 1);
      for (; i < end && to.size() < kModelNameMost; ++i)
        to += is_of_a_name(name[i]) ? name[i] : '?';
    }
  }
}

}  // namespace sluice::ingest
