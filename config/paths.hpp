#pragma once

#include "config/config.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

namespace standings {

/// `path` as it is if absolute, else under the data directory; in normal form if it has no `..`.
[[nodiscard]] inline std::string resolve_path(const config& c, const std::string& path) {
  const auto out = std::filesystem::path{c.data_dir} / path;
  // a link before a `..` leads elsewhere than the text says
  const bool goes_up = std::find(out.begin(), out.end(), "..") != out.end();
  return (goes_up ? out : out.lexically_normal()).string();
}

} // namespace standings
