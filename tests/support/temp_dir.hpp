#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace standings::test {

/// A private directory, removed with its contents when this object is destroyed.
class temp_dir {
public:
  temp_dir() {
    std::string name = (std::filesystem::temp_directory_path() / "standings_test_XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw std::runtime_error("cannot create " + name);
    path_ = name;
  }
  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;
  ~temp_dir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// The path of `name` in here.
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

private:
  std::filesystem::path path_;
};

} // namespace standings::test
