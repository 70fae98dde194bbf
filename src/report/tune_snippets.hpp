// The pacers of pasted code, each as what create() calls: before(request) and after(status,
// headers). Empty where the policy has none that a few lines do. An internal header of tune_paste's
// neighbours.
#pragma once

#include <string>

#include "results/tune_result.hpp"

namespace sluice {

std::string python_pacer(const TuneResult& result);
std::string typescript_pacer(const TuneResult& result);
// A number of seconds as a literal of Python, of milliseconds as one of TypeScript; endless beyond
// what anybody waits.
std::string python_number(Duration duration);
std::string typescript_number(Duration duration);

}  // namespace sluice
