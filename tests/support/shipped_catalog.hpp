// The catalog that is part of the program, read once.
#pragma once

#include <optional>

#include "scenario/catalog.hpp"

namespace sluice::testing {

inline const scenario::Catalog& shipped_catalog() {
  static const scenario::Catalog catalog = scenario::load_catalog(std::nullopt).value();
  return catalog;
}

}  // namespace sluice::testing
