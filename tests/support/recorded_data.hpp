#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace standings::test {

/// Where a file of recorded data lies: in STANDINGS_DATA_DIR, else whole beside the repository,
/// else its extract in tests/data/recorded.
inline std::filesystem::path recorded_data(const std::string& file) {
  const std::filesystem::path source{STANDINGS_SOURCE_DIR};
  const char* given = std::getenv("STANDINGS_DATA_DIR");
  const auto whole = (given ? std::filesystem::path{given} : source / "../shared/data") / file;
  return std::filesystem::exists(whole) ? whole : source / "tests/data/recorded" / file;
}

} // namespace standings::test
