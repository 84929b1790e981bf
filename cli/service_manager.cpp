#include "cli/service_manager.hpp"

#include "log/log.hpp"

#include <systemd/sd-daemon.h>

#include <atomic>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace standings {

namespace {

std::atomic<bool> is_ready = false;

/// Logs only the first failure: a manager that does not listen will not do so later.
void tell(const std::string& state) {
  static std::atomic<bool> has_failed = false;
  const int sent = sd_notify(0, state.c_str());
  if (sent < 0 && !has_failed.exchange(true))
    log_to(log_component::service)
        .warn("Failed to notify the service manager: {}", std::generic_category().message(-sent));
}

std::string monotonic_microseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

} // namespace

void tell_manager_ready() {
  is_ready = true;
  tell("READY=1");
}

reload_in_progress::reload_in_progress() {
  if (is_ready)
    tell("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds());
}

reload_in_progress::~reload_in_progress() {
  if (is_ready)
    tell("READY=1");
}

void tell_manager_stopping() {
  is_ready = false;
  tell("STOPPING=1\nSTATUS=Stopping");
}

void tell_manager_status(const std::string& line) {
  tell("STATUS=" + line);
}

void tell_manager_alive() {
  tell("WATCHDOG=1");
}

bool has_manager() {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  return socket && *socket != '\0';
}

std::optional<std::chrono::microseconds> watchdog_time() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0)
    return std::nullopt;
  return std::chrono::microseconds{microseconds};
}

} // namespace standings
