// Names and messages that a server gives, on their way to a terminal, a file or a chat: short, and
// without anything that a terminal would obey.
#pragma once

#include <string>
#include <string_view>

namespace sluice::admin {

// At most 200 bytes of it, on one line, with '?' for control characters (those above ASCII too) and
// for invisible ones that change the order or the look of others (bidi overrides, tags). UTF-8.
std::string harmless_text(std::string_view text);

}  // namespace sluice::admin
