// What `sluice mock` says when it starts: whom it serves under which limits, where, and the lines
// to paste into a shell.
#pragma once

#include <string>
#include <string_view>

#include "mock/mock_plan.hpp"

namespace sluice::app {

struct BannerFacts {
  std::string_view url;
  std::string_view certificate_path;  // of a self-signed one that was written; empty: none
  std::string_view dashboard_url;     // with its token; empty: this build has none
  bool is_loopback = true;
};

std::string mock_banner(const mock::MockPlan& plan, const BannerFacts& facts);

}  // namespace sluice::app
