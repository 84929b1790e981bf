#pragma once

#include "messages/actors.hpp"
#include "stores/contracts/key_events.hpp"
#include "stores/contracts/session_source.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>

namespace standings {

struct key_listener_options {
  std::string key_prefix = "session:";
  std::chrono::milliseconds wait{100};        ///< for events, so that it hears an exit message
  std::chrono::milliseconds look{1'000};      ///< between two looks whether events were lost
  std::chrono::milliseconds patience{10'000}; ///< for the front to take hints
};

/// Listens to the source, and tells `front` which sessions to look at, and when
/// changes may have gone by unnoticed. Blocking, so the spawn site detaches it.
/// Hands on one portion at a time: while the front is busy, the source waits.
/// Ends when its connection is lost.
struct key_listener_state {
  explicit key_listener_state(key_listener_actor::pointer selfptr) : self(selfptr) {}

  void init(const key_events_factory& open_events, const session_source_factory& open_source,
            session_sync_actor to, const key_listener_options& with);
  void listen();

  key_listener_actor::pointer self;
  static inline const char* name = "key_listener";

private:
  [[nodiscard]] session_hints hints_from(const std::vector<key_event>& events) const;
  void look();
  void again();

  key_listener_options options_;
  session_sync_actor front_;
  std::unique_ptr<key_events> events_;
  std::unique_ptr<session_source> source_;
  server_identity mark_;
  std::chrono::steady_clock::time_point next_look_{};
};

key_listener_actor::behavior_type
key_listener(key_listener_actor::stateful_pointer<key_listener_state> self,
             key_events_factory open_events, session_source_factory open_source,
             session_sync_actor front, key_listener_options options);

} // namespace standings
