#include "calibrate/estimate_names.hpp"

#include <algorithm>

namespace sluice::calibrate {

const Estimate* find(const std::vector<Estimate>& estimates, std::string_view what,
                     std::string_view of) noexcept {
  const auto found = std::find_if(estimates.begin(), estimates.end(), [&](const Estimate& one) {
    return one.what == what && one.of == of;
  });
  return found == estimates.end() ? nullptr : &*found;
}

const Estimate* identified(const std::vector<Estimate>& estimates, std::string_view what,
                           std::string_view of) noexcept {
  const Estimate* const found = find(estimates, what, of);
  return found != nullptr && found->is_identifiable ? found : nullptr;
}

}  // namespace sluice::calibrate
