#pragma once

#include "messages/internal/supervision.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Messages between session sync and its workers.
namespace standings {

/// Copies some sessions to the database.
struct sync_sessions {
  std::vector<std::string> ids;
};

/// Copies a page of the source to the database.
struct sync_page {
  std::string cursor;
  std::uint64_t limit = 0;
};

STANDINGS_INSPECT(page_synced, x.what, x.cursor)
STANDINGS_INSPECT(sync_sessions, x.ids)
STANDINGS_INSPECT(sync_page, x.cursor, x.limit)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_internal_sessions, standings::id_blocks::internal_sessions)

CAF_ADD_TYPE_ID(standings_internal_sessions, (standings::sync_sessions))
CAF_ADD_TYPE_ID(standings_internal_sessions, (standings::sync_page))
CAF_ADD_TYPE_ID(standings_internal_sessions, (standings::page_synced))

CAF_END_TYPE_ID_BLOCK(standings_internal_sessions)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_sessions>);

namespace standings {

/// Owns one connection to the source and one to the database; blocking.
using session_worker_actor = caf::typed_actor<
    // Copies these sessions to the database.
    caf::replies_to<sync_sessions>::with<sessions_synced>,
    // Copies a page of the source to the database.
    caf::replies_to<sync_page>::with<page_synced>,
    // Compares a page without changing anything. Error: out_of_range.
    caf::replies_to<compare_sessions>::with<session_comparison>>;

/// Session sync with its internal messages.
using session_sync_front_actor = session_sync_actor::extend_with<worker_events_actor>::
    extend_with<key_listener_target_actor>::extend<
        // The next check whether a full sync is due.
        caf::reacts_to<look_due>,
        // The back-off of a failed step is over.
        caf::reacts_to<retry_due>>;

} // namespace standings
