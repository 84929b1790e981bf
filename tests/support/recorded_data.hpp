#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace standings::test {

/// The path of a recorded data file: in STANDINGS_DATA_DIR, else the complete file beside the
/// repository, else its extract in tests/data/recorded.
inline std::filesystem::path recorded_data(const std::string& file) {
  const std::filesystem::path source{STANDINGS_SOURCE_DIR};
  const char* given = std::getenv("STANDINGS_DATA_DIR");
  const auto whole = (given ? std::filesystem::path{given} : source / "../shared/data") / file;
  return std::filesystem::exists(whole) ? whole : source / "tests/data/recorded" / file;
}

} // namespace standings::test
