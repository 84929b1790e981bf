#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <string>

namespace standings {

/// `path` in normal form: as it is if absolute, else under the data directory.
[[nodiscard]] inline std::string resolve_path(const config& c, const std::string& path) {
  return (std::filesystem::path{c.data_dir} / path).lexically_normal().string();
}

} // namespace standings
