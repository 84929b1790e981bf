#pragma once

#include "actors/supervision/child_set.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <optional>

namespace standings {

/// A child and the relay that stands for it.
struct supervised {
  child_spec spec;
  caf::actor relay;
};

struct supervisor_options {
  std::chrono::milliseconds stop_grace{10'000}; ///< a child that takes longer is killed
  event_sink_ptr events{};                      ///< see child_set
};

/// Keeps its children running, each by its own specification (one_for_one). Starts them in list
/// order. On an exit message it stops them one by one in reverse order, waiting for each, and then
/// ends.
struct supervisor_state {
  explicit supervisor_state(supervising_actor::pointer selfptr) : self(selfptr) {}
  ~supervisor_state();

  void init(std::vector<supervised> list, supervisor_options with);
  void stop(const caf::error& reason);
  void child_down(const caf::down_msg& down);
  void grace_over(const stop_grace_over& what);

  supervising_actor::pointer self;
  std::optional<child_set> children;
  static inline const char* name = "supervisor";

private:
  void stop_next();

  supervisor_options options_;
  std::vector<caf::actor> relays_;
  std::optional<caf::error> stopping_;
  std::size_t left_ = 0; ///< children [0, left_) still have to be stopped
};

supervising_actor::behavior_type
supervisor(supervising_actor::stateful_pointer<supervisor_state> self,
           std::vector<supervised> children, supervisor_options options);

} // namespace standings
