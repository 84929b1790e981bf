#pragma once

#include <chrono>

namespace standings {

inline constexpr auto triggers_gone =
    "the triggers that tell of changes by other programs are gone; they are made again";

/// Limits checks for the triggers to one every five seconds. For one thread.
class trigger_look {
public:
  [[nodiscard]] bool passed() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_)
      return false;
    next_ = now + std::chrono::seconds{5};
    return true;
  }

private:
  std::chrono::steady_clock::time_point next_{};
};

} // namespace standings
