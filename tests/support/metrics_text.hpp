#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>

namespace standings::test {

/// The answer of /metrics, read without the library that prints it.
class metrics_text {
public:
  metrics_text() = default;

  explicit metrics_text(const std::string& text) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words{line};
      std::string mark;
      std::string kind;
      std::string name;
      if (line.starts_with("# TYPE ") && words >> mark >> kind >> name)
        words >> types_[name];
      else if (!line.empty() && line.front() != '#')
        samples_[line.substr(0, line.rfind(' '))] = std::stod(line.substr(line.rfind(' ') + 1));
    }
  }

  /// By series: a name with its labels, as they are printed.
  [[nodiscard]] const std::map<std::string, double>& samples() const { return samples_; }

  /// By family.
  [[nodiscard]] const std::map<std::string, std::string>& types() const { return types_; }

  [[nodiscard]] std::optional<double> find(const std::string& series) const {
    const auto at = samples_.find(series);
    return at == samples_.end() ? std::nullopt : std::optional{at->second};
  }

  /// The sum of all series that begin like this.
  [[nodiscard]] double sum(const std::string& beginning) const {
    double out = 0;
    for (const auto& [series, value] : samples_)
      if (series.starts_with(beginning))
        out += value;
    return out;
  }

private:
  std::map<std::string, double> samples_;
  std::map<std::string, std::string> types_;
};

/// Runs promtool, of Debian's package prometheus, with `text` as a file that it is told as $0.
inline finished promtool(const std::string& arguments, const std::string& text) {
  const temp_dir dir;
  std::ofstream{dir / "text.yaml"} << text;
  return run("/bin/sh", {"-c", "exec promtool " + arguments, dir / "text.yaml"});
}

} // namespace standings::test
