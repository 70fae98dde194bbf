// The agreement table for people, on one screen: what was compared, the verdict, the rows that
// differ, then the main ones as far as there is room. Plain when pasted.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/agreement.hpp"

namespace sluice {

struct AgreementStyle {
  TextStyle text;
  bool all = false;  // every row, not only those that differ and the main ones
};

// `title` says what was compared: "quickstart: simulated, and replayed in 30.2 s at 60x".
std::string render_text(const Agreement& agreement, const std::string& title,
                        const AgreementStyle& style);

}  // namespace sluice
