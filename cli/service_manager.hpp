#pragma once

#include <chrono>
#include <optional>
#include <string>

/// What the service tells the manager that started it (systemd, or whoever else sets
/// NOTIFY_SOCKET). Without a manager all of these do nothing. Thread-safe.
namespace standings {

/// The service serves requests.
void tell_manager_ready();

/// While it exists, the configuration is being read again. Says nothing before the service is
/// ready, nor when it stops.
class reload_in_progress {
public:
  reload_in_progress();
  reload_in_progress(const reload_in_progress&) = delete;
  reload_in_progress& operator=(const reload_in_progress&) = delete;
  ~reload_in_progress();
};

void tell_manager_stopping();

/// One line for `systemctl status`.
void tell_manager_status(const std::string& line);

/// Everything makes progress; has to be repeated within the watchdog's time.
void tell_manager_alive();

[[nodiscard]] bool has_manager();

/// The time within which the manager wants a sign of life, if it wants one from this process.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_time();

} // namespace standings
