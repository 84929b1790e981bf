#pragma once

#include "messages/actors.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace standings {

/// Whether an actor has found the database unreachable; updates are refused then.
[[nodiscard]] bool database_is_away(const health_report& report);

/// Aggregates the status of all actors for /readyz, /metrics and the admin routes. An actor that
/// does not answer within the limit counts as down.
struct health_state {
  explicit health_state(health_actor::pointer selfptr) : self(selfptr) {}

  caf::result<health_report> gather(std::chrono::milliseconds limit);

  health_actor::pointer self;
  supervisor_actor root;
  scoring_actor scores;
  hydration_actor loads;
  std::vector<status_actor> features; ///< actors whose workers belong in the report
  std::chrono::milliseconds limit{1'000};
  std::chrono::milliseconds prompt_limit{80};
  bool started = false; ///< all writers have been ready once
  static inline const char* name = "health";

private:
  struct gathering;

  template <class Answer, class Handle, class Message, class Take>
  void ask(const Handle& whom, Message question, std::shared_ptr<gathering> g, Take take);
};

health_actor::behavior_type health(health_actor::stateful_pointer<health_state> self,
                                   supervisor_actor root, scoring_actor scoring,
                                   hydration_actor hydration, std::vector<status_actor> features);

} // namespace standings
