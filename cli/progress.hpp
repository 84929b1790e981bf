#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace standings {

/// Shows how far a long piece of work is: a bar that moves on a terminal, a line
/// for each tenth otherwise.
class progress {
public:
  progress(std::ostream& out, std::string what, std::uint64_t total, bool terminal);

  void advance(std::uint64_t by);

  /// Leaves the last state behind as a line of its own.
  void finish();

private:
  void draw();

  std::ostream& out_;
  const std::string what_;
  const std::uint64_t total_;
  const bool terminal_;
  std::uint64_t done_ = 0;
  std::uint64_t shown_percent_ = 101; ///< nothing yet
};

/// Whether standard output is a terminal.
bool stdout_is_terminal();

} // namespace standings
