#pragma once

#include "messages/internal/supervision.hpp"
#include "stores/contracts/key_events.hpp"
#include "stores/contracts/session_source.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace standings {

struct key_listener_options {
  std::string key_prefix; ///< of the keys to listen for
  /// Of named leaderboards, whose keys begin with the same prefix; those of the default one are
  /// marked as key_part_of does.
  bool skip_named_leaderboards = false;
  std::chrono::milliseconds wait{100}; ///< for events; exit messages are handled between two waits
  std::chrono::milliseconds look{1'000};      ///< between two checks for lost events
  std::chrono::milliseconds patience{10'000}; ///< how long the target may take to accept hints
  /// Extracts the id from a published message; none if it names no key. If not set, messages are
  /// ignored.
  std::function<std::optional<std::string>(const std::string& text)> id_in_message{};
};

/// Reads the server's identity, on a connection of its own.
using identity_reader = std::function<result<server_identity>()>;
using identity_reader_factory = std::function<result<identity_reader>()>;

/// Listens for keys that change in Redis. Sends its target hints about them, and a report when
/// changes may have been missed. Blocking, so the spawn site detaches it. Sends one portion at a
/// time: while the target is busy, events wait at the server. Ends when its connection is lost.
struct key_listener_state {
  explicit key_listener_state(key_listener_actor::pointer selfptr) : self(selfptr) {}

  void init(const key_events_factory& open_events, const identity_reader_factory& open_identity,
            key_listener_target_actor to, const key_listener_options& with);
  void listen();

  key_listener_actor::pointer self;
  static inline const char* name = "key_listener";

private:
  [[nodiscard]] keys_hinted hints_from(const std::vector<key_event>& events) const;
  [[nodiscard]] bool is_listened_for(std::string_view key) const;
  [[nodiscard]] std::string id_of(std::string_view key) const;
  void look();
  void again();

  key_listener_options options_;
  key_listener_target_actor target_;
  std::unique_ptr<key_events> events_;
  identity_reader read_identity_;
  server_identity identity_;
  std::chrono::steady_clock::time_point next_look_{};
  std::uint64_t told_own_ = 0;
};

key_listener_actor::behavior_type
key_listener(key_listener_actor::stateful_pointer<key_listener_state> self,
             key_events_factory open_events, identity_reader_factory open_identity,
             key_listener_target_actor target, key_listener_options options);

} // namespace standings
