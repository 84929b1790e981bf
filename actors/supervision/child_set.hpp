#pragma once

#include "core/base/restart_policy.hpp"
#include "core/base/service_event.hpp"
#include "messages/internal/supervision.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>
#include <caf/timespan.hpp>

#include <functional>
#include <string>
#include <vector>

namespace standings {

/// How to start a child, and the limits for restarting it.
struct child_spec {
  std::string name;
  /// Spawns the child for its owner. An exception counts as an end of the child.
  std::function<caf::actor(caf::local_actor* owner)> start;
  restart_limits limits{};
};

/// Limits for a worker that owns a connection: it ends whenever the store is
/// away, so it is never parked and tries again at least every two seconds.
restart_limits connection_limits();

/// The children of one actor. Starts, monitors and restarts each by its own specification
/// (one_for_one). The destructor, which runs however the owner ends, stops the children that still
/// run.
///
/// Lives in the owner's state. The owner forwards its DOWN messages and its restart_child messages.
class child_set {
public:
  struct hooks {
    std::function<void(std::size_t index, const caf::actor& child)> up;
    std::function<void(std::size_t index)> down;
    /// Called after `down` with the reason; empty for a normal end.
    std::function<void(std::size_t index, const caf::error& why)> because{};
    event_sink_ptr events{}; ///< is told of restarts and outages; may be null
  };

  /// `schedule` sends the message to the owner after the delay.
  child_set(caf::scheduled_actor* owner, std::function<void(caf::timespan, restart_child)> schedule,
            std::vector<child_spec> specs, hooks notify);
  child_set(const child_set&) = delete;
  child_set& operator=(const child_set&) = delete;
  ~child_set();

  void start_all();
  void handle(const caf::down_msg& down);
  void handle(const restart_child& due);

  /// From now on no child is restarted.
  void retire() { retired_ = true; }

  [[nodiscard]] std::size_t size() const { return children_.size(); }

  /// The running child; null while it is down.
  [[nodiscard]] const caf::actor& at(std::size_t index) const { return children_[index].actor; }

  /// Whether the sender is the current incarnation of this child; messages of earlier ones may
  /// arrive late.
  [[nodiscard]] bool is(std::size_t index, const caf::strong_actor_ptr& sender) const;

  [[nodiscard]] std::vector<child_status> status() const;

private:
  struct child {
    child_spec spec;
    restart_tracker tracker;
    caf::actor actor;
    child_status status;
    std::uint64_t incarnation = 0;
    bool lost_store = false; ///< it ended because its store could not be reached
  };

  void start(std::size_t index);
  void ended(std::size_t index, const std::string& reason, bool abnormal);
  void tell(const child& of, const char* state, std::string text, std::int64_t milliseconds) const;
  void works_again(std::size_t index);
  [[nodiscard]] restart_tracker::time_point now() const;

  caf::scheduled_actor* owner_;
  std::function<void(caf::timespan, restart_child)> schedule_;
  hooks notify_;
  std::vector<child> children_;
  bool retired_ = false;
};

} // namespace standings
