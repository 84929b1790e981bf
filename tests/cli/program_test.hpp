#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace standings::test {

using words = std::vector<std::string>;

/// Runs the program with `arguments` and a data directory of its own.
class ProgramTest : public testing::Test {
protected:
  finished run_with(words arguments, const process::variables& environment = {}) {
    arguments.insert(arguments.end(), {"--data-dir", data_dir});
    return run(STANDINGS_BINARY, arguments, environment);
  }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream{dir / name} << text;
    return dir / name;
  }

  const temp_dir dir;
  std::string data_dir = dir / "data";
};

} // namespace standings::test
