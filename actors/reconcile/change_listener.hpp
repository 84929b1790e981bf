#pragma once

#include "messages/actors.hpp"
#include "stores/contracts/key_events.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace standings {

struct change_listener_options {
  std::string prefix = "user:details:";      ///< of the keys that are listened for
  std::chrono::milliseconds gather{500};     ///< hints of so long go together
  std::chrono::milliseconds recheck{30'000}; ///< whether the server still tells
  std::size_t max_users = 10'000;            ///< at a time; more are left to the next run
};

/// Listens for users whose details somebody writes, and tells `front` which.
/// Blocking, so the spawn site detaches it; a lost subscription ends it. Hints
/// only: what it misses, the next run finds.
struct change_listener_state {
  explicit change_listener_state(change_listener_actor::pointer selfptr) : self(selfptr) {}

  void init(const key_events_factory& open, reconcile_actor to,
            const change_listener_options& with);
  void listen();

  change_listener_actor::pointer self;
  static inline const char* name = "change_listener";

private:
  using clock = std::chrono::steady_clock;

  void recheck();
  void tell_mode();

  change_listener_options options_;
  std::unique_ptr<key_events> events_;
  reconcile_actor front_;
  clock::time_point next_check_{};
  std::uint64_t told_own_ = 0;
};

change_listener_actor::behavior_type
change_listener(change_listener_actor::stateful_pointer<change_listener_state> self,
                key_events_factory open, reconcile_actor front, change_listener_options options);

} // namespace standings
