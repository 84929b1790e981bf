#pragma once

#include "http/server/loop_pulses.hpp"
#include "messages/actors.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace standings {

/// What one look at the service has found.
struct liveness {
  std::string stuck;  ///< what makes no progress; empty if everything does
  std::string status; ///< one line about the state of the service
};

/// Looks at the service again and again on its own thread, and passes on what it finds.
class watchdog {
public:
  using look_fn = std::function<liveness()>;
  using report_fn = std::function<void(const liveness&)>;

  watchdog(std::chrono::microseconds pause, look_fn look, report_fn report);
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// Waits for a look that has begun.
  ~watchdog();

private:
  void run();

  const std::chrono::microseconds pause_;
  const look_fn look_;
  const report_fn report_;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::thread thread_;
};

/// One line about the service's state: `ready`, `starting`, `degraded: …`.
[[nodiscard]] std::string status_line(const health_report& report);

/// Asks the health actor, which asks all others, and looks at the pulses of the event loops. An
/// actor that is being restarted counts as progress, as its supervision works; one that does not
/// answer within `limit` does not, nor does a loop that has been silent for longer.
[[nodiscard]] liveness look_at_service(caf::actor_system& system, const health_actor& health,
                                       loop_pulses& pulses, std::chrono::microseconds limit);

/// Keeps the service manager informed, if there is one, until it is destroyed: signs of life while
/// everything makes progress, and the status line when it changes. Null without a manager.
[[nodiscard]] std::unique_ptr<watchdog> keep_manager_informed(caf::actor_system& system,
                                                              const health_actor& health,
                                                              std::shared_ptr<loop_pulses> pulses);

} // namespace standings
