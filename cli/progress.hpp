#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace standings {

/// Shows the progress of a long operation: a moving bar on a terminal, otherwise a line for each
/// tenth.
class progress {
public:
  progress(std::ostream& out, std::string what, std::uint64_t total, bool terminal);

  void advance(std::uint64_t by);

  /// Prints the final state on a line of its own.
  void finish();

private:
  void draw();

  std::ostream& out_;
  const std::string what_;
  const std::uint64_t total_;
  const bool terminal_;
  std::uint64_t done_ = 0;
  std::uint64_t shown_percent_ = 101; ///< nothing shown yet
};

/// Whether standard output is a terminal.
bool stdout_is_terminal();

} // namespace standings
