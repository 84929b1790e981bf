#pragma once

#include "core/base/backoff.hpp"

#include <chrono>
#include <cstdint>
#include <deque>

namespace standings {

/// When a child is started again, following OTP.
enum class restart : std::uint8_t {
  permanent, ///< always
  transient, ///< only after an abnormal end
  temporary, ///< never
};

/// How often a child may fail before it is parked, and for how long.
struct restart_limits {
  restart policy = restart::permanent;
  std::uint32_t intensity = 5; ///< more failures than this within `window` park the child
  std::chrono::milliseconds window{60'000};
  std::chrono::milliseconds reset_after{60'000}; ///< a run this long resets the back-off
  std::chrono::milliseconds park_for{300'000};   ///< after this, a parked child is started again
  backoff delays{};
};

/// Decides what follows each end of one child. Pure: time and chance are arguments.
class restart_tracker {
public:
  using time_point = std::chrono::steady_clock::time_point;

  enum class action : std::uint8_t { start_again, park, give_up };

  struct decision {
    action what = action::give_up;
    std::chrono::milliseconds after{0};
  };

  explicit restart_tracker(restart_limits limits) : limits_(limits) {}

  /// The child was started.
  void started(time_point now) { started_at_ = now; }

  /// The child ended. `random` is in [0, 1).
  [[nodiscard]] decision ended(time_point now, bool abnormal, double random);

private:
  restart_limits limits_;
  time_point started_at_{};
  std::deque<time_point> ends_;
  std::uint32_t attempt_ = 0;
};

} // namespace standings
