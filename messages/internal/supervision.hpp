#pragma once

#include "messages/actors.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What fronts, their children and supervisors tell each other, and themselves.
namespace standings {

// -- children -----------------------------------------------------------------

/// Time to start child `index` again; `incarnation` tells a stale timer.
struct restart_child {
  std::uint64_t index = 0;
  std::uint64_t incarnation = 0;
};

/// A worker has its connection and may be given work.
struct worker_ready {
  std::uint64_t index = 0;
};

/// A child has not stopped in time.
struct stop_grace_over {
  std::uint64_t child = 0; ///< how many of the children are still to be stopped
};

// -- an actor to itself -------------------------------------------------------

/// Time for the next periodic look.
struct look_due {};

/// Time to try again what has failed.
struct retry_due {};

/// A moment that somebody has asked to be woken at.
struct alarm_due {
  std::uint64_t id = 0;
};

/// Time for a listener's next round. A message to itself, so that an exit message finds its turn.
struct listen_on {};

// -- listeners ----------------------------------------------------------------

/// Keys that have changed, without their prefix. `at_us` is when the change was told, by the actor
/// system's clock.
struct key_hint {
  std::string id;
  std::int64_t at_us = 0;
};

struct keys_hinted {
  std::vector<key_hint> hints;
  std::uint64_t ignored = 0; ///< messages that name no key
  std::uint64_t own = 0;     ///< notifications of own writes since the start, left out
};

/// The listener has subscribed, or has looked again. `lost` is why changes may have gone by
/// unnoticed; empty: none has.
struct listener_state {
  bool notified = false; ///< the server tells of changed keys
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

/// What the front of a worker_pool hears of its workers.
using worker_events_actor = caf::typed_actor<
    // A worker has its connection.
    caf::reacts_to<worker_ready>,
    // A worker's back-off is over.
    caf::reacts_to<restart_child>>;

/// What a key_listener tells.
using key_listener_target_actor = caf::typed_actor<
    // Keys to look at; answered when they are noted.
    caf::replies_to<keys_hinted>::with<bool>,
    // The listener has subscribed, or looked after its subscription.
    caf::reacts_to<listener_state>>;

/// Listens for keys that change in Redis; blocking. Nothing is asked of it.
using key_listener_actor = caf::typed_actor<caf::reacts_to<listen_on>>;

/// The supervisor inside: its children's back-offs, and its own alarms.
using supervising_actor =
    supervisor_actor::extend<caf::reacts_to<restart_child>, caf::reacts_to<stop_grace_over>>;

} // namespace standings
