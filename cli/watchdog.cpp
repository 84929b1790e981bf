#include "cli/watchdog.hpp"

#include "cli/service_manager.hpp"
#include "log/log.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>

#include <utility>

namespace standings {

namespace {

using namespace std::chrono_literals;

/// How often the status is looked at if the manager wants no signs of life.
constexpr std::chrono::microseconds unhurried = 2s;

std::string seconds_text(loop_pulses::clock::duration d) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(d).count()) + " s";
}

void append_down(std::string& to, const std::vector<child_status>& from) {
  for (const auto& one : from)
    if (one.state != child_state::running)
      to.append(to.empty() ? "" : ", ").append(one.name).append(" ").append(to_string(one.state));
}

/// Passes on what changes, and logs what is stuck once.
class manager_report {
public:
  explicit manager_report(bool signs_of_life) : signs_of_life_(signs_of_life) {}

  void operator()(const liveness& found) {
    if (found.stuck.empty() && signs_of_life_)
      tell_manager_alive();
    if (!found.stuck.empty() && found.stuck != stuck_)
      log_to(log_component::supervision).error("Failed to make progress: {}", found.stuck);
    stuck_ = found.stuck;
    if (found.status != status_)
      tell_manager_status(status_ = found.status);
  }

private:
  const bool signs_of_life_;
  std::string stuck_;
  std::string status_;
};

} // namespace

watchdog::watchdog(std::chrono::microseconds pause, look_fn look, report_fn report)
    : pause_(pause), look_(std::move(look)), report_(std::move(report)),
      thread_([this] { run(); }) {}

watchdog::~watchdog() {
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
}

void watchdog::run() {
  std::unique_lock lock{mutex_};
  while (!ended_) {
    lock.unlock();
    report_(look_());
    lock.lock();
    ended_changed_.wait_for(lock, pause_, [this] { return ended_; });
  }
}

std::string status_line(const health_report& report) {
  std::string down;
  append_down(down, report.children);
  append_down(down, report.workers);
  if (!report.ready)
    return down.empty() ? "Starting" : "Not ready: " + down;
  if (report.degraded)
    return down.empty() ? "Degraded" : "Degraded: " + down;
  return "Ready";
}

liveness look_at_service(caf::actor_system& system, const health_actor& health, loop_pulses& pulses,
                         std::chrono::microseconds limit) {
  liveness out;
  caf::scoped_actor self{system};
  self->request(health, limit, get_status{})
      .receive([&](const health_report& report) { out.status = status_line(report); },
               [&](const caf::error& why) {
                 out.status = "The state of the actors is not known";
                 if (why == caf::sec::request_timeout)
                   out.stuck = "the actors do not answer";
               });
  const auto silence = pulses.longest_silence(loop_pulses::clock::now());
  if (silence > limit)
    out.stuck = "an event loop has not taken a turn for " + seconds_text(silence);
  return out;
}

std::unique_ptr<watchdog> keep_manager_informed(caf::actor_system& system,
                                                const health_actor& health,
                                                std::shared_ptr<loop_pulses> pulses) {
  if (!has_manager())
    return nullptr;
  const auto wanted = watchdog_time();
  const auto pause = wanted ? *wanted / 4 : unhurried;
  return std::make_unique<watchdog>(
      pause,
      [&system, health, pulses = std::move(pulses), pause] {
        return look_at_service(system, health, *pulses, 2 * pause);
      },
      manager_report{wanted.has_value()});
}

} // namespace standings
