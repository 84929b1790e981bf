#pragma once

#include "messages/internal/supervision.hpp"

#include <cstdint>

/// Messages between the alias mirror and its workers.
namespace standings {

/// The next periodic cycle is due; `round` identifies the timer, so that a stopped one is ignored.
struct cycle_due {
  std::uint64_t round = 0;
};

STANDINGS_INSPECT(run_alias_cycle, x.full, x.release)
STANDINGS_INSPECT(cycle_due, x.round)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_internal_aliases, standings::id_blocks::internal_aliases)

CAF_ADD_TYPE_ID(standings_internal_aliases, (standings::run_alias_cycle))
CAF_ADD_TYPE_ID(standings_internal_aliases, (standings::cycle_due))

CAF_END_TYPE_ID_BLOCK(standings_internal_aliases)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_aliases>);

namespace standings {

/// Mirrors the aliases of a SQLite file into the cache, and resolves names; blocking.
using alias_worker_actor = caf::typed_actor<
    // Runs one cycle; errors are part of the report.
    caf::replies_to<run_alias_cycle>::with<alias_cycle>,
    // The ids behind both names, through the query cache. Error: unknown_alias.
    caf::replies_to<resolve_names>::with<resolved_names>>;

/// The alias mirror with its internal messages.
using alias_mirror_front_actor =
    alias_mirror_actor::extend_with<worker_events_actor>::extend<caf::reacts_to<cycle_due>>;

} // namespace standings
