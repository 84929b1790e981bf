#pragma once

#include "messages/actors.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Messages among fronts, their children and supervisors, and from an actor to itself.
namespace standings {

// -- children -----------------------------------------------------------------

/// Child `index` is due for a restart; `incarnation` identifies stale timers.
struct restart_child {
  std::uint64_t index = 0;
  std::uint64_t incarnation = 0;
};

/// A worker has its connection and may be given work.
struct worker_ready {
  std::uint64_t index = 0;
};

/// The time for a child to stop is over.
struct stop_grace_over {
  std::uint64_t child = 0; ///< the number of children still to be stopped
};

// -- an actor to itself -------------------------------------------------------

/// The next periodic check is due.
struct look_due {};

/// A failed action is due for a retry.
struct retry_due {};

/// A delayed call is due.
struct alarm_due {
  std::uint64_t id = 0;
};

/// A listener's next round is due. Sent as a message, so that exit messages are handled in between.
struct listen_on {};

// -- listeners ----------------------------------------------------------------

/// A changed key, without its prefix. `at_us` is the time of the notification by the actor system's
/// clock.
struct key_hint {
  std::string id;
  std::int64_t at_us = 0;
};

struct keys_hinted {
  std::vector<key_hint> hints;
  std::uint64_t ignored = 0; ///< messages that name no key
  std::uint64_t own = 0;     ///< notifications of own writes since the start, which are left out
};

/// Sent when the listener has subscribed and after each check. `lost` is the reason why changes may
/// have been missed; empty if none were.
struct listener_state {
  bool notified = false; ///< the server sends notifications of changed keys
  std::string lost;
};

STANDINGS_INSPECT(restart_child, x.index, x.incarnation)
STANDINGS_INSPECT(worker_ready, x.index)
STANDINGS_INSPECT(stop_grace_over, x.child)
STANDINGS_INSPECT(look_due)
STANDINGS_INSPECT(retry_due)
STANDINGS_INSPECT(alarm_due, x.id)
STANDINGS_INSPECT(listen_on)
STANDINGS_INSPECT(key_hint, x.id, x.at_us)
STANDINGS_INSPECT(keys_hinted, x.hints, x.ignored, x.own)
STANDINGS_INSPECT(listener_state, x.notified, x.lost)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_internal_supervision, standings::id_blocks::internal_supervision)

CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::restart_child))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::worker_ready))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::stop_grace_over))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::look_due))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::retry_due))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::alarm_due))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::listen_on))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::key_hint))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::keys_hinted))
CAF_ADD_TYPE_ID(standings_internal_supervision, (standings::listener_state))

CAF_END_TYPE_ID_BLOCK(standings_internal_supervision)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_supervision>);

namespace standings {

/// What the front of a worker_pool receives about its workers.
using worker_events_actor = caf::typed_actor<
    // A worker has its connection.
    caf::reacts_to<worker_ready>,
    // A worker's back-off is over.
    caf::reacts_to<restart_child>>;

/// What a key_listener sends to its target.
using key_listener_target_actor = caf::typed_actor<
    // Keys to check; answered once they are recorded.
    caf::replies_to<keys_hinted>::with<bool>,
    // The listener has subscribed, or has checked its subscription.
    caf::reacts_to<listener_state>>;

/// Listens for keys that change in Redis; blocking. It takes no requests.
using key_listener_actor = caf::typed_actor<caf::reacts_to<listen_on>>;

/// The supervisor with its internal messages: its children's back-offs and its own timers.
using supervising_actor =
    supervisor_actor::extend<caf::reacts_to<restart_child>, caf::reacts_to<stop_grace_over>>;

} // namespace standings
