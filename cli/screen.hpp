#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace standings {

/// The terminal as a full-screen display: the alternate screen, keys without echo. The terminal is
/// as it was before when the object is destroyed, and when a signal ends or stops the process. Only
/// one may exist at a time.
class screen {
public:
  struct extent {
    std::size_t columns = 80;
    std::size_t rows = 24;
  };

  screen();
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;
  ~screen();

  /// Replaces what is shown. Lines that do not fit the height are left out; each has to fit the
  /// width.
  void draw(const std::vector<std::string>& lines) const;

  /// Waits for a key: its character, or `left`, `right`; empty after `limit` or when the size of
  /// the terminal changes.
  [[nodiscard]] std::string read_key(std::chrono::milliseconds limit);

  [[nodiscard]] static extent size();

  /// Whether standard input and output are a terminal that can be used like this.
  [[nodiscard]] static bool is_possible();
};

} // namespace standings
