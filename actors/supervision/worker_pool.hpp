#pragma once

#include "actors/supervision/child_set.hpp"
#include "actors/supervision/waiters.hpp"
#include "messages/internal/supervision.hpp"

#include <caf/actor_cast.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// How to start a worker of a front, and when it counts as ready for work.
struct worker_spec {
  child_spec child;
  /// True: it is ready once it reports `worker_ready`, when it has its connection. False: as soon
  /// as it runs.
  bool reports_ready = true;
};

/// What a front wants to know of its workers.
struct worker_hooks {
  std::function<void(std::size_t index)> ready{};
  std::function<void(std::size_t index)> down{};
  /// Called after `down` with the reason; empty for a normal end.
  std::function<void(std::size_t index, const caf::error& why)> because{};
  event_sink_ptr events{}; ///< see child_set
};

/// The workers of a front: starts and restarts them as child_set does, and knows which of them are
/// ready for work. A worker is ready from its own `worker_ready` to its end; reports of earlier
/// incarnations are ignored.
///
/// Lives in the front's state. The front's behaviour passes `worker_ready` and `restart_child` on
/// to it.
class worker_pool {
public:
  using hooks = worker_hooks;

  template <class Self>
  worker_pool(Self* self, std::vector<worker_spec> workers, hooks notify = {})
      : self_(self), notify_(std::move(notify)), reports_ready_(reports_of(workers)),
        ready_(workers.size()),
        children_(
            self,
            [self](caf::timespan after, restart_child due) {
              self->delayed_send(caf::actor_cast<worker_events_actor>(self), after, due);
            },
            children_of(std::move(workers)), hooks_for_children()) {
    self->set_down_handler([this](const caf::down_msg& down) { children_.handle(down); });
  }

  void start_all() { children_.start_all(); }
  void handle(const restart_child& due) { children_.handle(due); }

  /// For a front that monitors other actors too, and so sets its own down handler.
  void handle(const caf::down_msg& down) { children_.handle(down); }

  /// Call it while the front handles that message: its sender is checked.
  void handle(worker_ready who);

  [[nodiscard]] std::size_t size() const { return ready_.size(); }
  [[nodiscard]] bool ready(std::size_t index) const { return ready_[index]; }
  [[nodiscard]] bool all_ready() const;

  /// Whether the sender is the current incarnation of this worker.
  [[nodiscard]] bool is_current(std::size_t index, const caf::strong_actor_ptr& sender) const {
    return children_.is(index, sender);
  }

  /// The worker's handle; null while it is not ready.
  template <class Handle>
  [[nodiscard]] Handle worker(std::size_t index) const {
    return ready_[index] ? caf::actor_cast<Handle>(children_.at(index)) : Handle{};
  }

  /// Gives no more work to a worker that is about to end; its successor reports itself as ready.
  void distrust(std::size_t index) { ready_[index] = false; }

  /// Ends a worker that hangs in its driver; its successor reports itself as ready.
  void kill(std::size_t index);

  [[nodiscard]] std::vector<child_status> status() const { return children_.status(); }

private:
  static std::vector<bool> reports_of(const std::vector<worker_spec>& workers);
  static std::vector<child_spec> children_of(std::vector<worker_spec> workers);
  child_set::hooks hooks_for_children();

  caf::scheduled_actor* self_;
  hooks notify_;
  std::vector<bool> reports_ready_;
  std::vector<bool> ready_;
  child_set children_;
};

/// Specifies a worker that `spawn(owner, args...)` starts.
template <class Spawn, class... Args>
worker_spec make_worker(std::string name, const restart_limits& limits, Spawn spawn, Args... args) {
  auto start = [spawn, args...](caf::local_actor* owner) {
    return caf::actor_cast<caf::actor>(spawn(owner, args...));
  };
  return {{std::move(name), std::move(start), limits}, true};
}

/// Specifies one that never reports `worker_ready`.
template <class Spawn, class... Args>
worker_spec make_silent_worker(std::string name, const restart_limits& limits, Spawn spawn,
                               Args... args) {
  auto out = make_worker(std::move(name), limits, std::move(spawn), std::move(args)...);
  out.reports_ready = false;
  return out;
}

} // namespace standings
