#pragma once

#include "core/base/errc.hpp"
#include "core/base/presentable.hpp"

#include <iostream>

namespace standings {

/// Prints what failed and why, and returns the exit code for it.
inline int failed(const char* what, const failure& why) {
  std::cerr << "Failed to " << what << ": " << presentable(explain(why)) << '\n';
  return 1;
}

} // namespace standings
