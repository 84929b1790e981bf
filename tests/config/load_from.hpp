#pragma once

#include "config/loader.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace standings::test {

/// Loads a configuration without a file.
inline load_outcome load_from(std::map<std::string, std::string> environment,
                              std::vector<std::pair<std::string, std::string>> overrides = {}) {
  return load(
      {.file = {}, .environment = std::move(environment), .overrides = std::move(overrides)});
}

} // namespace standings::test
